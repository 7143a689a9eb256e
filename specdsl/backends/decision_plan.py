"""Decision plans: how a decision without instructions is best computed, for every target language.

A plan is a decision tree over axes (facts and earlier decisions) with chains of rules as leaves, in
the order of their ranks. The tree is grown greedily on the axis that leaves the fewest tests to be
expected, where each class of values counts as equally likely, within a budget of rules in leaves.
A long list of rules is cut where a call hardly ever comes to: the rest is a part of its own.

Backends print plans, and what they print is proved against the circuit afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specdsl.backends.axes import Axes, Axis
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.semantics import aig as g
from specdsl.semantics.circuit import Circuit

GROWTH = 4  # How many times as many rules the leaves may have as the decision.
SPARE = 60  # More rules in leaves, for small decisions.
ESTIMATED = 300  # Rules of a list by which an axis is chosen.
TRIED = 5  # Axes that are tried at a node.
CUTS_TRIED = 12  # Cuts of a quantity that are tried at a node.
GAIN = 0.85  # A split has to save this part of the tests.
SWITCH = 0.6  # The cost of a split, in tests.
RARE = 0.03  # A list of rules is cut where so few calls come to.
SHORTEST_HEAD = 48  # Rules before a cut.
SHORT = 6  # Rules that need no group of their own.
LONG = 10  # Rules of a chain that may be gathered by groups.
MOST_CLASSES = 40  # Groups of classes at one node.


@dataclass(frozen=True, slots=True)
class Conjunct:
    """A conjunct of a rule's condition; `allowed`: the classes of its axis in which it holds."""

    literal: g.Literal
    axis: Axis | None
    allowed: int


