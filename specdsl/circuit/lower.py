"""Spec and ranks → decision circuits: three-valued conditions become pairs of literals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import accumulate, product
from typing import assert_never

from specdsl.circuit import graph as g
from specdsl.circuit.codes import TOO_MANY_CASES
from specdsl.circuit.nodes import Alternative, Circuit, Clause, Condition, RuleCircuit
from specdsl.circuit.patterns import matches
from specdsl.circuit.terms import (
    TOO_MANY_IN_ALL,
    Affine,
    Case,
    T,
    TooMuch,
    combine,
    compare,
    compare_text,
    merged,
    writable,
    written,
)
from specdsl.diagnostics import Diagnostic, Note, fault
from specdsl.limits import MOST_CASE_PAIRS
from specdsl.model import nodes as m
from specdsl.model.walk import alternatives, conjuncts, decisions_read
from specdsl.priority.ranks import Ranks

UNIT = Fraction(1)
NOTHING = Affine((), Fraction(0))


def lower(spec: m.Spec, ranks: Ranks) -> tuple[Circuit | None, tuple[Diagnostic, ...]]:
    """The circuits of a spec, or the faults of conditions too large to be lowered."""
    lowering = Lowering()
    lowering.define(spec.defines)
    faults: list[Diagnostic] = []

    def guarded(expr: m.Expr) -> Condition:
        try:
            return lowering.condition(expr)
        except TooMuch as found:
            faults.append(_too_much(expr, str(found)))
            return Condition(g.TRUE, g.FALSE)

    rules = {rule: _rule(lowering.graph, rule, guarded) for rule in spec.rules}
    delegates = {d: g.TRUE if d.when is None else guarded(d.when).true for d in spec.delegates}
    assumes = {a: guarded(a.expr).false ^ 1 for a in spec.assumes}
    assertions = {a: _assertion(a, guarded) for a in spec.assertions}
    readers = {a: _read_by(spec, a) for a in spec.assertions}
    if faults:
        return None, tuple(faults)
    circuit = Circuit(spec, ranks, lowering.graph, rules, delegates, assumes, assertions, readers)
    return circuit, ()


def _too_much(expr: m.Expr, message: str) -> Diagnostic:
    help_ = Note("help", "split it, or have the caller compute the value and give it as a fact")
    return fault(TOO_MANY_CASES, message, expr.span, "", help_)


def _rule(graph: g.Graph, rule: m.Rule, condition: Callable[[m.Expr], Condition]) -> RuleCircuit:
    clauses: list[Clause] = []
    possible: list[int] = []
    own_from = len(rule.whens) - _own_whens(rule)
    for i, when in enumerate(rule.whens):
        possible.append(condition(when).false ^ 1)
        for clause in conjuncts(when):
            literal = condition(clause).true
            others = _alternatives(graph, clause, condition)
            clauses.append(Clause("when", clause, literal, i >= own_from, tuple(others)))
    for unless in rule.unlesses:
        found = _alternatives(graph, unless, condition)
        others = (Alternative(one.expr, one.others ^ 1) for one in found)
        clauses.append(Clause("unless", unless, condition(unless).true ^ 1, True, tuple(others)))
    applies = graph.all_of(clause.holds for clause in clauses)
    return RuleCircuit(applies, graph.all_of(possible), tuple(clauses))


def _own_whens(rule: m.Rule) -> int:
    """How many of the rule's `whens` are its own: those that no policy around it has."""
    around = 0
    policy = rule.policy
    while policy is not None:
        around += policy.when is not None
        policy = policy.parent
    return len(rule.whens) - around


def _alternatives(
    graph: g.Graph, clause: m.Expr, condition: Callable[[m.Expr], Condition]
) -> Iterator[Alternative]:
    """What the clause joins by `or`, each with where one of the others is true."""
    found = tuple(alternatives(clause))
    if len(found) == 1:
        return
    true = [condition(one).true for one in found]
    before = list(accumulate(true, lambda *both: graph.any_of(both), initial=g.FALSE))
    after = list(accumulate(true[::-1], lambda *both: graph.any_of(both), initial=g.FALSE))[::-1]
    for i, one in enumerate(found):
        yield Alternative(one, graph.any_of((before[i], after[i + 1])))


def _assertion(assertion: m.Assertion, condition: Callable[[m.Expr], Condition]) -> tuple[int, int]:
    when = g.TRUE if assertion.when is None else condition(assertion.when).true
    claim = assertion.claim
    return when, condition(claim.expr).true if isinstance(claim, m.Holds) else g.TRUE


