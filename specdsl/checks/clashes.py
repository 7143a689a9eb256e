"""The minimal clashes of a decision: restrictions that stand together, leave no outcome, and of
which none can be left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from specdsl.checks.context import Context
from specdsl.checks.lean import lean_situation
from specdsl.checks.seen_clashes import RuleSet, Seen, seen_clashes
from specdsl.checks.situations import Situation, completed
from specdsl.circuit.graph import FALSE, TRUE, Graph, Input
from specdsl.circuit.instructions import PLACES, FreeInstructions, carriers
from specdsl.circuit.resolve import Resolution, Step, World
from specdsl.diagnostics import Severity
from specdsl.model.nodes import Decision, Level, Rule
from specdsl.solver.encode import counts
from specdsl.solver.prover import Prover, Unsettled
from specdsl.solver.witness import Guesses, Question, as_found, simplest

MOST = 20_000  # sets of rules for one decision
MOST_GUESSES = 200  # to find the simplest situations of one decision
MOST_LEAN = 60  # whose situation has few facts
MOST_SIMPLE = 20  # of one decision, whose situation is made simpler than the one found


@dataclass(frozen=True, slots=True)
class Member:
    """A restriction that may be part of a clash. `chosen` is free; `excludes` by outcome."""

    who: Rule | Level
    chosen: int
    excludes: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Clash:
    """A minimal clash in a world, as literals. `holds`: the chosen members are one; `more` by i:
    more than i of them are rules."""

    members: tuple[Member, ...]
    holds: int
    more: tuple[int, ...]

    @property
    def rules(self) -> tuple[tuple[Rule, int], ...]:
        """The rules among the members, with what chooses them."""
        return tuple((m.who, m.chosen) for m in self.members if isinstance(m.who, Rule))

    @property
    def instructions(self) -> tuple[tuple[Level, int], ...]:
        """The instructions among the members, by the level at which they count."""
        return tuple((m.who, m.chosen) for m in self.members if isinstance(m.who, Level))

    def exactly(self, graph: Graph, rules: RuleSet) -> int:
        """The rules among the chosen are these. No minimal clash has more than outcomes."""
        enough = self.more[len(rules)] ^ 1 if len(rules) < len(self.more) else TRUE
        return graph.all_of((enough, *(chosen for rule, chosen in self.rules if rule in rules)))


def clash_of(graph: Graph, resolution: Resolution, rules: Iterable[Rule] | None = None) -> Clash:
    """The minimal clashes of a resolution; with `rules`, those whose rules are exactly these."""
    name = resolution.decision.name
    members: list[Member] = []
    for rule, standing in resolution.rules.items():
        if any(e != FALSE for e in standing.excludes) and (rules is None or rule in set(rules)):
            chosen = graph.atom(Input(f"{name} clash {rule.name}")) if rules is None else 0
            members.append(Member(rule, chosen, standing.excludes))
    for i, (level, _, standing) in enumerate(resolution.steps):
        if any(e != FALSE for e in standing.excludes):
            chosen = graph.atom(Input(f"{name} clash instruction {i}"))
            members.append(Member(level, chosen, standing.excludes))
    rules_chosen = [member.chosen for member in members if isinstance(member.who, Rule)]
    more = counts(graph, rules_chosen, most=len(resolution.left))
    return Clash(tuple(members), _minimal_clash(graph, resolution, members), tuple(more))


def _minimal_clash(graph: Graph, resolution: Resolution, members: Sequence[Member]) -> int:
    """Every outcome is excluded by a chosen one (so the decision is conflicted), and each excludes
    one that no other does."""
    outcomes = range(len(resolution.left))
    alone: list[list[int]] = [[] for _ in members]
    parts = [resolution.ready]
    for o in outcomes:
        bits = [graph.all_of((m.chosen, m.excludes[o])) for m in members]
        parts.append(graph.any_of(bits))
        after = [FALSE] * (len(bits) + 1)
        for i in reversed(range(len(bits))):
            after[i] = graph.any_of((bits[i], after[i + 1]))
        before = FALSE
        for i, bit in enumerate(bits):
            if bit != FALSE:
                alone[i].append(graph.all_of((bit, before ^ 1, after[i + 1] ^ 1)))
            before = graph.any_of((before, bit))
    for member, own in zip(members, alone, strict=True):
        parts.append(graph.any_of((member.chosen ^ 1, *own)))
    return graph.all_of(parts)


class Clashes:
    """What can be asked about the clashes of one decision."""

    def __init__(self, context: Context, decision: Decision) -> None:
        self.context = context
        self.graph = context.circuit.graph
        self.decision = decision
        # Two restrictions a level: one that is part of the clash, one that only clears its way.
        self.instructions = FreeInstructions(context.circuit, restrictions=2)
        self.world = World(context.circuit, self._steps)
        self.resolution = self.world.decide(decision)
        cone = context.before(decision)
        self.slots = [s for d in cone for s in self._of(d).slots.get(d, ())]
        self.valid = self.graph.all_of(slot.valid(self.graph) for slot in self.slots)
        self._guesses = Guesses(MOST_GUESSES)
        self._silent: dict[RuleSet, bool] = {}

    def _of(self, decision: Decision) -> FreeInstructions:
        return self.instructions if decision is self.decision else self.context.instructions

    def _steps(self, world: World, decision: Decision, level: Level) -> Sequence[Step]:
        return self._of(decision).steps(world, decision, level)

    @cached_property
    def clash(self) -> Clash:
        """Any of them."""
        return clash_of(self.graph, self.resolution)

    @cached_property
    def _prover(self) -> Prover:
        """Knows that there is a clash."""
        used = (slot.used for slot in self.slots)
        lent = (self.world.active(delegate) for delegate in self.context.spec.delegates)
        roots = (self.clash.holds, self.context.possible, self.valid, self._undone, *used, *lent)
        prover = Prover(self.graph, roots, self.context.limits)
        prover.always(self.context.possible, self.valid, self.clash.holds)
        return prover

    @cached_property
    def _undone(self) -> int:
        """What `on conflict` names is not left by what stands above the clash."""
        settled = self.decision.on_conflict
        if settled is None:
            return FALSE
        return self.graph.any_of(
            self.graph.all_of((s.conflict, s.before[settled] ^ 1)) for s in self.resolution.levels
        )

    def sets(self) -> list[RuleSet]:
        """The rules of each minimal clash, small sets first. Raises `Unsettled`."""
        if self.resolution.conflicted == FALSE:
            return []
        found = list(self.seen)
        prover, rules = self._prover, self.clash.rules
        another = self.graph.atom(Input(f"{self.decision.name} clash another"))
        for here in found:
            prover.always(self.graph.any_of((another ^ 1, self._exactly(here) ^ 1)))
        while prover.settle(another):
            here = frozenset(rule for rule, chosen in rules if prover.truth(chosen))
            found.append(here)
            prover.always(self.graph.any_of((another ^ 1, self._exactly(here) ^ 1)))
            if len(found) > MOST:
                raise Unsettled
        return sorted(found, key=lambda rules: (len(rules), sorted(r.name for r in rules)))

    @cached_property
    def seen(self) -> Seen:
        """Clashes where nobody says anything that need no looking for, with the facts."""
        return seen_clashes(self.context, self.decision)

    def _exactly(self, rules: RuleSet) -> int:
        return self.clash.exactly(self.graph, rules)

    def needs_instructions(self, rules: RuleSet) -> bool:
        """The rules clash only together with instructions."""
        if self._clash_quietly(rules):
            return False
        silent = (chosen ^ 1 for _, chosen in self.clash.instructions)
        return not self._prover.settle(self._exactly(rules), *silent)

    def _clash_quietly(self, rules: RuleSet) -> bool:
        """They clash where nobody says anything."""
        if rules in self.seen:
            return True
        found = self._silent.get(rules)
        if found is None:
            unused = (slot.used ^ 1 for slot in self.slots)
            found = self._silent[rules] = self._prover.settle(self._exactly(rules), *unused)
        return found

    def severity(self, rules: RuleSet) -> Severity:
        """How grave it is: by whether `on conflict` settles it."""
        if self.decision.on_conflict is None:
            return Severity.ERROR
        bad = self._undone != FALSE and self._prover.settle(self._exactly(rules), self._undone)
        return Severity.WARNING if bad else Severity.NOTE

    def places(self, rules: RuleSet) -> tuple[str, ...]:
        """The places whose instructions can complete the clash, highest first."""
        here, instructions = self._exactly(rules), self.clash.instructions
        if not self._prover.settle(here, self.graph.any_of(chosen for _, chosen in instructions)):
            return ()
        return tuple(
            f"{place} at {level.name}"
            for level in self.context.spec.levels
            for place in PLACES
            if self._completes(here, level, place)
        )

    def _completes(self, here: int, level: Level, place: str) -> bool:
        found = carriers(self.context.spec, self.decision, level)
        able = [carrier.delegate for carrier in found if carrier.place == place]
        lent = self.graph.any_of(TRUE if d is None else self.world.active(d) for d in able)
        chosen = self.graph.any_of(c for at, c in self.clash.instructions if at is level)
        return bool(able) and self._prover.settle(here, chosen, lent)

    def situation(self, rules: RuleSet, number: int) -> Situation:
        """The simplest situation with the clash; for a `number` beyond the first ones, one with few
        facts, and then one as it was found."""
        if number < MOST_SIMPLE:
            question = self._quiet(rules) if self._clash_quietly(rules) else self._loud(rules)
            found = simplest(self.graph, question, self.context.limits, guesses=self._guesses)
        elif rules in self.seen:
            return self._lean(rules) if number < MOST_LEAN else self._as_seen(rules)
        elif self._prover.settle(self._exactly(rules)):
            found = as_found(self.graph, self._question(self.clash), self._prover)
        else:
            found = None
        if found is None:
            raise Unsettled
        says = self.context.spoken(self.slots, found)
        return Situation(found.named, completed(self.context.spec, found.every), says)

    def _lean(self, rules: RuleSet) -> Situation:
        question = self._quiet(rules)
        found = lean_situation(
            self.context.spec, self.graph, question.claim, question.possible, self.seen[rules]
        )
        return found or self._as_seen(rules)

    def _as_seen(self, rules: RuleSet) -> Situation:
        facts = self.seen[rules]
        return Situation(facts, completed(self.context.spec, facts))

    def _quiet(self, rules: RuleSet) -> Question:
        """The clash where nobody says anything: far fewer things bear on it."""
        resolution = self.context.quiet.decide(self.decision)
        return Question(clash_of(self.graph, resolution, rules).holds, self.context.possible)

    def _loud(self, rules: RuleSet) -> Question:
        return self._question(clash_of(self.graph, self.resolution, rules))

    def _question(self, clash: Clash) -> Question:
        used = tuple(slot.used for slot in self.slots)
        return Question(clash.holds, self.context.possible, self.valid, used)
