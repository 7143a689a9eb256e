"""Which example or assertion notices a mutant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from specdsl.checks import assertions, examples
from specdsl.checks.context import Context
from specdsl.diagnostics import Diagnostic
from specdsl.mutants.mutant import Mutant
from specdsl.solver.prover import Unsettled

Judging = Callable[[], Diagnostic | None]


def cases(context: Context) -> Iterator[tuple[str, Judging]]:
    """All examples and then all assertions, each with its name and what judges it."""
    for example in context.spec.examples:
        yield f'example "{example.title}"', partial(examples.judge, context, example)
    for assertion in context.spec.assertions:
        yield f'assert "{assertion.title}"', partial(assertions.judge, context, assertion)


def holding(context: Context) -> frozenset[str]:
    """The names of those that hold."""
    return frozenset(name for name, judging in cases(context) if _holds(judging))


def _holds(judging: Judging) -> bool:
    try:
        return judging() is None
    except Unsettled:
        return False


def naming(context: Context, mutant: Mutant, names: frozenset[str]) -> str | None:
    """The first of these examples that has the rule left out among the winners of what it expects:
    it does not hold without."""
    for example in context.spec.examples:
        name = f'example "{example.title}"'
        winners = (w.name for expected in example.expectations for w in expected.because)
        if name in names and mutant.gone in winners:
            return name
    return None


def noticed(context: Context, names: frozenset[str]) -> str | None:
    """The first of these that does not hold. Raises `Unsettled` where none fails and one of them
    could not be settled."""
    unsettled = False
    for name, judging in cases(context):
        try:
            if name in names and judging() is not None:
                return name
        except Unsettled:
            unsettled = True
    if unsettled:
        raise Unsettled
    return None
