"""How much is generated, and what was compared with torch in this session."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

SCALE = float(os.environ.get("SHAPELINT_CASES", "1"))
"""Times as many generated cases as usual: 10 for a thorough run, 0.1 for a glance."""

settings.register_profile(
    "shapelint",
    deadline=None,
    derandomize=SCALE <= 1,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
settings.load_profile("shapelint")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints how many generated cases were compared with torch, if any were."""
    import sys

    oracle = sys.modules.get("oracle")
    if oracle is None or not oracle.COMPARED:
        return
    terminalreporter.section("compared with torch")
    for what, number in sorted(oracle.COMPARED.items()):
        terminalreporter.write_line(f"{what}: {number}")