def _read_by(spec: m.Spec, assertion: m.Assertion) -> tuple[m.Decision, ...]:
    claim = assertion.claim
    read = decisions_read(assertion.when, claim.expr if isinstance(claim, m.Holds) else None)
    return tuple(decision for decision in spec.decisions if decision in read)


class Lowering:
    """Expressions → literals of one graph. Defines are lowered once."""

    def __init__(self) -> None:
        self.graph = g.Graph()
        self._conditions: dict[m.Define, Condition] = {}
        self._quantities: dict[m.Define, tuple[Case[Affine], ...]] = {}
        self._texts: dict[m.Define, tuple[Case[m.Fact | str], ...]] = {}
        self._too_much: dict[m.Define, TooMuch] = {}
        self._pairs = MOST_CASE_PAIRS

    def define(self, defines: Iterable[m.Define]) -> None:
        """Lowers them one after another, so that a long chain of them is no deep one."""
        terms: dict[m.Define, Callable[[m.Expr], object]] = {}
        for define in defines:
            expr = define.expr
            while isinstance(expr, m.IfElse):
                expr = expr.then
            terms[define] = terms[expr.define] if isinstance(expr, m.DefineRef) else self._way(expr)
            try:
                terms[define](m.DefineRef(define, define.span))
            except TooMuch as found:  # a fault where it is used
                self._too_much[define] = found

    def _way(self, expr: m.Expr) -> Callable[[m.Expr], object]:
        """What lowers such an expression."""
        match expr:
            case m.TextFact() | m.TextConstant():
                return self.text
            case m.QuantityFact() | m.Constant() | m.Sum() | m.MinMax() | m.SizeOf():
                return self.quantity
            case _:
                return self.condition

    def known(self, fact: m.Fact) -> int:
        return self.graph.atom(g.Known(fact)) if fact.optional else g.TRUE

    def tested(self, literal: int, *facts: m.Fact) -> Condition:
        """A test that is unknown where one of the facts is."""
        known = [self.known(fact) for fact in facts]
        return Condition(
            self.graph.all_of((*known, literal)), self.graph.all_of((*known, literal ^ 1))
        )

    def condition(self, expr: m.Expr) -> Condition:
        graph = self.graph
        match expr:
            case m.BoolFact():
                return self.tested(graph.atom(g.IsTrue(expr.fact)), expr.fact)
            case m.DefineRef():
                return self._defined(expr.define)
            case m.Not():
                inner = self.condition(expr.operand)
                return Condition(inner.false, inner.true)
            case m.Possibly():
                false = self.condition(expr.operand).false
                return Condition(false ^ 1, false)
            case m.And():
                items = [self.condition(item) for item in expr.items]
                return Condition(
                    graph.all_of(i.true for i in items), graph.any_of(i.false for i in items)
                )
            case m.Or():
                items = [self.condition(item) for item in expr.items]
                return Condition(
                    graph.any_of(i.true for i in items), graph.all_of(i.false for i in items)
                )
            case m.IfElse():
                return self._chosen(expr)
            case m.IsKnown():
                known = self.known(expr.fact) ^ (not expr.known)
                return Condition(known, known ^ 1)
            case m.HasOutcome():
                return self._outcome(expr)
            case m.Compare() | m.OneOf() | m.Matches():
                return self._comparison(expr)
            case m.IsMember() | m.Same() | m.SetIs() | m.HasMembers() | m.HasSet() | m.HasFact():
                return self._membership(expr)
            case m.QuantityFact() | m.TextFact() | m.Constant() | m.TextConstant():
                raise AssertionError("a term is no condition")
            case m.Sum() | m.MinMax() | m.SizeOf():
                raise AssertionError("a term is no condition")
            case _:
                assert_never(expr)

    def _defined(self, define: m.Define) -> Condition:
        found = self._conditions.get(define)
        if found is None:
            found = self._conditions[define] = self.condition(define.expr)
        return found

    def _chosen(self, expr: m.IfElse) -> Condition:
        test, then, other = map(self.condition, (expr.condition, expr.then, expr.other))

        def side(if_true: int, if_false: int) -> int:
            all_of = self.graph.all_of
            return self.graph.any_of((all_of((test.true, if_true)), all_of((test.false, if_false))))

        return Condition(side(then.true, other.true), side(then.false, other.false))

    def _outcome(self, expr: m.HasOutcome) -> Condition:
        decision = expr.decision
        bits = [i for i in range(len(decision.outcomes)) if expr.outcomes >> i & 1]
        if expr.outcomes == decision.every:
            return Condition(g.TRUE, g.FALSE)
        literal = self.graph.any_of(self.graph.atom(g.Outcome(decision, i)) for i in bits)
        return Condition(literal, literal ^ 1)

    # --- comparisons of terms ---

    def _look_at(self, define: m.Define) -> None:
        if define in self._too_much:
            raise self._too_much[define]

    def _crossed(
        self, left: tuple[Case[T], ...], right: tuple[Case[T], ...]
    ) -> Iterator[tuple[Case[T], Case[T]]]:
        """Each case of one with each of the other."""
        self._pairs -= len(left) * len(right)
        if self._pairs < 0:
            raise TooMuch(TOO_MANY_IN_ALL)
        return product(left, right)

    def _comparison(self, expr: m.Compare | m.OneOf | m.Matches) -> Condition:
        found: list[Case[int]] = []
        match expr:
            case m.Compare(text=False):
                for left, right in self._crossed(
                    self.quantity(expr.left), self.quantity(expr.right)
                ):
                    literal = compare(self.graph, left.value, expr.op, right.value)
                    literal = writable(self.graph, literal)
                    found.append(self._both(left.guard, right.guard, literal))
            case m.Compare():
                for one, two in self._crossed(self.text(expr.left), self.text(expr.right)):
                    literal = compare_text(self.graph, one.value, expr.op, two.value)
                    found.append(self._both(one.guard, two.guard, literal))
            case m.OneOf(text=False):
                for case in self.quantity(expr.operand):
                    found.append(Case(case.guard, self._equals_any(case.value, expr.constants)))
            case m.OneOf():
                for term in self.text(expr.operand):
                    literals = (
                        compare_text(self.graph, term.value, "=", str(c)) for c in expr.constants
                    )
                    found.append(Case(term.guard, self.graph.any_of(literals)))
            case m.Matches():
                for term in self.text(expr.operand):
                    found.append(Case(term.guard, self._matches(term.value, expr.pattern)))
        all_of, any_of = self.graph.all_of, self.graph.any_of
        return Condition(
            any_of(all_of((case.guard, case.value)) for case in found),
            any_of(all_of((case.guard, case.value ^ 1)) for case in found),
        )

    def _both(self, one: int, two: int, literal: int) -> Case[int]:
        return Case(self.graph.all_of((one, two)), literal)

    def _equals_any(self, affine: Affine, constants: tuple[Fraction | str, ...]) -> int:
        return self.graph.any_of(
            writable(self.graph, compare(self.graph, affine, "=", Affine((), Fraction(c))))
            for c in constants
        )

    def _matches(self, term: m.Fact | str, pattern: str) -> int:
        if isinstance(term, str):
            return g.TRUE if matches(pattern, term) else g.FALSE
        return self.graph.atom(g.TextMatches(term, pattern))

    # --- enumerations and sets ---

    def _membership(
        self, expr: m.IsMember | m.Same | m.SetIs | m.HasMembers | m.HasSet | m.HasFact
    ) -> Condition:
        graph = self.graph
        match expr:
            case m.IsMember():
                literal = graph.any_of(self._is(expr.fact, i) for i in sorted(expr.members))
                return self.tested(literal, expr.fact)
            case m.SetIs():
                literal = graph.all_of(
                    self._has(expr.fact, i) ^ (i not in expr.members)
                    for i in range(len(expr.fact.type.members))
                )
                return self.tested(literal, expr.fact)
            case m.HasMembers():
                bits = [self._has(expr.fact, i) for i in sorted(expr.members)]
                return self.tested(self._quantified(expr.quantifier, bits), expr.fact)
            case m.HasSet():
                return self._has_set(expr)
            case m.HasFact():
                pairs = self._paired(expr.fact, expr.member)
                literal = graph.any_of(
                    graph.all_of((self._has(expr.fact, i), self._is(expr.member, j)))
                    for i, j in pairs
                )
                return self.tested(literal, expr.fact, expr.member)
            case m.Same():
                return self.tested(self._same(expr.left, expr.right), expr.left, expr.right)

    def _quantified(self, quantifier: str, bits: list[int]) -> int:
        match quantifier:
            case "any":
                return self.graph.any_of(bits)
            case "all":
                return self.graph.all_of(bits)
            case _:
                return self.graph.any_of(bits) ^ 1

    def _has_set(self, expr: m.HasSet) -> Condition:
        graph = self.graph
        both = [
            (self._has(expr.fact, i), self._has(expr.other, j))
            for i, j in self._paired(expr.fact, expr.other)
        ]
        if expr.quantifier == "all":
            literal = graph.all_of(graph.any_of((mine, its ^ 1)) for mine, its in both)
        else:
            meet = graph.any_of(graph.all_of(pair) for pair in both)
            literal = meet ^ (expr.quantifier == "none")
        return self.tested(literal, expr.fact, expr.other)

    def _same(self, left: m.Fact, right: m.Fact) -> int:
        graph = self.graph
        if left is right:
            return g.TRUE
        match left.type.kind:
            case m.Kind.BOOL:
                return graph.same(graph.atom(g.IsTrue(left)), graph.atom(g.IsTrue(right)))
            case m.Kind.ENUM:
                return graph.any_of(
                    graph.all_of((self._is(left, i), self._is(right, j)))
                    for i, j in self._paired(left, right)
                )
            case _:
                return graph.all_of(
                    graph.same(self._has(left, i), self._has(right, j))
                    for i, j in self._paired(left, right)
                )

    def _paired(self, left: m.Fact, right: m.Fact) -> list[tuple[int, int]]:
        """The indices of equal members; the two facts have the same ones in any order."""
        where = {member: j for j, member in enumerate(right.type.members)}
        return [(i, where[member]) for i, member in enumerate(left.type.members)]

    def _is(self, fact: m.Fact, member: int) -> int:
        return self.graph.atom(g.IsMember(fact, member))

    def _has(self, fact: m.Fact, member: int) -> int:
        return self.graph.atom(g.HasMember(fact, member))

    # --- terms ---

    def quantity(self, expr: m.Expr) -> tuple[Case[Affine], ...]:
        """The cases of a quantity term."""
        match expr:
            case m.Constant():
                return (Case(g.TRUE, Affine((), expr.value)),)
            case m.QuantityFact():
                return (Case(self.known(expr.fact), Affine(((expr.fact, UNIT),), Fraction(0))),)
            case m.SizeOf():
                size = Affine(((g.Size(expr.fact), UNIT),), Fraction(0))
                return (Case(self.known(expr.fact), size),)
            case m.DefineRef():
                if expr.define not in self._quantities:
                    self._look_at(expr.define)
                    self._quantities[expr.define] = self.quantity(expr.define.expr)
                return self._quantities[expr.define]
            case m.Sum():
                total: tuple[Case[Affine], ...] = (Case(g.TRUE, NOTHING),)
                for factor, item in expr.items:
                    total = self._plus(total, factor, self.quantity(item))
                return total
            case m.MinMax():
                op = "<=" if expr.op == "min" else ">="
                first, *others = (self.quantity(item) for item in expr.items)
                for cases in others:
                    first = self._better(first, op, cases)
                return first
            case m.IfElse():
                test = self.condition(expr.condition)
                return self._branches(test, self.quantity(expr.then), self.quantity(expr.other))
            case _:
                raise AssertionError("not a quantity")

    def text(self, expr: m.Expr) -> tuple[Case[m.Fact | str], ...]:
        """The cases of a text term."""
        match expr:
            case m.TextConstant():
                return (Case(g.TRUE, expr.value),)
            case m.TextFact():
                return (Case(self.known(expr.fact), expr.fact),)
            case m.DefineRef():
                if expr.define not in self._texts:
                    self._look_at(expr.define)
                    self._texts[expr.define] = self.text(expr.define.expr)
                return self._texts[expr.define]
            case m.IfElse():
                test = self.condition(expr.condition)
                return self._branches(test, self.text(expr.then), self.text(expr.other))
            case _:
                raise AssertionError("not a text")

    def _plus(
        self, left: tuple[Case[Affine], ...], factor: Fraction, right: tuple[Case[Affine], ...]
    ) -> tuple[Case[Affine], ...]:
        return merged(
            self.graph,
            (
                Case(
                    self.graph.all_of((a.guard, b.guard)),
                    written(combine(((UNIT, a.value), (factor, b.value)))),
                )
                for a, b in self._crossed(left, right)
            ),
        )

    def _better(
        self, left: tuple[Case[Affine], ...], op: str, right: tuple[Case[Affine], ...]
    ) -> tuple[Case[Affine], ...]:
        cases: list[Case[Affine]] = []
        for a, b in self._crossed(left, right):
            first = writable(self.graph, compare(self.graph, a.value, op, b.value))
            cases.append(Case(self.graph.all_of((a.guard, b.guard, first)), a.value))
            cases.append(Case(self.graph.all_of((a.guard, b.guard, first ^ 1)), b.value))
        return merged(self.graph, cases)

    def _branches(
        self, test: Condition, then: tuple[Case[T], ...], other: tuple[Case[T], ...]
    ) -> tuple[Case[T], ...]:
        all_of = self.graph.all_of
        chosen = [Case(all_of((test.true, case.guard)), case.value) for case in then]
        chosen += [Case(all_of((test.false, case.guard)), case.value) for case in other]
        return merged(self.graph, chosen)
