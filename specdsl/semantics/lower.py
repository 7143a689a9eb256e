"""Lowering: three-valued conditions (strong Kleene logic) → pairs of literals, true and false."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import accumulate, product
from typing import assert_never

from specdsl.base.diagnostics import Diagnostic, Note, fault
from specdsl.base.limits import MAX_CASE_PAIRS
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.traversal import conjuncts, decisions_read, disjuncts
from specdsl.frontend.ranking.ranks import Ranks
from specdsl.semantics import aig as g
from specdsl.semantics.circuit import Alternative, Circuit, Clause, Condition, RuleCircuit
from specdsl.semantics.lower_terms import (
    TOO_MANY_IN_ALL,
    Affine,
    GuardedCase,
    LoweringLimitExceeded,
    T,
    check_relation_size,
    check_term_size,
    compare_quantities,
    compare_text_terms,
    merge_cases,
    weighted_sum,
)
from specdsl.semantics.lowering_codes import TOO_MANY_CASES
from specdsl.semantics.plain_relations import PlainRelations
from specdsl.semantics.text_patterns import matches_pattern

UNIT = Fraction(1)
ZERO = Affine((), Fraction(0))


def lower_spec(
    spec: m.SpecModel, ranks: Ranks, like: Circuit | None = None
) -> tuple[Circuit | None, tuple[Diagnostic, ...]]:
    """Return the circuits of a spec, or the faults of conditions that are too large to be
    lowered; `like` is the circuit of a spec with the same conditions.
    """
    lowering = Lowering(None if like is None else like.graph)
    lowering.lower_defines(spec.defines)
    faults: list[Diagnostic] = []

    def lower_guarded(expr: m.Expr) -> Condition:
        try:
            return lowering.lower_condition(expr)
        except LoweringLimitExceeded as found:
            faults.append(_too_much(expr, str(found)))
            return Condition(g.TRUE, g.FALSE)

    rules = {rule: _lower_rule(lowering.graph, rule, lower_guarded) for rule in spec.rules}
    delegates = {
        d: g.TRUE if d.when is None else lower_guarded(d.when).true for d in spec.delegates
    }
    assumes = {a: lower_guarded(a.expr).false ^ 1 for a in spec.assumes}
    assertions = {a: _lower_assertion(a, lower_guarded) for a in spec.assertions}
    readers = {a: _decisions_read_by(spec, a) for a in spec.assertions}
    if faults:
        return None, tuple(faults)
    circuit = Circuit(spec, ranks, lowering.graph, rules, delegates, assumes, assertions, readers)
    return circuit, ()


def _too_much(expr: m.Expr, message: str) -> Diagnostic:
    help_ = Note("help", "split it, or have the caller compute the value and give it as a fact")
    return fault(TOO_MANY_CASES, message, expr.span, "", help_)


def _lower_rule(
    graph: g.AndInverterGraph, rule: m.Rule, condition: Callable[[m.Expr], Condition]
) -> RuleCircuit:
    clauses: list[Clause] = []
    possible: list[g.Literal] = []
    own_from = len(rule.whens) - _count_own_whens(rule)
    for i, when in enumerate(rule.whens):
        possible.append(condition(when).false ^ 1)
        for clause in conjuncts(when):
            literal = condition(clause).true
            others = _lower_alternatives(graph, clause, condition)
            clauses.append(Clause("when", clause, literal, i >= own_from, tuple(others)))
    for unless in rule.unlesses:
        found = _lower_alternatives(graph, unless, condition)
        others = (Alternative(one.expr, one.others ^ 1) for one in found)
        clauses.append(Clause("unless", unless, condition(unless).true ^ 1, True, tuple(others)))
    applies = graph.all_of(clause.holds for clause in clauses)
    return RuleCircuit(applies, graph.all_of(possible), tuple(clauses))


def _count_own_whens(rule: m.Rule) -> int:
    """Count the rule's `when`s that are not those of a policy around it."""
    around = 0
    policy = rule.policy
    while policy is not None:
        around += policy.when is not None
        policy = policy.parent
    return len(rule.whens) - around


