"""Encodes the resolution of every decision in one situation, rank by rank."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from specdsl.frontend.model.nodes import DecisionModel, Delegate, Fact, Level, Rule, SpecModel
from specdsl.second_opinion.naive_closure import effect_on, ranked_rules
from specdsl.second_opinion.smt_conditions import ConditionEncoder, TruthPair
from specdsl.second_opinion.smt_facts import FactTerms
from specdsl.second_opinion.smt_instructions import InstructionSource, SmtInstruction
from specdsl.second_opinion.smtlib_text import (
    FALSE,
    TRUE,
    SmtScript,
    all_of,
    any_of,
    implication,
    negation_of,
)

Bits = tuple[str, ...]
"""A Bool for each outcome, the most preferred first."""

LEGEND = """what `{}` comes to{}, from the highest rank down"""
NAMES = """
  /stands: it stands; /leaves/x: it does not exclude x; /permits/x: it permits x;
  below…/left/x and /permitted/x: so do all down to it; an instruction without outcomes: not given
  asked…/x: somebody with less authority than the level's states a wish for x
"""


@dataclass(frozen=True, slots=True)
class SmtState:
    """The outcomes that the candidates so far leave (U) and permit (P)."""

    left: Bits
    permitted: Bits


@dataclass(frozen=True, slots=True)
class SmtStanding:
    """The standing of a candidate. `leaves` is every outcome unless it restricts, `permits` none
    unless it permits."""

    stands: str
    restricts: str  # It stands, and is a restriction.
    leaves: Bits
    permits: Bits

    @property
    def excludes(self) -> Bits:
        return tuple(map(negation_of, self.leaves))


@dataclass(frozen=True, slots=True)
class SmtResolution:
    """The resolution of a decision. `ready`: all decisions that it reads were taken; `taken`: so
    was it. The terms about outcomes are meaningful only if it was taken."""

    ready: str
    conflicted: str
    taken: str
    decided: str
    outcome: Bits
    applies: Mapping[Rule, str]
    rules: Mapping[Rule, SmtStanding]
    instructions: tuple[SmtStanding, ...]


class SmtWorld:
    """A situation: its facts and instructions. `where` is the prefix of its names. If it is
    compared with another one, `like`, only the decisions in `apart` are encoded anew."""

    def __init__(
        self,
        script: SmtScript,
        spec: SpecModel,
        facts: Mapping[Fact, FactTerms],
        speech: InstructionSource,
        where: str = "",
        like: SmtWorld | None = None,
        apart: Collection[DecisionModel] = (),
    ) -> None:
        self.like = like
        self.apart = apart
        self.script = script
        self.spec = spec
        self.speech = speech
        self.where = where
        self.conditions = ConditionEncoder(
            script, facts, lambda d: self.resolve_decision(d).outcome, where
        )
        self._resolutions: dict[DecisionModel, SmtResolution] = {}
        self._active: dict[Delegate, str] = {}

    def assumptions_hold(self) -> str:
        """Return the term that no assumption is false."""
        return all_of(
            negation_of(self.conditions.truth_of(a.expr).false) for a in self.spec.assumes
        )

    @property
    def name_suffix(self) -> str:
        """Return the mark of its names in comments, if there are two situations."""
        return f" in `{self.where}`" if self.where else ""

    def all_taken(self, decisions: Iterable[DecisionModel]) -> str:
        ordered = sorted(decisions, key=self.spec.decisions.index)
        return all_of(self.resolve_decision(d).taken for d in ordered)

    def is_active(self, delegate: Delegate) -> str:
        """Return the term that the delegation's `when` is true."""
        if delegate not in self._active:
            name = f"{self.where}delegate.{self.spec.delegates.index(delegate) + 1}"
            true = TRUE if delegate.when is None else self.conditions.truth_of(delegate.when).true
            self._active[delegate] = self.script.define_term(name, true)
        return self._active[delegate]

    def rule_applies(self, rule: Rule) -> str:
        """Return the term that every `when` of the rule is true, and no `unless` is."""
        whens = (self.conditions.truth_of(when).true for when in rule.whens)
        unlesses = (negation_of(self.conditions.truth_of(unless).true) for unless in rule.unlesses)
        return all_of((*whens, *unlesses))

    def rule_condition(self, rule: Rule) -> TruthPair:
        """Encode the conjunction of the rule's `when` and those of its policies."""
        whens = [self.conditions.truth_of(when) for when in rule.whens]
        return TruthPair(all_of(w.true for w in whens), any_of(w.false for w in whens))

    def resolve_decision(self, decision: DecisionModel) -> SmtResolution:
        if self.like is not None and decision not in self.apart:
            return self.like.resolve_decision(decision)
        if decision not in self._resolutions:
            self._resolutions[decision] = _DecisionEncoder(self, decision).encode_decision()
        return self._resolutions[decision]


