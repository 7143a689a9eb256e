"""Deciding a situation: candidates by rank, what stands, what is left, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

from specdsl.runtime.clashes import minimal_covers
from specdsl.runtime.reading import Given, read
from specdsl.runtime.results import Part, Taken
from specdsl.runtime.tables import DecisionRow, RuleRow, Tables

PLACES = ("stated", "lowered", "implied", "lent")
MOST_STEPS = 5_000  # on the way to the minimal clashes of one decision
LEAST_STEPS, MOST_WORK = 100, 2_000_000  # the more candidates there are, the fewer steps


@dataclass
class Candidate:
    """A rule that applies or an instruction that counts, and what became of it. `above`: bit j
    says that candidate j outranks it; `leaves`: what a standing restriction leaves."""

    name: str
    text: str
    rank: str
    outcomes: int
    permits: bool
    above: int
    instruction: Given | None = None
    place: tuple[int, str] = (0, "rules")
    because: str = ""
    stands: bool = False
    leaves: int = 0
    lifts: int = 0


class Below(NamedTuple):
    """What some candidates leave and permit, and what those of the last one's level permit."""

    left: int
    permitted: int
    own: int
    level: int

    def on(self, level: int) -> Below:
        """As it is seen from a level."""
        return self if level == self.level else Below(self.left, self.permitted, 0, level)

    def and_(self, candidate: Candidate) -> Below:
        """With one more, which comes after them."""
        here = self.on(candidate.place[0])
        if not candidate.stands:
            return here
        left = here.left if candidate.permits else here.left & candidate.leaves
        lifts = candidate.lifts
        return Below(left, here.permitted | lifts, here.own | lifts, here.level)


@dataclass
class Run:
    """One decision while it is taken. Candidates come in an order in which each is after all
    above it."""

    row: DecisionRow
    candidates: list[Candidate] = field(default_factory=list)
    ignored: list[Part] = field(default_factory=list)
    left: int = 0
    before: int = 0  # what the places above the clash leave

    @property
    def every(self) -> int:
        return (1 << len(self.row.outcomes)) - 1

    def named(self, mask: int) -> tuple[str, ...]:
        return tuple(o for i, o in enumerate(self.row.outcomes) if mask >> i & 1)


def trace(tables: Tables, facts: Mapping[str, Any], says: Iterable[Any]) -> tuple[Taken, ...]:
    """What becomes of every decision. Raises `BadInput`."""
    return take(tables, *read(tables, facts, says))


def take(tables: Tables, values: Mapping[str, Any], given: Sequence[Given]) -> tuple[Taken, ...]:
    """The same of a situation as read."""
    outcomes: dict[str, str] = {}
    taken: list[Taken] = []
    for row in tables.decisions:
        if all(name in outcomes for name in row.reads):
            one = resolve(tables, row, values, outcomes, given)
        else:
            one = Taken(row.name, None)
        taken.append(one)
        if one.outcome is not None:
            outcomes[row.name] = one.outcome
    return tuple(taken)


def resolve(
    tables: Tables,
    row: DecisionRow,
    values: Mapping[str, Any],
    outcomes: Mapping[str, str],
    given: Iterable[Given],
) -> Taken:
    """One decision."""
    run = Run(row)
    _collect(tables, run, values, outcomes, [g for g in given if g.decision == row.name])
    _stand(run)
    conflicted = run.left == 0
    standing = [c for c in run.candidates if c.stands and not c.permits]
    failed = conflicted and row.on_conflict is None
    chosen = None if failed else _choose(run, conflicted)
    winners = () if conflicted or chosen is None else tuple(_winners(run, chosen))
    clashes, complete = _clashes(run, standing) if conflicted else ((), True)
    return Taken(
        row.name,
        None if chosen is None else row.outcomes[chosen],
        bool(standing) and not failed,
        conflicted,
        failed,
        winners,
        clashes,
        complete,
        lambda: (*_parts_of(run), *run.ignored),
    )


def _choose(run: Run, conflicted: bool) -> int:
    """The default, if that is left, else the most preferred of what is left; in a clash what
    `on conflict` names, if that is left above it, else the most preferred of what is."""
    mask = run.before if conflicted else run.left
    named = run.row.on_conflict if conflicted else run.row.default
    if named is not None and mask >> named & 1:
        return named
    return (mask & -mask).bit_length() - 1


# --- candidates ----------------------------------------------------------------------------------


