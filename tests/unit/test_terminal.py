"""What bodies send is shown as it is, and never obeyed by a terminal or by the printer of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from psycopg.errors import QueryCanceled

from infra.cli.main import COULD_NOT_RUN, app
from infra.cli.terminal import say, show_rows
from infra.settings import read_settings
from transforms.errors import reason_of

if TYPE_CHECKING:
    from pathlib import Path

NAME = "张三"
HOSTILE = "may[/b][link=x].csv \x1b[31m\x07\u202e\x9b2J"


def test_a_table_shows_brackets_as_they_stand_and_no_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    show_rows([{"file": HOSTILE, "rows": 3, "reason": None}, {"file": "六月\u3000.csv", "rows": 4, "reason": "a\nb"}])
    shown = capsys.readouterr().out
    assert "may[/b][link=x].csv \ufffd[31m\ufffd\ufffd\ufffd2J" in shown
    assert "六月\u3000.csv" in shown
    assert not set(shown) & set("\x1b\x07\u202e\x9b")


def test_what_is_too_wide_for_a_terminal_is_shown_row_by_row(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    wide = {"column": "当事人", "becomes": "mapped", "as": "infringer_name_raw", "classification": "PI_BASIC"}
    show_rows([wide, {**wide, "column": "文号"}])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [*wide.items()] == [tuple(line) for line in lines[:4]]
    assert lines[4:6] == [[], ["column", "文号"]]
    show_rows([dict.fromkeys("abcde", "1")])
    assert len(capsys.readouterr().out.splitlines()) == 5


def test_talk_keeps_its_lines_and_no_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    say(f"first\n{HOSTILE}")
    assert capsys.readouterr().err == "first\nmay[/b][link=x].csv \ufffd[31m\ufffd\ufffd\ufffd2J\n"


def test_what_a_library_says_of_a_value_is_neither_shown_nor_logged(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail() -> None:
        raise ValueError(f'invalid input syntax for type date: "{NAME}"')

    monkeypatch.setenv("CASEBRIDGE_HOME", str(tmp_path))
    monkeypatch.setattr("infra.settings.settings", read_settings)
    log = read_settings().layout.log("casebridge")
    log.parent.mkdir(parents=True)
    monkeypatch.setattr("infra.cli.main._register", fail)
    with pytest.raises(SystemExit) as ended:
        app()
    written = log.read_text("utf-8")
    assert ended.value.code == COULD_NOT_RUN
    assert "casebridge: not expected: ValueError" in (shown := capsys.readouterr().err)
    assert NAME not in shown + written
    assert "test_terminal.py" in written


def test_of_what_postgresql_says_the_row_that_it_was_at_is_not_told() -> None:
    said = f'canceling statement due to user request\nCONTEXT:  COPY record, line 3: "{NAME}"'
    assert reason_of(QueryCanceled(said)) == "canceling statement due to user request"


@pytest.mark.parametrize("error", [TimeoutError(), TimeoutError(" \n"), ConnectionResetError()])
def test_an_error_that_says_nothing_is_told_by_its_name(error: OSError) -> None:
    assert reason_of(error) == type(error).__name__
