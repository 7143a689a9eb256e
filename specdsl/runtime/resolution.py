"""Conflict resolution: candidates by rank, which of them stand, which outcomes are left,
and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from specdsl.runtime.minimal_covers import minimal_covers
from specdsl.runtime.read_situation import GivenInstruction, read_situation
from specdsl.runtime.results import CandidateTrace, DecisionTrace
from specdsl.runtime.tables import DecisionRow, RuleRow, Tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PLACES = ("stated", "lowered", "implied", "lent")
MAX_STEPS = 5_000  # Of the search for the minimal clashes of one decision.
# The search takes fewer steps the more candidates there are.
LEAST_STEPS, MAX_WORK = 100, 2_000_000


@dataclass
class RankedCandidate:
    """A rule that applies or an instruction that counts, and its effect after resolution.

    Bit j of `above` is set if candidate j outranks it; `leaves` are the outcomes that a standing
    restriction leaves; `lifts` the outcomes of a standing permission.
    """

    name: str
    text: str
    rank: str
    outcomes: int
    permits: bool
    above: int
    instruction: GivenInstruction | None = None
    place: tuple[int, str] = (0, "rules")
    because: str = ""
    stands: bool = False
    leaves: int = 0
    lifts: int = 0


class RemainingOutcomes:
    """The outcomes that some candidates leave, that they permit, and that the last one's level
    permits.
    """

    __slots__ = ("left", "level", "own", "permitted")

    def __init__(self, left: int, permitted: int, own: int, level: int) -> None:
        self.left, self.permitted, self.own, self.level = left, permitted, own, level

    def at_level(self, level: int) -> RemainingOutcomes:
        """Return the state as seen from a level."""
        return (
            self if level == self.level else RemainingOutcomes(self.left, self.permitted, 0, level)
        )

    def after_candidate(self, candidate: RankedCandidate) -> RemainingOutcomes:
        """Return the state after one more candidate."""
        here = self.at_level(candidate.place[0])
        if not candidate.stands:
            return here
        left = here.left if candidate.permits else here.left & candidate.leaves
        lifts = candidate.lifts
        return RemainingOutcomes(left, here.permitted | lifts, here.own | lifts, here.level)


class DecisionResolution:
    """The resolution of one decision. Each candidate comes after all that outrank it."""

    __slots__ = ("candidates", "ignored", "left", "left_above_clash", "row")

    def __init__(self, row: DecisionRow) -> None:
        self.row = row
        self.candidates: list[RankedCandidate] = []
        self.ignored: list[CandidateTrace] = []
        self.left = 0
        self.left_above_clash = 0  # The outcomes that the places above a clash leave.

    @property
    def all_outcomes(self) -> int:
        return (1 << len(self.row.outcomes)) - 1

    def outcome_names(self, mask: int) -> tuple[str, ...]:
        return tuple(o for i, o in enumerate(self.row.outcomes) if mask >> i & 1)


def trace_situation(
    tables: Tables, facts: Mapping[str, Any], says: Iterable[Any]
) -> tuple[DecisionTrace, ...]:
    """Trace every decision of a situation. Raises `BadInput`."""
    return trace_decisions(tables, *read_situation(tables, facts, says))


def trace_decisions(
    tables: Tables, values: Mapping[str, Any], given: Sequence[GivenInstruction]
) -> tuple[DecisionTrace, ...]:
    """Trace every decision of a validated situation."""
    outcomes: dict[str, str] = {}
    taken: list[DecisionTrace] = []
    for row in tables.decisions:
        if all(name in outcomes for name in row.reads):
            one = resolve_decision(tables, row, values, outcomes, given)
        else:
            one = DecisionTrace(row.name, None)
        taken.append(one)
        if one.outcome is not None:
            outcomes[row.name] = one.outcome
    return tuple(taken)


def resolve_decision(
    tables: Tables,
    row: DecisionRow,
    values: Mapping[str, Any],
    outcomes: Mapping[str, str],
    given: Iterable[GivenInstruction],
) -> DecisionTrace:
    """Resolve one decision."""
    run = DecisionResolution(row)
    _collect_candidates(tables, run, values, outcomes, [g for g in given if g.decision == row.name])
    _determine_standing(run)
    conflicted = run.left == 0
    standing = [c for c in run.candidates if c.stands and not c.permits]
    failed = conflicted and row.on_conflict is None
    chosen = None if failed else _choose_outcome(run, conflicted)
    winners = () if conflicted or chosen is None else tuple(_winners(run, chosen))
    clashes, complete = _minimal_clashes(run, standing) if conflicted else ((), True)
    return DecisionTrace(
        row.name,
        None if chosen is None else row.outcomes[chosen],
        bool(standing) and not failed,
        conflicted,
        failed,
        winners,
        clashes,
        complete,
        lambda: (*_trace_candidates(run), *run.ignored),
    )


def _choose_outcome(run: DecisionResolution, conflicted: bool) -> int:
    """Return the default if it is left, or the most preferred outcome that is left. In a clash, `on
    conflict` takes the place of the default, and what is left above the clash counts.
    """
    mask = run.left_above_clash if conflicted else run.left
    named = run.row.on_conflict if conflicted else run.row.default
    if named is not None and mask >> named & 1:
        return named
    return (mask & -mask).bit_length() - 1


# --- candidates ----------------------------------------------------------------------------------


def _collect_candidates(
    tables: Tables,
    run: DecisionResolution,
    values: Mapping[str, Any],
    outcomes: Mapping[str, str],
    given: list[GivenInstruction],
) -> None:
    """Collect the candidates, highest first; at one place, later instructions outrank
    earlier ones.
    """
    placed: dict[tuple[int, int], list[GivenInstruction]] = {}
    for one in given:
        place = effective_place(tables, run, values, outcomes, one)
        if place is not None:
            placed.setdefault(place, []).append(one)
    applying = sorted(run.row.applies(values, outcomes))
    first = 0
    for level, rules in enumerate(run.row.rules):
        for i, place_name in enumerate(PLACES):
            for one in reversed(placed.get((level, i), [])):
                _add_instruction(tables, run, one, level, place_name)
        here = [at - first for at in applying if first <= at < first + len(rules)]
        _add_rules(tables, run, level, rules, here)
        first += len(rules)


def _add_rules(
    tables: Tables,
    run: DecisionResolution,
    level: int,
    rules: Sequence[RuleRow],
    applying: list[int],
) -> None:
    """Add the rules of a level at these positions of it."""
    over = (1 << len(run.candidates)) - 1
    kept: dict[int, int] = {}  # Positions of the rules among the candidates.
    masks: dict[int, int] = {}  # By set of outranking rules, all of which precede.
    for j in applying:
        above = rules[j].above
        if above not in masks:
            masks[above] = sum(1 << k for i, k in kept.items() if above >> i & 1)
        kept[j] = len(run.candidates)
        run.candidates.append(_add_rule(tables, run, rules[j], level, over | masks[above]))


def _add_rule(
    tables: Tables, run: DecisionResolution, rule: RuleRow, level: int, above: int
) -> RankedCandidate:
    text = effect_text(run, rule.outcomes, rule.permits)
    name = tables.levels[level]
    return RankedCandidate(
        rule.name,
        text,
        name,
        rule.outcomes,
        rule.permits,
        above,
        place=(level, "rules"),
        because=rule.because,
    )


def _add_instruction(
    tables: Tables, run: DecisionResolution, one: GivenInstruction, level: int, place: str
) -> None:
    above = (1 << len(run.candidates)) - 1
    rank = f"{tables.levels[level]}, {place}"
    run.candidates.append(
        RankedCandidate(
            one.by, one.text, rank, one.outcomes, one.permits, above, one, (level, place)
        )
    )


def effect_text(run: DecisionResolution, mask: int, permits: bool) -> str:
    """Return the effect in the language of specs."""
    name, named = run.row.name, run.outcome_names(mask)
    out = run.outcome_names(run.all_outcomes & ~mask)
    if permits:
        return f"{name} may be {' or '.join(named)}"
    if len(named) == 1:
        return f"{name} is {named[0]}"
    return f"{name} is not {out[0]}" if len(out) == 1 else f"{name} in {{{', '.join(named)}}}"


def effective_place(
    tables: Tables,
    run: DecisionResolution,
    values: Mapping[str, Any],
    outcomes: Mapping[str, str],
    one: GivenInstruction,
) -> tuple[int, int] | None:
    """Return the level and place at which an instruction counts; None if it is ignored, with the
    reason.
    """
    who = tables.principals[one.by]
    if who.level is None:
        return _delegated_place(tables, run, values, outcomes, one)
    if run.row.steered is not None and one.by not in run.row.steered:
        _ignore_instruction(run, one, f"does not steer {run.row.name}")
        return None
    if one.implied:
        if who.implied is None:
            _ignore_instruction(run, one, "cannot imply: it has no `implied at`")
            return None
        return (who.implied if one.at is None else one.at), PLACES.index("implied")
    level = who.level if one.at is None else one.at
    return level, PLACES.index("stated" if level == who.level else "lowered")


def _delegated_place(
    tables: Tables,
    run: DecisionResolution,
    values: Mapping[str, Any],
    outcomes: Mapping[str, str],
    one: GivenInstruction,
) -> tuple[int, int] | None:
    if one.implied:
        _ignore_instruction(run, one, "cannot imply: it has no `implied at`")
        return None
    levels = [
        d.level
        for d in tables.delegates
        if d.principal == one.by and run.row.name in d.decisions and d.active(values, outcomes)
    ]
    if not levels:
        _ignore_instruction(run, one, "has no authority here: nobody lends it any")
        return None
    highest = min(levels)
    if one.at is not None and one.at < highest:
        _ignore_instruction(run, one, f"is lent no authority at {tables.levels[one.at]}")
        return None
    return (highest if one.at is None else one.at), PLACES.index("lent")


def _ignore_instruction(run: DecisionResolution, one: GivenInstruction, why: str) -> None:
    run.ignored.append(CandidateTrace(one.by, one.text, "no place", "ignored", True, by=(why,)))


# --- what stands ---------------------------------------------------------------------------------


def _determine_standing(run: DecisionResolution) -> None:
    """Determine from the highest candidate down which ones stand, and what they leave."""
    _evaluate_candidates(run, run.candidates, _outcomes_asked_below(run.candidates))
    run.left = run.all_outcomes
    run.left_above_clash = run.all_outcomes
    for group in _group_by_place(run.candidates):
        after = run.left
        for candidate in group:
            if candidate.stands and not candidate.permits:
                after &= candidate.leaves
        if after == 0:
            run.left_above_clash, run.left = run.left, 0
            return
        run.left = after


def _evaluate_candidates(
    run: DecisionResolution, candidates: Sequence[RankedCandidate], asked: Mapping[int, int]
) -> list[RemainingOutcomes]:
    """Determine whether each candidate stands and what it leaves and permits (U and P in the
    document of the meaning). The candidates come highest first. Returns the state after each number
    of them.
    """
    firsts = [RemainingOutcomes(run.all_outcomes, 0, 0, -1)]
    known: dict[
        int, RemainingOutcomes
    ] = {}  # Candidates with the same ones above them share U and P.
    for candidate in candidates:
        level = candidate.place[0]
        if candidate.above not in known:
            known[candidate.above] = _state_below(firsts, candidates, candidate.above)
        under = known[candidate.above].at_level(level)
        candidate.stands = bool(candidate.outcomes & under.left)
        candidate.lifts = candidate.leaves = 0
        if candidate.permits:
            candidate.lifts = candidate.outcomes & under.left
        elif candidate.instruction is None:
            candidate.leaves = candidate.outcomes | under.permitted
        else:  # A permission of a higher level counts if a lower level asks for the outcome.
            candidate.leaves = candidate.outcomes | under.own | under.permitted & asked[level]
        firsts.append(firsts[-1].after_candidate(candidate))
    return firsts


def _outcomes_asked_below(candidates: Iterable[RankedCandidate]) -> dict[int, int]:
    """Return, by level, the outcomes that restrictions stated at lower levels name."""
    stated: dict[int, int] = {}
    for one in candidates:
        named = one.outcomes if one.place[1] == "stated" and not one.permits else 0
        stated[one.place[0]] = stated.get(one.place[0], 0) | named
    found: dict[int, int] = {}
    below = 0
    for level in sorted(stated, reverse=True):
        found[level] = below
        below |= stated[level]
    return found


def _state_below(
    firsts: list[RemainingOutcomes], candidates: Sequence[RankedCandidate], above: int
) -> RemainingOutcomes:
    """Return the state after the candidates of the mask: a prefix of them is known, the others are
    added.
    """
    many = (~above & above + 1).bit_length() - 1
    found, rest = firsts[many], above >> many
    while rest:
        many += (rest & -rest).bit_length()
        found, rest = (
            found.after_candidate(candidates[many - 1]),
            rest >> (rest & -rest).bit_length(),
        )
    return found


def _group_by_place(candidates: list[RankedCandidate]) -> Iterable[list[RankedCandidate]]:
    """Group the candidates by level and place, highest first."""
    groups: dict[tuple[int, str], list[RankedCandidate]] = {}
    for candidate in candidates:
        groups.setdefault(candidate.place, []).append(candidate)
    return groups.values()


def _winners(run: DecisionResolution, chosen: int) -> list[str]:
    """Return the names of the winners. They exclude the outcomes preferred to the chosen one or, if
    there are none, name it and leave the fewest; and they permit it against a restriction that does
    not name it.
    """
    bit = 1 << chosen
    restricting = [c for c in run.candidates if c.stands and not c.permits]
    naming = [c for c in restricting if c.outcomes & bit]
    others = [c for c in restricting if not c.outcomes & bit]
    if earlier := _preferred_outcomes(run.row, chosen):
        ordered = (*_topological_by_name(run, naming), *_topological_by_name(run, others))
        kept = _irredundant_excluders(ordered, earlier)
    else:
        fewest = min((c.leaves.bit_count() for c in naming), default=0)
        kept = [c for c in naming if c.leaves.bit_count() == fewest]
    above_others = 0
    for other in others:
        above_others |= other.above
    permitting = (c for i, c in enumerate(run.candidates) if above_others >> i & 1)
    kept += (c for c in permitting if c.lifts & bit)
    return [c.name for c in _topological_by_name(run, kept)]


def _preferred_outcomes(row: DecisionRow, chosen: int) -> int:
    """Return the outcomes that are preferred to the chosen one."""
    if chosen == row.default:
        return 0
    return (1 << chosen) - 1 | (0 if row.default is None else 1 << row.default)


def _irredundant_excluders(
    ordered: Iterable[RankedCandidate], outcomes: int
) -> list[RankedCandidate]:
    """Return the candidates that exclude one of the outcomes which no earlier candidate
    excludes.
    """
    kept: list[RankedCandidate] = []
    for candidate in ordered:
        if outcomes & ~candidate.leaves:
            outcomes &= candidate.leaves
            kept.append(candidate)
    return kept


def _topological_by_name(
    run: DecisionResolution, some: Iterable[RankedCandidate]
) -> Iterator[RankedCandidate]:
    """Yield the candidates in topological order, ties by name."""
    wanted = set(map(id, some))
    # Rules of one level by position; all other candidates are totally ordered.
    rules: dict[int, RankedCandidate] = {}
    for i, one in enumerate(run.candidates):
        if id(one) in wanted:
            if rules and one.place != next(iter(rules.values())).place:
                yield from _rules_by_name(rules)
                rules = {}
            if one.instruction is None:
                rules[i] = one
            else:
                yield one
    yield from _rules_by_name(rules)


def _rules_by_name(rules: dict[int, RankedCandidate]) -> Iterator[RankedCandidate]:
    rest, mask = dict(rules), sum(1 << i for i in rules)
    while rest:
        first = min((i for i, c in rest.items() if not c.above & mask), key=lambda i: rest[i].name)
        mask ^= 1 << first
        yield rest.pop(first)


def _minimal_clashes(
    run: DecisionResolution, standing: list[RankedCandidate]
) -> tuple[tuple[frozenset[str], ...], bool]:
    """Return the rules of each minimal set of standing restrictions that leaves no outcome,
    smallest first, and whether these are all.
    """
    # Instructions with equal effects are interchangeable.
    distinct: dict[tuple[int, int], RankedCandidate] = {}
    for i, c in enumerate(standing):
        if c.leaves != run.all_outcomes:
            distinct.setdefault((c.leaves, i if c.instruction is None else -1), c)
    excluding = list(distinct.values())
    masks = [run.all_outcomes & ~c.leaves for c in excluding]
    steps = MAX_WORK // (1 + len(masks) * len(run.row.outcomes))
    found, complete = minimal_covers(
        masks, run.all_outcomes, min(MAX_STEPS, max(LEAST_STEPS, steps))
    )
    groups = ([excluding[i] for i in group] for group in found)
    named = (frozenset(c.name for c in group if c.instruction is None) for group in groups)
    return tuple(dict.fromkeys(named)), complete


# --- explanation ---------------------------------------------------------------------------------


def _trace_candidates(run: DecisionResolution) -> Iterator[CandidateTrace]:
    """Yield the trace of each candidate."""
    superseding = _SupersedingTest(run)
    before: list[RankedCandidate] = []  # The last candidates that exclude what all earlier ones do.
    rules: list[RankedCandidate] = []  # The rules of the level so far.
    over: list[RankedCandidate] = []  # The same as `before`, without these rules.
    start = 0
    for i, one in enumerate(run.candidates):
        above = before
        if one.instruction is None:
            if not rules or rules[-1].place != one.place:
                rules, over, start = [], before, i
            above = _last_excluders(
                run, [*over, *(c for j, c in enumerate(rules) if _is_above(one, start + j))]
            )
            rules.append(one)
        yield _trace_candidate(run, one, above, superseding)
        before = _last_excluders(run, [*before, one])


def _is_above(one: RankedCandidate, place: int) -> bool:
    return bool(one.above >> place & 1)


def _trace_candidate(
    run: DecisionResolution,
    candidate: RankedCandidate,
    above: list[RankedCandidate],
    superseding: _SupersedingTest,
) -> CandidateTrace:
    by: tuple[str, ...] = ()
    status = "standing"
    if not candidate.stands:
        by = tuple(c.name for c in _overriders(candidate, above))
        status = "superseded" if superseding.is_superseded(candidate) else "overridden"
    excludes = candidate.stands and not candidate.permits
    return CandidateTrace(
        candidate.name,
        candidate.text,
        candidate.rank,
        status,
        candidate.instruction is not None,
        candidate.permits,
        run.outcome_names(run.all_outcomes & ~candidate.leaves) if excludes else (),
        run.outcome_names(candidate.lifts),
        by,
        candidate.because,
    )


def _last_excluders(run: DecisionResolution, some: list[RankedCandidate]) -> list[RankedCandidate]:
    """Return the candidates that exclude an outcome which no later one excludes."""
    kept: list[RankedCandidate] = []
    excluded = 0
    for one in reversed(some):
        more = run.all_outcomes & ~one.leaves if one.stands and not one.permits else 0
        if more & ~excluded:
            excluded |= more
            kept.append(one)
    return kept[::-1]


def _overriders(
    candidate: RankedCandidate, above: Sequence[RankedCandidate]
) -> list[RankedCandidate]:
    """Return a minimal set of higher candidates that leave nothing of what the candidate names,
    preferring lower ones.
    """
    for one in above:
        left = candidate.outcomes
        for other in above:
            if other is not one:
                left &= other.leaves
        if not left:
            above = [c for c in above if c is not one]
    return list(above)


class _SupersedingTest:
    """Tells which instructions would stand without the others of their place.

    Of equal instructions of a place only the first is needed: the others leave all that it leaves.
    """

    def __init__(self, run: DecisionResolution) -> None:
        self._run = run
        self._left: dict[tuple[tuple[int, str], int], int] = {}

    @cached_property
    def _distinct(self) -> list[RankedCandidate]:
        """Return the distinct candidates, with `above` restricted to them."""
        kinds: set[tuple[object, ...]] = set()
        places: list[int] = []
        for i, c in enumerate(self._run.candidates):
            kind = (i,) if c.instruction is None else (c.place, c.outcomes, c.permits)
            if kind not in kinds:
                kinds.add(kind)
                places.append(i)
        every = self._run.candidates
        return [replace(every[i], above=_project_mask(every[i].above, places)) for i in places]

    def is_superseded(self, candidate: RankedCandidate) -> bool:
        if candidate.instruction is None:
            return False
        states = candidate.place[1] == "stated" and not candidate.permits
        key = (candidate.place, candidate.outcomes if states else 0)
        if key not in self._left:
            self._left[key] = self._left_above(candidate)
        return bool(candidate.outcomes & self._left[key])

    def _left_above(self, candidate: RankedCandidate) -> int:
        """Return what is left above the candidate's place if it is alone there."""
        others = [replace(c) for c in self._distinct]
        start = next(i for i, c in enumerate(others) if c.place == candidate.place)
        for one in others:
            if one.place == candidate.place:
                one.outcomes, one.permits = 0, True
        firsts = _evaluate_candidates(
            self._run, others, _outcomes_asked_below([*others, candidate])
        )
        return firsts[start].left


def _project_mask(above: int, places: Sequence[int]) -> int:
    """Project a mask of all candidates onto those at the given positions."""
    return sum(1 << i for i, place in enumerate(places) if above >> place & 1)
