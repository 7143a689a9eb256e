"""The two that decide every situation, and the check, behind one narrow form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import specdsl
from specdsl.diagnostics import Report
from specdsl.pipeline import Loaded, load_text
from tests.acceptance.situations import Said
from tests.acceptance.suites import SuitePolicy

MAIN = "policy.spec"

Decide = Callable[[Mapping[str, Any], Iterable[Mapping[str, Any]]], Said]


def load(policy: SuitePolicy) -> Loaded:
    """The spec with its library, or the diagnostics that keep it from loading."""
    return load_text(policy.spec, MAIN, policy.library)
