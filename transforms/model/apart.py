"""Which sources the models treat apart: read from the contracts at every run, so that no file lists them too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.contracts import sources

if TYPE_CHECKING:
    from schemas.contracts import Claim, SourceContract


def secret_sources() -> tuple[str, ...]:
    """Return the sources whose cases are secret, or may be: only counts of them leave the body (DOMAIN P11)."""
    return tuple(sorted(c.source for c in sources().values() if any(_may_be_secret(c, claim) for claim in c.claims)))


def event_sources() -> tuple[str, ...]:
    """Return the sources whose records are events: the newest is where its case stands."""
    return tuple(sorted(c.source for c in sources().values() if c.mode == "event"))


def open_sources() -> tuple[str, ...]:
    """Return the sources of which no case is secret; of one that has no contract any more, its cases tell."""
    return tuple(sorted(set(sources()) - set(secret_sources())))


def environment() -> dict[str, str]:
    """Return the lists as variables of the environment; macros that miss one fail."""
    return {**variables(), "DBT_OPEN_SOURCES": ",".join(open_sources())}


def variables() -> dict[str, str]:
    """Return those of the variables that say how marts are built: where one changes, all is built again."""
    return {"DBT_SECRET_SOURCES": ",".join(secret_sources()), "DBT_EVENT_SOURCES": ",".join(event_sources())}


def _may_be_secret(contract: SourceContract, claim: Claim) -> bool:
    is_read = claim.prefix + "security_class" in contract.field_names
    return claim.entity == "case" and (is_read or claim.constants.get("security_class") == "CASE_SECRET")
