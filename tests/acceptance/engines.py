"""The two that decide every situation, and the check, behind one narrow form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import specdsl
from specdsl import checks
from specdsl.diagnostics import Report
from specdsl.pipeline import Loaded, load_text
from tests.acceptance.situations import Said
from tests.acceptance.suites import SuitePolicy

MAIN = "policy.spec"

Decide = Callable[[Mapping[str, Any], Iterable[Mapping[str, Any]]], Said]


def load(policy: SuitePolicy) -> Loaded:
    """The spec with its library, or the diagnostics that keep it from loading."""
    return load_text(policy.spec, MAIN, policy.library)


def check(loaded: Loaded) -> Report:
    """Every check that there is."""
    if hasattr(specdsl, "check"):
        return specdsl.check(loaded)
    from tests.acceptance.interim import believing

    return checks.check(loaded.circuit, believing, believing)


def emitted(loaded: Loaded) -> Decide:
    """The decision function as it is emitted, compiled unchecked."""
    policy = specdsl.compile(loaded, checked=False)

    def decide(facts: Mapping[str, Any], says: Iterable[Mapping[str, Any]]) -> Said:
        try:
            decision = policy.decide(facts, says=says)
        except specdsl.BadInput as error:
            return Said("bad_input", faults=tuple(fault.name for fault in error.faults))
        except specdsl.Contradiction as error:
            taken = {name: one["outcome"] for name, one in error.taken.items()}
            failed = frozenset(error.decisions)
            return Said("contradiction", taken, failed=failed, not_taken=frozenset(error.not_taken))
        told = decision.explain().to_dict()["decisions"]
        return Said(
            "decided",
            dict(decision),
            frozenset(name for name, decided in decision.decided.items() if not decided),
            frozenset(decision.conflicted),
            {name: tuple(one["because"]) for name, one in told.items()},
        )

    return decide


ENGINES: Mapping[str, Callable[[Loaded], Decide]] = (
    {"emitted": emitted} if hasattr(specdsl, "compile") else {}
)


def clashes(loaded: Loaded):
    from tests.acceptance.interim import Anything

    return lambda situation, decision: Anything()
