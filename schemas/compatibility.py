"""What a new version of a source contract may change, and what needs a new major version: pure functions."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from schemas.entity import entities

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from schemas.contracts import Claim, EntityContract, Identity, SourceContract

_DAY: Final = r"(?:on|by)=[^,()]+"
# The days that a cleaner asks for, as the last or only things that it is told.
_DAYS: Final = re.compile(rf"\({_DAY}(?:, *{_DAY})*\)$|(?:, *{_DAY})+(?=\)$)")

_OF_ONE_RECORD: Final = frozenset({"claim_key", "record_key"})


@dataclass(frozen=True)
class PromisedField:
    """One field as its body may rely on it: where it is read, what becomes of it, how it is protected."""

    label: str
    cleaner: str
    required: bool
    classification: str


@dataclass(frozen=True)
class Promise:
    """The part of a source contract that a body and the history of its records rely on."""

    version: str
    body_id: str
    mode: str
    key: tuple[str, ...]
    source_time: str | None
    withdrawal: tuple[str, str] | None
    fields: Mapping[str, PromisedField]
    claims: frozenset[str]
    numbered_by: str = "authority"

    @classmethod
    def of(cls, contract: SourceContract) -> Promise:
        """Return what a contract promises."""
        return cls(
            version=contract.version,
            body_id=contract.body_id,
            mode=contract.mode,
            key=contract.key,
            source_time=contract.source_time,
            withdrawal=contract.withdrawal,
            fields={
                f.name: PromisedField(f.label, f.cleaner, f.required, f.classification)
                for f in sorted(contract.fields, key=lambda f: f.name)
            },
            claims=frozenset(map(_claimed, contract.claims)),
            numbered_by=contract.numbered_by,
        )

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Promise:
        """Read what `to_dict` wrote."""
        return cls(
            version=value["version"],
            body_id=value["body_id"],
            mode=value["mode"],
            key=tuple(value["key"]),
            source_time=value["source_time"],
            withdrawal=tuple(value["withdrawal"]) if value["withdrawal"] else None,
            fields={name: PromisedField(**spec) for name, spec in value["fields"].items()},
            claims=frozenset(value["claims"]),
            **({"numbered_by": value["numbered_by"]} if "numbered_by" in value else {}),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, in an order that does not depend on the run."""
        said = {**asdict(self), "claims": sorted(self.claims)}
        if self.numbered_by == Promise.numbered_by:
            del said["numbered_by"]
        return said


def _claimed(claim: Claim) -> str:
    said = {name: value for name, value in asdict(claim).items() if value}
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def breaks(old: Promise, new: Promise) -> tuple[str, ...]:
    """Return every way in which `new` breaks what `old` promised; none means that the change is additive."""
    return tuple(_breaks(old, new))


def _breaks(old: Promise, new: Promise) -> Iterator[str]:
    for what in ("body_id", "mode", "key", "source_time", "withdrawal", "numbered_by"):
        before, after = getattr(old, what), getattr(new, what)
        if before != after:
            yield f"{what} was {before}, is {after}"
    for name, field in old.fields.items():
        yield from _field_breaks(name, field, new.fields.get(name))
    for name in sorted(new.fields.keys() - old.fields.keys()):
        if new.fields[name].required:
            yield f"field {name} is new and required"
        for entity in sorted(_other_ids(name, old)):
            yield f"field {name} is new and makes another id of {entity}"
    added = [_said(claim) for claim in sorted(new.claims - old.claims)]
    for claim in sorted(old.claims - new.claims):
        said = _said(claim)
        after = next((one for one in added if one and said and _extended(one) == _extended(said)), None)
        if not said or not after:
            yield f"claim {claim} is gone"
            continue
        yield from _other_of(said, after, new)
        yield from _other_amounts(said, after)


def _other_ids(name: str, old: Promise) -> set[str]:
    """Return the entities that a new field gives other ids, which records share: the next one would move alone.

    An id that its record has for itself moves with it.
    """
    found = set[str]()
    for claim in filter(None, map(_said, old.claims)):
        entity, prefix = entities()[claim["entity"]], claim.get("prefix", "")
        part = name.removeprefix(prefix)
        filled = {*claim.get("constants", {}), *(a.name for a in entity.references)}
        filled |= {a.name for a in entity.attributes if prefix + a.name in old.fields}
        filled |= set(claim["each"]) if isinstance(claim.get("each"), dict) else set()
        asked = set[str]()
        for way in entity.identity:
            asked |= set(way.given)
            is_shared = filled.issuperset(way.given) and _OF_ONE_RECORD.isdisjoint(way.parts)
            if is_shared and name == prefix + part and part in asked | _made_of(way, entity, prefix, old):
                found.add(entity.entity)
    return found


