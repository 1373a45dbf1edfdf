"""Cleaned fields to canonical claims, as the contract's `claims` say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from schemas.contracts import Claim, entities
from transforms.masking import mask_name_column
from transforms.normalise.identity import hash_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemas.contracts import SourceContract

    Columns = Mapping[str, pa.Array]
    Maker = Callable[["_Record", Claim], dict[str, pa.Array]]

_ARROW = {
    "text": pa.string(),
    "uuid": pa.string(),
    "date": pa.date32(),
    "timestamptz": pa.timestamp("us", "UTC"),
    "bigint": pa.int64(),
    "numeric(18,2)": pa.decimal128(18, 2),
    "boolean": pa.bool_(),
}
# A row that has none of these says nothing of its entity.
_SUBSTANCE = {
    "party": ("name_raw", "uscc", "id_token"),
    "case_party": ("name_raw", "uscc", "id_token"),
    "case_event": ("event_on", "event_at"),
    "decision": ("decided_on", "doc_no", "doc_no_raw", "legal_basis", "content"),
}


def claimed_fields(contract: SourceContract) -> tuple[str, ...]:
    """Return the fields that some claim takes, in the order of the contract: the content of a record's image."""
    known, names = entities(), set[str]()
    for claim in contract.claims:
        wanted = {a.name for a in known[claim.entity].attributes} - set(claim.constants)
        names |= {claim.prefix + a for a in (*wanted, *_SUBSTANCE.get(claim.entity, ()))}
        names |= {*claim.amounts.values(), *([claim.each] if claim.each else [])}
    return tuple(f.name for f in contract.fields if f.name in names)


def build_claims(
    contract: SourceContract, columns: Columns, record_id: pa.Array, record_key: pa.Array
) -> dict[str, pa.Table]:
    """Return the claims of each entity, one table an entity, with record_id first."""
    record = _Record(contract, columns, record_id, record_key)
    made: dict[str, list[pa.Table]] = {}
    for claim in contract.claims:
        made.setdefault(claim.entity, []).append(record.claim(claim))
    return {entity: pa.concat_tables(tables) for entity, tables in made.items()}


class _Record:
    """The usable records of one source, and the ids that their claims share."""

    def __init__(self, contract: SourceContract, columns: Columns, record_id: pa.Array, record_key: pa.Array) -> None:
        self.contract, self.columns = contract, columns
        self.record_id, self.record_key = record_id, record_key
        self.size = len(record_id)
        self.case_id = self._case_id()
        self.decision_id = self._decision_id()

    def claim(self, claim: Claim) -> pa.Table:
        """Return the rows of one claim."""
        made = {"record_id": self.record_id, **self._ids(claim)}
        for attribute in entities()[claim.entity].attributes:
            if attribute.name not in made:
                made[attribute.name] = self._attribute(claim, attribute.name).cast(_ARROW[attribute.sql_type])
        columns = ["record_id", *(a.name for a in entities()[claim.entity].attributes)]
        table = pa.table({name: made[name] for name in columns})
        if claim.each:
            return self._exploded(table, claim)
        return table.filter(self._has_substance(claim))

    def _attribute(self, claim: Claim, name: str) -> pa.Array:
        if name in claim.constants:
            return pa.repeat(claim.constants[name], self.size)
        if claim.prefix + name in self.columns:
            return self.columns[claim.prefix + name]
        if name == "name_display":
            return mask_name_column(self._attribute(claim, "name_raw"), self._attribute(claim, "party_type"))
        return pa.nulls(self.size)

    def _ids(self, claim: Claim) -> dict[str, pa.Array]:
        if claim.entity == "case":
            return {"case_id": self.case_id}
        if claim.entity == "decision":
            return {"decision_id": self.decision_id, "case_id": self.case_id}
        if claim.entity == "sanction":
            blank = pa.repeat("", self.size)
            return {"sanction_id": blank, "sanction_type": blank} | self._ids(Claim("decision"))
        if claim.entity == "case_event":
            parts = [self._attribute(claim, n) for n in ("event_type", "event_on", "event_at")]
            return {"event_id": hash_columns(self.size, [self.case_id, *parts]), "case_id": self.case_id}
        if claim.entity == "case_party":
            return {"case_id": self.case_id, "party_id": self._party_id(claim)}
        return {"party_id": self._party_id(claim)}

    def _case_id(self) -> pa.Array:
        claim = next(c for c in self.contract.claims if c.entity == "case")
        number = self._attribute(claim, "case_no").cast(pa.string())
        head = [self.contract.body_id, self._attribute(claim, "proceeding")]
        numbered = hash_columns(self.size, [*head, self._attribute(claim, "agency_uscc"), number])
        if not number.null_count:
            return numbered
        unnumbered = hash_columns(self.size, [*head, self.contract.source, self.record_key])
        return pc.if_else(number.is_valid(), numbered, unnumbered)

    def _decision_id(self) -> pa.Array:
        claim = next((c for c in self.contract.claims if c.entity == "decision"), Claim("decision"))
        number = pc.coalesce(self._attribute(claim, "doc_no").cast(pa.string()), self.record_key)
        return hash_columns(self.size, [self.case_id, self._attribute(claim, "doc_type"), number])

    def _party_id(self, claim: Claim) -> pa.Array:
        uscc = self._attribute(claim, "uscc").cast(pa.string())
        token = self._attribute(claim, "id_token").cast(pa.string())
        kind = pc.if_else(uscc.is_valid(), "USCC", pc.if_else(token.is_valid(), "ID", self.contract.source))
        return hash_columns(self.size, [kind, pc.coalesce(uscc, token, self._own_key(claim))])

    def _own_key(self, claim: Claim) -> pa.Array:
        return pc.binary_join_element_wise(self.record_key, pa.repeat(claim.prefix, self.size), "|")

    def _has_substance(self, claim: Claim) -> pa.Array:
        names = _SUBSTANCE.get(claim.entity)
        if names is None:
            return pa.repeat(True, self.size)
        known = [self._attribute(claim, name).is_valid() for name in names]
        present = known[0]
        for more in known[1:]:
            present = pc.or_(present, more)
        return present

    def _exploded(self, table: pa.Table, claim: Claim) -> pa.Table:
        items = self.columns[claim.each or ""]
        parents, kinds = pc.list_parent_indices(items), pc.list_flatten(items)
        rows = table.take(parents)
        key = self.record_key.take(parents)
        amount = pa.nulls(len(kinds), pa.decimal128(18, 2))
        for kind, name in claim.amounts.items():
            amount = pc.if_else(pc.equal(kinds, kind), self.columns[name].take(parents), amount)
        made = {
            "sanction_id": hash_columns(len(kinds), [rows["decision_id"].combine_chunks(), key, kinds]),
            "sanction_type": kinds,
            "amount_cny": amount,
        }
        for name, column in made.items():
            rows = rows.set_column(rows.schema.get_field_index(name), name, column)
        return rows.filter(kinds.is_valid())