def _lower_alternatives(
    graph: g.AndInverterGraph, clause: m.Expr, condition: Callable[[m.Expr], Condition]
) -> Iterator[Alternative]:
    """Yield the disjuncts of the clause, each with the literal that one of the others is true."""
    found = tuple(disjuncts(clause))
    if len(found) == 1:
        return
    true = [condition(one).true for one in found]
    before = list(accumulate(true, lambda *both: graph.any_of(both), initial=g.FALSE))
    after = list(accumulate(true[::-1], lambda *both: graph.any_of(both), initial=g.FALSE))[::-1]
    for i, one in enumerate(found):
        yield Alternative(one, graph.any_of((before[i], after[i + 1])))


def _lower_assertion(
    assertion: m.Assertion, condition: Callable[[m.Expr], Condition]
) -> tuple[g.Literal, g.Literal]:
    when = g.TRUE if assertion.when is None else condition(assertion.when).true
    claim = assertion.claim
    return when, condition(claim.expr).true if isinstance(claim, m.Holds) else g.TRUE


def _decisions_read_by(spec: m.SpecModel, assertion: m.Assertion) -> tuple[m.DecisionModel, ...]:
    claim = assertion.claim
    read = decisions_read(assertion.when, claim.expr if isinstance(claim, m.Holds) else None)
    return tuple(decision for decision in spec.decisions if decision in read)


