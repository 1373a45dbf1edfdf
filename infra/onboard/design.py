"""What a new source claims: the canonical rows that its fields make, and the fields that some claim takes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from infra.onboard.choices import RECEIPT, STATE
from infra.onboard.labels import asked_by
from schemas.contracts import entities, sources
from transforms.errors import ContractBroken

if TYPE_CHECKING:
    from infra.onboard.choices import Choices
    from infra.onboard.labels import Reading
    from infra.onboard.propose import Placed
    from schemas.entity import Attribute, EntityContract

DEFAULTS: Final = Path(__file__).with_name("claims.yaml")
# Labels of an amount that is, or may be, the value of confiscated goods; of any other column it is the gain alone.
_OF_GOODS: Final = re.compile(r"财物|物品|货物|商品|没收金额|WFFF")
_PARTY: Final = ("name_raw", "uscc", "id_token")

_NEEDED: Final = (
    ": an amount belongs to a kind of penalty, map its column to sanction_types:list(of=code(vocabulary=sanction_type))"
)

Claim = dict[str, Any]


@dataclass(frozen=True)
class Design:
    """A source as it will be written: its columns, its key and its claims."""

    placed: tuple[Placed, ...]
    key: tuple[str, ...]
    source_time: str | None
    claims: tuple[Claim, ...]

    @property
    def readings(self) -> tuple[tuple[str, Reading], ...]:
        """Return every field with the label that it is read from."""
        return tuple((one.column.label, reading) for one in self.placed for reading in one.readings)


@cache
def _defaults() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = yaml.safe_load(DEFAULTS.read_text("utf-8"))
    return loaded


def design(choices: Choices, placed: Sequence[Placed]) -> Design:
    """Return what the source claims; a field that nothing takes is left out, one that is needed and lacks is told."""
    if choices.mode == "event":
        placed = [_without_sensitive(_if_flat(one)) for one in placed]
    key = tuple(_field(placed, name, "--key") for name in choices.key)
    told = choices.source_time or RECEIPT
    source_time = None if told == RECEIPT else _field(placed, told, "--source-time")
    own = {*key, source_time, _field(placed, STATE, "--withdrawn") if choices.word else None}
    readings = [reading for one in placed for reading in one.readings]
    # That there is no penalty is told beside the outcome that a decision has otherwise.
    names = [reading.field for reading in readings if reading.cleaner != "no_penalty"]
    arrays = {reading.field: one.array for one in placed for reading in one.readings if one.array}
    goods = any(_OF_GOODS.search(one.column.label) for one in placed if "confiscated_cny" in _fields(one))
    each = (_with_each(claim, arrays) for claim in _claims(choices.kind or "", names))
    made = [claim if goods else _without_goods(claim) for claim in each]
    claims = tuple(_of_one(claim, made) for claim in made)
    used = own | {name for claim in claims for name in _taken(claim)}
    used |= {other for one in placed for r in one.readings if r.field in used for other in asked_by(r.cleaner)}
    needs = "" if "sanction_types" in names else _NEEDED
    return Design(tuple(_only(one, used, needs) for one in placed), key, source_time, claims)


def _fields(one: Placed) -> set[str]:
    return {reading.field for reading in one.readings}


def _without_goods(claim: Claim) -> Claim:
    """Let the value of goods be told as the amount of nothing, not as another's."""
    if "amounts" not in claim:
        return claim
    return {**claim, "amounts": {kind: name for kind, name in claim["amounts"].items() if kind != "CONF_GOODS"}}


def _field(placed: Sequence[Placed], name: str, option: str) -> str:
    """Return the field that a person means by its name or by its label."""
    for one in placed:
        for reading in one.readings:
            if name in (reading.field, one.column.label):
                return reading.field
    known = ", ".join(reading.field for one in placed for reading in one.readings)
    remedy = f"mapped are {known or 'none'}; --map 'label={name}:cleaner' maps another"
    raise ContractBroken(f"no column fills {name!r}", option, remedy)


def _if_flat(one: Placed) -> Placed:
    """Return a column as a pushed message fills it: nobody opens the objects in one."""
    if "." not in (one.array or one.column.label) or not one.readings:
        return one
    return replace(one, readings=(), why_not="of a pushed message no label within an object is read")


def _without_sensitive(one: Placed) -> Placed:
    kept = tuple(reading for reading in one.readings if reading.classification != "PI_SENSITIVE")
    reason = "" if kept or not one.readings else "A pushed source may not carry a sensitive value."
    return replace(one, readings=kept, ignored=one.ignored or reason)


def _only(one: Placed, used: Collection[str | None], needs: str) -> Placed:
    kept = tuple(reading for reading in one.readings if reading.field in used)
    if kept or not one.readings:
        return replace(one, readings=kept)
    lost = ", ".join(reading.field for reading in one.readings)
    is_amount = {"fine_cny", "confiscated_cny"} & {reading.field for reading in one.readings}
    return replace(one, readings=(), why_not=f"no claim takes {lost}{needs if is_amount else ''}")


def _claims(kind: str, names: Sequence[str]) -> Iterator[Claim]:
    made = [*_always(kind, names)]
    for told in _defaults()["beside"]:
        if kind in told.get("kinds", [kind]):
            made += _beside(told, names, {(claim["entity"], claim.get("prefix", "")) for claim in made})
    yield from made
    for prefix, event in _meanings("case_event", "event_type").items():
        if f"{prefix}event_on" in names or f"{prefix}event_at" in names:
            yield {"entity": "case_event", "prefix": prefix, "constants": {"event_type": event}}


