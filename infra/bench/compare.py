"""The figures of a run beside those of an earlier one."""

from __future__ import annotations

from typing import Any

Figures = dict[str, float]


def compare(now: dict[str, Any], then: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one row per figure that either run has: both, and how many times the earlier one the newer is."""
    newer, older = figures(now), figures(then)
    return [_row(name, older.get(name), newer.get(name)) for name in {**older, **newer}]


def figures(measured: dict[str, Any]) -> Figures:
    """Return the figures of a run by name: rates in records a second, peaks in MB."""
    found: dict[str, float | None] = {"records": measured.get("records")}
    if "produce" in measured:
        found["produce, records/s"] = measured["produce"]["median"]
    for kind in ("warm", "cold"):
        for step, spread in measured.get(kind, {}).get("records_per_s", {}).items():
            found[f"{kind} {step}, records/s"] = spread["median"]
    for step, rate in measured.get("model", {}).get("records_per_s", {}).items():
        found[f"{step}, records/s"] = rate
    for peer in measured.get("dlt", ()):
        found[f"dlt ({peer['way']}), records/s"] = peer["records_per_s"]
    for way, times in measured.get("warm_w1_against_dlt", {}).items():
        found[f"warm W1 against dlt ({way})"] = times
    for row in measured.get("memory", ()):
        found[f"memory of {row['process']}, MB"] = row["peak_pss_mb_of_all"]
    for row in measured.get("readers", ()):
        found[f"reader of {row['shape']}, rows/s"] = row["rows_per_s"]
        found[f"reader of {row['shape']}, peak MB"] = row["peak_mb"]
    return {name: value for name, value in found.items() if value is not None}


def _row(name: str, then: float | None, now: float | None) -> dict[str, Any]:
    ratio = f"{now / then:.2f} x" if then and now is not None else ""
    return {"figure": name, "then": _shown(then), "now": _shown(now), "now_is": ratio}


def _shown(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.2f}" if value < 10 else f"{value:,.0f}"