def _made_of(way: Identity, entity: EntityContract, prefix: str, old: Promise) -> set[str]:
    """Return the attributes of which a way makes an id; a region is one where the authority may have no name."""
    if "authority" not in way.parts or not entity.authority or old.numbered_by == "body":
        return set(way.parts)
    named = old.fields.get(prefix + entity.authority[0])
    return {*way.parts, *entity.authority[: 1 if named and named.required else 2]}


def _said(claim: str) -> dict[str, Any] | None:
    return json.loads(claim) if claim.startswith("{") else None


def _extended(claim: Mapping[str, Any]) -> dict[str, Any]:
    """Return a claim without that to which something may be added."""
    return {name: value for name, value in claim.items() if name not in ("of", "amounts")}


def _other_amounts(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Yield how the amounts of a claim change; a kind that had none may be given one."""
    now = after.get("amounts", {})
    for kind, name in sorted(before.get("amounts", {}).items()):
        if now.get(kind) != name:
            yield f"amount of {kind} of claim {before['entity']} was {name}, is {now.get(kind)}"


def _other_of(before: Mapping[str, Any], after: Mapping[str, Any], new: Promise) -> Iterator[str]:
    """Yield how the ids of a claim change; one that was empty before is an addition, as a new column is."""
    references = {a.name: a for a in entities()[before["entity"]].references}
    was, now = before.get("of", {}), after.get("of", {})
    for name in sorted(name for name in {*was, *now} if was.get(name) != now.get(name)):
        where = f"{name} of claim {before['entity']} {before.get('prefix', '')}".rstrip()
        made = {"entity": references[name].refers_to, "prefix": now.get(name)}
        referred = (c for c in map(_said, new.claims) if c and {"prefix": "", **c}.items() >= made.items())
        if name in was:
            yield f"{where} was of {was[name]!r}, is {now.get(name)!r}: it holds another row"
        elif references[name].required:
            yield f"{where} is filled without `of`, which names another row"
        elif any(c.get("each") not in (None, before.get("each")) for c in referred):
            yield f"{where} is of a list, whose elements would each make a row"


def _field_breaks(name: str, old: PromisedField, new: PromisedField | None) -> Iterator[str]:
    if new is None:
        yield f"field {name} ({old.label}) is gone"
        return
    for what in ("label", "cleaner", "classification"):
        before, after = getattr(old, what), getattr(new, what)
        if before != after and not (what == "cleaner" and _only_tells_more(before, after)):
            yield f"{what} of field {name} was {before}, is {after}"
    if new.required and not old.required:
        yield f"field {name} became required"


def _only_tells_more(before: str, after: str) -> bool:
    """Say whether a cleaner fills what was empty, or is told more days, each by the fields that told one before."""
    if (before == "resident_id" and after.startswith("person_no(")) or (before, after) == ("integer", "quantity"):
        return True
    if before.partition("(")[0] == "date" and after == before.replace("date", "day_or_period", 1):
        return True
    return _DAYS.sub("", before) == _DAYS.sub("", after) and set(days_in(before)) <= set(days_in(after))


def days_in(cleaner: str) -> tuple[str, ...]:
    """Return the fields that tell a cleaner its days."""
    return tuple(name for day in re.findall(_DAY, cleaner) for name in day.partition("=")[2].split(" else "))


def with_days(cleaner: str, known: Collection[str]) -> str:
    """Leave of the days that a cleaner asks for those that a known field tells."""
    days = [(day.partition("=")[0], [n for n in days_in(day) if n in known]) for day in re.findall(_DAY, cleaner)]
    left = ", ".join(f"{day}={' else '.join(names)}" for day, names in days if names)
    bare = _DAYS.sub("", cleaner).removesuffix(")")
    return f"{bare}{', ' if '(' in bare else '('}{left})" if left else bare + ")" * ("(" in bare)


def wrong_version(released: Promise, now: Promise) -> str | None:
    """Say what is wrong with the version of a contract of the same major version as the released one, if anything is.

    Raising the major version is always right here: the released contract is then kept beside the new one.
    """
    broken = breaks(released, now)
    if broken:
        return f"breaks version {released.version}: {'; '.join(broken)}"
    if _numbers(now.version) < _numbers(released.version):
        return f"version {now.version} is older than the released {released.version}"
    if now != released and now.version == released.version:
        return f"differs from the released version {released.version} and has the same number"
    return None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
