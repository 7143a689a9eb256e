"""The killer of a mutant: the first example or assertion that passes for the spec, not for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from specdsl.analyses.mutation.mutant import Mutant
from specdsl.base.diagnostics import Diagnostic
from specdsl.checks import failing_example, refuted_assertion
from specdsl.reasoning.prover import Undetermined
from specdsl.verification.check_session import CheckSession

RunTest = Callable[[], Diagnostic | None]


def spec_tests(session: CheckSession) -> Iterator[tuple[str, RunTest]]:
    """Yield all examples and then all assertions, each with its name and a function that runs
    it."""
    for example in session.spec.examples:
        yield f'example "{example.title}"', partial(failing_example.find_failure, session, example)
    for assertion in session.spec.assertions:
        yield (
            f'assert "{assertion.title}"',
            partial(refuted_assertion.find_refutation, session, assertion),
        )


def passing_tests(session: CheckSession) -> frozenset[str]:
    """Return the names of the examples and assertions that pass."""
    return frozenset(name for name, run_test in spec_tests(session) if _passes(run_test))


def _passes(run_test: RunTest) -> bool:
    try:
        return run_test() is None
    except Undetermined:
        return False


def killer_by_name(session: CheckSession, mutant: Mutant, names: frozenset[str]) -> str | None:
    """Return the first of these examples whose `because` names the removed rule: it must fail."""
    for example in session.spec.examples:
        name = f'example "{example.title}"'
        winners = (w.name for expected in example.expectations for w in expected.because)
        if name in names and mutant.removed_rule in winners:
            return name
    return None


def find_killer(session: CheckSession, names: frozenset[str]) -> str | None:
    """Return the first of these tests that fails. Raises `Undetermined` if none fails and one
    of them could not be settled."""
    unsettled = False
    for name, run_test in spec_tests(session):
        try:
            if name in names and run_test() is not None:
                return name
        except Undetermined:
            unsettled = True
    if unsettled:
        raise Undetermined
    return None
