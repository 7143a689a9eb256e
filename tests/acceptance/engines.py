"""The two that decide every situation, and the check, behind one narrow form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import specdsl
from specdsl.diagnostics import Report
from specdsl.pipeline import Loaded, load_text
from specdsl.runtime.results import BadInput, Contradiction, Taken
from tests.acceptance.situations import Said
from tests.acceptance.suites import SuitePolicy

MAIN = "policy.spec"

Decide = Callable[[Mapping[str, Any], Iterable[Mapping[str, Any]]], Said]


def load(policy: SuitePolicy) -> Loaded:
    """The spec with its library, or the diagnostics that keep it from loading."""
    return load_text(policy.spec, MAIN, policy.library)


def check(loaded: Loaded) -> Report:
    """Every check that there is."""
    return specdsl.check(loaded)


def emitted(loaded: Loaded) -> Decide:
    """The decision function as it is emitted, compiled unchecked."""
    policy = specdsl.compile(loaded, checked=False)

    def decide(facts: Mapping[str, Any], says: Iterable[Mapping[str, Any]]) -> Said:
        try:
            return said(policy.decide(facts, says=says).traces)
        except BadInput as error:
            return Said("bad_input", faults=tuple(fault.name for fault in error.faults))
        except Contradiction as error:
            return said(error.traces)

    return decide


def said(traces: Iterable[Taken]) -> Said:
    """What became of all decisions, in the form that is compared."""
    every = tuple(traces)
    failed = frozenset(t.name for t in every if t.failed)
    return Said(
        "contradiction" if failed else "decided",
        {t.name: t.outcome for t in every if t.outcome is not None},
        frozenset(t.name for t in every if t.outcome is not None and not t.decided),
        frozenset(t.name for t in every if t.conflicted and not t.failed),
        {t.name: t.because for t in every},
        failed=failed,
        not_taken=frozenset(t.name for t in every if t.outcome is None and not t.failed),
        clashes={t.name: t.clashes for t in every},
    )


ENGINES: Mapping[str, Callable[[Loaded], Decide]] = {"emitted": emitted}