def _always(kind: str, names: Sequence[str]) -> Iterator[Claim]:
    given = _usual(kind, names)
    yield {"entity": "case", "constants": _free(given["case"], names, "")}
    of = {"party_id": "infringer_"} if any(f"infringer_{name}" in names for name in _PARTY) else {}
    yield from _decision(dict(given["decision"]), names, of)
    told = {name.removesuffix("role"): "" for name in names if name.endswith("_role")}
    for prefix, role in {**told, **_meanings("case_party", "role"), **_defaults()["roles"]}.items():
        if any(prefix + name in names for name in _PARTY):
            yield {"entity": "party", "prefix": prefix}
            constants = _free({"role": role}, names, prefix)
            yield {"entity": "case_party", "prefix": prefix, **({"constants": constants} if constants else {})}


def _usual(kind: str, names: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    """Return the constants of the case and its decision."""
    told: Mapping[str, Any] = _defaults()
    other = {"case": {"proceeding": kind or "CASE"}, "decision": {"doc_type": "OTHER"}}
    found: Mapping[str, Any] = told["kinds"].get(kind, other)
    penalty = told["penalties"].get(kind)
    is_penalty = penalty and {*penalty["says"]} & {*names} and penalty["unless"] not in names
    return penalty if is_penalty else found


def _beside(told: Claim, names: Sequence[str], made: Collection[tuple[str, str]]) -> Iterator[Claim]:
    """Yield a claim whose entity some field says something of, if what the entity requires is known too."""
    entity, prefix = entities()[told["entity"]], told.get("prefix", "")
    of = {name: to for name, to in told.get("of", {}).items() if (_target(entity, name), to) in made}
    constants = _free(told.get("constants", {}), names, prefix)

    def is_known(attribute: Attribute) -> bool:
        if attribute.refers_to:
            return attribute.name in of or {(attribute.refers_to, prefix), (attribute.refers_to, "")} & {*made} != set()
        return attribute.name in constants or prefix + attribute.name in names

    known = {a.name for a in entity.attributes if is_known(a)} | {entity.own_id}
    said = {name for name in entity.substance if name in known and name not in constants}
    if said and all(a.name in known for a in entity.attributes if a.required):
        optional = {"constants": constants, "of": of}
        where = {"prefix": prefix} if prefix else {}
        yield {"entity": told["entity"], **where, **{name: value for name, value in optional.items() if value}}


def _target(entity: EntityContract, name: str) -> str | None:
    return next(a.refers_to for a in entity.references if a.name == name)


@cache
def _meanings(entity: str, attribute: str) -> Mapping[str, str]:
    """Return what each prefix stands for in the contracts that there are."""
    claims = (claim for contract in sources().values() for claim in contract.claims if claim.entity == entity)
    return {c.prefix: c.constants[attribute] for c in claims if c.prefix and attribute in c.constants}


def _with_each(claim: Claim, arrays: Mapping[str, str]) -> Claim:
    """Let a claim whose fields stand in an array of objects make a row of each element."""
    attributes = {a.name for a in entities()[claim["entity"]].attributes} - {*claim.get("constants", {})}
    found = {arrays[name] for a in attributes if (name := claim.get("prefix", "") + a) in arrays}
    return claim if "each" in claim or len(found) != 1 else {**claim, "each": found.pop()}


def _of_one(claim: Claim, made: Sequence[Claim]) -> Claim:
    """Leave out of `of` what would be of a list: which of its elements is meant, the file does not tell."""
    lists = {(one["entity"], one.get("prefix", "")): one.get("each") for one in made if "each" in one}
    entity, each = entities()[claim["entity"]], claim.get("each")
    told = claim.get("of", {}).items()
    of = {name: to for name, to in told if lists.get((_target(entity, name) or "", to), each) == each}
    return {**{name: value for name, value in claim.items() if name != "of"}, **({"of": of} if of else {})}


def _decision(given: dict[str, str], names: Sequence[str], of: Mapping[str, str]) -> Iterator[Claim]:
    prefix = given.pop("prefix", "")
    if not any(prefix + a in names for a in ("decided_on", "doc_no", "doc_no_raw", "legal_basis", "content")):
        return
    claim: Claim = {"entity": "decision", "constants": _free(given, names, prefix)}
    yield {"entity": "decision", "prefix": prefix, **claim} if prefix else claim
    if "legal_bases" in names:
        yield {"entity": "decision_legal_basis", "each": {"basis": "legal_bases"}}
    # A decision of another sort that stands under a prefix punishes nobody.
    if "sanction_types" in names and not prefix:
        amounts = {"FINE": "fine_cny", "CONF_GAIN": "confiscated_cny", "CONF_GOODS": "confiscated_cny"}
        present = {kind: name for kind, name in amounts.items() if name in names}
        yield {
            "entity": "sanction",
            "each": {"sanction_type": "sanction_types"},
            **({"amounts": present} if present else {}),
            **({"of": dict(of)} if of else {}),
        }


def _free(constants: Mapping[str, str], names: Sequence[str], prefix: str) -> dict[str, str]:
    return {name: value for name, value in constants.items() if prefix + name not in names}


def _taken(claim: Claim) -> set[str]:
    entity, prefix = entities()[claim["entity"]], claim.get("prefix", "")
    each: Mapping[str, str] = claim["each"] if isinstance(claim.get("each"), dict) else {}
    attributes = {a.name for a in entity.attributes} - {*each}
    named = {prefix + name for name in (*attributes, *entity.substance)}
    return named | {*each.values(), *claim.get("amounts", {}).values()}
