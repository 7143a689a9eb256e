"""A decision beside itself with a part of the spec left out: does anything change?

Decisions come in an order in which each is after those that it reads. What is left out bears on
some of them directly; the first of these that comes out otherwise in some situation shows that it
matters, and before that one nothing is otherwise. So every decision is compared with itself while
what it reads is left as it is, and no other has to be looked at: only its own instructions are
shared by two worlds, and no decision that reads it can change where it does not.

What ranks others otherwise has a world to itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from specdsl.base.limits import (
    FEW_RULES,
    MOST_AT_ONCE,
    MOST_EXPLAINED,
    MOST_RANKED,
    MOST_REASONS,
    TEAM_COST,
)
from specdsl.base.source import Span
from specdsl.frontend.model.nodes import Decision, Level, Rule
from specdsl.frontend.ranking.counterfactual_ranks import CounterfactualRanks
from specdsl.frontend.ranking.interchangeable import RuleClasses, interchangeable_rules
from specdsl.frontend.ranking.ranks import RankedLevel
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.reasoning.sat.engine import Answer
from specdsl.semantics.aig import AndInverterGraph
from specdsl.semantics.instruction_inputs import TwoWorldInstructions, no_instructions
from specdsl.semantics.resolution_circuit import Resolution
from specdsl.verification.check_session import CheckSession
from specdsl.verification.relevance.abstraction import Freed
from specdsl.verification.relevance.dependency_removal import Waiting
from specdsl.verification.relevance.free_rules import any_in, resolve
from specdsl.verification.relevance.level_comparison import Locally
from specdsl.verification.relevance.removable_parts import Bearing, Part, bearings, may_stand
from specdsl.verification.relevance.removal_sampling import Trials
from specdsl.verification.relevance.single_rule_removal import Alone

Applies = Mapping[Rule, int]
Levels = Sequence[RankedLevel]


@dataclass(frozen=True, slots=True)
class Reasons:
    """Rules that leave a part nothing to change, whatever all others do; `minimal`: none of them
    can be left out."""

    rules: tuple[Rule, ...]
    minimal: bool


class Removals:
    """Of one spec: each decision beside itself. Questions raise `Undetermined`.

    Most parts that change something are seen to do so. The others are asked of the solver: a
    proof that nothing changes is about any instructions.
    """

    def __init__(self, session: CheckSession) -> None:
        self.session = session
        self.ranking = CounterfactualRanks(session.spec, session.circuit.ranks)
        self._made: dict[tuple[Decision, bool], Beside] = {}

    @staticmethod
    def of(session: CheckSession) -> Removals:
        """Return the removals of a session."""
        return session.memo(Removals)

    def miter(self, decision: Decision, quiet: bool = False) -> Beside:
        """Return the miter of a decision, made once; where `quiet`, nobody says anything."""
        key = (decision, quiet)
        if key not in self._made:
            self._made[key] = Beside(self.session, decision, self.ranking, quiet)
        return self._made[key]

    def changes(self, part: Part, decisions: Iterable[Decision]) -> bool:
        """Without the part, which bears on these decisions directly, something is otherwise in
        some situation."""
        besides = [self.miter(decision) for decision in decisions]
        return any(beside.sees(part) for beside in besides) or any(
            beside.changes(part) for beside in besides
        )

    def changes_ranked(self, levels: Mapping[Decision, Sequence[RankedLevel]]) -> bool:
        """With these ranks, something is otherwise in some situation."""
        return any(self.miter(decision).changes_ranked(found) for decision, found in levels.items())


class Beside:
    """One decision, and what is asked of it."""

    def __init__(
        self, session: CheckSession, decision: Decision, ranking: CounterfactualRanks, quiet: bool
    ) -> None:
        circuit, levels = session.circuit, session.circuit.ranks.levels[decision]
        self.session = session
        self.graph = circuit.graph
        self.decision = decision
        self.ranking = ranking
        self.rules = tuple(rule for one in levels for rule in one.rules)
        self.teams = session.rule_classes(decision)
        self.world = session.uninstructed_world if quiet else session.world  # of what is read
        self.applies = {r: self.world.literal(circuit.rules[r].applies) for r in self.rules}
        shared = TwoWorldInstructions(circuit)
        self._steps = no_instructions if quiet else shared.steps
        self.here = self._resolve(self.applies)
        self.given = (*session.preconditions((decision,)), shared.well_formed())
        self._waiting = Waiting(circuit, decision, self.rules)
        self._changes: dict[Part, bool] = {}
        self._differs: dict[Part, bool] = {}
        self._looked: set[type] = set()
        self._ranks: dict[Rule, Levels | None] = {}
        self._explained = MOST_EXPLAINED
        above = sum(mask.bit_count() for one in self.teams.levels for mask in one.above)
        self._rankings = MOST_RANKED // (1 + TEAM_COST * len(self.teams.members_of) + above)

    @cached_property
    def prover(self) -> Prover:
        here = self.here
        roots = [*self.given, here.ready, here.conflicted, here.decided, *here.outcome]
        # Conditions that drop out here may come back where something is left out.
        world, spec = self.world, self.session.spec
        roots += (world.literal(one) for one in self._waiting.literals())
        roots += (
            world.delegation_active(d) for d in spec.delegates if self.decision in d.decisions
        )
        prover = Prover(self.graph, roots, self.session.limits)
        prover.assert_always(*self.given)
        return prover

    # --- questions; each raises `Undetermined` ---

    def sees(self, part: Part) -> bool:
        """Without the part something is seen to be otherwise. Where Z3 is the judge it answers for
        itself; and for the few levels it is not worth looking."""
        if self.session.limits.z3_only or isinstance(part, Level):
            return False
        if type(part) not in self._looked:
            self._looked.add(type(part))
            alike = (one for one in self._trials.bearings if isinstance(one, type(part)))
            self._trials.run([one for one in alike if self._worth(one)])
        return part in self._trials.seen

    def changes(self, part: Part) -> bool:
        """Without the part, something is otherwise in some situation. Remembered."""
        if part not in self._changes:
            self._changes[part] = self.sees(part) or self._frees(part) or self._counts(part)
        return self._changes[part]

    def changes_ranked(self, levels: Levels) -> bool:
        """With these ranks, something is otherwise in some situation."""
        self._rank_otherwise()
        return self._differs_with(
            lambda here: here.applies, levels, lambda: self._locally.same_ranked(levels)
        )

    def reasons(self, rule: Rule) -> Reasons | None:
        """Of a rule without which nothing changes; None where it was asked for too many of them,
        or cannot be settled."""
        if not self._explained:
            return None
        self._explained -= 1
        try:
            return self._reasons(rule)
        except Undetermined:
            return None

    def _reasons(self, rule: Rule) -> Reasons:
        asked = self._without(rule)
        found = self._freed.nothing(self.prover, asked, [rule])
        assert found is not None, "it changes nothing"
        others = [one for one in reversed(self.rules) if one in found and one is not rule]
        soft = [self._freed.alike[one] for one in (*others, rule)]
        kept = self.prover.some_core(asked, soft)
        minimal = len(kept) <= MOST_REASONS
        if minimal:
            fewer, _ = self.prover.minimal_core(asked, [soft[i] for i in kept])
            kept = [kept[i] for i in fewer]
        return Reasons(tuple(others[i] for i in kept if i < len(others)), minimal)

    # --- what is asked of the solver ---

    def _counts(self, part: Part) -> bool:
        """It comes out otherwise without the part."""
        if part in self._ranking_others:
            self._rank_otherwise()
        if part in self._alone.bearings and part not in self._differs:
            self._differs |= self._alone.quickly(self._with(part))
        if part in self._differs:
            return self._differs[part]
        levels = self._levels_without(part)
        if len(self.rules) > FEW_RULES:
            same = self._looks and self._locally.same_without(part, levels)
            return not same and self._differs_without(part)
        return self._differs_with(
            lambda here: {**here.applies, **dict(here.bearings[part])},
            levels,
            lambda: self._locally.same_without(part, levels),
        )

    @property
    def _looks(self) -> bool:
        """Not where Z3 is the judge: it answers for itself."""
        return not self.session.limits.z3_only

    def _differs_with(
        self, applies: Callable[[Beside], Applies], levels: Levels, same: Callable[[], bool]
    ) -> bool:
        """It comes out otherwise if rules apply like this, with these ranks. Far less bears on the
        situations in which nobody says anything, and on what levels do by themselves (which may
        be the `same`): so these are looked at first."""
        if self._looks and self._quietly._asked_with(applies, levels) is Answer.SAT:
            return True
        if self._looks and same():
            return False
        found = self._asked_with(applies, levels)
        if found is Answer.UNDETERMINED:
            raise Undetermined
        return found is Answer.SAT

    def _asked_with(self, applies: Callable[[Beside], Applies], levels: Levels) -> Answer:
        two = self._resolve(applies(self), levels)
        return self.prover.check(self.here.ready, differ(self.graph, self.here, two))

    @cached_property
    def _locally(self) -> Locally:
        return Locally(self.session, self.decision)

    @cached_property
    def _quietly(self) -> Beside:
        return Removals.of(self.session).miter(self.decision, quiet=True)

    def _differs_without(self, part: Part) -> bool:
        """The same, asked of the solver. What bears on one rule is asked of others with it."""
        if part not in self._alone.bearings:
            rules = [rule for rule, _ in self.bearings[part]]
            return self._freed.nothing(self.prover, self._without(part), rules) is None
        if part not in self._differs:
            self._differs |= self._alone.ask(self._with(part))
        if part not in self._differs:
            raise Undetermined
        return self._differs[part]

    def _with(self, part: Part) -> list[Part]:
        """The part and others like it of which nothing is known yet."""
        others = (
            one
            for one in self._alone.alike(part)
            if isinstance(one, type(part))
            and one is not part
            and one not in self._differs
            and not self.sees(one)
            and self._worth(one)
        )
        return [part, *islice(others, MOST_AT_ONCE - 1)]

    def _frees(self, part: Part) -> bool:
        """Without the part the decision no longer reads one that can fail."""
        kept = self._waiting.without(part)
        return kept is not None and self.prover.is_satisfiable(
            self.world.all_taken(kept), self.here.ready ^ 1
        )

    # --- parts ---

    @cached_property
    def bearings(self) -> Mapping[Part, Bearing]:
        return bearings(self.session.circuit, self.rules, self.world.literal)

    def _worth(self, part: Part) -> bool:
        """Nobody asks of rules that stand nowhere, or of clauses of rules that could go."""
        rules = (rule for rule, _ in self.bearings[part] if may_stand(self.session, rule))
        return any(not isinstance(part, Span) or self._matters(rule) for rule in rules)

    def _matters(self, rule: Rule) -> bool:
        try:
            return Removals.of(self.session).changes(rule, [e.decision for e in rule.effects])
        except Undetermined:
            return True

    @cached_property
    def _ranking_others(self) -> frozenset[Part]:
        """Rules without which others may be ranked otherwise; where there are not too many of them,
        are."""
        found = [rule for rule in self.rules if self.ranking.may_change_ranks(rule, self.decision)]
        if len(found) <= self._rankings:
            found = [rule for rule in found if self._levels(rule) is not None]
        return frozenset(found)

    def _levels(self, rule: Rule) -> Levels | None:
        """The ranks without the rule, where others are then ranked otherwise."""
        if rule not in self._ranks:
            self._ranks[rule] = self.ranking.drop_rule(rule, self.decision)
        return self._ranks[rule]

    def _levels_without(self, part: Part) -> Levels:
        """The ranks without the part, where others are then ranked otherwise."""
        if isinstance(part, Rule) and part in self._ranking_others:
            return self._levels(part) or ()
        return ()

    @cached_property
    def _trials(self) -> Trials:
        found: dict[Part, Bearing] = {
            part: bearing
            for part, bearing in self._quietly.bearings.items()
            if not isinstance(part, Level)
            and part not in self._ranking_others
            and any(may_stand(self.session, rule) for rule, _ in bearing)
        }
        return Trials(self.session, self.decision, self.teams, found)

    # --- worlds in which rules apply otherwise ---

    @cached_property
    def _alone(self) -> Alone:
        found: dict[Part, tuple[Rule, int]] = {
            part: bearing[0]
            for part, bearing in self.bearings.items()
            if len(bearing) == 1
            and not isinstance(part, Level)
            and part not in self._ranking_others
        }
        given = (*self.given, self.here.ready)
        limits = self.session.limits
        return Alone(self.graph, limits, self.teams, self.applies, found, given, self._apart)

    @cached_property
    def _freed(self) -> Freed:
        found = Freed(self.graph, self.applies, self._differ)
        self.prover.prefer_phases(found.alike.values())
        return found

    def _without(self, part: Part) -> tuple[int, ...]:
        """What holds where something is otherwise without the part and rules do as they like."""
        levels = self._levels_without(part)
        if levels or len(self.rules) <= FEW_RULES:
            mine = self._freed.mine
            two = {**mine, **dict(self.bearings[part])}
            return self.here.ready, self._differ(mine, two, levels)
        return (self.here.ready, *self._freed.without(self.bearings[part]))

    def _rank_otherwise(self) -> None:
        """Raises `Undetermined` where so large a decision has been ranked often enough."""
        if not self._rankings:
            raise Undetermined
        self._rankings -= 1

    def _differ(self, one: Applies, two: Applies, levels: Levels = ()) -> int:
        """Something is otherwise between rules that apply like this and like that, these with other
        ranks."""
        return differ(self.graph, self._resolve(one), self._resolve(two, levels))

    def _apart(self, one: Applies, two: Applies) -> int:
        """The same, of the first rules of teams: for all of theirs."""
        return differ(self.graph, self._decide(self.teams, one), self._decide(self.teams, two))

    def _resolve(self, applies: Applies, levels: Levels = ()) -> Resolution:
        found = interchangeable_rules(self.decision, levels) if levels else self.teams
        return self._decide(found, any_in(self.graph, found, applies))

    def _decide(self, found: RuleClasses, some: Applies) -> Resolution:
        """What it reads is as it is."""
        return resolve(self.session, self.world, self._steps, self.decision, found, some)


def differ(graph: AndInverterGraph, one: Resolution, two: Resolution) -> int:
    """Another outcome or flag, where both read what was taken. Failing is a flag."""
    pairs = zip(
        (one.conflicted, one.decided, *one.outcome),
        (two.conflicted, two.decided, *two.outcome),
        strict=True,
    )
    return graph.any_of(graph.iff(a, b) ^ 1 for a, b in pairs)
