"""Set `shenzhen_amr_penalties_2022`: fines in words beside fines in 万元, the legal basis beside the type column."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from infra.eval.contracted import deliver
from infra.eval.measured import Measured, Tally
from transforms.normalise.cleaners.cleaned import Value
from transforms.normalise.cleaners.numerals import NUMERAL, read_numeral
from transforms.normalise.cleaners.registry import cleaner
from transforms.normalise.cleaners.vocabulary import read_vocabulary

SOURCE: Final = "shenzhen_amr_penalties"
_FINE: Final = re.compile(r"罚款([^;；。，]*?元)")
_ARTICLE: Final = re.compile(rf"第([{NUMERAL}]+)条")
_NO_SUBJECT: Final = re.compile(r"[（(].*?[)）]|违法行为|行为$|其他$")
_OTHER: Final = "OTHER"
_FACTOR: Final = Decimal(10_000)


def evaluate(folder: Path) -> Measured:
    """Compare the two ways in which a row names its fine and its subject."""
    tally = Tally()
    delivered = deliver(SOURCE, folder / "penalties_subset.csv", tally)
    for content, number in zip(delivered.raw("content"), delivered.values("fine_cny"), strict=True):
        _judge_fine(tally, content, number)
    rows = (*map(delivered.raw, ("facts", "legal_basis")), *map(delivered.values, ("ip_right_type", "decided_on")))
    for kind, basis, right, day in zip(*rows, strict=True):
        _judge_type(tally, str(kind), str(basis), is_ip=right is not None)
        _judge_basis(tally, str(basis), day if isinstance(day, date) else None)
    for name in ("decided_on", "case_type"):
        for value in delivered.values(name):
            tally.judge(f"{name} has a value", value is not None)
    return tally.measured()


def _judge_fine(tally: Tally, content: str, number: Value) -> None:
    written = _FINE.findall(content)
    if not written:
        return
    told = [cleaner("amount").plain(text).value for text in written]
    amounts = [value for value in told if isinstance(value, Decimal)]
    is_read = len(amounts) == len(told)
    tally.judge("fine in words is read", is_read, error="lost: fine in words not read")
    if not is_read or not isinstance(number, Decimal):
        return
    about = compare_amounts(sum(amounts, Decimal()), number)
    tally.judge("fine in words equals the number", about == "equal", error=f"wrong: fine {about}")
    if about != "equal":
        tally.disagree("amount", f"fine {about}", "、".join(written), sum(amounts, Decimal()), number)


def compare_amounts(text: Decimal, number: Decimal) -> str:
    """Say how the amount in words and the amount in figures compare."""
    if text == number:
        return "equal"
    is_factor = _FACTOR in {text / number if number else 0, number / text if text else 0}
    return "off by the factor 10,000" if is_factor else "differs"


def names_right(kind: str) -> bool:
    """Say whether a type of violation names a kind of right."""
    terms = (row["term_zh"] for row in read_vocabulary("ip_right_type") if row["code"] != _OTHER)
    return any(term in kind for term in terms)


def _judge_type(tally: Tally, kind: str, basis: str, *, is_ip: bool) -> None:
    tally.judge("legal basis is about IP", is_ip)
    tally.judge("type column names a kind of right where the basis is about one", names_right(kind) == is_ip)
    if subject := _NO_SUBJECT.sub("", kind):
        tally.judge("type column names the subject of a law that the basis cites", subject in basis)


def _judge_basis(tally: Tally, basis: str, day: date | None) -> None:
    """Every 第…条 of the text is the article of a provision, and no other."""
    found = cleaner("legal_basis").plain(basis, on=day).value
    provisions = found if isinstance(found, list) else []
    named = {str(read_numeral(number)) for number in _ARTICLE.findall(basis)}
    articles = {str(one).split("/")[2] for one in provisions if str(one).count("/") > 1}
    held = named == articles
    tally.judge("articles of the legal basis are those that it names", held, error="wrong: articles of a legal basis")
    if not held:
        tally.disagree("legal basis", "articles of a legal basis", basis, sorted(named), sorted(articles))
