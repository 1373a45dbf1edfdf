"""What a body delivered, as the rows of its contract."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from transforms.collect.going_on import goes_on
from transforms.collect.header import score
from transforms.collect.objects import ObjectRows
from transforms.collect.readers.content import Cells, Fit, Options
from transforms.collect.readers.read import read_content
from transforms.collect.table import TableRows

if TYPE_CHECKING:
    from schemas.contracts import SourceContract
    from transforms.collect.readers.content import Readable
    from transforms.collect.rows import Rows


def read_delivered(contract: SourceContract, readable: Readable) -> tuple[Rows, str]:
    """Return the rows of a file and how it is written: the encoding of a text, else the kind of file."""
    options = Options.of(contract.fetch.format, contract.fetch.options)
    content = read_content(readable, options, Fit(partial(score, contract), partial(goes_on, contract)))
    rows = TableRows(contract, content) if isinstance(content, Cells) else ObjectRows(contract, content)
    return rows, content.encoding or content.shape
