"""Every cleaner by name, and the reading of a contract's `transformLogic`."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, partial
from zoneinfo import available_timezones

import pyarrow as pa

from transforms.errors import ContractBroken
from transforms.normalise.cleaners import (
    agencies,
    amount,
    bulk,
    classes,
    classification,
    dates,
    documents,
    identifier,
    laws,
    legal_basis,
    lists,
    names,
    organisation,
    regions,
    rights,
    said,
    statuses,
    text,
    vocabulary,
)
from transforms.normalise.cleaners.cleaned import Cleaned
from transforms.normalise.cleaners.column import (
    BESIDE,
    DAYS,
    Bulk,
    Column,
    Plain,
    column_form,
    dated_form,
    paired_form,
    rewriting,
)


@dataclass(frozen=True)
class Cleaner:
    """A named cleaner; `params` says which parameters it takes and, once bound, their values."""

    name: str
    plain: Callable[..., Cleaned]
    column: Column
    arrow_type: pa.DataType
    params: Mapping[str, str] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    changes: Callable[[], Sequence[date]] | None = None
    """Days on which the answers may change, of a cleaner that asks for a day."""
    days: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Fields of the contract that tell each day (`DAYS`); the first one that is known counts."""
    beside: Mapping[str, str] = field(default_factory=dict)
    """Field of the contract that tells each of `BESIDE`."""


def _cleaner(
    name: str,
    plain: Plain,
    arrow_type: pa.DataType | None = None,
    *,
    fast: Bulk | None = None,
    params: Mapping[str, str] | None = None,
    required: frozenset[str] = frozenset(),
) -> Cleaner:
    arrow_type = arrow_type or pa.string()
    return Cleaner(name, plain, column_form(plain, arrow_type, fast), arrow_type, params or {}, required)


def _all() -> list[Cleaner]:
    return [*_names(), *_quantities(), *_numbers(), *_codes(), _list_of("text"), _list_of("text", "parts")]


def _names() -> list[Cleaner]:
    return [
        _cleaner("text", text.clean_text, fast=bulk.bulk_text),
        _cleaner("party_name", text.clean_party_name, fast=bulk.bulk_party_name),
        _cleaner("party_count", text.clean_party_count, pa.int64()),
        _cleaner("name_norm", names.clean_name_norm, fast=names.bulk_name_norm),
        _cleaner("trade_name", names.clean_trade_name),
        _cleaner("operator_name", names.clean_operator_name),
        _cleaner("agency_name", agencies.clean_agency_name),
        _cleaner("agency_successor", agencies.clean_agency_successor),
        _cleaner("agency_key", agencies.clean_agency_key),
        _cleaner("authority", agencies.clean_authority),
    ]


def _quantities() -> list[Cleaner]:
    moment = pa.timestamp("us", "UTC")
    day = {"base": "1900", "epoch": "", "zone": dates.LOCAL_ZONE}
    return [
        _cleaner("date", dates.clean_date, pa.date32(), fast=bulk.bulk_date, params=day),
        _cleaner("day_or_period", dates.clean_day_or_period, pa.date32(), fast=bulk.bulk_date, params=day),
        _cleaner("date_precision", dates.clean_date_precision, fast=bulk.bulk_date_precision, params=day),
        _cleaner(
            "timestamp",
            dates.clean_timestamp,
            moment,
            fast=bulk.bulk_timestamp,
            params={"zone": dates.LOCAL_ZONE, "base": "1900", "epoch": ""},
        ),
        _cleaner("amount", amount.clean_amount, bulk.MONEY, fast=bulk.bulk_amount, params={"unit": "元"}),
        _cleaner(
            "said_amount", said.clean_said_amount, bulk.MONEY, params={"sanction": ""}, required=frozenset({"sanction"})
        ),
        _cleaner("period", dates.clean_period),
        _cleaner("number", amount.clean_number, bulk.MONEY),
        _cleaner("integer", amount.clean_integer, pa.int64()),
        _cleaner("quantity", amount.clean_quantity, bulk.MONEY),
    ]


