"""What a cleaner returns, and every reason that it may give."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeAlias

Value: TypeAlias = "str | int | Decimal | date | list[Value] | None"


class Cleaned(NamedTuple):
    """A clean value, or None with the reason; None without a reason is an empty cell."""

    value: Value
    reason: str | None


EMPTY = Cleaned(None, None)

REFUSALS = frozenset(
    {
        "ambiguous",
        "authority_type",
        "birth_date",
        "charset",
        "check_digit_failed",
        "damaged",
        "foreign_currency",
        "format",
        "impossible_date",
        "length",
        "masked",
        "negative",
        "no_sanction",
        "out_of_range",
        "overflow",
        "party_count",
        "placeholder",
        "publication_no",
        "scientific_notation",
        "unit_ambiguous",
        "unmapped",
        "unparseable",
    }
)
"""Reasons that empty the value."""

FAULTLESS = frozenset({"masked", "no_sanction", "placeholder"})
"""Refusals that are no fault: the body has no value, says elsewhere what it means, or hides the one that it has."""

LOSSES = frozenset(f"some_{reason}" for reason in REFUSALS - FAULTLESS)
"""Warnings of a list of which an item was refused, but for one that is hidden: it is lost as a single value is."""

WARNINGS = frozenset(
    {
        "date_only",
        "later_region",
        "leading_zero_restored",
        "legacy_format",
        "more_parties",
        "no_version_in_force",
        "open_version",
        "no_check_digit",
        "org_check_failed",
        "private_use_characters",
        "renamed_agency",
        "renamed_region",
        "retired_region",
        "rounded",
        "several_parties",
        "undated_law",
        "unknown_region",
    }
    | {f"some_{reason}" for reason in REFUSALS}
)
"""Reasons that keep the value; `some_…` stands on a list of which an item was refused."""

SEVERAL = frozenset({"more_parties", "several_parties"})
"""Warnings of a name that is of several: who they are is not told apart."""

SILENT = (WARNINGS - LOSSES - SEVERAL) | FAULTLESS
"""Reasons that are told and make no record doubtful."""


def refused(reason: str) -> Cleaned:
    """Return an emptied value with its reason."""
    return Cleaned(None, reason)
