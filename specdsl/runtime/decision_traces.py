"""Traces of decisions: which candidates win, what overrides the others, which rules clash."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from specdsl.runtime.minimal_covers import minimal_covers
from specdsl.runtime.read_situation import GivenInstruction, read_situation
from specdsl.runtime.resolution import (
    PLACES,
    RULES,
    Candidate,
    DecisionResolution,
    place_instructions,
)
from specdsl.runtime.results import CandidateTrace, DecisionTrace
from specdsl.runtime.tables import DecisionRow, RuleRow, Tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from specdsl.runtime.resolution import Placed_
    from specdsl.runtime.tables import Facts_, Outcomes_

MAX_STEPS = 5_000  # Of the search for the minimal clashes of one decision.
# The search takes fewer steps the more candidates there are.
LEAST_STEPS, MAX_WORK = 100, 2_000_000


def trace_situation(
    tables: Tables, facts: Mapping[str, Any], says: Iterable[Any]
) -> tuple[DecisionTrace, ...]:
    """Trace every decision of a situation. Raises `BadInput`."""
    return trace_decisions(tables, *read_situation(tables, facts, says))


def trace_decisions(
    tables: Tables, values: Facts_, given: Sequence[GivenInstruction]
) -> tuple[DecisionTrace, ...]:
    """Trace every decision of a validated situation."""
    outcomes: dict[str, str] = {}
    taken: list[DecisionTrace] = []
    for row in tables.decisions:
        one = DecisionTrace(row.name, None)
        if all(name in outcomes for name in row.reads):
            one = trace_decision(tables, row, values, outcomes, given)
        taken.append(one)
        if one.outcome is not None:
            outcomes[row.name] = one.outcome
    return tuple(taken)


def trace_decision(
    tables: Tables,
    row: DecisionRow,
    values: Facts_,
    outcomes: Outcomes_,
    given: Iterable[GivenInstruction],
) -> DecisionTrace:
    """Trace one decision."""
    about = [one for one in given if one.decision == row.name]
    placed, ignored = place_instructions(tables, row, values, outcomes, about)
    applying, record = sorted(row.applies(values, outcomes)), list[Candidate]()
    result = DecisionResolution(row, record).resolve(row, applying, placed)
    outcome, _, conflicted = result
    winners = () if conflicted else tuple(_winners(row, record, row.outcomes.index(outcome)))
    clashes, complete = _minimal_clashes(row, record) if conflicted else ((), True)
    failed = outcome is None
    trace = DecisionTrace(row.name, *result, failed, winners, clashes, complete)

    def compute_parts() -> Iterator[CandidateTrace]:
        yield from _candidate_traces(tables, row, record, placed, applying)
        for one, why in ignored:
            yield CandidateTrace(one.by, one.text, "no place", "ignored", True, by=(why,))

    return trace.with_parts(compute_parts)


# --- winners -------------------------------------------------------------------------------------


def _winners(row: DecisionRow, record: Sequence[Candidate], chosen: int) -> list[str]:
    """Return the names of the winners. They exclude the outcomes preferred to the chosen one or, if
    there are none, name it and leave the fewest; and they permit it against a restriction that does
    not name it.
    """
    bit = 1 << chosen
    naming = [c for c in record if c.restricts and c.source.outcomes & bit]
    others = [c for c in record if c.restricts and not c.source.outcomes & bit]
    preferred = 0  # The outcomes that are preferred to the chosen one.
    if chosen != row.default:
        preferred = (1 << chosen) - 1 | (0 if row.default is None else 1 << row.default)
    if preferred:
        kept = []
        for one in (*_topological_by_name(naming), *_topological_by_name(others)):
            if preferred & ~one.leaves:
                preferred &= one.leaves
                kept.append(one)
    else:
        fewest = min((c.leaves.bit_count() for c in naming), default=0)
        kept = [c for c in naming if c.leaves.bit_count() == fewest]
    if others:
        permitting = (c for c in record if c.lifts & bit)
        kept += (c for c in permitting if any(other.is_below(c) for other in reversed(others)))
    return [c.name for c in _topological_by_name(kept)]


def _topological_by_name(some: Iterable[Candidate]) -> Iterator[Candidate]:
    """Yield the candidates in topological order, ties by name: rules of one level are in a partial
    order, all others in a total one.
    """
    by_rank = sorted(some, key=lambda c: c.number)
    for (_, place), group in groupby(by_rank, key=lambda c: (c.level, c.place)):
        if place < RULES:
            yield from group
            continue
        rest = {c.position: c for c in group}
        while rest:
            mask = sum(1 << i for i in rest)
            free = [c for c in rest.values() if not _above_mask(c) & mask]
            yield rest.pop(min(free, key=lambda c: c.name).position)


def _above_mask(one: Candidate) -> int:
    """Return the rules of its level that outrank a rule, by position."""
    return one.source.above if isinstance(one.source, RuleRow) else 0


# --- clashes -------------------------------------------------------------------------------------


def _minimal_clashes(
    row: DecisionRow, record: Sequence[Candidate]
) -> tuple[tuple[frozenset[str], ...], bool]:
    """Return the rules of each minimal set of standing restrictions that leaves no outcome,
    smallest first, and whether these are all.
    """
    every = (1 << len(row.outcomes)) - 1
    distinct: dict[tuple[int, int], Candidate] = {}
    for c in record:  # Instructions with equal effects are interchangeable.
        if c.restricts and every & ~c.leaves:
            distinct.setdefault((c.leaves, c.number if c.place == RULES else -1), c)
    excluding = list(distinct.values())
    masks = [every & ~c.leaves for c in excluding]
    steps = MAX_WORK // (1 + len(masks) * len(row.outcomes))
    found, complete = minimal_covers(masks, every, min(MAX_STEPS, max(LEAST_STEPS, steps)))
    groups = ([excluding[i] for i in group] for group in found)
    named = (frozenset(c.name for c in group if c.place == RULES) for group in groups)
    return tuple(dict.fromkeys(named)), complete


# --- what became of each candidate ---------------------------------------------------------------


def _candidate_traces(
    tables: Tables,
    row: DecisionRow,
    record: Sequence[Candidate],
    placed: Placed_,
    applying: Sequence[int],
) -> Iterator[CandidateTrace]:
    """Yield the trace of each candidate, highest first."""
    superseding = _SupersedingTest(row, placed, applying)
    before: list[Candidate] = []  # The last candidates that exclude what all earlier ones do.
    for _, group in groupby(record, key=lambda c: (c.level, c.place)):
        over, rules = before, list[Candidate]()  # Those of higher places; the rules of the level.
        for one in group:
            above = before
            if one.place == RULES:
                above = _last_excluders(row, [*over, *filter(one.is_below, rules)])
                rules.append(one)
            status, by = "standing", tuple[str, ...]()
            if not one.stands:
                status = "superseded" if superseding.is_superseded(one) else "overridden"
                by = tuple(c.name for c in _overriders(one, above))
            yield _candidate_trace(tables, row, one, status, by)
            before = _last_excluders(row, [*before, one])


def _candidate_trace(
    tables: Tables, row: DecisionRow, one: Candidate, status: str, by: tuple[str, ...]
) -> CandidateTrace:
    source, rank = one.source, tables.levels[one.level]
    if isinstance(source, RuleRow):
        text, because, speaks = _effect_text(row, source), source.because, False
    else:
        text, because, speaks = source.text, "", True
        rank += f", {PLACES[one.place]}"
    excludes = row.outcome_names(~one.leaves) if one.restricts else ()
    lifts = row.outcome_names(one.lifts)
    told = (one.name, text, rank, status, speaks, source.permits)
    return CandidateTrace(*told, excludes, lifts, by, because)


def _effect_text(row: DecisionRow, rule: RuleRow) -> str:
    """Return the effect of a rule in the language of specs."""
    named, out = row.outcome_names(rule.outcomes), row.outcome_names(~rule.outcomes)
    if rule.permits:
        return f"{row.name} may be {' or '.join(named)}"
    if len(named) == 1:
        return f"{row.name} is {named[0]}"
    return (
        f"{row.name} is not {out[0]}" if len(out) == 1 else f"{row.name} in {{{', '.join(named)}}}"
    )


def _last_excluders(row: DecisionRow, some: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates that exclude an outcome which no later one excludes."""
    kept: list[Candidate] = []
    left = (1 << len(row.outcomes)) - 1
    for one in reversed(some):
        if one.restricts and left & ~one.leaves:
            left &= one.leaves
            kept.append(one)
    return kept[::-1]