class Lowering:
    """Lowers expressions to literals of one graph. Each define is lowered once."""

    def __init__(self, like: g.AndInverterGraph | None = None) -> None:
        """Create a lowering; comparisons that were lowered in the graph `like` are known."""
        self.graph = g.AndInverterGraph()
        known = PlainRelations() if like is None else PlainRelations.of_graph(like)
        self._plain = self.graph.get_or_make("plain relations", lambda: known)
        self._conditions: dict[m.Define, Condition] = {}
        self._quantities: dict[m.Define, tuple[GuardedCase[Affine], ...]] = {}
        self._texts: dict[m.Define, tuple[GuardedCase[m.Fact | str], ...]] = {}
        self._too_much: dict[m.Define, LoweringLimitExceeded] = {}
        self._pairs = MAX_CASE_PAIRS
        self._tests: dict[int, tuple[m.Expr, Condition]] = {}  # By identity.

    def lower_defines(self, defines: Iterable[m.Define]) -> None:
        """Lower the defines in dependency order, so that a long chain of them needs no
        deep recursion.
        """
        terms: dict[m.Define, Callable[[m.Expr], object]] = {}
        for define in defines:
            expr = define.expr
            while isinstance(expr, m.IfElse):
                expr = expr.then
            terms[define] = (
                terms[expr.define] if isinstance(expr, m.DefineRef) else self._lowering_of(expr)
            )
            try:
                terms[define](m.DefineRef(define, define.span))
            except LoweringLimitExceeded as found:  # It is reported where the define is used.
                self._too_much[define] = found

    def _lowering_of(self, expr: m.Expr) -> Callable[[m.Expr], object]:
        """Return the method that lowers such an expression."""
        match expr:
            case m.TextFact() | m.TextConstant():
                return self.lower_text
            case m.QuantityFact() | m.Constant() | m.Sum() | m.MinMax() | m.SizeOf():
                return self.lower_quantity
            case _:
                return self.lower_condition

    def known_literal(self, fact: m.Fact) -> g.Literal:
        return self.graph.atom(g.Known(fact)) if fact.optional else g.TRUE

    def test_of_facts(self, literal: g.Literal, *facts: m.Fact) -> Condition:
        """Return a test that is unknown if one of the facts is."""
        known = [self.known_literal(fact) for fact in facts]
        return Condition(
            self.graph.all_of((*known, literal)), self.graph.all_of((*known, literal ^ 1))
        )

    def lower_condition(self, expr: m.Expr) -> Condition:
        graph = self.graph
        match expr:
            case m.BoolFact():
                return self.test_of_facts(graph.atom(g.IsTrue(expr.fact)), expr.fact)
            case m.DefineRef():
                return self._lower_define(expr.define)
            case m.Not():
                inner = self.lower_condition(expr.operand)
                return Condition(inner.false, inner.true)
            case m.Possibly():
                false = self.lower_condition(expr.operand).false
                return Condition(false ^ 1, false)
            case m.And():
                items = [self.lower_condition(item) for item in expr.items]
                return Condition(
                    graph.all_of(i.true for i in items), graph.any_of(i.false for i in items)
                )
            case m.Or():
                items = [self.lower_condition(item) for item in expr.items]
                return Condition(
                    graph.any_of(i.true for i in items), graph.all_of(i.false for i in items)
                )
            case m.IfElse():
                return self._lower_if_else(expr)
            case m.IsKnown():
                known = self.known_literal(expr.fact) ^ (not expr.known)
                return Condition(known, known ^ 1)
            case m.HasOutcome():
                return self._lower_outcome(expr)
            case m.Compare() | m.OneOf() | m.Matches():
                return self._lower_test(expr)
            case m.IsMember() | m.Same() | m.SetIs() | m.HasMembers() | m.HasSet() | m.HasFact():
                return self._lower_membership(expr)
            case m.QuantityFact() | m.TextFact() | m.Constant() | m.TextConstant():
                raise AssertionError("a term is no condition")
            case m.Sum() | m.MinMax() | m.SizeOf():
                raise AssertionError("a term is no condition")
            case _:
                assert_never(expr)

    def _lower_define(self, define: m.Define) -> Condition:
        found = self._conditions.get(define)
        if found is None:
            found = self._conditions[define] = self.lower_condition(define.expr)
        return found

    def _lower_if_else(self, expr: m.IfElse) -> Condition:
        test, then, other = map(self.lower_condition, (expr.condition, expr.then, expr.other))

        def side(if_true: g.Literal, if_false: g.Literal) -> g.Literal:
            all_of = self.graph.all_of
            return self.graph.any_of((all_of((test.true, if_true)), all_of((test.false, if_false))))

        return Condition(side(then.true, other.true), side(then.false, other.false))

    def _lower_outcome(self, expr: m.HasOutcome) -> Condition:
        decision = expr.decision
        bits = [i for i in range(len(decision.outcomes)) if expr.outcomes >> i & 1]
        if expr.outcomes == decision.all_outcomes:
            return Condition(g.TRUE, g.FALSE)
        literal = self.graph.any_of(self.graph.atom(g.Outcome(decision, i)) for i in bits)
        return Condition(literal, literal ^ 1)

    # --- comparisons of terms ---

    def _raise_earlier_fault(self, define: m.Define) -> None:
        if define in self._too_much:
            raise self._too_much[define]

    def _case_pairs(
        self, left: tuple[GuardedCase[T], ...], right: tuple[GuardedCase[T], ...]
    ) -> Iterator[tuple[GuardedCase[T], GuardedCase[T]]]:
        """Return the product of the cases."""
        self._pairs -= len(left) * len(right)
        if self._pairs < 0:
            raise LoweringLimitExceeded(TOO_MANY_IN_ALL)
        return product(left, right)

    def _lower_test(self, expr: m.Compare | m.OneOf | m.Matches) -> Condition:
        """Return the condition of a comparison, which is lowered once: it stands in its clause and
        in the whole of the rule's condition."""
        if id(expr) not in self._tests:
            found = self._plain.condition(self.graph, expr)
            if found is None:
                found = self._lower_comparison(expr)
                self._plain.remember(self.graph, expr, found)
            self._tests[id(expr)] = expr, found
        return self._tests[id(expr)][1]

    def _lower_comparison(self, expr: m.Compare | m.OneOf | m.Matches) -> Condition:
        found: list[GuardedCase[g.Literal]] = []
        match expr:
            case m.Compare(text=False):
                for left, right in self._case_pairs(
                    self.lower_quantity(expr.left), self.lower_quantity(expr.right)
                ):
                    literal = compare_quantities(self.graph, left.value, expr.op, right.value)
                    literal = check_relation_size(self.graph, literal)
                    found.append(self._conjoined_case(left.guard, right.guard, literal))
            case m.Compare():
                for one, two in self._case_pairs(
                    self.lower_text(expr.left), self.lower_text(expr.right)
                ):
                    literal = compare_text_terms(self.graph, one.value, expr.op, two.value)
                    found.append(self._conjoined_case(one.guard, two.guard, literal))
            case m.OneOf(text=False):
                for case in self.lower_quantity(expr.operand):
                    found.append(
                        GuardedCase(case.guard, self._equals_any(case.value, expr.constants))
                    )
            case m.OneOf():
                for term in self.lower_text(expr.operand):
                    literals = (
                        compare_text_terms(self.graph, term.value, "=", str(c))
                        for c in expr.constants
                    )
                    found.append(GuardedCase(term.guard, self.graph.any_of(literals)))
            case m.Matches():
                for term in self.lower_text(expr.operand):
                    found.append(
                        GuardedCase(term.guard, self._match_literal(term.value, expr.pattern))
                    )
        all_of, any_of = self.graph.all_of, self.graph.any_of
        return Condition(
            any_of(all_of((case.guard, case.value)) for case in found),
            any_of(all_of((case.guard, case.value ^ 1)) for case in found),
        )

    def _conjoined_case(
        self, one: g.Literal, two: g.Literal, literal: g.Literal
    ) -> GuardedCase[g.Literal]:
        return GuardedCase(self.graph.all_of((one, two)), literal)

    def _equals_any(self, affine: Affine, constants: tuple[Fraction | str, ...]) -> g.Literal:
        return self.graph.any_of(
            check_relation_size(
                self.graph, compare_quantities(self.graph, affine, "=", Affine((), Fraction(c)))
            )
            for c in constants
        )

    def _match_literal(self, term: m.Fact | str, pattern: str) -> g.Literal:
        if isinstance(term, str):
            return g.TRUE if matches_pattern(pattern, term) else g.FALSE
        return self.graph.atom(g.TextMatches(term, pattern))

    # --- enumerations and sets ---

    def _lower_membership(
        self, expr: m.IsMember | m.Same | m.SetIs | m.HasMembers | m.HasSet | m.HasFact
    ) -> Condition:
        graph = self.graph
        match expr:
            case m.IsMember():
                literal = graph.any_of(self._is_member(expr.fact, i) for i in sorted(expr.members))
                return self.test_of_facts(literal, expr.fact)
            case m.SetIs():
                literal = graph.all_of(
                    self._has_member(expr.fact, i) ^ (i not in expr.members)
                    for i in range(len(expr.fact.type.members))
                )
                return self.test_of_facts(literal, expr.fact)
            case m.HasMembers():
                bits = [self._has_member(expr.fact, i) for i in sorted(expr.members)]
                return self.test_of_facts(self._lower_quantifier(expr.quantifier, bits), expr.fact)
            case m.HasSet():
                return self._lower_has_set(expr)
            case m.HasFact():
                pairs = self._equal_members(expr.fact, expr.member)
                literal = graph.any_of(
                    graph.all_of((self._has_member(expr.fact, i), self._is_member(expr.member, j)))
                    for i, j in pairs
                )
                return self.test_of_facts(literal, expr.fact, expr.member)
            case m.Same():
                return self.test_of_facts(
                    self._same_value(expr.left, expr.right), expr.left, expr.right
                )

    def _lower_quantifier(self, quantifier: str, bits: list[g.Literal]) -> g.Literal:
        match quantifier:
            case "any":
                return self.graph.any_of(bits)
            case "all":
                return self.graph.all_of(bits)
            case _:
                return self.graph.any_of(bits) ^ 1

    def _lower_has_set(self, expr: m.HasSet) -> Condition:
        graph = self.graph
        both = [
            (self._has_member(expr.fact, i), self._has_member(expr.other, j))
            for i, j in self._equal_members(expr.fact, expr.other)
        ]
        if expr.quantifier == "all":
            literal = graph.all_of(graph.any_of((mine, its ^ 1)) for mine, its in both)
        else:
            meet = graph.any_of(graph.all_of(pair) for pair in both)
            literal = meet ^ (expr.quantifier == "none")
        return self.test_of_facts(literal, expr.fact, expr.other)

    def _same_value(self, left: m.Fact, right: m.Fact) -> g.Literal:
        graph = self.graph
        if left is right:
            return g.TRUE
        match left.type.kind:
            case m.Kind.BOOL:
                return graph.iff(graph.atom(g.IsTrue(left)), graph.atom(g.IsTrue(right)))
            case m.Kind.ENUM:
                return graph.any_of(
                    graph.all_of((self._is_member(left, i), self._is_member(right, j)))
                    for i, j in self._equal_members(left, right)
                )
            case m.Kind.SET:
                return graph.all_of(
                    graph.iff(self._has_member(left, i), self._has_member(right, j))
                    for i, j in self._equal_members(left, right)
                )
            case kind:
                raise AssertionError(f"{kind} is compared as a term")

    def _equal_members(self, left: m.Fact, right: m.Fact) -> list[tuple[int, int]]:
        """Return the indices of equal members; both facts have the same members in any order."""
        where = {member: j for j, member in enumerate(right.type.members)}
        return [(i, where[member]) for i, member in enumerate(left.type.members)]

    def _is_member(self, fact: m.Fact, member: int) -> g.Literal:
        return self.graph.atom(g.IsEnumMember(fact, member))

    def _has_member(self, fact: m.Fact, member: int) -> g.Literal:
        return self.graph.atom(g.HasMember(fact, member))

    # --- terms ---

    def lower_quantity(self, expr: m.Expr) -> tuple[GuardedCase[Affine], ...]:
        """Return the cases of a quantity term."""
        match expr:
            case m.Constant():
                return (GuardedCase(g.TRUE, Affine((), expr.value)),)
            case m.QuantityFact():
                return (
                    GuardedCase(
                        self.known_literal(expr.fact), Affine(((expr.fact, UNIT),), Fraction(0))
                    ),
                )
            case m.SizeOf():
                size = Affine(((g.Size(expr.fact), UNIT),), Fraction(0))
                return (GuardedCase(self.known_literal(expr.fact), size),)
            case m.DefineRef():
                if expr.define not in self._quantities:
                    self._raise_earlier_fault(expr.define)
                    self._quantities[expr.define] = self.lower_quantity(expr.define.expr)
                return self._quantities[expr.define]
            case m.Sum():
                total: tuple[GuardedCase[Affine], ...] = (GuardedCase(g.TRUE, ZERO),)
                for factor, item in expr.items:
                    total = self._add_multiple(total, factor, self.lower_quantity(item))
                return total
            case m.MinMax():
                op = "<=" if expr.op == "min" else ">="
                first, *others = (self.lower_quantity(item) for item in expr.items)
                for cases in others:
                    first = self._min_or_max(first, op, cases)
                return first
            case m.IfElse():
                test = self.lower_condition(expr.condition)
                return self._merge_branches(
                    test, self.lower_quantity(expr.then), self.lower_quantity(expr.other)
                )
            case _:
                raise AssertionError("not a quantity")

    def lower_text(self, expr: m.Expr) -> tuple[GuardedCase[m.Fact | str], ...]:
        """Return the cases of a text term."""
        match expr:
            case m.TextConstant():
                return (GuardedCase(g.TRUE, expr.value),)
            case m.TextFact():
                return (GuardedCase(self.known_literal(expr.fact), expr.fact),)
            case m.DefineRef():
                if expr.define not in self._texts:
                    self._raise_earlier_fault(expr.define)
                    self._texts[expr.define] = self.lower_text(expr.define.expr)
                return self._texts[expr.define]
            case m.IfElse():
                test = self.lower_condition(expr.condition)
                return self._merge_branches(
                    test, self.lower_text(expr.then), self.lower_text(expr.other)
                )
            case _:
                raise AssertionError("not a text")

    def _add_multiple(
        self,
        left: tuple[GuardedCase[Affine], ...],
        factor: Fraction,
        right: tuple[GuardedCase[Affine], ...],
    ) -> tuple[GuardedCase[Affine], ...]:
        return merge_cases(
            self.graph,
            (
                GuardedCase(
                    self.graph.all_of((a.guard, b.guard)),
                    check_term_size(weighted_sum(((UNIT, a.value), (factor, b.value)))),
                )
                for a, b in self._case_pairs(left, right)
            ),
        )

    def _min_or_max(
        self, left: tuple[GuardedCase[Affine], ...], op: str, right: tuple[GuardedCase[Affine], ...]
    ) -> tuple[GuardedCase[Affine], ...]:
        cases: list[GuardedCase[Affine]] = []
        for a, b in self._case_pairs(left, right):
            first = check_relation_size(
                self.graph, compare_quantities(self.graph, a.value, op, b.value)
            )
            cases.append(GuardedCase(self.graph.all_of((a.guard, b.guard, first)), a.value))
            cases.append(GuardedCase(self.graph.all_of((a.guard, b.guard, first ^ 1)), b.value))
        return merge_cases(self.graph, cases)

    def _merge_branches(
        self, test: Condition, then: tuple[GuardedCase[T], ...], other: tuple[GuardedCase[T], ...]
    ) -> tuple[GuardedCase[T], ...]:
        all_of = self.graph.all_of
        chosen = [GuardedCase(all_of((test.true, case.guard)), case.value) for case in then]
        chosen += [GuardedCase(all_of((test.false, case.guard)), case.value) for case in other]
        return merge_cases(self.graph, chosen)
