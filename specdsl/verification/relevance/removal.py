"""Removal analysis: does a decision change if a part of the spec is removed?

Decisions are in dependency order. If removing a part changes anything, it changes the first
decision that it affects directly; so each decision is compared with itself, by a miter (Brand
1993), while the decisions that it reads stay as they are. Only its own instructions are shared by
two worlds. This is how vacuity (Beer et al. 1997) and redundancy are found.

A removal that changes the ranks of other rules has a world of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice

from specdsl.base.limits import (
    CLASS_COST,
    FEW_RULES,
    MAX_EXPLAINED,
    MAX_PARTS_AT_ONCE,
    MAX_RANKING_COST,
    QUICK_FAILURES,
    SIMPLE_WORK,
)
from specdsl.base.source import Span
from specdsl.frontend.model.nodes import DecisionModel, Level, Rule
from specdsl.frontend.ranking.counterfactual_ranks import CounterfactualRanks
from specdsl.frontend.ranking.interchangeable import RuleClasses, interchangeable_rules
from specdsl.frontend.ranking.ranks import RankedLevel
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.reasoning.sat.engine import Answer
from specdsl.semantics.aig import Literal
from specdsl.semantics.difference import results_differ
from specdsl.semantics.instruction_inputs import HighestRestriction, TwoWorldInstructions
from specdsl.semantics.resolution_circuit import Resolution
from specdsl.verification.check_session import CheckSession
from specdsl.verification.class_resolution import (
    Activations,
    class_activations,
    resolve_classes,
)
from specdsl.verification.relevance.abstraction import AbstractedRules, RedundancyCore
from specdsl.verification.relevance.dependency_removal import Dependencies
from specdsl.verification.relevance.level_comparison import LevelComparison
from specdsl.verification.relevance.rank_sampling import RankSampling
from specdsl.verification.relevance.reachable_levels import ReachableLevelComparison
from specdsl.verification.relevance.removable_parts import (
    RemovablePart,
    Residuals,
    may_take_effect,
    residual_conditions,
)
from specdsl.verification.relevance.removal_sampling import RemovalSampling
from specdsl.verification.relevance.single_rule_removal import SingleRuleMiter

Levels = Sequence[RankedLevel]
WITH_OTHER_RANKS = "with other ranks"  # A kind of query that has a budget of its own.


class Removals:
    """The removal miters of one session. Queries raise `Undetermined`.

    Sampling shows most relevant parts. The solver decides the others: a proof that nothing changes
    covers all instructions.
    """

    def __init__(self, session: CheckSession) -> None:
        self.session = session
        spec, ranks = session.spec, session.circuit.ranks
        self.counterfactual_ranks = CounterfactualRanks(spec, ranks, session.recall)
        self._miters: dict[tuple[DecisionModel, bool], RemovalMiter] = {}

    @staticmethod
    def of(session: CheckSession) -> Removals:
        """Return the removals of a session."""
        return session.memo(Removals)

    def miter(self, decision: DecisionModel, simple: bool = False) -> RemovalMiter:
        """Return the miter of a decision, made once; with one instruction at most if `simple`."""
        key = (decision, simple)
        if key not in self._miters:
            self._miters[key] = RemovalMiter(
                self.session, decision, self.counterfactual_ranks, simple
            )
        return self._miters[key]

    def is_relevant(self, part: RemovablePart, decisions: Iterable[DecisionModel]) -> bool:
        """Return whether removing the part, which affects these decisions directly, changes a
        result in some situation."""
        if isinstance(part, Level):
            return any(self._is_relevant_level(part, decision) for decision in decisions)
        miters = [self.miter(decision) for decision in decisions]
        return any(miter.is_sampled_relevant(part) for miter in miters) or any(
            miter.is_relevant(part) for miter in miters
        )

    def drops_dependency(self, part: RemovablePart, decisions: Iterable[DecisionModel]) -> bool:
        """Return whether without the part one of these decisions no longer waits for one that can
        fail: all that the removal of a rule without effect changes if no ranks do."""
        return any(self.miter(decision).drops_dependency(part) for decision in decisions)

    def ranks_are_relevant(self, levels: Mapping[DecisionModel, Sequence[RankedLevel]]) -> bool:
        """Return whether these ranks change a result in some situation."""
        return any(self._are_relevant(found, decision) for decision, found in levels.items())

    def _is_relevant_level(self, level: Level, decision: DecisionModel) -> bool:
        return self.session.settle(
            ("level", level.name), [decision], lambda: self.miter(decision).is_relevant(level)
        )

    def _are_relevant(self, levels: Levels, decision: DecisionModel) -> bool:
        """Return whether these ranks change the result of the decision in some situation. An answer
        that is known uses up as much of the budget as it did at first."""
        ranked = tuple(
            (one.level.name, tuple(rule.name for rule in one.rules), one.above) for one in levels
        )
        asked = False

        def ask() -> tuple[bool, int]:
            nonlocal asked
            asked, miter = True, self.miter(decision)
            before = miter.rankings_counted
            return miter.ranks_are_relevant(levels), miter.rankings_counted - before

        found, counted = self.session.settle(("ranks", ranked), [decision], ask)
        if counted and not asked:
            self.miter(decision).count_ranking(WITH_OTHER_RANKS)
        return found


class RemovalMiter:
    """The miter of one decision with itself under removals."""

    def __init__(
        self,
        session: CheckSession,
        decision: DecisionModel,
        counterfactual_ranks: CounterfactualRanks,
        simple: bool,
    ) -> None:
        circuit, levels = session.circuit, session.circuit.ranks.levels[decision]
        self.session = session
        self.graph = circuit.graph
        self.decision = decision
        self.counterfactual_ranks = counterfactual_ranks
        self.rules = tuple(rule for one in levels for rule in one.rules)
        self.classes = session.rule_classes(decision)
        # What the decision reads is taken from this world.
        self.world = session.uninstructed_world if simple else session.world
        self.applies = {r: self.world.literal(circuit.rules[r].applies) for r in self.rules}
        shared = HighestRestriction(circuit) if simple else TwoWorldInstructions(circuit)
        self._steps = shared.steps
        self.resolution = self._resolve_rules(self.applies)
        self.preconditions = (*session.preconditions((decision,)), shared.well_formed())
        self._dependencies = Dependencies(circuit, decision, self.rules)
        self._relevant: dict[RemovablePart, bool] = {}
        self._class_answers: dict[RemovablePart, bool] = {}
        self._simple_answers: dict[RemovablePart, Answer] = {}
        self._level_miters: dict[Level, SingleRuleMiter] = {}
        self._quick_tries = 0, 0  # How many there were, and how many failed.
        self._sampled_kinds: set[type] = set()
        self._explanations_left = MAX_EXPLAINED
        above = sum(mask.bit_count() for one in self.classes.levels for mask in one.above)
        self._max_rankings = MAX_RANKING_COST // (
            1 + CLASS_COST * len(self.classes.members_of) + above
        )
        self._rankings = Counter[str]()

    @cached_property
    def prover(self) -> Prover:
        resolution = self.resolution
        roots = [
            *self.preconditions,
            resolution.ready,
            resolution.conflicted,
            resolution.decided,
            *resolution.outcome,
        ]
        # A removal may expose conditions that the whole decision does not depend on.
        world, spec = self.world, self.session.spec
        roots += (world.literal(one) for one in self._dependencies.condition_literals())
        roots += (
            world.delegation_active(d) for d in spec.delegates if self.decision in d.decisions
        )
        prover = Prover(self.graph, roots, self.session.limits)
        prover.assert_always(*self.preconditions)
        return prover

    # --- queries; each raises `Undetermined` ---

    def is_sampled_relevant(self, part: RemovablePart) -> bool:
        """Return whether a sample shows that the part is relevant. Nothing is sampled if only Z3
        shall answer, nor for levels, which are few."""
        if self.session.limits.z3_only or isinstance(part, Level):
            return False
        if type(part) not in self._sampled_kinds:
            self._sampled_kinds.add(type(part))
            same_kind = (
                one for one in self._removal_sampling.residuals if isinstance(one, type(part))
            )
            self._removal_sampling.sample_parts(
                [one for one in same_kind if self._is_worth_asking(one)]
            )
        return part in self._removal_sampling.relevant

    def is_relevant(self, part: RemovablePart) -> bool:
        """Return whether removing the part changes the result in some situation; the answer is
        kept."""
        if part not in self._relevant:
            self._relevant[part] = (
                self.is_sampled_relevant(part)
                or self.drops_dependency(part)
                or self._differs_without(part)
            )
        return self._relevant[part]

    def ranks_are_relevant(self, levels: Levels) -> bool:
        """Return whether these ranks change the result in some situation."""
        if self._uses_shortcuts and self._simple_miter.rank_sampling.differs(levels):
            return True
        self.count_ranking(WITH_OTHER_RANKS)
        return self._differs_if(
            lambda miter: miter.applies,
            levels,
            lambda levels_alone: levels_alone.equal_with_ranks(levels),
        )

    def redundancy_core(self, rule: Rule) -> RedundancyCore | None:
        """Return the core of a redundant rule; None if it is undetermined, or too many were asked
        for."""
        if not self._explanations_left:
            return None
        self._explanations_left -= 1
        try:
            return self._find_core(rule)
        except Undetermined:
            return None

    def _find_core(self, rule: Rule) -> RedundancyCore:
        """Return the core of a redundant rule, from its own levels if they act the same without it,
        else from the whole decision."""
        if self._uses_shortcuts:
            levels = self._ranks_without_part(rule)
            for levels_alone in self._level_comparisons():
                if (found := levels_alone.redundancy_core(rule, levels)) is not None:
                    return found
        asked = self._abstract_difference(rule)
        found = self._abstraction.redundancy_core(self.prover, asked, rule, self.rules)
        assert found is not None, "it changes nothing"
        return found

    # --- queries to the solver ---

    def _differs_without(self, part: RemovablePart) -> bool:
        """Return whether the solver finds a situation in which removing the part changes the
        result."""
        if isinstance(part, Rule) and part in self._rank_changing_rules:
            if self._uses_shortcuts and self._changes_sampled(part):
                return True
            self.count_ranking("without a rule")
        if self._is_quickly_decided(part):
            return self._class_answers[part]
        levels = self._ranks_without_part(part)

        def same(levels_alone: LevelComparison) -> bool:
            return levels_alone.equal_without_part(part, levels)

        if len(self.rules) > FEW_RULES:
            return not self._levels_agree(same) and self._proves_difference(part)
        return self._differs_if(
            lambda miter: {**miter.applies, **dict(miter.residuals[part])},
            levels,
            same,
            simply=self._simple_answers.get(part, Answer.UNDETERMINED),
        )

    def _is_quickly_decided(self, part: RemovablePart) -> bool:
        """Return whether the answer is known, or found with little work; that is not tried any more
        once it mostly fails."""
        tried, failed = self._quick_tries
        if part in self._class_answers or not self._is_of_single_rule(part):
            return part in self._class_answers
        if self._uses_shortcuts and self._answer_simply(part) is Answer.SAT:
            self._class_answers[part] = True
            return True
        if failed > QUICK_FAILURES and 2 * failed > tried:
            return False
        self._class_answers |= self._single_rule_miter.decide_quickly(self._batch_with(part))
        self._quick_tries = tried + 1, failed + (part not in self._class_answers)
        return part in self._class_answers

    def _answer_simply(self, part: RemovablePart) -> Answer:
        """Return whether a situation with one instruction at most shows that the part of a rule is
        relevant."""
        if part not in self._simple_answers:
            miter = self._simple_miter._miter_of_level(self.residuals[part][0][0].level)
            self._simple_answers[part] = miter.answer_within(part, SIMPLE_WORK)
        return self._simple_answers[part]

    def _is_of_single_rule(self, part: RemovablePart) -> bool:
        """Return whether the part belongs to one rule, and its removal changes no ranks."""
        return not isinstance(part, Level) and part in self._single_rule_miter.residuals

    def _changes_sampled(self, rule: Rule) -> bool:
        """Return whether a sample shows a difference without a rule that ranks others."""
        levels = self._ranks_without_part(rule)
        return bool(levels) and self._simple_miter.rank_sampling.differs(levels, rule)

    @property
    def _uses_shortcuts(self) -> bool:
        """Return whether other means than Z3 may answer."""
        return not self.session.limits.z3_only

    def _differs_if(
        self,
        applies: Callable[[RemovalMiter], Activations],
        levels: Levels,
        same: Callable[[LevelComparison], bool],
        simply: Answer = Answer.UNDETERMINED,
    ) -> bool:
        """Return whether the result differs if rules apply like this, with these ranks. Two cheaper
        queries come first: situations with one instruction at most (unless `simply` is the answer
        about them), and a comparison of each level alone, which may prove the versions to be the
        `same`."""
        if (
            self._uses_shortcuts
            and simply is Answer.UNDETERMINED
            and self._simple_miter._answer_if(applies, levels) is Answer.SAT
        ):
            return True
        if self._levels_agree(same):
            return False
        found = self._answer_if(applies, levels)
        if found is Answer.UNDETERMINED:
            raise Undetermined
        return found is Answer.SAT

    def _answer_if(self, applies: Callable[[RemovalMiter], Activations], levels: Levels) -> Answer:
        two = self._resolve_rules(applies(self), levels)
        return self.prover.check(
            self.resolution.ready, results_differ(self.graph, self.resolution, two)
        )

    @cached_property
    def rank_sampling(self) -> RankSampling:
        return RankSampling(self.session, self.decision, self.applies)

    def _levels_agree(self, same: Callable[[LevelComparison], bool]) -> bool:
        """Return whether each level alone is proved to act the same."""
        return self._uses_shortcuts and any(map(same, self._level_comparisons()))

    def _level_comparisons(self) -> Iterator[LevelComparison]:
        """Yield the comparisons of each level alone: in any state before it, then in the states
        that the levels above lead to."""
        yield self._any_state_comparison
        yield self._reachable_comparison

    @cached_property
    def _any_state_comparison(self) -> LevelComparison:
        return LevelComparison(self.session, self.decision)

    @cached_property
    def _reachable_comparison(self) -> ReachableLevelComparison:
        return ReachableLevelComparison(self.session, self.decision)

    @cached_property
    def _simple_miter(self) -> RemovalMiter:
        return Removals.of(self.session).miter(self.decision, simple=True)

    def _proves_difference(self, part: RemovablePart) -> bool:
        """Return the solver's answer on a part of a large decision. Sibling parts are asked
        together."""
        if not self._is_of_single_rule(part):
            rules = [rule for rule, _ in self.residuals[part]]
            return (
                self._abstraction.refute(self.prover, self._abstract_difference(part), rules)
                is None
            )
        if part not in self._class_answers:
            self._class_answers |= self._single_rule_miter.decide_parts(self._batch_with(part))
        if part not in self._class_answers:
            raise Undetermined
        return self._class_answers[part]

    def _batch_with(self, part: RemovablePart) -> list[RemovablePart]:
        """Return the part and undecided parts of its class and kind."""
        others = (
            one
            for one in self._single_rule_miter.siblings(part)
            if isinstance(one, type(part))
            and one is not part
            and one not in self._class_answers
            and not self.is_sampled_relevant(one)
            and self._is_worth_asking(one)
        )
        return [part, *islice(others, MAX_PARTS_AT_ONCE - 1)]

    def drops_dependency(self, part: RemovablePart) -> bool:
        """Return whether the decision no longer reads a decision that can fail."""
        kept = self._dependencies.after_removal(part)
        return kept is not None and self.prover.is_satisfiable(
            self.world.all_taken(kept), self.resolution.ready ^ 1
        )

    # --- parts ---

    @cached_property
    def residuals(self) -> Mapping[RemovablePart, Residuals]:
        return residual_conditions(self.session.circuit, self.rules, self.world.literal)

    def _is_worth_asking(self, part: RemovablePart) -> bool:
        """Return whether an answer can be of use: not about rules of other components, nor about
        rules that never take effect, nor about clauses of redundant rules."""
        mine = (rule for rule, _ in self.residuals[part] if rule in self.session.own_rules)
        rules = (rule for rule in mine if may_take_effect(self.session, rule))
        return any(not isinstance(part, Span) or self._rule_is_relevant(rule) for rule in rules)

    def _rule_is_relevant(self, rule: Rule) -> bool:
        try:
            return Removals.of(self.session).is_relevant(rule, [e.decision for e in rule.effects])
        except Undetermined:
            return True

    @cached_property
    def _rank_changing_rules(self) -> frozenset[RemovablePart]:
        """Return the rules whose removal may change other rules' ranks; if they are few, which
        do."""
        found = [
            rule
            for rule in self.rules
            if self.counterfactual_ranks.may_change_ranks(rule, self.decision)
        ]
        if len(found) <= self._max_rankings:
            found = [rule for rule in found if self._ranks_without_rule(rule) is not None]
        return frozenset(found)

    def _ranks_without_rule(self, rule: Rule) -> Levels | None:
        """Return the ranks without the rule; None if the others keep theirs."""
        return self.counterfactual_ranks.drop_rule(rule, self.decision)

    def _ranks_without_part(self, part: RemovablePart) -> Levels:
        """Return the ranks without the part; none if the others keep theirs."""
        if isinstance(part, Rule) and part in self._rank_changing_rules:
            return self._ranks_without_rule(part) or ()
        return ()

    @cached_property
    def _removal_sampling(self) -> RemovalSampling:
        found: dict[RemovablePart, Residuals] = {
            part: residuals
            for part, residuals in self._simple_miter.residuals.items()
            if not isinstance(part, Level)
            and part not in self._rank_changing_rules
            and any(
                rule in self.session.own_rules and may_take_effect(self.session, rule)
                for rule, _ in residuals
            )
        }
        return RemovalSampling(self.session, self.decision, self.classes, found)

    # --- worlds with other activations ---

    @cached_property
    def _single_rule_miter(self) -> SingleRuleMiter:
        return self._make_single_rule_miter(None)

    def _miter_of_level(self, level: Level) -> SingleRuleMiter:
        """Return the miter of the parts that belong to one rule of this level."""
        if level not in self._level_miters:
            self._level_miters[level] = self._make_single_rule_miter(level)
        return self._level_miters[level]

    def _make_single_rule_miter(self, level: Level | None) -> SingleRuleMiter:
        found: dict[RemovablePart, tuple[Rule, Literal]] = {
            part: residuals[0]
            for part, residuals in self.residuals.items()
            if len(residuals) == 1
            and not isinstance(part, Level)
            and part not in self._rank_changing_rules
            and level in (None, residuals[0][0].level)
        }
        preconditions = (*self.preconditions, self.resolution.ready)
        limits = self.session.limits
        return SingleRuleMiter(
            self.graph,
            limits,
            self.classes,
            self.applies,
            found,
            preconditions,
            self._differ_by_class,
            level,
        )

    @cached_property
    def _abstraction(self) -> AbstractedRules:
        found = AbstractedRules(self.graph, self.applies, self._differ_by_rule)
        self.prover.prefer_phases(found.agrees.values())
        return found

    def _abstract_difference(self, part: RemovablePart) -> tuple[Literal, ...]:
        """Return the literals that the abstraction differs without the part."""
        levels = self._ranks_without_part(part)
        if levels or len(self.rules) <= FEW_RULES:
            mine = self._abstraction.free_activation
            two = {**mine, **dict(self.residuals[part])}
            return self.resolution.ready, self._differ_by_rule(mine, two, levels)
        return (self.resolution.ready, *self._abstraction.removal_query(self.residuals[part]))

    @property
    def rankings_counted(self) -> int:
        """Return how many comparisons with other ranks were counted."""
        return self._rankings[WITH_OTHER_RANKS]

    def count_ranking(self, kind: str) -> None:
        """Count a comparison with other ranks. Each kind of query has a budget of its own, so that
        no check depends on others; raises `Undetermined` if it is used up.
        """
        if self._rankings[kind] >= self._max_rankings:
            raise Undetermined
        self._rankings[kind] += 1

    def _differ_by_rule(self, one: Activations, two: Activations, levels: Levels = ()) -> Literal:
        """Return the literal that two activations of rules, the second with other ranks, lead to
        different results."""
        return results_differ(
            self.graph, self._resolve_rules(one), self._resolve_rules(two, levels)
        )

    def _differ_by_class(self, one: Activations, two: Activations) -> Literal:
        """Return the literal that two activations of rule classes lead to different results."""
        return results_differ(
            self.graph,
            self._resolve_classes(self.classes, one),
            self._resolve_classes(self.classes, two),
        )

    def _resolve_rules(self, applies: Activations, levels: Levels = ()) -> Resolution:
        found = interchangeable_rules(self.decision, levels) if levels else self.classes
        return self._resolve_classes(found, class_activations(self.graph, found, applies))

    def _resolve_classes(self, found: RuleClasses, some: Activations) -> Resolution:
        """Resolve the decision; what it reads stays as it is."""
        return resolve_classes(self.session, self.world, self._steps, self.decision, found, some)
