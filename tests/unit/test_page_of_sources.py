"""The table of sources in README.md is the one that the contracts make."""

from __future__ import annotations

from schemas.contracts import ROOT, sources
from schemas.page import write_table


def test_the_readme_lists_the_sources_as_their_contracts_say() -> None:
    page = (ROOT.parent / "README.md").read_text("utf-8")
    assert write_table() in page, "run `casebridge sources --markdown` and put its table into README.md"


def test_every_source_has_one_row_with_a_link_to_its_contract() -> None:
    rows = write_table().splitlines()[2:]
    assert len(rows) == len(sources())
    for row, contract in zip(rows, sources().values(), strict=True):
        assert row.startswith(f"| [{contract.source}](schemas/sources/{contract.body_id}/{contract.path.name}) |")


def test_a_pushed_source_is_asked_never() -> None:
    row = next(row for row in write_table().splitlines() if "[platform_notices]" in row)
    assert row.endswith("| pushes into Kafka | event |  |")