def _collect(
    tables: Tables,
    run: Run,
    values: Mapping[str, Any],
    outcomes: Mapping[str, str],
    given: list[Given],
) -> None:
    """The candidates, highest first; of a place of instructions the later ones first."""
    placed: dict[tuple[int, int], list[Given]] = {}
    for one in given:
        place = _landing(tables, run, values, outcomes, one)
        if place is not None:
            placed.setdefault(place, []).append(one)
    applies = run.row.applies(values, outcomes)
    at = 0
    for level, rules in enumerate(run.row.rules):
        for i, place_name in enumerate(PLACES):
            for one in reversed(placed.get((level, i), [])):
                _speak(tables, run, one, level, place_name)
        start = len(run.candidates)
        over = (1 << start) - 1
        kept: dict[int, int] = {}  # of the level's rules: their place among the candidates
        masks: dict[int, int] = {}  # rules under the same others, all of which came before
        for j, rule in enumerate(rules):
            if applies[at + j]:
                kept[j] = len(run.candidates)
                if rule.above not in masks:
                    masks[rule.above] = sum(1 << k for i, k in kept.items() if rule.above >> i & 1)
                run.candidates.append(_rule(tables, run, rule, level, over | masks[rule.above]))
        at += len(rules)


def _rule(tables: Tables, run: Run, rule: RuleRow, level: int, above: int) -> Candidate:
    text = effect_text(run, rule.outcomes, rule.permits)
    name = tables.levels[level]
    return Candidate(
        rule.name,
        text,
        name,
        rule.outcomes,
        rule.permits,
        above,
        place=(level, "rules"),
        because=rule.because,
    )


def _speak(tables: Tables, run: Run, one: Given, level: int, place: str) -> None:
    above = (1 << len(run.candidates)) - 1
    rank = f"{tables.levels[level]}, {place}"
    run.candidates.append(
        Candidate(one.by, one.text, rank, one.outcomes, one.permits, above, one, (level, place))
    )


def effect_text(run: Run, mask: int, permits: bool) -> str:
    """An effect as one writes it."""
    name, named = run.row.name, run.named(mask)
    out = run.named(run.every & ~mask)
    if permits:
        return f"{name} may be {' or '.join(named)}"
    if len(named) == 1:
        return f"{name} is {named[0]}"
    return f"{name} is not {out[0]}" if len(out) == 1 else f"{name} in {{{', '.join(named)}}}"


def _landing(
    tables: Tables,
    run: Run,
    values: Mapping[str, Any],
    outcomes: Mapping[str, str],
    one: Given,
) -> tuple[int, int] | None:
    """The level and place where an instruction counts; None, with a word why, where it does not."""
    who = tables.principals[one.by]
    if who.level is None:
        return _lent(tables, run, values, outcomes, one)
    if run.row.steered is not None and one.by not in run.row.steered:
        _ignore(run, one, f"does not steer {run.row.name}")
        return None
    if one.implied:
        if who.implied is None:
            _ignore(run, one, "cannot imply: it has no `implied at`")
            return None
        return (who.implied if one.at is None else one.at), PLACES.index("implied")
    level = who.level if one.at is None else one.at
    return level, PLACES.index("stated" if level == who.level else "lowered")


def _lent(
    tables: Tables,
    run: Run,
    values: Mapping[str, Any],
    outcomes: Mapping[str, str],
    one: Given,
) -> tuple[int, int] | None:
    if one.implied:
        _ignore(run, one, "cannot imply: it has no `implied at`")
        return None
    levels = [
        d.level
        for d in tables.delegates
        if d.principal == one.by and run.row.name in d.decisions and d.active(values, outcomes)
    ]
    if not levels:
        _ignore(run, one, "has no authority here: nobody lends it any")
        return None
    highest = min(levels)
    if one.at is not None and one.at < highest:
        _ignore(run, one, f"is lent no authority at {tables.levels[one.at]}")
        return None
    return (highest if one.at is None else one.at), PLACES.index("lent")


def _ignore(run: Run, one: Given, why: str) -> None:
    run.ignored.append(Part(one.by, one.text, "no place", "ignored", True, by=(why,)))


# --- what stands ---------------------------------------------------------------------------------


def _stand(run: Run) -> None:
    """What stands, candidate by candidate from the highest down; then what is left."""
    _judge(run, run.candidates, _asked_below(run.candidates))
    run.left = run.every
    run.before = run.every
    for group in _by_place(run.candidates):
        after = run.left
        for candidate in group:
            if candidate.stands and not candidate.permits:
                after &= candidate.leaves
        if after == 0:
            run.before, run.left = run.left, 0
            return
        run.left = after


