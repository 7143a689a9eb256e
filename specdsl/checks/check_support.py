"""Support of checks: a run over the parts of a spec, the tail of findings, lists of names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Protocol, TypeVar

from specdsl.base.diagnostics import Diagnostic, Label
from specdsl.base.limits import MOST_LABELS, MOST_OPEN_NAMED
from specdsl.base.source import Span
from specdsl.frontend.model.nodes import Decision, Rule
from specdsl.reasoning.prover import Undetermined
from specdsl.reasoning.sat.engine import Answer
from specdsl.verification.check_session import CheckSession, Findings
from specdsl.verification.reachability import reachability

NAMES_IT = "names it, and goes with it"
BECAUSE_NAMES_IT = "its `because` names it, and goes with it"


class HasSpan(Protocol):
    """Anything that has a place in a spec."""

    @property
    def span(self) -> Span: ...


P = TypeVar("P", bound=HasSpan)


def run_per_part(
    session: CheckSession,
    parts: Iterable[P],
    judge: Callable[[CheckSession, P], Iterable[Diagnostic]],
    named: Callable[[P], str],
) -> Findings:
    """Collect the findings of each part, and the names of parts that could not be settled. Parts
    of shipped libraries are skipped, since those are written for more specs than this one.
    """
    found: list[Diagnostic] = []
    unproved: list[str] = []
    for part in parts:
        if not part.span.source.shipped:
            try:
                found += judge(session, part)
            except Undetermined:
                unproved.append(named(part))
    return Findings(tuple(found), _list_names(unproved))


def _list_names(names: Sequence[str]) -> str:
    """List the first names, and say how many more there are."""
    more = len(names) - MOST_OPEN_NAMED
    return ", ".join(names[:MOST_OPEN_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def labels_at(places: Iterable[Span], text: str = NAMES_IT) -> tuple[Label, ...]:
    """Label the first of the places where a deletable part is named."""
    return tuple(Label(place, text) for place in islice(places, MOST_LABELS))


def takes_effect(session: CheckSession, rule: Rule, decision: Decision) -> bool:
    """Return whether the rule's effect on the decision stands in some situation. Raises
    `Undetermined`.
    """
    answer = reachability(session, decision).stands[rule]
    if answer is Answer.UNDETERMINED:
        raise Undetermined
    return answer is Answer.SAT


def join_names(names: Iterable[str]) -> str:
    """Return names in words: `a`, `b` and `c`."""
    *first, last = (f"`{name}`" for name in names)
    return f"{', '.join(first)} and {last}" if first else last
