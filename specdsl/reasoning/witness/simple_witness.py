"""The search for a simple witness: a locally minimal situation with a property.

Preferred are, in this order, few instructions, few unknown facts, few facts that prove the property
whatever the others are, then the simplest value fact by fact in the order of names, then the
plainest instructions. No part of the situation can be left out on its own. Simpler ones may exist:
each step simplifies the present situation, and none is undone. The facts are a minimal core of the
query for a counterexample, as in counterexample-guided synthesis (2QBF).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, reduce
from operator import and_, or_

from specdsl.base.limits import (
    FEW_FACTS,
    MAX_SOLVED_VALUES,
    MAX_WITNESS_VALUES,
    UNLIKE_MODELS,
    WITNESS_ROUNDS,
    WITNESS_WORK,
)
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.statistics import SITUATIONS, count_event
from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning.prover import Prover, Undetermined, sort_by_nearness, sort_by_simplicity
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.reasoning.simulation.ternary import TernaryEvaluator
from specdsl.reasoning.witness.plain_instructions import (
    InputValues,
    SlotLiterals,
    input_holds,
    plainer_instructions,
)
from specdsl.semantics.aig import (
    FALSE,
    TRUE,
    AndInverterGraph,
    Atom,
    Input,
    Known,
    Linear,
    Literal,
    Size,
    TextRelation,
)
from specdsl.semantics.fact_values import FactValue, FactValues, as_number, default_value, facts_in
from specdsl.semantics.lower_terms import CALENDAR, grid_step


@dataclass(frozen=True, slots=True)
class WitnessQuery:
    """A query for a situation with `claim` and `possible` (the assumptions hold). `valid`: the
    instructions are well formed; `used`: one literal per instruction, that it is given; `slots`:
    the instructions, in groups of interchangeable ones.
    """

    claim: Literal
    possible: Literal = TRUE
    valid: Literal = TRUE
    used: tuple[Literal, ...] = ()
    slots: tuple[tuple[SlotLiterals, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class Witness:
    """A situation: the relevant facts, a completion of them to all facts in the support of the
    query, and the truth of any literal there.
    """

    relevant_facts: Mapping[Fact, FactValue]
    all_facts: Mapping[Fact, FactValue]
    holds: Callable[[Literal], bool]


def simple_witness(
    graph: AndInverterGraph, query: WitnessQuery, limits: Limits, prover: Prover | None = None
) -> Witness | None:
    """Return a simple situation, or None if there is none; raises `Undetermined`. A given `prover`
    must have been made for the literals of the query.
    """
    if query.claim == FALSE or query.possible == FALSE:
        return None
    count_event(SITUATIONS)
    prover = prover or Prover(
        graph, (query.claim, query.possible, query.valid, *query.used), limits
    )
    try:
        return _WitnessSearch(graph, query, prover).find_witness()
    finally:
        prover.set_budget(limits.work)


def any_witness(
    graph: AndInverterGraph, query: WitnessQuery, limits: Limits, prover: Prover | None = None
) -> Witness | None:
    """Return the first situation found, in which all facts count as relevant, or None if there is
    none; raises `Undetermined`. A given `prover` must have been made for the literals of the query.
    """
    if query.claim == FALSE or query.possible == FALSE:
        return None
    prover = prover or Prover(
        graph, (query.claim, query.possible, query.valid, *query.used), limits
    )
    settled = prover.is_satisfiable(query.claim, query.possible, query.valid)
    return model_reader(graph, query, prover)() if settled else None


def model_reader(
    graph: AndInverterGraph, query: WitnessQuery, prover: Prover
) -> Callable[[], Witness]:
    """Return a function that reads the prover's last model as a situation in which all facts count
    as relevant.
    """
    return _WitnessSearch(graph, query, prover).model_witness


def superfluous_facts(
    graph: AndInverterGraph,
    query: WitnessQuery,
    prover: Prover,
    facts: Mapping[Fact, FactValue],
    doubtful: Collection[Fact],
) -> tuple[Fact, ...]:
    """Return a maximal set of doubtful facts that can be left out together, so that the others
    still imply the claim without instructions; an empty one if that is undetermined.
    """
    search = _WitnessSearch(graph, query, prover)
    parts = search.fact_literals(facts)
    sure = [literal for named, literal in parts if named[0] not in doubtful]
    open_ = [part for part in parts if part[0][0] in doubtful]
    kept = prover.minimal_subset((query.claim ^ 1, query.possible, *sure), open_)
    named = {fact for some in kept for fact in some}
    return tuple(fact for fact in facts if fact in doubtful and fact not in named)


class _WitnessSearch:
    def __init__(self, graph: AndInverterGraph, query: WitnessQuery, prover: Prover) -> None:
        self.graph = graph
        self.query = query
        self.prover = prover
        self.whole = (query.claim, query.possible, query.valid)
        self._nodes = graph.cone((*self.whole, *query.used))
        atoms = [atom for node in self._nodes if (atom := graph.atoms[node]) is not None]
        found = {fact.name: fact for atom in atoms for fact in facts_in(atom)}
        self.facts = tuple(found[name] for name in sorted(found))
        self.inputs = tuple(graph.atom(atom) for atom in atoms if isinstance(atom, Input))
        self.relations = [a for a in atoms if isinstance(a, Linear) and len(a.terms) > 1]
        self.texts = [atom for atom in atoms if isinstance(atom, TextRelation)]

    @cached_property
    def ternary(self) -> TernaryEvaluator:
        return TernaryEvaluator(self.graph, self._nodes)

    def model_witness(self) -> Witness:
        values = self._model_values(self.facts)
        return Witness(values, values, self._literal_evaluator(values, self._model_inputs()))

    def find_witness(self) -> Witness | None:
        prover = self.prover
        if not prover.is_satisfiable(*self.whole):
            return None
        prover.set_budget(WITNESS_WORK)
        fewest = self._minimize_count(self.query.used, ())
        unknown = [self._known_literal(fact) ^ 1 for fact in self.facts if fact.optional]
        limits = (*fewest, *self._minimize_count(unknown, fewest))
        values, inputs = self._fewest_facts(limits)
        values = self._simplify_values(values, inputs)
        values = {fact: values[fact] for fact in self._minimal_facts(values, inputs)}
        inputs = self._simplify_instructions(values, inputs)
        every = self._complete_facts(values, inputs)
        return Witness(values, every, self._literal_evaluator(every, inputs))

    def _known_literal(self, fact: Fact) -> Literal:
        return self.graph.atom(Known(fact))

    def _minimize_count(
        self, literals: Sequence[Literal], also: Sequence[Literal]
    ) -> tuple[Literal, ...]:
        """Return literals for the tightest satisfiable bound on how many of the literals hold."""
        none = tuple(literal ^ 1 for literal in literals)
        if self.prover.check(*self.whole, *also, *none) is Answer.SAT:
            return none
        for most in range(1, len(literals)):
            bound = self.prover.at_most(literals, most)
            if self.prover.check(*self.whole, *also, bound) is Answer.SAT:
                return (bound,)
        if self.prover.check(*self.whole, *also) is not Answer.SAT:
            raise Undetermined
        return ()

    # --- the last model ---

    def _model_values(self, facts: Iterable[Fact]) -> dict[Fact, FactValue]:
        return {fact: self.prover.value(fact) for fact in facts}

    def _model_inputs(self) -> tuple[Literal, ...]:
        """Return the inputs, each as the literal that holds."""
        return tuple(i if self.prover.holds(i) else i ^ 1 for i in self.inputs)

    # --- facts that imply the claim ---

    def _fewest_facts(
        self, limits: Sequence[Literal]
    ) -> tuple[dict[Fact, FactValue], tuple[Literal, ...]]:
        """Return the facts that imply the claim and the inputs of the last model, or of a model
        unlike it with fewer such facts.
        """
        values, inputs = self._deciding_facts()
        for _ in range(UNLIKE_MODELS):
            if len(values) <= FEW_FACTS:
                break
            unlike = [literal ^ 1 for literal in self._value_literals(values)]
            self.prover.prefer_phases(unlike)
            found = self.prover.check(*self.whole, *limits)
            other = self._deciding_facts() if found is Answer.SAT else None
            self.prover.prefer_phases(literal | 1 for literal in unlike)  # Reset them.
            if other is None or len(other[0]) >= len(values):
                break
            values, inputs = other
        return values, inputs

    def _deciding_facts(self) -> tuple[dict[Fact, FactValue], tuple[Literal, ...]]:
        """Return the facts of the last model that imply the claim, and its simplified inputs."""
        values = self._model_values(self.facts)
        inputs = self._simplify_instructions(values, self._model_inputs())
        return {fact: values[fact] for fact in self._minimal_facts(values, inputs)}, inputs

    def _counterexample_query(self, inputs: Sequence[Literal]) -> tuple[Literal, ...]:
        """Return the query for a possible situation with these inputs in which the claim fails."""
        return (self.query.claim ^ 1, self.query.possible, *inputs)

    def _minimal_facts(
        self, values: Mapping[Fact, FactValue], inputs: Sequence[Literal]
    ) -> tuple[Fact, ...]:
        """Return a minimal set of the facts that implies the claim."""
        kept = self.prover.minimal_subset(
            self._counterexample_query(inputs), self.fact_literals(values)
        )
        named = {fact for facts in kept for fact in facts}
        return tuple(fact for fact in values if fact in named)

    def fact_literals(
        self, values: Mapping[Fact, FactValue]
    ) -> list[tuple[tuple[Fact, ...], Literal]]:
        """Return literals for the values of facts, and for comparisons between texts."""
        parts: list[tuple[tuple[Fact, ...], Literal]] = [
            ((fact,), self.prover.equals(fact, value)) for fact, value in values.items()
        ]
        facts = FactValues(values)
        for atom in self.texts:
            if atom.left in values and atom.right in values:
                literal = self.graph.atom(atom) ^ (not facts.holds(atom))
                parts.append(((atom.left, atom.right), literal))
        return parts

    def _value_literals(self, values: Mapping[Fact, FactValue]) -> list[Literal]:
        return [literal for _, literal in self.fact_literals(values)]

    # --- values ---

    def _simplify_values(
        self, values: dict[Fact, FactValue], inputs: Sequence[Literal]
    ) -> dict[Fact, FactValue]:
        """Give each fact in turn the simplest value that the others allow; a number in a relation
        may change others with it.
        """
        true_inputs = frozenset(inputs)
        for _ in range(WITNESS_ROUNDS):
            before = values
            for fact in before:
                values = self._simplify_related(values, fact, true_inputs) or values
                values = {**values, fact: self._simplest_value(values, fact, true_inputs)}
            if values == before or not any(fact in self._related_facts for fact in values):
                break
        return values

    @property
    def _related_facts(self) -> frozenset[Fact]:
        return self.prover.domains.related

    def _simplest_value(
        self, values: Mapping[Fact, FactValue], fact: Fact, inputs: frozenset[Literal]
    ) -> FactValue:
        """Return the simplest value of a fact while the others stay."""
        tried = self._simpler_candidates(values, fact)
        if not tried:
            return values[fact]
        settled = self.ternary.evaluate_each(values, inputs, fact, tried)
        shown = settled.holds(self.query.claim) & settled.holds(self.query.valid)
        sure = shown & settled.holds(self.query.possible)
        for i, value in enumerate(tried):
            trial = {**values, fact: value}
            if sure >> i & 1 or (shown >> i & 1 and self._is_possible(trial, inputs)):
                return value
        return values[fact]

    def _simpler_candidates(self, values: Mapping[Fact, FactValue], fact: Fact) -> list[FactValue]:
        """Return simpler values than the present one of the fact, the simplest first."""
        now, found = values[fact], self.prover.candidate_values(fact)
        if fact in self._related_facts and isinstance(now, Fraction):
            numbers = [value for value in found if isinstance(value, Fraction)]
            alone = fact.type.kind in CALENDAR and not self.prover.domains.cuts.get(fact)
            order = sort_by_nearness if alone else sort_by_simplicity
            found = [*order(fact, (*numbers, *self._relation_thresholds(values, fact), now))]
        known: list[FactValue] = [value for value in found if value is not None]
        simpler = known[: known.index(now)] if now in known else known
        return [*dict.fromkeys((*simpler[:MAX_WITNESS_VALUES], *_adjacent_integers(now, simpler)))]

    def _relation_thresholds(
        self, values: Mapping[Fact, FactValue], fact: Fact
    ) -> Iterator[Fraction]:
        """Yield values of the fact around which its relations with other relevant facts change."""
        for relation in self.relations:
            others, own = Fraction(0), Fraction(0)
            for variable, coefficient in relation.terms:
                of = variable.fact if isinstance(variable, Size) else variable
                value = values.get(of)
                if of is fact:
                    own += coefficient
                elif value is not None:
                    others += coefficient * as_number(value)
            if own:
                at, step = (relation.bound - others) / own, grid_step(fact) or Fraction(1)
                yield from (at // step * step + n * step for n in (-1, 0, 1, 2))

    def _simplify_related(
        self, values: Mapping[Fact, FactValue], fact: Fact, inputs: frozenset[Literal]
    ) -> dict[Fact, FactValue] | None:
        """Return values with a simpler one of a number in a relation, where other numbers in
        relations, later by name, may change too.
        """
        others = [f for f in values if f in self._related_facts and f.name > fact.name]
        if fact not in self._related_facts or not others:
            return None
        prover, moving = self.prover, set(others)
        stay = self._value_literals(
            {f: v for f, v in values.items() if f not in moving and f is not fact}
        )
        tried = self._simpler_candidates(values, fact)
        for value in dict.fromkeys(
            (*tried[:MAX_SOLVED_VALUES], *_adjacent_integers(values[fact], tried))
        ):
            same = prover.equals(fact, value)
            if prover.check(*self.whole, *inputs, *stay, same) is Answer.SAT:
                trial = {**values, fact: value, **self._model_values(others)}
                more = any(trial[f] is None and values[f] is not None for f in others)
                if not more and self.ternary.evaluate(trial, inputs).holds(self.query.claim):
                    return trial
        return None

    def _is_possible(self, values: Mapping[Fact, FactValue], inputs: Iterable[Literal]) -> bool:
        return self.prover.check(*self.whole, *inputs, *self._value_literals(values)) is Answer.SAT

    def _complete_facts(
        self, values: Mapping[Fact, FactValue], inputs: Sequence[Literal]
    ) -> dict[Fact, FactValue]:
        """Add the irrelevant facts: unknown, or the simplest value, if that is possible."""
        prover = self.prover
        others = [fact for fact in self.facts if fact not in values]
        free: dict[Fact, FactValue] = {f: None if f.optional else default_value(f) for f in others}
        every = {fact: free[fact] if fact in free else values[fact] for fact in self.facts}
        settled = self.ternary.evaluate_inputs(every, [inputs])
        if all(settled.holds(literal) for literal in self.whole):
            return every
        fixed = [*inputs, *self._value_literals(values)]
        for fact in others:
            name = prover.equals(fact, free[fact])
            if prover.check(*self.whole, *fixed, name) is not Answer.SAT:
                if prover.check(*self.whole, *fixed) is not Answer.SAT:
                    raise Undetermined
                free[fact] = prover.value(fact)
                name = prover.equals(fact, free[fact])
            fixed.append(name)
        return {fact: free[fact] if fact in free else values[fact] for fact in self.facts}

    # --- instructions ---

    def _simplify_instructions(
        self, values: Mapping[Fact, FactValue], inputs: tuple[Literal, ...]
    ) -> tuple[Literal, ...]:
        """Return the inputs with the plainest instructions for the same facts."""
        now = {literal >> 1: literal for literal in inputs}
        for group in self.query.slots:
            while (way := self._simplify_one(group, now, values)) is not None:
                now = way
        return tuple(now.values())

    def _simplify_one(
        self, group: Sequence[SlotLiterals], now: InputValues, values: Mapping[Fact, FactValue]
    ) -> InputValues | None:
        """Return the inputs with one plainer instruction with which the claim still holds."""
        used = [slot for slot in group if input_holds(slot.used, now)]
        if not used:
            return None
        free = [[s for s in group if s is slot or s not in used] for slot in used]
        ways = (
            w
            for slot, able in zip(used, free, strict=True)
            for w in plainer_instructions(slot, able, now)
        )
        found = [tuple(way.values()) for way in ways]
        settled = self.ternary.evaluate_inputs(values, found)
        sure = reduce(and_, map(settled.holds, self.whole))
        wrong = reduce(or_, (settled.holds(literal ^ 1) for literal in self.whole))
        for i, way in enumerate(found):
            if sure >> i & 1 or (not wrong >> i & 1 and self._solver_proves_claim(way, values)):
                return {literal >> 1: literal for literal in way}
        return None

    def _solver_proves_claim(
        self, inputs: Sequence[Literal], values: Mapping[Fact, FactValue]
    ) -> bool:
        """Return whether these facts and inputs are possible and imply the claim."""
        if not self._is_possible(values, inputs):
            return False
        counterexample = (*self._counterexample_query(inputs), *self._value_literals(values))
        return self.prover.check(*counterexample) is Answer.UNSAT

    def _literal_evaluator(
        self, every: Mapping[Fact, FactValue], inputs: Sequence[Literal]
    ) -> Callable[[Literal], bool]:
        facts, true_inputs = FactValues(every), set(inputs)

        def value(atom: Atom) -> bool:
            if isinstance(atom, Input):
                return self.graph.atom(atom) in true_inputs
            return all(fact in every for fact in facts_in(atom)) and facts.holds(atom)

        return self.graph.evaluator(value)


def _adjacent_integers(value: FactValue, tried: Sequence[FactValue]) -> list[FactValue]:
    """Return the candidates that are the integers next to a fraction."""
    if not isinstance(value, Fraction) or value.denominator == 1:
        return []
    below = Fraction(value // 1)
    return [whole for whole in (below, below + 1) if whole in tried]