def _judge(run: Run, candidates: Sequence[Candidate], asked: Mapping[int, int]) -> list[Below]:
    """U and P of the semantics for each of some candidates, which come highest first. By how many:
    what the first of them leave and permit."""
    firsts = [Below(run.every, 0, 0, -1)]
    known: dict[int, Below] = {}  # candidates under the same others share U and P
    for candidate in candidates:
        level = candidate.place[0]
        if candidate.above not in known:
            known[candidate.above] = _under(firsts, candidates, candidate.above)
        under = known[candidate.above].on(level)
        candidate.stands = bool(candidate.outcomes & under.left)
        candidate.lifts = candidate.leaves = 0
        if candidate.permits:
            candidate.lifts = candidate.outcomes & under.left
        elif candidate.instruction is None:
            candidate.leaves = candidate.outcomes | under.permitted
        else:  # what a higher level permits is left where somebody below asks for it
            candidate.leaves = candidate.outcomes | under.own | under.permitted & asked[level]
        firsts.append(firsts[-1].and_(candidate))
    return firsts


def _asked_below(candidates: Iterable[Candidate]) -> dict[int, int]:
    """By level the outcomes that are named by those who state something at a lower level."""
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


def _under(firsts: list[Below], candidates: Sequence[Candidate], above: int) -> Below:
    """What those above leave and permit: the first ones, as far as there are no gaps, and others
    one by one."""
    many = (~above & above + 1).bit_length() - 1
    found, rest = firsts[many], above >> many
    while rest:
        many += (rest & -rest).bit_length()
        found, rest = found.and_(candidates[many - 1]), rest >> (rest & -rest).bit_length()
    return found


def _by_place(candidates: list[Candidate]) -> Iterable[list[Candidate]]:
    """The candidates of each level and place, highest first."""
    groups: dict[tuple[int, str], list[Candidate]] = {}
    for candidate in candidates:
        groups.setdefault(candidate.place, []).append(candidate)
    return groups.values()


def _winners(run: Run, chosen: int) -> list[str]:
    """Who excludes what comes before the chosen outcome, or else names it and leaves the
    fewest; and who permits it over a restriction that does not name it."""
    bit = 1 << chosen
    restricting = [c for c in run.candidates if c.stands and not c.permits]
    naming = [c for c in restricting if c.outcomes & bit]
    others = [c for c in restricting if not c.outcomes & bit]
    if earlier := _before(run.row, chosen):
        ordered = (*_from_the_top(run, naming), *_from_the_top(run, others))
        kept = _excluding(ordered, earlier)
    else:
        fewest = min((c.leaves.bit_count() for c in naming), default=0)
        kept = [c for c in naming if c.leaves.bit_count() == fewest]
    above_others = 0
    for other in others:
        above_others |= other.above
    permitting = (c for i, c in enumerate(run.candidates) if above_others >> i & 1)
    kept += (c for c in permitting if c.lifts & bit)
    return [c.name for c in _from_the_top(run, kept)]


def _before(row: DecisionRow, chosen: int) -> int:
    """The outcomes that are chosen rather than this one where they are left."""
    if chosen == row.default:
        return 0
    return (1 << chosen) - 1 | (0 if row.default is None else 1 << row.default)


def _excluding(ordered: Iterable[Candidate], outcomes: int) -> list[Candidate]:
    """Each that excludes one of the outcomes which those before it do not."""
    kept: list[Candidate] = []
    for candidate in ordered:
        if outcomes & ~candidate.leaves:
            outcomes &= candidate.leaves
            kept.append(candidate)
    return kept


def _from_the_top(run: Run, some: Iterable[Candidate]) -> Iterator[Candidate]:
    """Again and again, of those with nothing left above them, the first by name."""
    wanted = set(map(id, some))
    rules: dict[int, Candidate] = {}  # of one level, by their places; all others are ordered
    for i, one in enumerate(run.candidates):
        if id(one) in wanted:
            if rules and one.place != next(iter(rules.values())).place:
                yield from _by_name(rules)
                rules = {}
            if one.instruction is None:
                rules[i] = one
            else:
                yield one
    yield from _by_name(rules)


def _by_name(rules: dict[int, Candidate]) -> Iterator[Candidate]:
    rest, mask = dict(rules), sum(1 << i for i in rules)
    while rest:
        first = min((i for i, c in rest.items() if not c.above & mask), key=lambda i: rest[i].name)
        mask ^= 1 << first
        yield rest.pop(first)


