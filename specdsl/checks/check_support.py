"""What the checks of parts that change nothing share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Protocol, TypeVar

from specdsl.base.diagnostics import Diagnostic, Label
from specdsl.base.limits import MOST_LABELS, MOST_OPEN_NAMED
from specdsl.base.source import Span
from specdsl.frontend.model.nodes import Decision, Rule
from specdsl.reasoning.prover import Unsettled
from specdsl.reasoning.sat.engine import Answer
from specdsl.verification.check_session import CheckSession, Findings
from specdsl.verification.reachability import reachability

GOES = "names it, and goes with it"
BECAUSE_GOES = "its `because` names it, and goes with it"


class Written(Protocol):
    """A part of a spec with its place."""

    @property
    def span(self) -> Span: ...


P = TypeVar("P", bound=Written)


def judged(
    session: CheckSession,
    parts: Iterable[P],
    judge: Callable[[CheckSession, P], Iterable[Diagnostic]],
    named: Callable[[P], str],
) -> Findings:
    """What is found of each part, save those of shipped libraries: they are written for more specs
    than this one. What could not be settled is named."""
    found: list[Diagnostic] = []
    unproved: list[str] = []
    for part in parts:
        if not part.span.source.shipped:
            try:
                found += judge(session, part)
            except Unsettled:
                unproved.append(named(part))
    return Findings(tuple(found), _listed(unproved))


def _listed(names: Sequence[str]) -> str:
    """The first of them, and how many there are."""
    more = len(names) - MOST_OPEN_NAMED
    return ", ".join(names[:MOST_OPEN_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def labels_at(places: Iterable[Span], text: str = GOES) -> tuple[Label, ...]:
    """The first of the places where something that could go is named."""
    return tuple(Label(place, text) for place in islice(places, MOST_LABELS))


def stands(session: CheckSession, rule: Rule, decision: Decision) -> bool:
    """The rule's effect on the decision stands in some situation. Raises `Unsettled`."""
    answer = reachability(session, decision).stands[rule]
    if answer is Answer.UNSETTLED:
        raise Unsettled
    return answer is Answer.YES


def together(names: Iterable[str]) -> str:
    """`a`, `b` and `c`."""
    *first, last = (f"`{name}`" for name in names)
    return f"{', '.join(first)} and {last}" if first else last
