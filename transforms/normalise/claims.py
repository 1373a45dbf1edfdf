"""Cleaned fields to canonical claims, as the contract's `claims` and the canonical contracts say."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from schemas.contracts import Claim, entities
from transforms.masking import mask_name_column
from transforms.normalise.cleaners.column import paired_form
from transforms.normalise.cleaners.registry import cleaner
from transforms.normalise.cleaners.rights import right_key
from transforms.normalise.identity import hash_joined, join_columns
from transforms.normalise.lists import count_among, count_distinct, place_among, side_by_side, typed
from transforms.normalise.objects import as_objects

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.contracts import Attribute, EntityContract, SourceContract

    Columns = Mapping[str, pa.Array]

_RIGHT_KEY = paired_form(right_key, pa.string(), "register")
_ARROW = {
    "text": pa.string(),
    "uuid": pa.string(),
    "date": pa.date32(),
    "timestamptz": pa.timestamp("us", "UTC"),
    "bigint": pa.int64(),
    "numeric(18,2)": pa.decimal128(18, 2),
    "boolean": pa.bool_(),
    "jsonb": pa.string(),
}


def claimed_fields(contract: SourceContract) -> tuple[str, ...]:
    """Return the fields that some claim takes, in the order of the contract: the content of a record's image."""
    names = set[str]()
    for claim in contract.claims:
        entity = entities()[claim.entity]
        read = {a.name for a in entity.attributes} - _made(entity)
        names |= {claim.prefix + name for name in read} | {*contract.each_of(claim).values(), *claim.amounts.values()}
        names |= {*contract.members_of(claim).values()}
    return tuple(f.name for f in contract.fields if f.name in names)


def _made(entity: EntityContract) -> set[str]:
    """Return the attributes that are computed and never read: ids."""
    return {a.name for a in entity.references} | ({entity.own_id} if entity.own_id else set())


def build_claims(
    contract: SourceContract,
    columns: Columns,
    record_id: pa.Array,
    record_key: pa.Array,
    refused: Columns | None = None,
) -> dict[str, pa.Table]:
    """Return the claims of each entity, one table an entity, with record_id first.

    `refused` says of a field in which records its value could not be read: no constant stands for that.
    """
    records = _Records(contract, columns, record_id, record_key, refused or {})
    made: dict[str, list[pa.Table]] = {}
    for claim in contract.claims:
        made.setdefault(claim.entity, []).append(records.claim(claim))
    return {entity: pa.concat_tables(tables) for entity, tables in made.items()}


@dataclass(frozen=True)
class _Rows:
    """The rows of a claim: one a record, or where it has lists, one an element; then each knows record and place."""

    size: int
    records: pa.Array | None = None
    places: pa.Array | None = None
    is_array: bool = False
    elements: Columns = field(default_factory=dict)

    def of_records(self, column: pa.Array) -> pa.Array:
        """Return what a column has for the record of each row."""
        return column if self.records is None else column.take(self.records)