class _DecisionEncoder:
    """Encodes one decision, from the highest rank down."""

    def __init__(self, world: SmtWorld, decision: DecisionModel) -> None:
        self.world = world
        self.script = world.script
        self.decision = decision
        self.name = f"{world.where}{decision.name}"
        self.applies: dict[Rule, str] = {}
        self.rules: dict[Rule, SmtStanding] = {}
        self.instructions: list[SmtStanding] = []
        # For each level: the term that nothing is left from here on, and the set H above it.
        self.clashed: list[tuple[str, Bits]] = []

    def encode_decision(self) -> SmtResolution:
        world, decision = self.world, self.decision
        ready = self._define_name("ready", world.all_taken(world.spec.reads[decision]))
        every = len(decision.outcomes)
        state = SmtState((TRUE,) * every, (FALSE,) * every)
        legend = LEGEND.format(decision.name, world.name_suffix)
        self.script.add_comment(legend if world.like else legend + NAMES)
        said = [world.speech.steps(world, decision, level) for level in world.spec.levels]
        for level, steps in zip(world.spec.levels, said, strict=True):
            lower = [step for later in said[level.rank + 1 :] for step in later]
            above = state = self._apply_instructions(state, steps, self._named_below(level, lower))
            own = ranked_rules(world.spec, decision, level)
            for rule, higher in own:
                self._apply_rule(above, rule, higher)
            state = self._state_after(state, [self.rules[r] for r, _ in own], f"below.{level.name}")
            if own:
                empty = negation_of(any_of(state.left))
                met = any_of(above.left)
                self.clashed.append((all_of((met, empty)), above.left))
        return self._make_resolution(ready, state)

    def _named_below(self, level: Level, lower: Sequence[SmtInstruction]) -> Bits:
        """Return for each outcome whether a principal below the level names it in a statement."""
        asking = [step for step in lower if step.names_count]
        terms = [
            any_of(all_of((s.active, negation_of(s.permits), s.outcomes[o])) for s in asking)
            for o in range(len(self.decision.outcomes))
        ]
        return self._define_each(f"asked.{level.name}", terms) if asking else tuple(terms)

    def _apply_instructions(
        self, state: SmtState, steps: Sequence[SmtInstruction], asked: Bits
    ) -> SmtState:
        """Apply the instructions of a level in turn. A higher permission holds against them where
        its outcome is named below; a permission of one of them holds against all later ones."""
        against = tuple(map(all_of, zip(state.permitted, asked, strict=True)))
        for step in steps:
            seen = SmtState(state.left, against)
            standing = self._standing_of(seen, step.name, step.active, step.permits, step.outcomes)
            self.instructions.append(standing)
            state = self._state_after(state, [standing], f"below.{step.name}")
            against = tuple(map(any_of, zip(against, standing.permits, strict=True)))
        return state

    def _apply_rule(self, state: SmtState, rule: Rule, higher: frozenset[Rule]) -> None:
        """Apply a rule below the higher levels, the instructions of its level and the rules above
        it. Peers do not count."""
        effect = effect_on(rule, self.decision)
        assert effect is not None
        name = f"rule.{rule.name}"
        applies = self.applies[rule] = self._define_name(
            f"{name}/applies", self.world.rule_applies(rule)
        )
        state = self._state_after(
            state, [self.rules[r] for r in self.rules if r in higher], f"above.{name}"
        )
        count = range(len(self.decision.outcomes))
        bits = tuple(TRUE if effect.outcomes >> o & 1 else FALSE for o in count)
        permits = TRUE if effect.permits else FALSE
        self.rules[rule] = self._standing_of(state, name, applies, permits, bits)

    def _standing_of(
        self, state: SmtState, name: str, active: str, permits: str, named: Bits
    ) -> SmtStanding:
        """Return the standing of a candidate that names A. It stands if A ∩ U ≠ ∅; a restriction
        leaves A ∪ P, a permission permits A ∩ U."""
        meets = tuple(all_of(pair) for pair in zip(named, state.left, strict=True))
        stands = self._define_name(f"{name}/stands", all_of((active, any_of(meets))))
        restricts = all_of((stands, negation_of(permits)))
        gives = all_of((stands, permits))
        leaves = [
            implication(restricts, any_of(pair))
            for pair in zip(named, state.permitted, strict=True)
        ]
        permitted = [all_of((gives, bit)) for bit in meets]
        return SmtStanding(
            stands,
            restricts,
            self._define_each(f"{name}/leaves", leaves),
            self._define_each(f"{name}/permits", permitted),
        )

    def _state_after(self, state: SmtState, standing: list[SmtStanding], name: str) -> SmtState:
        """Return the state after these candidates."""
        if not standing:
            return state
        left = [all_of((u, *(s.leaves[o] for s in standing))) for o, u in enumerate(state.left)]
        more = [
            any_of((p, *(s.permits[o] for s in standing))) for o, p in enumerate(state.permitted)
        ]
        return SmtState(
            self._define_each(f"{name}/left", left), self._define_each(f"{name}/permitted", more)
        )

    def _make_resolution(self, ready: str, state: SmtState) -> SmtResolution:
        conflicted = self._define_name("conflicted", negation_of(any_of(state.left)))
        settled = self.decision.on_conflict is not None
        standing = (*self.rules.values(), *self.instructions)
        decided = self._define_name("decided", any_of(one.restricts for one in standing))
        taken = self._define_name(
            "taken", all_of((ready, TRUE if settled else negation_of(conflicted)))
        )
        chosen = list(_first_left(state.left, self.decision.default))
        if settled:
            chosen = [any_of(pair) for pair in zip(chosen, self._conflict_outcomes(), strict=True)]
        return SmtResolution(
            ready,
            all_of((ready, conflicted)),
            taken,
            decided,
            self._define_each("is", chosen),
            self.applies,
            self.rules,
            tuple(self.instructions),
        )

    def _conflict_outcomes(self) -> Bits:
        """Return the outcomes in a conflict: what `on conflict` names if it is in H, else the most
        preferred of H."""
        named = self.decision.on_conflict
        assert named is not None
        found: list[list[str]] = [[] for _ in self.decision.outcomes]
        for clashes, left in self.clashed:
            for o, best in enumerate(_first_left(left)):
                own = left[named] if o == named else FALSE
                found[o].append(
                    all_of((clashes, any_of((own, all_of((negation_of(left[named]), best))))))
                )
        return tuple(map(any_of, found))

    def _define_each(self, name: str, terms: list[str]) -> Bits:
        outcomes = self.decision.outcomes
        return tuple(
            self._define_name(f"{name}/{outcome}", term)
            for outcome, term in zip(outcomes, terms, strict=True)
        )

    def _define_name(self, name: str, term: str) -> str:
        return self.script.define_term(f"{self.name}.{name}", term)


def _first_left(left: Bits, default: int | None = None) -> Bits:
    """Return for each outcome whether it is chosen: the default if that is left, else the most
    preferred outcome that is left."""
    ahead = TRUE if default is None else negation_of(left[default])
    return tuple(
        bit if o == default else all_of((ahead, bit, *(negation_of(better) for better in left[:o])))
        for o, bit in enumerate(left)
    )
