"""The two that decide every situation, and the check, behind one narrow form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import specdsl
from specdsl.api import Policy, Spec
from specdsl.base.diagnostics import Report
from specdsl.pipeline import Loaded, load_text
from specdsl.runtime.results import DecisionTrace
from specdsl.semantics import reference
from tests.acceptance.situations import Said
from tests.acceptance.suites import SuitePolicy
from tests.backends.emitted import emitted_module

MAIN = "policy.spec"

Decide = Callable[[Mapping[str, Any], Iterable[Mapping[str, Any]]], Said]


def load(policy: SuitePolicy) -> Loaded:
    """The spec with its library, or the diagnostics that keep it from loading."""
    return load_text(policy.spec, MAIN, policy.library)


def check(loaded: Loaded) -> Report:
    """Every check that there is."""
    return specdsl.check(Spec(loaded, {}))


def emitted(loaded: Loaded) -> Decide:
    """The module that `specdsl compile --to python` writes, run on its own text."""
    module: Any = emitted_module(Policy(loaded.require_circuit()))

    def decide(facts: Mapping[str, Any], says: Iterable[Mapping[str, Any]]) -> Said:
        try:
            return said(module.decide(facts, says=says).traces)
        except module.BadInput as error:
            return Said("bad_input", faults=tuple(fault.name for fault in error.faults))
        except module.Contradiction as error:
            return said(error.traces)

    return decide


def said(traces: Iterable[DecisionTrace]) -> Said:
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


def interpreted(loaded: Loaded) -> Decide:
    """The reference interpreter, on the spec as it is read."""
    spec = loaded.require_circuit().spec

    def decide(facts: Mapping[str, Any], says: Iterable[Mapping[str, Any]]) -> Said:
        answer = reference.decide(spec, facts, says)
        if answer.faults:
            return Said("bad_input", faults=answer.faults)
        every = answer.verdicts
        return Said(
            "contradiction" if answer.any_failed else "decided",
            {v.decision: v.outcome for v in every if v.outcome is not None},
            frozenset(v.decision for v in every if v.was_taken and not v.decided),
            frozenset(v.decision for v in every if v.conflicted and not v.failed),
            {v.decision: v.because for v in every},
            failed=frozenset(v.decision for v in every if v.failed),
            not_taken=frozenset(v.decision for v in every if not v.was_taken and not v.failed),
            clashes={v.decision: tuple(v.clashes) for v in every},
        )

    return decide


ENGINES: Mapping[str, Callable[[Loaded], Decide]] = {
    "emitted": emitted,
    "reference": interpreted,
}
