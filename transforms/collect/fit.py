"""By which version of its contract a delivery is read: by the newest, unless an older one knows more of its labels.

A label that may lack tells nothing of the version: what lacks would else be read as it was promised years ago.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.versions import older
from transforms.collect.classified import Classified
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas.contracts import SourceContract
    from transforms.collect.rows import Checked, Rows


@dataclass(frozen=True, slots=True)
class Fitted:
    """A delivery as one version of its contract reads it, and how it is written."""

    contract: SourceContract
    rows: Rows
    written: str
    checked: Checked

    @property
    def strangers(self) -> int:
        """Count the labels that are not known."""
        return sum(finding.count for finding in self.checked.findings if finding.kind == "unknown_column")


def fit(
    newest: SourceContract, read: Callable[[SourceContract], tuple[Rows, str]], progress: Callable[[int], None]
) -> Fitted:
    """Check a delivery by the newest version, by older ones where its labels are strange to it, and return the best.

    Raises the refusal of the newest version where every version refuses, and that of a secret at once.
    """
    fitted: list[Fitted] = []
    refusals: list[DeliveryRefused] = []
    for contract in (newest, *older(newest)):
        try:
            rows, written = read(contract)
            fitted.append(Fitted(contract, rows, written, rows.check(progress)))
        except Classified:
            raise
        except DeliveryRefused as error:
            refusals.append(error)
            continue
        if not fitted[-1].strangers:
            break
    if not fitted:
        raise refusals[0]
    return min(fitted, key=lambda one: one.strangers)
