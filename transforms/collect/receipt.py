"""The receipt: what became of one hand-over, told to the body and kept in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transforms.collect.finding import Finding


@dataclass(frozen=True, slots=True)
class Receipt:
    """Say what became of one hand-over: `closed` (sent), `known` (sent before) or `refused` (nothing sent).

    Of a refused delivery that is not kept, no byte may stay.
    """

    delivery_id: str
    source: str
    state: str
    file_name: str
    reason: str = ""
    remedy: str = ""
    declared_count: int | None = None
    sent_count: int = 0
    sha256: str = ""
    findings: tuple[Finding, ...] = ()
    redelivery_of: str | None = None
    is_kept: bool = True

    def to_dict(self) -> dict[str, object]:
        """Return the receipt as plain JSON values."""
        return {
            "delivery_id": self.delivery_id,
            "source": self.source,
            "state": self.state,
            "file_name": self.file_name,
            "reason": self.reason,
            "remedy": self.remedy,
            "declared_count": self.declared_count,
            "sent_count": self.sent_count,
            "sha256": self.sha256,
            "findings": [finding.to_dict() for finding in self.findings],
            "redelivery_of": self.redelivery_of,
        }
