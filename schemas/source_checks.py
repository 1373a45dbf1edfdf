"""Whether a source contract is whole: its key, its claims, and the rows that follow from arrays and lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from schemas.document import ContractError
from schemas.entity import EntityContract, entities
from schemas.source import Claim, SourceContract

# What may be a member of an object: nobody classified the object for anything else.
_OPEN = frozenset({"PUBLIC", "PI_NONE"})
_MEMBER = re.compile(r"[a-z][a-z0-9_]*")


def check_source(contract: SourceContract) -> None:
    """Refuse a contract that is not whole; raises ContractError with the place and the remedy."""
    path, names = contract.path, contract.field_names
    if not contract.key:
        raise ContractError(path, "primaryKey", "mark the fields of the record key with primaryKey")
    if len(names) != len(contract.fields):
        raise ContractError(path, "properties", "two properties have the same name")
    wanted = [contract.source_time, *contract.cursor, *(contract.withdrawal or ())[:1]]
    for claim in contract.claims:
        _check_claim(contract, claim)
        wanted += [*claim.amounts.values(), *(claim.each.values() if isinstance(claim.each, Mapping) else ())]
    _check_arrays(contract)
    _check_periods(contract)
    for name in filter(None, wanted):
        if name not in names:
            raise ContractError(path, f"field {name}", f"is named but is no property; known are {sorted(names)}")
    for claim in contract.claims:
        _check_single(contract, claim)
    if not contract.claims:
        raise ContractError(path, "claims", "say which canonical rows a record makes")
    _check_pages(contract)
    if contract.is_pushed and any(f.classification == "PI_SENSITIVE" for f in contract.fields):
        raise ContractError(path, "classification", "a pushed source may not carry a PI_SENSITIVE column")


def _check_pages(contract: SourceContract) -> None:
    """Refuse pages that nobody counts: a row that goes between two of them hides another, and absence withdraws it."""
    options = contract.fetch.options
    if contract.fetch.kind != "api" or contract.mode != "snapshot" or {"cursorParameter", "total"} & options.keys():
        return
    remedy = "say `total`: where each answer tells how many records there are in all"
    raise ContractError(contract.path, "servers", remedy)


def _check_periods(contract: SourceContract) -> None:
    """Refuse a month in place of a day where nothing says that it is one: only an event has its precision beside it."""
    told = {(f.name, f.label, f.cleaner.replace("date_precision", "day_or_period")) for f in contract.fields}
    prefixes = {claim.prefix for claim in contract.claims if claim.entity == "case_event"}
    for item in (f for f in contract.fields if f.cleaner.partition("(")[0] == "day_or_period"):
        prefix, attribute = item.name.removesuffix("event_on"), "event_precision"
        if prefix not in prefixes or (f"{prefix}{attribute}", item.label, item.cleaner) not in told:
            remedy = (
                f"claim an event, and read {prefix}{attribute} by date_precision under the same label; else use date"
            )
            raise ContractError(contract.path, f"{item.name}.transformLogic", remedy)


def _check_claim(contract: SourceContract, claim: Claim) -> None:
    known, path, where = entities(), contract.path, f"claims.{claim.entity}"
    if claim.entity not in known:
        raise ContractError(path, where, f"known entities are {sorted(known)}")
    entity = known[claim.entity]
    if not isinstance(claim.each, Mapping) and claim.each not in {f.array for f in contract.fields if f.array}:
        remedy = "write {attribute: list field}, one for each list, or the array that fields are read in"
        raise ContractError(path, f"{where}.each", remedy)
    members = contract.members_of(claim)
    attributes = {a.name for a in entity.attributes}
    for name in {*claim.constants, *contract.each_of(claim)} - members.keys():
        if name not in attributes:
            raise ContractError(path, f"{where}.{name}", f"known are {sorted(attributes)}")
    if claim.amounts and not entity.amounts:
        raise ContractError(path, f"{where}.amounts", "this entity has no amount of several kinds")
    _check_members(contract, members)
    _check_references(contract, claim, entity)


def _check_members(contract: SourceContract, members: Mapping[str, str]) -> None:
    for member, name in members.items():
        if contract.field_named(name).classification not in _OPEN:
            attribute = member.partition(".")[0]
            remedy = f"{attribute} is shown to everybody: a member is {' or '.join(sorted(_OPEN))}, or it is not mapped"
            raise ContractError(contract.path, f"{name}.classification", remedy)
        if not _MEMBER.fullmatch(member.partition(".")[2]):
            raise ContractError(contract.path, f"field {name}", "name a member in lower case, as a column")


def _check_arrays(contract: SourceContract) -> None:
    """Refuse what an array of objects cannot be: a part of the record itself, or one of another array."""
    path, arrays = contract.path, {f.name: f.array for f in contract.fields if f.array}
    single = {*contract.key, contract.source_time, *contract.cursor, *(contract.withdrawal or ())[:1]}
    single |= {name for claim in contract.claims for name in claim.amounts.values()}
    for name, array in arrays.items():
        if "[]" in array:
            raise ContractError(path, f"{name}.physicalName", "an array within an array is not read")
        if name in single:
            raise ContractError(path, f"field {name}", f"is one value a record, and {array} has many")
        if contract.is_pushed or any(label == array or label.startswith(f"{array}.") for label in contract.labels):
            remedy = "a pushed record is read by its labels" if contract.is_pushed else f"{array} is read whole already"
            raise ContractError(path, f"{name}.physicalName", remedy)
    for claim in contract.claims:
        attributes = {a.name for a in entities()[claim.entity].attributes} - {*claim.constants}
        read = {claim.prefix + name for name in (*attributes, *contract.members_of(claim))}
        read |= {*contract.each_of(claim).values()}
        for name in sorted(read & arrays.keys()):
            if arrays[name] != claim.each:
                remedy = f"is read in the array {arrays[name]}: say `each: {arrays[name]}`, or name the field otherwise"
                raise ContractError(path, f"claims.{claim.entity}.{name}", remedy)


def _check_references(contract: SourceContract, claim: Claim, entity: EntityContract) -> None:
    where, references = f"claims.{claim.entity}", {a.name: a for a in entity.references}
    if unknown := sorted(set(claim.of) - set(references)):
        raise ContractError(contract.path, f"{where}.of {unknown}", f"known are {sorted(references)}")
    for name, attribute in references.items():
        if contract.claim_of(claim, attribute) is None and (attribute.required or name in claim.of):
            remedy = f"claim a {attribute.refers_to} with this prefix, or say with `of` which claim makes it"
            raise ContractError(contract.path, f"{where}.{name}", remedy)
    if len(_lists_of(contract, claim)) > 1:
        remedy = "its rows follow the lists of one claim; set lists that belong together side by side in one `each`"
        raise ContractError(contract.path, where, remedy)


def _check_single(contract: SourceContract, claim: Claim) -> None:
    """Refuse an id that a claim may hold and that is of a list: its elements would make rows that the claim has not."""
    for attribute in (a for a in entities()[claim.entity].references if a.name in claim.of and not a.required):
        without = replace(claim, of={name: prefix for name, prefix in claim.of.items() if name != attribute.name})
        referred = contract.claim_of(claim, attribute)
        if referred and _lists_of(contract, referred) and not _lists_of(contract, without):
            remedy = f"a record makes several rows of {attribute.refers_to}, and this is one: it cannot hold their ids"
            raise ContractError(contract.path, f"claims.{claim.entity}.{attribute.name}", remedy)


def _lists_of(contract: SourceContract, claim: Claim) -> set[int | str]:
    """Return whose lists make the rows of a claim: an array, or the claim itself, and those whose ids it holds."""
    referred = (contract.claim_of(claim, a) for a in entities()[claim.entity].references)
    follows = {place for one in referred if one for place in _lists_of(contract, one)}
    own: set[int | str] = {claim.each if isinstance(claim.each, str) else id(claim)}
    return follows | own if claim.each else follows
