"""The cleaners that a contract names: they are checked before anything is sent that none of them could read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transforms.errors import ContractBroken
from transforms.normalise.cleaners.registry import cleaner

if TYPE_CHECKING:
    from schemas.contracts import SourceContract


def require_cleaners(contract: SourceContract) -> None:
    """Raise ContractBroken where a contract names a cleaner that there is not, or tells one what it does not take."""
    for item in contract.fields:
        try:
            cleaner(item.cleaner)
        except ContractBroken as error:
            where = f"{contract.path.name}: {item.name}, {error.where}"
            raise ContractBroken(error.what, where, error.remedy) from error
