"""A verdict follows from its results: `stop` refuses, `warn` does not, nothing refuses."""

from __future__ import annotations

from quality.bounds import Measured
from quality.results import Result, Severity, decide


def result(severity: Severity, *, passed: bool, value: float | None = 12.0) -> Result:
    return Result("quarantined", "", severity, "The layout changed.", value, "at most 10", passed)


def test_a_failed_stop_refuses_and_a_failed_warn_is_told() -> None:
    verdict = decide([result("stop", passed=True), result("stop", passed=False), result("warn", passed=False)])
    assert not verdict.passed
    assert verdict.failures == ("quarantined is 12, promised at most 10: The layout changed.",)
    assert len(verdict.warnings) == 1


def test_a_warning_alone_passes() -> None:
    assert decide([result("warn", passed=False)]).passed


def test_nothing_judged_is_a_failure() -> None:
    assert not decide([]).passed


def test_what_was_not_measured_is_told_so() -> None:
    assert "was not measured" in str(result("stop", passed=False, value=None))


def test_bounds_are_told_in_words() -> None:
    told = [
        Measured("x", "", 1, low, high, "stop", "why").bound for low, high in ((0, 0), (None, 10), (1, None), (1, 5))
    ]
    assert told == ["exactly 0", "at most 10", "at least 1", "at least 1, at most 5"]
