"""Which models a release builds."""

from __future__ import annotations

from transforms.model.build import selection


def test_a_release_builds_what_hangs_on_the_entities_that_it_changes() -> None:
    assert selection(["case", "party"]) == (
        "--select",
        "source:canonical.case+,config.materialized:versioned",
        "source:canonical.party+,config.materialized:versioned",
    )


def test_a_release_that_changes_no_entity_builds_nothing() -> None:
    assert selection([]) == ()