class _Records:
    """The usable records of one source, and the ids that their claims share."""

    def __init__(
        self, contract: SourceContract, columns: Columns, record_id: pa.Array, record_key: pa.Array, refused: Columns
    ) -> None:
        self.contract, self.columns, self.refused = contract, columns, refused
        self.record_id, self.record_key = record_id, record_key
        self._rows: dict[int, _Rows] = {}
        self._ids: dict[int, pa.Array] = {}
        referred = (contract.claim_of(c, a) for c in contract.claims for a in entities()[c.entity].references)
        self._referred = {id(claim) for claim in referred}

    def claim(self, claim: Claim) -> pa.Table:
        """Return the rows of one claim."""
        entity, told = entities()[claim.entity], self._substance(claim)
        if not told.true_count:
            types = {attribute.name: _ARROW[attribute.sql_type] for attribute in entity.attributes}
            return pa.schema({"record_id": self.record_id.type, **types}).empty_table()
        made = {"record_id": self._rows_of(claim).of_records(self.record_id).filter(told)}
        for attribute in entity.attributes:
            if attribute.name == entity.own_id and id(claim) not in self._referred:
                column = hash_joined(self._identity(claim).filter(told))
            else:
                column = self._attribute(claim, attribute.name).filter(told)
            made[attribute.name] = typed(column, _ARROW[attribute.sql_type])
        return pa.table(made)

    def _rows_of(self, claim: Claim) -> _Rows:
        if id(claim) not in self._rows:
            self._rows[id(claim)] = self._make_rows(claim)
        return self._rows[id(claim)]

    def _make_rows(self, claim: Claim) -> _Rows:
        if each := self.contract.each_of(claim):
            lists = {name: self.columns[field] for name, field in each.items() if field in self.columns}
            records, places, elements = side_by_side(lists)
            return _Rows(len(records), records, places, isinstance(claim.each, str), elements)
        for attribute in entities()[claim.entity].references:
            referred = self.contract.claim_of(claim, attribute)
            rows = self._rows_of(referred) if referred else None
            if rows and rows.records is not None:
                return _Rows(rows.size, rows.records, rows.places, rows.is_array)
        return _Rows(len(self.record_id))

    def _attribute(self, claim: Claim, name: str) -> pa.Array:
        entity = entities()[claim.entity]
        if name == entity.own_id:
            return self._id(claim)
        reference = next((a for a in entity.references if a.name == name), None)
        value = self._reference(claim, reference) if reference else self._value(claim, name, entity.amounts)
        return self._of_kind(claim, name, entity, value)

    def _of_kind(self, claim: Claim, name: str, entity: EntityContract, value: pa.Array) -> pa.Array:
        if entity.amounts and name in entity.kinds and value.null_count < len(value):
            kinds = self._attribute(claim, entity.amounts[1]).cast(pa.string())
            return pc.if_else(pc.is_in(kinds, pa.array(entity.kinds[name])), value, None)
        return value

    def _value(self, claim: Claim, name: str, amounts: tuple[str, str] | None) -> pa.Array:
        rows = self._rows_of(claim)
        if name in rows.elements:
            return rows.elements[name]
        field_name = claim.prefix + name
        if field_name in self.columns:
            found = self.columns[field_name]
            if name in claim.constants:
                filled = pc.coalesce(found, claim.constants[name])
                found = pc.if_else(self.refused[field_name], None, filled) if field_name in self.refused else filled
            return rows.of_records(found)
        if name in claim.constants:
            return pa.repeat(claim.constants[name], rows.size)
        return self._computed(claim, name, amounts)

    def _computed(self, claim: Claim, name: str, amounts: tuple[str, str] | None) -> pa.Array:
        rows, members = self._rows_of(claim), self.contract.members_of(claim)
        if filled := {member: of for member, of in members.items() if member.startswith(f"{name}.")}:
            return as_objects({m.partition(".")[2]: self._member(rows, m, of) for m, of in filled.items()})
        if name == "name_display":
            return mask_name_column(self._attribute(claim, "name_raw"), self._attribute(claim, "party_type"))
        if name == "name_norm":
            return cleaner(name).column(self._attribute(claim, "name_raw").cast(pa.string()))[0]
        if name == "seq" and amounts:
            return self._order(claim, amounts[1])
        if name == "seq" and rows.records is not None:
            return count_among(rows.records, self._attribute(claim, "role"))
        return self._amount(claim, amounts[1]) if amounts and name == amounts[0] else pa.nulls(rows.size)

    def _order(self, claim: Claim, by: str) -> pa.Array:
        """Return which of the kinds that its record names each row is, in the order of claims and lists."""
        alike = [one for one in self.contract.claims if one.entity == claim.entity]
        told = alike[: alike.index(claim) + 1]
        kinds = [self._attribute(one, by).cast(pa.string()) for one in told]
        all_records = pa.array(range(len(self.record_id)), pa.int64())
        records = [self._rows_of(one).of_records(all_records) for one in told]
        places = place_among(pa.concat_arrays(records), pa.concat_arrays(kinds))
        return places.slice(len(places) - len(kinds[-1]))

    def _member(self, rows: _Rows, member: str, name: str) -> pa.Array:
        return rows.elements[member] if member in rows.elements else rows.of_records(self.columns[name])

    def _amount(self, claim: Claim, by: str) -> pa.Array:
        """Return the amount of each row; one that several kinds of its record share is of none of them alone."""
        rows, kinds = self._rows_of(claim), self._attribute(claim, by)
        amount = pa.nulls(rows.size, _ARROW["numeric(18,2)"])
        records = pa.array(range(rows.size), pa.int64()) if rows.records is None else rows.records
        for name in dict.fromkeys(claim.amounts.values()):
            takers = pa.array([kind for kind, taken in claim.amounts.items() if taken == name])
            takes = pc.is_in(kinds, takers)
            alone = pc.equal(count_distinct(records, pc.if_else(takes, kinds, None)), 1)
            has_it = pc.and_(pc.and_(takes, alone), pc.equal(count_among(records, kinds), 1))
            amount = pc.if_else(has_it, rows.of_records(self.columns[name]), amount)
        return amount

    def _id(self, claim: Claim) -> pa.Array:
        if id(claim) not in self._ids:
            self._ids[id(claim)] = hash_joined(self._identity(claim))
        return self._ids[id(claim)]

    def _identity(self, claim: Claim) -> pa.Array:
        """Return the joined parts of the first way whose `given` are known, row by row."""
        found: pa.Array | None = None
        known = pa.repeat(False, self._rows_of(claim).size)
        for way in entities()[claim.entity].identity:
            joined = join_columns(len(known), [self._part(claim, part) for part in way.parts])
            found = joined if found is None else pc.if_else(known, found, joined)
            given = [self._attribute(claim, name).is_valid() for name in way.given]
            known = pc.or_(known, reduce(pc.and_, given, pa.repeat(True, len(known))))
            if pc.all(known, min_count=0).as_py():
                break
        return found

    def _part(self, claim: Claim, part: str) -> pa.Array | str:
        rows = self._rows_of(claim)
        if part.startswith("="):
            return part[1:]
        if part in ("body_id", "source"):
            return self.contract.body_id if part == "body_id" else self.contract.source
        if part == "record_key":
            return rows.of_records(self.record_key)
        made = {"right_key": self._right_key, "authority": self._authority, "claim_key": self._claim_key}
        return made[part](claim) if part in made else self._attribute(claim, part)

    def _right_key(self, claim: Claim) -> pa.Array:
        return _RIGHT_KEY(self._attribute(claim, "right_no"), register=self._attribute(claim, "register"))[0]

    def _claim_key(self, claim: Claim) -> pa.Array:
        rows = self._rows_of(claim)
        own = [rows.of_records(self.record_key), pa.repeat(claim.prefix, rows.size)]
        own += [] if rows.places is None else [self._place(claim, rows).cast(pa.string())]
        return pc.binary_join_element_wise(*own, "|")

    def _authority(self, claim: Claim) -> pa.Array:
        """Return who gives the numbers of an entity, in the form that is compared; null where the body itself does."""
        named = entities()[claim.entity].authority
        if named is None or self.contract.numbered_by == "body":
            return pa.nulls(self._rows_of(claim).size, pa.string())
        name, region = (self._attribute(claim, attribute).cast(pa.string()) for attribute in named)
        return pc.coalesce(cleaner("authority").column(name)[0], region)

    def _place(self, claim: Claim, rows: _Rows) -> pa.Array:
        """Return what tells a row from the others of its record: its place, but in an array what it says.

        So the elements of an array may come in another order.
        """
        entity = entities()[claim.entity]
        said = [name for name in entity.substance if name not in {a.name for a in entity.references}]
        if not rows.is_array or not said:
            return rows.places
        content = join_columns(rows.size, [self._attribute(claim, name) for name in said])
        among = count_among(rows.records, content)
        return pc.binary_join_element_wise(content, among.cast(pa.string()), "|")

    def _reference(self, claim: Claim, attribute: Attribute) -> pa.Array:
        referred = self.contract.claim_of(claim, attribute)
        if referred is None:
            return pa.nulls(self._rows_of(claim).size, pa.string())
        ids = self._id(referred)
        if not attribute.required:
            ids = pc.if_else(self._substance(referred), ids, None)
        return self._beside(claim, referred, ids)

    def _beside(self, claim: Claim, referred: Claim, column: pa.Array) -> pa.Array:
        """Return a column of the claim referred to as the rows of this claim have it."""
        return column if self._rows_of(referred).records is not None else self._rows_of(claim).of_records(column)

    def _substance(self, claim: Claim) -> pa.Array:
        entity = entities()[claim.entity]
        present = pa.repeat(not entity.substance, self._rows_of(claim).size)
        references = {a.name: a for a in entity.references}
        for name in entity.substance:
            referred = self.contract.claim_of(claim, references[name]) if name in references else None
            known = (
                self._beside(claim, referred, self._substance(referred))
                if referred
                else self._attribute(claim, name).is_valid()
            )
            present = pc.or_(present, known)
        for needed in entity.attributes:
            if needed.required and needed.name not in references and needed.name != entity.own_id:
                present = pc.and_(present, self._attribute(claim, needed.name).is_valid())
        return present
