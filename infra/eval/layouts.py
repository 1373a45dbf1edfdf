"""Set `cn_gov_schema_excerpts`: which labels, codes and bases of real systems our vocabularies know."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from infra.eval.measured import Measured, Tally
from infra.onboard.labels import known_forms, readings_of
from schemas.contracts import sources
from transforms.collect.header import label_form
from transforms.normalise.cleaners.registry import cleaner

# Which column holds the label.
_LABELS: Final = {
    "double_publicity_cf_fields.csv": "cn",
    "case_trademark_fields.csv": "cn",
    "ningbo_zhejiang_shared_tables.csv": "field_cn",
}
# Which column holds codes, and the cleaner that takes them.
_CODES: Final = {"code_industryphy.csv": ("编码", "industry_code"), "code_regorg.csv": ("编码", "region_code")}
_BASES: Final = "ip_case_statistics_form.csv"
_CLASSES: Final = "psb_ip_case_class_codes.csv"
# Lists of which no canonical attribute is made, so that no cleaner reads their codes.
_UNREAD: Final = {
    "code_compform.csv": "forms of a sole trade",
    "code_currency.csv": "currencies: an amount is in 元",
    "code_enttype.csv": "types of enterprise, finer than our types of party",
    "code_localadm.csv": "offices of one city by its own codes",
    "code_opstate.csv": "whether an enterprise is open",
    "code_qylxdl.csv": "classes of enterprise, finer than our types of party",
}
_NOTE: Final = (
    "records are labels, codes, behaviours and classes of cases; a label that is not known is asked for when a source"
    " is added, and no value is lost by it"
)
_LAW: Final = re.compile("[法例]第|[法例]$|条例")
_RIGHTS: Final = (("商标", "TM"), ("专利", "PAT"), ("地理标志", "GI"))
_CRIMINAL: Final = "CRIM_INV"
# Codes of charges are named for the article of the Criminal Law.
_ARTICLE: Final = re.compile("^CL([0-9]+).*$")


def evaluate(folder: Path) -> Measured:
    """Judge coverage: a label is covered by a contract of ours or by the vocabulary of labels."""
    tally = Tally()
    for name, column in _LABELS.items():
        stem = name.removesuffix(".csv")
        for label in _column(folder / name, column):
            covered, about = is_known(label), f"{stem}: label is not known"
            tally.take("" if covered else about)
            tally.judge(f"{stem}: label is known", covered)
            if not covered:
                tally.disagree("code", about, label, "", "")
    for name, (column, kind) in _CODES.items():
        for code in _column(folder / name, column):
            value, reason = cleaner(kind).plain(code)
            about = f"{kind} {reason}"
            tally.take("" if value is not None else about)
            tally.judge(f"{name.removesuffix('.csv')}: code is accepted", value is not None, error=f"lost: {about}")
            if value is None:
                tally.disagree("code", about, code, "", reason)
    for row in _rows(folder / _BASES):
        _judge_basis(tally, row)
    for row in _rows(folder / _CLASSES):
        _judge_class(tally, row["name"])
    return tally.measured(notes=(_NOTE, *_left_out(folder)))


def _left_out(folder: Path) -> Iterator[str]:
    read = {*_LABELS, *_CODES, _BASES, _CLASSES}
    for path in sorted(folder.glob("*.csv")):
        if path.name not in read:
            yield f"{path.name} is not read: {_UNREAD.get(path.name, 'nothing of ours is like it')}"


def _rows(path: Path) -> Iterator[Mapping[str, str]]:
    if path.exists():
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file)


def _column(path: Path, column: str) -> list[str]:
    return list(dict.fromkeys(row[column] for row in _rows(path) if row[column]))


def is_known(label: str) -> bool:
    """Say whether a contract reads or ignores a label, or the vocabulary knows it."""
    return label_form(label) in _contracted() or bool(readings_of(label, ""))


@cache
def _contracted() -> frozenset[str]:
    every = sources().values()
    return frozenset(label_form(label) for one in every for label in (*one.labels, *one.ignored)) | known_forms("")


def _judge_basis(tally: Tally, row: Mapping[str, str]) -> None:
    """Judge the kind of right of a behaviour by the law that it cites, against the group of the form."""
    right = next((code for word, code in _RIGHTS if word in row["group"]), None)
    if right is None or not _LAW.search(row["behaviour_basis"]):
        return
    found = cleaner("ip_right_type").plain(row["behaviour_basis"]).value
    agrees = found is not None and (found == right or (right == "PAT" and found in {"INV", "UM", "DES"}))
    about = f"behaviour of group {right} is read as {found or 'about no right'}"
    tally.take("" if agrees else about)
    tally.judge("statistics form: kind of right by the cited law is that of the group", agrees, error=f"wrong: {about}")
    if not agrees:
        tally.disagree("code", about, row["row_code"], right, found)


def _judge_class(tally: Tally, name: str) -> None:
    """Judge a class of the police, all of whose list are for IP; its kind of right, against its charge's article."""
    is_ours = cleaner("ip_case_type(body_kind=PSB)").plain(name).value == _CRIMINAL
    about = "class of the police is no IP case by its name"
    tally.take("" if is_ours else about)
    tally.judge("police: class is a criminal IP case by its name", is_ours, error=f"wrong: {about}")
    charge = cleaner("code(vocabulary=charge)").plain(f"{name.removesuffix('案')}罪").value
    tally.judge("police: class is a charge that we know", charge is not None)
    if not is_ours or charge is None:
        tally.disagree("code", about if not is_ours else "class of the police is no charge of ours", name, "", "")
    if charge is not None:
        by_name, by_article = (
            cleaner("ip_right_type").plain(text).value for text in (name, _ARTICLE.sub(r"刑法第\1条", str(charge)))
        )
        tally.judge(
            "police: kind of right by the name is that by the article of its charge",
            by_name == by_article,
            error=f"wrong: class of the police is {by_name}, its charge is {by_article}",
        )
