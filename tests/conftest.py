"""What all tests share: a Hypothesis profile that gives the same examples on every run in CI, and
no cache: neither they nor the processes that they start touch that of the user."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

os.environ["SPECDSL_CACHE"] = "0"
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what tests start need not compile it all again

settings.register_profile(
    "ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden documents")
    parser.addoption("--odd-objects", default=3_000, help="how many situations of odd objects")