@dataclass(frozen=True, eq=False, slots=True)
class PlannedRule:
    """A rule of a decision that applies if all its tests hold. `number`: its position in the
    decision, by rank; `position`: in its level; `above`: positions of its level that outrank it.
    """

    rule: Rule
    number: int
    level: int
    position: int
    outcomes: int
    permits: bool
    above: int
    tests: tuple[Conjunct, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Chain:
    """A leaf: the rules that may still apply, by rank."""

    rules: tuple[PlannedRule, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Split:
    """A node: by classes of an axis, which are disjoint, the node that decides there."""

    axis: Axis
    cases: tuple[tuple[int, Node], ...]


@dataclass(frozen=True, eq=False, slots=True)
class Gather:
    """A node: rules by the axis that they restrict most, so that no rule is in many leaves. Of the
    rules that apply in any of the groups, the first by rank decides: each asks for one outcome.
    """

    groups: tuple[Node, ...]
    count: int  # More than the number of any rule.


Node = Chain | Split | Gather


@dataclass(frozen=True, eq=False)
class DecisionPlan:
    """The parts of a decision: what the first leaves open, the next goes on with. `settled`: the
    rules cannot contradict each other, by a proof. There is one part only if rules permit
    something, or if they may contradict each other.
    """

    decision: DecisionModel
    parts: tuple[Node, ...]
    settled: bool


def chains(node: Node) -> Iterator[Chain]:
    """Yield the leaves below a node."""
    match node:
        case Chain():
            yield node
        case Split():
            for _, child in node.cases:
                yield from chains(child)
        case Gather():
            for child in node.groups:
                yield from chains(child)


def plan_decision(
    circuit: Circuit, decision: DecisionModel, settled: bool = False, flat: bool = False
) -> DecisionPlan:
    """Return the plan of a decision. `settled`: it is proved that its rules do not conflict.
    `flat`: no rule is twice in it, and groups are not in groups, as is best where each step is
    taken for thousands of rows.
    """
    rules = _planned_rules(circuit, decision)
    simple = is_sequential(rules, settled)
    first_match = simple and all(one.outcomes.bit_count() == 1 for one in rules)
    builder = _PlanBuilder(simple, first_match, flat)
    return DecisionPlan(decision, tuple(builder.parts(rules)), settled)


def is_sequential(rules: Sequence[PlannedRule], settled: bool) -> bool:
    """Return whether each of the rules stands exactly if it meets what those before it leave."""
    if any(one.permits for one in rules):
        return False
    if settled:
        return True
    level, before = -1, 0
    for one in rules:
        if one.level != level:
            level, before = one.level, 0
        if before & ~one.above:
            return False
        before |= 1 << one.position
    return True


def _planned_rules(circuit: Circuit, decision: DecisionModel) -> list[PlannedRule]:
    graph = circuit.graph
    levels = circuit.ranks.levels[decision]
    applies = [circuit.rules[rule].applies for ranked in levels for rule in ranked.rules]
    axes = Axes(graph, applies)
    found: list[PlannedRule] = []
    start = 0
    for ranked in levels:
        for position, rule in enumerate(ranked.rules):
            literal, effect = circuit.rules[rule].applies, rule.effect_on(decision)
            if literal == g.FALSE:
                continue
            tests = tuple(_test_of(axes, one) for one in conjuncts(graph, literal))
            above = ranked.above[position]
            planned = PlannedRule(
                rule,
                start + position,
                ranked.level.rank,
                position,
                effect.outcomes,
                effect.permits,
                above,
                tests,
            )
            found.append(planned)
        start += len(ranked.rules)
    return found


def conjuncts(graph: g.AndInverterGraph, literal: g.Literal) -> list[g.Literal]:
    """Return literals of which the literal is the conjunction."""
    found: dict[g.Literal, None] = {}
    stack = [literal]
    while stack:
        one = stack.pop()
        inputs = graph.inputs[one >> 1]
        if one & 1 or not inputs:
            if one != g.TRUE:
                found[one] = None
        else:
            stack.extend(reversed(inputs))
    return list(found)


def _test_of(axes: Axes, literal: g.Literal) -> Conjunct:
    found = axes.restriction(literal)
    return Conjunct(literal, None, 0) if found is None else Conjunct(literal, *found)


# --- growing a tree ------------------------------------------------------------------------------

Domain = dict[Axis, int]


@dataclass(eq=False, slots=True)
class _Candidate:
    """A rule at a node, with the classes that it allows by axis, and how likely it applies."""

    planned: PlannedRule
    masks: dict[Axis, int]
    other: float
    chance: float = 0.0
    exits: float = 0.0


@dataclass(eq=False)
class _PlanBuilder:
    simple: bool  # Each rule stands exactly if it meets what those before it leave.
    first_match: bool  # The first rule that applies decides.
    flat: bool = False  # No rule is twice, and no group in another.

    def parts(self, rules: list[PlannedRule]) -> list[Node]:
        """Return the parts of the plan, cut where few calls come to."""
        found: list[Node] = []
        rest = [one for one in map(_candidate, rules) if all(one.masks.values())]
        if not rest:
            return [Chain(())]
        while rest:
            size = len(rest)
            if self.simple:
                self._estimate(rest, {})
                size = _head(rest)
            head, rest = rest[:size], rest[size:]
            found.append(self._grow(head, {}, SPARE + GROWTH * len(head)))
        return found

    def _grow(self, rules: list[_Candidate], domain: Domain, allowance: int) -> Node:
        chain_cost = self._estimate(rules, domain)
        if chain_cost > 2 and not self.flat:
            split = self._best_split(rules, domain, chain_cost, allowance)
            if split is not None:
                return split
        if self.first_match and chain_cost > LONG:
            gather = self._gather(rules, domain, chain_cost)
            if gather is not None:
                return gather
        return Chain(tuple(_residual(one, domain) for one in rules))

    def _best_split(
        self, rules: list[_Candidate], domain: Domain, chain_cost: float, allowance: int
    ) -> Node | None:
        best: tuple[float, Axis, list[int]] | None = None
        for axis in _pinned_axes(rules, domain):
            for groups in _groupings(axis, rules, domain.get(axis, axis.full)):
                cost = SWITCH * (1 + len(groups) / 8) + _split_cost(rules, domain, axis, groups)
                if cost < GAIN * chain_cost and (best is None or cost < best[0]):
                    best = cost, axis, groups
        if best is None:
            return None
        _, axis, groups = best
        children = [[one for one in rules if one.masks.get(axis, -1) & group] for group in groups]
        more = sum(map(len, children)) - len(rules)
        if more > allowance:
            return None
        whole = sum(map(len, children)) or 1
        cases: list[tuple[int, Node]] = []
        for group, child in zip(groups, children, strict=True):
            share = (allowance - max(more, 0)) * len(child) // whole
            cases.append((group, self._grow(child, {**domain, axis: group}, share)))
        return Split(axis, tuple(cases))

    def _gather(self, rules: list[_Candidate], domain: Domain, chain_cost: float) -> Node | None:
        """Return the rules in groups by the axes that they restrict; None if that does not pay."""
        groups: list[Node] = []
        rest, cost = rules, 0.0
        while len(rest) > SHORT:
            axis = _gathering_axis(rest, domain)
            if axis is None:
                break
            here = domain.get(axis, axis.full)
            pinned = [one for one in rest if _pins(one, axis, here)]
            if len(pinned) < SHORT:
                break
            grouped = _grouped_classes(axis, pinned, here)
            if grouped is None:
                break
            cases = []
            for group in grouped:
                child = [one for one in pinned if one.masks[axis] & group]
                cost += group.bit_count() / here.bit_count() * len(child) / 2
                below = {**domain, axis: group}
                self._estimate(child, below)
                cases.append((group, self._gather_below(child, below)))
            cost += SWITCH * 4
            groups.append(Split(axis, tuple(cases)))
            kept = set(map(id, pinned))
            rest = [one for one in rest if id(one) not in kept]
        if not groups or cost + len(rest) > GAIN * chain_cost:
            return None
        if rest:
            groups.append(Chain(tuple(_residual(one, domain) for one in rest)))
        return Gather(tuple(groups), max(one.planned.number for one in rules) + 1)

    def _gather_below(self, rules: list[_Candidate], domain: Domain) -> Node:
        """Return a node of a group, which may be in groups again."""
        if len(rules) > LONG and not self.flat:
            found = self._gather(rules, domain, len(rules))
            if found is not None:
                return found
        return Chain(tuple(_residual(one, domain) for one in rules))

    def _estimate(self, rules: list[_Candidate], domain: Domain) -> float:
        """Estimate how likely each rule applies, and the tests of the chain of rules."""
        for one in rules[:ESTIMATED]:
            one.chance = one.other
            for axis, mask in one.masks.items():
                here = domain.get(axis, axis.full)
                one.chance *= (mask & here).bit_count() / here.bit_count()
            one.exits = 1.0 if one.planned.outcomes.bit_count() == 1 and self.simple else 0.2
        return _chain_cost([(one.chance, one.exits) for one in rules[:ESTIMATED]], len(rules))


def _candidate(planned: PlannedRule) -> _Candidate:
    masks: dict[Axis, int] = {}
    other = 1.0
    for test in planned.tests:
        if test.axis is None:
            other *= 0.5
        else:
            masks[test.axis] = masks.get(test.axis, test.axis.full) & test.allowed
    return _Candidate(planned, masks, other)


def _head(rules: list[_Candidate]) -> int:
    """Return how many rules there are up to where few calls come to; all, if the rest is short."""
    reach = 1.0
    for i, one in enumerate(rules[:ESTIMATED]):
        reach *= 1 - one.chance * one.exits
        if reach < RARE and i >= SHORTEST_HEAD:
            return i if len(rules) - i > SHORTEST_HEAD else len(rules)
    return len(rules)


def _chain_cost(rules: list[tuple[float, float]], count: int) -> float:
    """Return the tests to be expected of a chain of rules, with a chance to apply and to end it."""
    reach, cost = 1.0, 0.0
    for chance, exits in rules:
        cost += reach
        reach *= 1 - chance * exits
        if reach < 0.01:
            return cost
    return cost + reach * (count - len(rules))


def _pins(one: _Candidate, axis: Axis, here: int) -> bool:
    """Return whether the rule allows few of the classes that are possible here."""
    return axis in one.masks and (one.masks[axis] & here).bit_count() * 3 <= here.bit_count()


def _gathering_axis(rules: list[_Candidate], domain: Domain) -> Axis | None:
    """Return the axis that most of the rules pin."""
    counts: dict[Axis, float] = {}
    for one in rules:
        for axis in one.masks:
            here = domain.get(axis, axis.full)
            if axis.kind != "quantity" and _pins(one, axis, here):
                part = (one.masks[axis] & here).bit_count() / here.bit_count()
                counts[axis] = counts.get(axis, 0.0) + 1 - part
    return max(counts, key=lambda axis: counts[axis], default=None)


def _grouped_classes(axis: Axis, rules: list[_Candidate], here: int) -> list[int] | None:
    groups = next(iter(_groupings(axis, rules, here)), None)
    return groups if groups and axis.kind != "quantity" else None


def _pinned_axes(rules: list[_Candidate], domain: Domain) -> list[Axis]:
    """Return the axes that most rules restrict, weighted by how likely a call comes to them."""
    weights: dict[Axis, float] = {}
    reach = 1.0
    for one in rules[:ESTIMATED]:
        for axis, mask in one.masks.items():
            here = domain.get(axis, axis.full)
            if here & ~mask:
                part = (mask & here).bit_count() / here.bit_count()
                weights[axis] = weights.get(axis, 0.0) + reach * (1 - part)
        reach *= 1 - one.chance * one.exits
    found = list(weights)
    found.sort(key=lambda axis: -weights[axis])
    return found[:TRIED]


def _groupings(axis: Axis, rules: list[_Candidate], here: int) -> list[list[int]]:
    """Return ways to group the classes: classes that no rule distinguishes are together."""
    if axis.kind == "quantity":
        return _cut_groupings(axis, rules, here)
    groups = [here]
    for mask in dict.fromkeys(one.masks[axis] for one in rules if axis in one.masks):
        if len(groups) > MOST_CLASSES:
            return []
        parts = ((group & mask, group & ~mask) for group in groups)
        groups = [part for pair in parts for part in pair if part]
    return [groups] if len(groups) > 1 else []


def _cut_groupings(axis: Axis, rules: list[_Candidate], here: int) -> list[list[int]]:
    ends: set[int] = set()
    known = here & ~axis.unknown
    for one in rules[:ESTIMATED]:
        mask = one.masks.get(axis, known) & known
        if mask and mask != known:
            ends.update(((mask & -mask).bit_length() - 1, mask.bit_length()))
    tried = sorted(end for end in ends if known & (1 << end) - 1 and known >> end)
    step = max(1, len(tried) // CUTS_TRIED)
    found: list[list[int]] = []
    for end in tried[step // 2 :: step]:
        low = known & (1 << end) - 1
        groups = [low, known & ~low, here & axis.unknown]
        found.append([group for group in groups if group])
    return found


def _split_cost(rules: list[_Candidate], domain: Domain, axis: Axis, groups: list[int]) -> float:
    here = domain.get(axis, axis.full)
    size, total = here.bit_count(), 0.0
    for group in groups:
        part = group.bit_count()
        child: list[tuple[float, float]] = []
        for one in rules[:ESTIMATED]:
            mask = one.masks.get(axis)
            if mask is None:
                child.append((one.chance, one.exits))
            elif mask & group:
                before = (mask & here).bit_count() / size
                after = (mask & group).bit_count() / part
                child.append((one.chance * after / before, one.exits))
        kept = len(child) / len(rules[:ESTIMATED])
        total += part / size * _chain_cost(child, int(kept * len(rules)))
    return total


def _residual(one: _Candidate, domain: Domain) -> PlannedRule:
    """Return the rule without the tests that hold at its leaf."""
    planned = one.planned
    tests = tuple(
        test
        for test in planned.tests
        if test.axis is None or domain.get(test.axis, test.axis.full) & ~test.allowed
    )
    return PlannedRule(
        planned.rule,
        planned.number,
        planned.level,
        planned.position,
        planned.outcomes,
        planned.permits,
        planned.above,
        tests,
    )
