"""SQL expressions of what one record says of accused parties and of days, by which two cases are told apart (0013)."""

from __future__ import annotations


def accused(record: str, schema: str = "canonical") -> str:
    """Return the names and codes of the accused parties of a record, an array; in staged, of an attempt `fence`."""
    return f"""array(
        select n.said from {schema}.party p join {schema}.case_party r using (record_id, party_id)
        cross join lateral (values (p.name_raw), (p.uscc)) n (said)
        where p.record_id = {record} and r.role = any(%(accused)s) and n.said is not null{_of(schema, "p", "r")})"""  # noqa: S608  # text of this code, no input


def days(record: str, schema: str = "canonical") -> str:
    """Return the days of filing and decision that a record names, an array; in staged, of an attempt `fence`."""
    return f"""array(
        select c.filed_on from {schema}."case" c
        where c.record_id = {record} and c.filed_on is not null{_of(schema, "c")}
        union select d.decided_on from {schema}.decision d
        where d.record_id = {record} and d.decided_on is not null{_of(schema, "d")})"""  # noqa: S608  # text of this code, no input


def _of(schema: str, *tables: str) -> str:
    return "".join(f" and {table}.fence = %(fence)s" for table in tables) if schema == "staged" else ""
