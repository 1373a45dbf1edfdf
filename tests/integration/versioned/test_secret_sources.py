"""Which sources are secret, the contracts say at the run: no file has to be written anew for a new one."""

from __future__ import annotations

import pytest

from tests.integration.versioned.records import Line, id_of
from transforms.model import apart
from transforms.publish.release import Digests


def test_a_case_is_hidden_from_the_release_on_in_which_its_source_is_called_secret(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.record(line.admit(), "secret")
    line.say(
        "case", case_id=id_of("secret"), proceeding="PENALTY", case_type="TM_PENALTY", security_class="CASE_SECRET"
    )
    line.say("case_event", case_id=id_of("secret"), event_id=id_of("secret"), event_type="case.filed")
    line.release()
    told = f"select count(*) from marts.fct_case_event where case_id = '{id_of('secret')}'"  # noqa: S608  # made-up id
    before = Digests.of_this_code()
    known = apart.secret_sources()
    assert line.read(told) == [(1,)]

    monkeypatch.setattr(apart, "secret_sources", lambda: (*known, "amr_zj_penalties"))
    assert Digests.of_this_code().contracts != before.contracts, "it asks for a whole build"
    line.release(full=True)
    assert line.read(told) == [(0,)]


def test_of_a_source_that_has_no_contract_any_more_each_case_says_whether_it_is_secret(line: Line) -> None:
    for name, level in (("hidden", "CASE_SECRET"), ("open", "GENERAL"), ("silent", None)):
        line.record(line.admit(), name, source="gone")
        line.say("case", case_id=id_of(name), proceeding="PENALTY", case_type="TM_PENALTY", security_class=level)
        line.say("case_event", case_id=id_of(name), event_id=id_of(name), event_type="case.filed")
    line.release()
    told = {case for (case,) in line.read("select case_id from marts.fct_case_event")}
    assert told & {id_of(name) for name in ("hidden", "open", "silent")} == {id_of("open"), id_of("silent")}
