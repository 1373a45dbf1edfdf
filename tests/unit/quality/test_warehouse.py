"""Great Expectations costs seconds to import, talks, and would phone home: none of it happens unasked."""

from __future__ import annotations

import subprocess
import sys

IMPORTS = """
import sys
import quality.arrival, quality.candidate, quality.pack, quality.results
assert "great_expectations" not in sys.modules
"""
LOADS = """
import logging, os, sys
logging.basicConfig(level=logging.INFO, stream=sys.stdout)
from quality.warehouse import load_great_expectations
load_great_expectations()
assert os.environ["GX_ANALYTICS_ENABLED"] == "False"
assert "posthog" not in sys.modules
"""


def run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_a_gate_does_not_import_the_library() -> None:
    run(IMPORTS)


def test_loading_the_library_says_nothing_and_keeps_its_telemetry_off() -> None:
    assert run(LOADS) == ""