def _numbers() -> list[Cleaner]:
    return [
        _cleaner("identifier", identifier.clean_identifier, fast=rewriting(bulk.IDENTIFIER)),
        _cleaner("digest", identifier.clean_digest),
        _cleaner("uscc", organisation.clean_uscc, fast=bulk.bulk_uscc),
        _cleaner("org_code", organisation.clean_org_code),
        _cleaner("resident_id", identifier.clean_resident_id),
        _cleaner("doc_no", documents.clean_doc_no, fast=rewriting(*bulk.DOC_NO)),
        _cleaner("police_no", documents.clean_police_no),
        _cleaner("pros_no", documents.clean_pros_no),
        _cleaner("court_case_no", documents.clean_court_case_no, fast=rewriting(*bulk.COURT_CASE_NO)),
        _cleaner("customs_recordal_no", rights.clean_customs_recordal_no),
        _cleaner("customs_declaration_no", rights.clean_customs_declaration_no),
        _cleaner("patent_no", rights.clean_patent_no),
        _cleaner("publication_no", rights.clean_publication_no),
        _cleaner("trademark_no", rights.clean_trademark_no),
        _paired("right_no", rights.clean_right_no, "register"),
        _paired("person_no", identifier.clean_person_no, "id_type"),
    ]


def _codes() -> list[Cleaner]:
    return [
        _dated("region_code", regions.clean_region_code, regions.region_changes),
        _dated("region", regions.clean_region, regions.region_changes),
        _cleaner("hs_code", classes.clean_hs_code),
        _cleaner("hs6", classes.clean_hs6),
        _cleaner("industry_code", classes.clean_industry_code),
        _cleaner("nice_class", classes.clean_nice_class, pa.int64()),
        _dated("legal_basis", legal_basis.clean_legal_basis, laws.law_changes, pa.list_(pa.string()), days=DAYS),
        _classified("ip_right_type", classification.clean_ip_right_type),
        _classified("ip_case_type", classification.clean_ip_case_type, required="body_kind"),
        _status("stage", statuses.clean_stage),
        _status("disposition", statuses.clean_disposition),
        _status("security_class", statuses.clean_security_class),
        _cleaner("code", vocabulary.clean_code, params={"vocabulary": ""}, required=frozenset({"vocabulary"})),
        _cleaner("no_penalty", vocabulary.clean_no_penalty),
    ]


def _dated(
    name: str,
    plain: Plain,
    changes: Callable[[], Sequence[date]],
    arrow_type: pa.DataType | None = None,
    *,
    days: Sequence[str] = ("on",),
    required: str = "",
    optional: str = "",
) -> Cleaner:
    arrow_type = arrow_type or pa.string()
    params = dict.fromkeys(filter(None, (required, optional, *days)), "")
    column = dated_form(plain, arrow_type, changes)
    return Cleaner(name, plain, column, arrow_type, params, frozenset(filter(None, (required,))), changes)


def _classified(name: str, plain: Plain, *, required: str = "") -> Cleaner:
    return _dated(name, plain, classification.classification_changes, days=DAYS, required=required)


def _status(name: str, plain: Plain) -> Cleaner:
    return _dated(name, plain, statuses.status_changes, required="body_kind", optional="source")


def _paired(name: str, plain: Plain, beside: str) -> Cleaner:
    return Cleaner(name, plain, paired_form(plain, pa.string(), beside), pa.string(), {beside: ""})


def _list_of(of: str, name: str = "list") -> Cleaner:
    item = _item(of) if of != "text" else _cleaner("text", text.clean_text)
    given = _parsed(of)[1].get("vocabulary")
    plain: Plain = partial(lists.LISTS[name], item=item.plain, terms=given and vocabulary.terms_with_separators(given))
    if item.name == "party_name":
        plain = partial(text.clean_parted, plain)
    arrow_type = pa.list_(item.arrow_type)
    return Cleaner(name, plain, column_form(plain, arrow_type), arrow_type, {"of": of})