def _overriders(candidate: Candidate, above: Sequence[Candidate]) -> list[Candidate]:
    """Return a minimal set of higher candidates that leave nothing of what the candidate names,
    preferring lower ones.
    """
    found = list(above)
    for one in above:
        left = candidate.source.outcomes
        for other in found:
            if other is not one:
                left &= other.leaves
        if not left:
            found.remove(one)
    return found


class _SupersedingTest:
    """Tells which instructions would stand without the others of their place.

    Of equal instructions of a place only the first is needed: the others leave all that it leaves.
    """

    def __init__(self, row: DecisionRow, placed: Placed_, applying: Sequence[int]) -> None:
        self._row, self._applying = row, applying
        self._known: dict[tuple[object, ...], bool] = {}
        self._distinct: dict[tuple[object, ...], tuple[int, int, int, GivenInstruction]] = {}
        for one in placed:
            kind = (*one[:2], one[3].outcomes, one[3].permits)
            self._distinct.setdefault(kind, one)

    def is_superseded(self, one: Candidate) -> bool:
        if one.place == RULES:
            return False
        kind = (one.level, one.place, one.source.outcomes, one.source.permits)
        if kind not in self._known:
            others = self._distinct.items()
            alone = [own for key, own in others if key == kind or key[:2] != kind[:2]]
            record: list[Candidate] = []
            DecisionResolution(self._row, record).resolve(self._row, self._applying, alone)
            places = (c for c in record if (c.level, c.place) == (one.level, one.place))
            self._known[kind] = next(places).stands
        return self._known[kind]