def _clashes(run: Run, standing: list[Candidate]) -> tuple[tuple[frozenset[str], ...], bool]:
    """The rules of each minimal set of standing restrictions that leave nothing together, small
    sets first; and whether these are all."""
    distinct: dict[tuple[int, int], Candidate] = {}  # instructions are told apart by nothing else
    for i, c in enumerate(standing):
        if c.leaves != run.every:
            distinct.setdefault((c.leaves, i if c.instruction is None else -1), c)
    excluding = list(distinct.values())
    masks = [run.every & ~c.leaves for c in excluding]
    steps = MOST_WORK // (1 + len(masks) * len(run.row.outcomes))
    found, complete = minimal_covers(masks, run.every, min(MOST_STEPS, max(LEAST_STEPS, steps)))
    groups = ([excluding[i] for i in group] for group in found)
    named = (frozenset(c.name for c in group if c.instruction is None) for group in groups)
    return tuple(dict.fromkeys(named)), complete


# --- explanation ---------------------------------------------------------------------------------


def _parts_of(run: Run) -> Iterator[Part]:
    """What became of each candidate."""
    superseding = _Superseding(run)
    before: list[Candidate] = []  # the last that exclude what all before do
    rules: list[Candidate] = []  # of a level, so far
    over: list[Candidate] = []  # like `before`, without these
    start = 0
    for i, one in enumerate(run.candidates):
        above = before
        if one.instruction is None:
            if not rules or rules[-1].place != one.place:
                rules, over, start = [], before, i
            above = _last(run, [*over, *(c for j, c in enumerate(rules) if _above(one, start + j))])
            rules.append(one)
        yield _part(run, one, above, superseding)
        before = _last(run, [*before, one])


def _above(one: Candidate, place: int) -> bool:
    return bool(one.above >> place & 1)


def _part(
    run: Run, candidate: Candidate, above: list[Candidate], superseding: _Superseding
) -> Part:
    by: tuple[str, ...] = ()
    status = "standing"
    if not candidate.stands:
        by = tuple(c.name for c in _overriders(candidate, above))
        status = "superseded" if superseding.of(candidate) else "overridden"
    excludes = candidate.stands and not candidate.permits
    return Part(
        candidate.name,
        candidate.text,
        candidate.rank,
        status,
        candidate.instruction is not None,
        candidate.permits,
        run.named(run.every & ~candidate.leaves) if excludes else (),
        run.named(candidate.lifts),
        by,
        candidate.because,
    )


def _last(run: Run, some: list[Candidate]) -> list[Candidate]:
    """Of some, each that excludes an outcome which none after it does."""
    kept: list[Candidate] = []
    excluded = 0
    for one in reversed(some):
        more = run.every & ~one.leaves if one.stands and not one.permits else 0
        if more & ~excluded:
            excluded |= more
            kept.append(one)
    return kept[::-1]


def _overriders(candidate: Candidate, above: Sequence[Candidate]) -> list[Candidate]:
    """A minimal set of those above it that leave nothing of what it names: of two that do, the
    lower one."""
    for one in above:
        left = candidate.outcomes
        for other in above:
            if other is not one:
                left &= other.leaves
        if not left:
            above = [c for c in above if c is not one]
    return list(above)


class _Superseding:
    """Which instructions would stand if the others of their place were left out. Of those of a
    place that say the same the first is enough: what it leaves, the others do not take away."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._left: dict[tuple[tuple[int, str], int], int] = {}

    @cached_property
    def _distinct(self) -> list[Candidate]:
        """With `above` among themselves."""
        kinds: set[tuple[object, ...]] = set()
        places: list[int] = []
        for i, c in enumerate(self._run.candidates):
            kind = (i,) if c.instruction is None else (c.place, c.outcomes, c.permits)
            if kind not in kinds:
                kinds.add(kind)
                places.append(i)
        every = self._run.candidates
        return [replace(every[i], above=_among(every[i].above, places)) for i in places]

    def of(self, candidate: Candidate) -> bool:
        if candidate.instruction is None:
            return False
        states = candidate.place[1] == "stated" and not candidate.permits
        key = (candidate.place, candidate.outcomes if states else 0)
        if key not in self._left:
            self._left[key] = self._left_above(candidate)
        return bool(candidate.outcomes & self._left[key])

    def _left_above(self, candidate: Candidate) -> int:
        """What is left above its place if it is alone there."""
        others = [replace(c) for c in self._distinct]
        start = next(i for i, c in enumerate(others) if c.place == candidate.place)
        for one in others:
            if one.place == candidate.place:
                one.outcomes, one.permits = 0, True
        firsts = _judge(self._run, others, _asked_below([*others, candidate]))
        return firsts[start].left


def _among(above: int, places: Sequence[int]) -> int:
    """A mask of candidates as one of those at some places."""
    return sum(1 << i for i, place in enumerate(places) if above >> place & 1)
