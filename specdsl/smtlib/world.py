"""One situation and what every decision comes to in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from specdsl.model.nodes import Decision, Delegate, Fact, Level, Rule, Spec
from specdsl.smtlib.conditions import Conditions, Truth
from specdsl.smtlib.facts import FactTerms
from specdsl.smtlib.ranking import effect_on, ranked
from specdsl.smtlib.speech import Speech, Step
from specdsl.smtlib.text import FALSE, TRUE, Script, all_of, any_of, implies, negated

Bits = tuple[str, ...]  # a Bool an outcome, the most preferred first

LEGEND = """what `{}` comes to{}, from the highest rank down"""
NAMES = """
  /stands: it stands; /leaves/x: it does not exclude x; /permits/x: it permits x;
  below…/left/x and /permitted/x: so do all down to it; an instruction without outcomes: not given
  asked…/x: somebody with less authority than the level's states a wish for x
"""


@dataclass(frozen=True, slots=True)
class State:
    """What the candidates so far leave (U) and permit (P)."""

    left: Bits
    permitted: Bits


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of a candidate. `leaves` is every outcome where it does not restrict, `permits`
    none where it does not permit."""

    stands: str
    restricts: str  # it stands, and is a restriction
    leaves: Bits
    permits: Bits

    @property
    def excludes(self) -> Bits:
        return tuple(map(negated, self.leaves))


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a decision comes to. `ready`: all that it reads were taken; `taken`: so was it. `left`
    is S. What is said of outcomes holds where it is taken."""

    ready: str
    conflicted: str
    taken: str
    decided: str
    outcome: Bits
    applies: Mapping[Rule, str]
    rules: Mapping[Rule, Standing]
    instructions: tuple[Standing, ...]


class World:
    """A situation: its facts and what is said. `where` comes before each name defined for it.
    Beside another one, `like`, only the decisions that stand `apart` are taken anew."""

    def __init__(
        self,
        script: Script,
        spec: Spec,
        facts: Mapping[Fact, FactTerms],
        speech: Speech,
        where: str = "",
        like: World | None = None,
        apart: Collection[Decision] = (),
    ) -> None:
        self.like = like
        self.apart = apart
        self.script = script
        self.spec = spec
        self.speech = speech
        self.where = where
        self.conditions = Conditions(script, facts, lambda d: self.decide(d).outcome, where)
        self._resolved: dict[Decision, Resolved] = {}
        self._active: dict[Delegate, str] = {}

    def possible(self) -> str:
        """No assumption is false."""
        return all_of(negated(self.conditions.truth(a.expr).false) for a in self.spec.assumes)

    @property
    def named(self) -> str:
        """Which of two situations its names are of."""
        return f" in `{self.where}`" if self.where else ""

    def taken(self, decisions: Iterable[Decision]) -> str:
        ordered = sorted(decisions, key=self.spec.decisions.index)
        return all_of(self.decide(d).taken for d in ordered)

    def active(self, delegate: Delegate) -> str:
        """Its `when` is true."""
        if delegate not in self._active:
            name = f"{self.where}delegate.{self.spec.delegates.index(delegate) + 1}"
            true = TRUE if delegate.when is None else self.conditions.truth(delegate.when).true
            self._active[delegate] = self.script.define(name, true)
        return self._active[delegate]

    def applies(self, rule: Rule) -> str:
        """Every `when` around it is true, and no `unless`."""
        whens = (self.conditions.truth(when).true for when in rule.whens)
        unlesses = (negated(self.conditions.truth(unless).true) for unless in rule.unlesses)
        return all_of((*whens, *unlesses))

    def condition(self, rule: Rule) -> Truth:
        """Its `when` and those of the policies around it."""
        whens = [self.conditions.truth(when) for when in rule.whens]
        return Truth(all_of(w.true for w in whens), any_of(w.false for w in whens))

    def decide(self, decision: Decision) -> Resolved:
        if self.like is not None and decision not in self.apart:
            return self.like.decide(decision)
        if decision not in self._resolved:
            self._resolved[decision] = _Resolving(self, decision).run()
        return self._resolved[decision]


class _Resolving:
    """One decision, from the highest rank down."""

    def __init__(self, world: World, decision: Decision) -> None:
        self.world = world
        self.script = world.script
        self.decision = decision
        self.name = f"{world.where}{decision.name}"
        self.applies: dict[Rule, str] = {}
        self.rules: dict[Rule, Standing] = {}
        self.instructions: list[Standing] = []
        self.clashed: list[tuple[str, Bits]] = []  # by level: nothing is left from here on; H

    def run(self) -> Resolved:
        world, decision = self.world, self.decision
        ready = self._define("ready", world.taken(world.spec.reads[decision]))
        every = len(decision.outcomes)
        state = State((TRUE,) * every, (FALSE,) * every)
        legend = LEGEND.format(decision.name, world.named)
        self.script.comment(legend if world.like else legend + NAMES)
        said = [world.speech.steps(world, decision, level) for level in world.spec.levels]
        for level, steps in zip(world.spec.levels, said, strict=True):
            lower = [step for later in said[level.rank + 1 :] for step in later]
            above = state = self._instruct(state, steps, self._asked(level, lower))
            own = ranked(world.spec, decision, level)
            for rule, higher in own:
                self._judge(above, rule, higher)
            state = self._after(state, [self.rules[r] for r, _ in own], f"below.{level.name}")
            if own:
                empty = negated(any_of(state.left))
                met = any_of(above.left)
                self.clashed.append((all_of((met, empty)), above.left))
        return self._resolved(ready, state)

    def _asked(self, level: Level, lower: Sequence[Step]) -> Bits:
        """By outcome: somebody states a wish for it with less authority than the level's."""
        asking = [step for step in lower if step.asks]
        terms = [
            any_of(all_of((s.active, negated(s.permits), s.outcomes[o])) for s in asking)
            for o in range(len(self.decision.outcomes))
        ]
        return self._each(f"asked.{level.name}", terms) if asking else tuple(terms)

    def _instruct(self, state: State, steps: Sequence[Step], asked: Bits) -> State:
        """The instructions of a level, one after another. What something higher permits is
        permitted against them where it is asked for; what one of them permits, against all after
        it."""
        against = tuple(map(all_of, zip(state.permitted, asked, strict=True)))
        for step in steps:
            seen = State(state.left, against)
            standing = self._stand(seen, step.name, step.active, step.permits, step.outcomes)
            self.instructions.append(standing)
            state = self._after(state, [standing], f"below.{step.name}")
            against = tuple(map(any_of, zip(against, standing.permits, strict=True)))
        return state

    def _judge(self, state: State, rule: Rule, higher: frozenset[Rule]) -> None:
        """A rule against the levels above, the instructions of its own, and the rules of its own
        that are above it. Peers do not count."""
        effect = effect_on(rule, self.decision)
        assert effect is not None
        name = f"rule.{rule.name}"
        applies = self.applies[rule] = self._define(f"{name}/applies", self.world.applies(rule))
        state = self._after(
            state, [self.rules[r] for r in self.rules if r in higher], f"above.{name}"
        )
        count = range(len(self.decision.outcomes))
        bits = tuple(TRUE if effect.outcomes >> o & 1 else FALSE for o in count)
        permits = TRUE if effect.permits else FALSE
        self.rules[rule] = self._stand(state, name, applies, permits, bits)

    def _stand(self, state: State, name: str, active: str, permits: str, named: Bits) -> Standing:
        """A ∩ U ≠ ∅: a restriction leaves A ∪ P, a permission permits A ∩ U."""
        meets = tuple(all_of(pair) for pair in zip(named, state.left, strict=True))
        stands = self._define(f"{name}/stands", all_of((active, any_of(meets))))
        restricts = all_of((stands, negated(permits)))
        gives = all_of((stands, permits))
        leaves = [
            implies(restricts, any_of(pair)) for pair in zip(named, state.permitted, strict=True)
        ]
        permitted = [all_of((gives, bit)) for bit in meets]
        return Standing(
            stands,
            restricts,
            self._each(f"{name}/leaves", leaves),
            self._each(f"{name}/permits", permitted),
        )

    def _after(self, state: State, standing: list[Standing], name: str) -> State:
        """What is left and permitted with these too."""
        if not standing:
            return state
        left = [all_of((u, *(s.leaves[o] for s in standing))) for o, u in enumerate(state.left)]
        more = [
            any_of((p, *(s.permits[o] for s in standing))) for o, p in enumerate(state.permitted)
        ]
        return State(self._each(f"{name}/left", left), self._each(f"{name}/permitted", more))

    def _resolved(self, ready: str, state: State) -> Resolved:
        conflicted = self._define("conflicted", negated(any_of(state.left)))
        settled = self.decision.on_conflict is not None
        standing = (*self.rules.values(), *self.instructions)
        decided = self._define("decided", any_of(one.restricts for one in standing))
        taken = self._define("taken", all_of((ready, TRUE if settled else negated(conflicted))))
        chosen = list(_first(state.left, self.decision.default))
        if settled:
            chosen = [any_of(pair) for pair in zip(chosen, self._settled(), strict=True)]
        return Resolved(
            ready,
            all_of((ready, conflicted)),
            taken,
            decided,
            self._each("is", chosen),
            self.applies,
            self.rules,
            tuple(self.instructions),
        )

    def _settled(self) -> Bits:
        """Where nothing is left: what `on conflict` names if H has it, else the best of H."""
        named = self.decision.on_conflict
        assert named is not None
        found: list[list[str]] = [[] for _ in self.decision.outcomes]
        for clashes, left in self.clashed:
            for o, best in enumerate(_first(left)):
                own = left[named] if o == named else FALSE
                found[o].append(
                    all_of((clashes, any_of((own, all_of((negated(left[named]), best))))))
                )
        return tuple(map(any_of, found))

    def _each(self, name: str, terms: list[str]) -> Bits:
        outcomes = self.decision.outcomes
        return tuple(
            self._define(f"{name}/{outcome}", term)
            for outcome, term in zip(outcomes, terms, strict=True)
        )

    def _define(self, name: str, term: str) -> str:
        return self.script.define(f"{self.name}.{name}", term)


def _first(left: Bits, default: int | None = None) -> Bits:
    """By outcome: it is the default, which is left, or that is not, and it is the most preferred
    one left."""
    ahead = TRUE if default is None else negated(left[default])
    return tuple(
        bit if o == default else all_of((ahead, bit, *(negated(better) for better in left[:o])))
        for o, bit in enumerate(left)
    )
