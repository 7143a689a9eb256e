"""What all tests share: a Hypothesis profile that gives the same examples on every run in CI, and
no cache: neither they nor the processes that they start touch that of the user. Specs and circuits
that many tests share live long: they are looked through for garbage less often."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import HealthCheck, settings

os.environ["SPECDSL_CACHE"] = "0"
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what tests start need not compile it all again

gc.set_threshold(50_000, 20, 50)

settings.register_profile(
    "ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden documents")
    parser.addoption("--odd-objects", default=3_000, help="how many situations of odd objects")
