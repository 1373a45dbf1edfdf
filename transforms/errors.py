"""Errors that reach a person: each says what happened, where, and what to do about it."""

from __future__ import annotations

from traceback import format_tb


class CasebridgeError(Exception):
    """Tell a person what happened, where, and the remedy."""

    def __init__(self, what: str, where: str = "", remedy: str = "") -> None:
        """Keep the three parts apart, so that a terminal, a log line and a receipt can each show them."""
        super().__init__(what, where, remedy)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        """Join the parts into one line."""
        return " | ".join(part for part in (self.what, self.where, self.remedy) if part)


class Retryable(CasebridgeError):
    """Say that the same call may succeed later: Airflow tries again."""


class Terminal(CasebridgeError):
    """Say that the data, or a rule about it, refused: trying again changes nothing."""


class ContractBroken(Terminal):
    """Say that a contract is invalid, or that what was sent does not follow it."""


class DeliveryRefused(Terminal):
    """Say that a delivery was refused whole."""


class SourceUnavailable(Retryable):
    """Say that a body's system did not answer."""


class GateRefused(Terminal):
    """Say that a gate stopped the next step."""


def reason_of(error: BaseException) -> str:
    """Return why something failed as it may be kept: what libraries say may quote a value (DOMAIN P26)."""
    if isinstance(error, CasebridgeError):
        return str(error)[:500]
    # What PostgreSQL says after the first line (CONTEXT of a COPY) holds the row that it was at.
    told = str(error).strip().splitlines() if _is_of_the_machine(error) else []
    return told[0][:500] if told else type(error).__name__


def trace_of(error: BaseException) -> str:
    """Return where something failed and what led there, without what libraries say of values (DOMAIN P26)."""
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    led = trace_of(before) + "\nwhich led to\n" if before else ""
    return f"{led}{''.join(format_tb(error.__traceback__))}{name}: {reason_of(error)}"


def _is_of_the_machine(error: BaseException) -> bool:
    """Return whether an error speaks of files, services and their limits, not of a value."""
    from psycopg import OperationalError

    return isinstance(error, (OSError, OperationalError))
