"""Support of checks: a run over the parts of a spec, the tail of findings, lists of names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from specdsl.base.diagnostics import Diagnostic, Label, Note
from specdsl.base.limits import MAX_LABELS, MAX_UNPROVED_NAMED
from specdsl.base.source import HasSpan, Span
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.reasoning.prover import Undetermined
from specdsl.reasoning.sat.engine import Answer
from specdsl.situations.situation import Situation
from specdsl.verification.check_session import CheckSession, Findings
from specdsl.verification.reachability import reachability

NAMES_IT = "names it: delete this, too"
BECAUSE_NAMES_IT = "its `because` names it: delete that, too"


P = TypeVar("P")
R = TypeVar("R")


S = TypeVar("S", bound=HasSpan)


def run_per_part(
    session: CheckSession,
    parts: Iterable[P],
    find: Callable[[CheckSession, P], Iterable[Diagnostic]],
    name_of: Callable[[P], str],
) -> Findings:
    """Return the findings about each part, and which parts could not be settled."""
    found, unproved = collect_per_part(parts, lambda part: find(session, part), name_of)
    return Findings(tuple(found), unproved)


def collect_per_part(
    parts: Iterable[P], find: Callable[[P], Iterable[R]], name_of: Callable[[P], str]
) -> tuple[list[R], str]:
    """Collect what is found of each part, and list the names of parts for which `Undetermined` was
    raised; what was found of those before stays.
    """
    found: list[R] = []
    unproved: list[str] = []
    for part in parts:
        try:
            for one in find(part):
                found.append(one)
        except Undetermined:
            unproved.append(name_of(part))
    return found, _list_names(unproved)


def own_parts(parts: Iterable[S]) -> Iterator[S]:
    """Yield the parts outside of shipped libraries, which are written for more specs than one."""
    return (part for part in parts if not part.span.source.shipped)


def _list_names(names: Sequence[str]) -> str:
    """List the first names, and say how many more there are."""
    more = len(names) - MAX_UNPROVED_NAMED
    return ", ".join(names[:MAX_UNPROVED_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def labels_at(places: Iterable[Span], text: str = NAMES_IT) -> tuple[Label, ...]:
    """Label the first of the places where a deletable part is named."""
    return tuple(Label(place, text) for place in islice(places, MAX_LABELS))


def takes_effect(session: CheckSession, rule: Rule, decision: DecisionModel) -> bool:
    """Return whether the rule's effect on the decision stands in some situation. Raises
    `Undetermined`.
    """
    return require_answer(reachability(session, decision).stands[rule])


def require_answer(answer: Answer) -> bool:
    """Return whether the answer is yes. Raises `Undetermined`."""
    if answer is Answer.UNDETERMINED:
        raise Undetermined
    return answer is Answer.SAT


def situation_notes(
    session: CheckSession, situation: Situation, *between: Note, trace: bool = False
) -> tuple[Note, ...]:
    """Return notes of the situation that shows a finding, and of the command that replays it."""
    command = situation.replay_command(session.path, session.fills) + (" --trace" if trace else "")
    return (Note("situation", str(situation)), *between, Note("replay", command))


def situation_fields(situation: Situation, prefix: str = "") -> dict[str, Any]:
    """Return the JSON keys of a situation."""
    return {
        f"{prefix}situation": situation.to_json(),
        f"{prefix}replay": situation.to_replay(),
    }