def _item(of: str) -> Cleaner:
    item = cleaner(of)
    if item.days or item.beside:
        raise ContractBroken(
            "the items of a list have no day, register or kind of their own",
            f"list of {of!r}",
            f"leave {', '.join((*DAYS, *BESIDE))} out",
        )
    return item


@cache
def cleaner(transform_logic: str) -> Cleaner:
    """Return the cleaner that a contract names, such as `amount(unit=万元)`, with its parameters bound."""
    name, given = _parsed(transform_logic)
    if name not in CLEANERS:
        near = difflib.get_close_matches(name, CLEANERS, n=3) or sorted(CLEANERS)
        raise ContractBroken(f"no cleaner {name!r}", f"transformLogic {transform_logic!r}", f"use {', '.join(near)}")
    known = CLEANERS[name]
    if unknown := sorted(set(given) - set(known.params)):
        remedy = f"it takes {', '.join(known.params) or 'no parameter'}"
        raise ContractBroken(f"{name} takes no {unknown[0]!r}", f"transformLogic {transform_logic!r}", remedy)
    if missing := sorted(known.required - set(given)):
        raise ContractBroken(
            f"{name} needs {missing[0]!r}", f"transformLogic {transform_logic!r}", f"write {name}({missing[0]}=…)"
        )
    if name in lists.LISTS:
        return _list_of(given.get("of", "text"), name)
    for param, value in given.items():
        _check_value(param, value, transform_logic)
    if not given:
        return known
    days = {day: tuple(map(str.strip, given.pop(day).split(" else "))) for day in DAYS if day in given}
    beside = {name: given.pop(name) for name in BESIDE if name in given}
    return replace(
        known,
        plain=partial(known.plain, **given),
        column=partial(known.column, **given),
        params={**known.params, **given},
        required=frozenset(),
        days=days,
        beside=beside,
    )


def _check_value(param: str, value: str, transform_logic: str) -> None:
    if param == "vocabulary":
        vocabulary.codes_of(value)
    elif param in _ALLOWED and value not in (allowed := _ALLOWED[param]()):
        near = difflib.get_close_matches(value, allowed, n=5) or sorted(allowed)[:20]
        raise ContractBroken(
            f"{param} cannot be {value!r}", f"transformLogic {transform_logic!r}", f"use {', '.join(near)}"
        )


_ALLOWED: Mapping[str, Callable[[], Collection[str]]] = {
    "unit": lambda: amount.UNITS,
    "base": lambda: dates.SERIAL_BASES,
    "epoch": lambda: dates.EPOCHS,
    "zone": available_timezones,
    "body_kind": lambda: {row["code"] for row in vocabulary.read_vocabulary("body_kind")},
}


def _parsed(transform_logic: str) -> tuple[str, dict[str, str]]:
    name, bracket, rest = transform_logic.strip().partition("(")
    if not bracket:
        return name.strip(), {}
    if not rest.endswith(")"):
        raise ContractBroken("a bracket is not closed", f"transformLogic {transform_logic!r}", "close it with )")
    given: dict[str, str] = {}
    for part in _split_params(rest[:-1]):
        param, equals, value = part.partition("=")
        if not equals or not param.strip() or not value.strip() or param.strip() in given:
            raise ContractBroken(
                f"cannot read {part.strip()!r}",
                f"transformLogic {transform_logic!r}",
                "write name=value, each name once",
            )
        given[param.strip()] = value.strip()
    return name.strip(), given


def _split_params(text_: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for place, character in enumerate(text_):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and not depth:
            parts.append(text_[start:place])
            start = place + 1
    return [*parts, text_[start:]] if text_.strip() else parts


CLEANERS: Mapping[str, Cleaner] = {known.name: known for known in _all()}
