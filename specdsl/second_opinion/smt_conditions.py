"""Encodes conditions as pairs of formulas (dual rail) and terms as values that may be unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce

from specdsl.frontend.model import nodes as m
from specdsl.second_opinion.smt_facts import FactTerms, member_constant
from specdsl.second_opinion.smt_patterns import pattern_regex
from specdsl.second_opinion.smtlib_text import (
    SmtScript,
    all_of,
    any_of,
    if_then_else,
    negation_of,
    real_constant,
    string_constant,
)


@dataclass(frozen=True, slots=True)
class TruthPair:
    """The formulas that a condition is true and that it is false. If neither holds it is
    unknown."""

    true: str
    false: str


@dataclass(frozen=True, slots=True)
class SmtTerm:
    """A term of sort Real or String, and the formula that it is known."""

    known: str
    value: str


class ConditionEncoder:
    """Encodes the conditions of one situation. `outcome(decision)` returns a Bool for each outcome;
    `where` is the prefix of all names that are defined for this situation."""

    def __init__(
        self,
        script: SmtScript,
        facts: Mapping[m.Fact, FactTerms],
        outcome: Callable[[m.DecisionModel], tuple[str, ...]],
        where: str = "",
    ) -> None:
        self.script = script
        self.facts = facts
        self.outcome = outcome
        self.where = where
        self._defined: dict[m.Define, TruthPair | SmtTerm] = {}

    # --- conditions ---

    def truth_of(self, expr: m.Expr) -> TruthPair:
        """Encode a condition in Kleene's strong three-valued logic."""
        match expr:
            case m.Not():
                inner = self.truth_of(expr.operand)
                return TruthPair(inner.false, inner.true)
            case m.Possibly():
                false = self.truth_of(expr.operand).false
                return TruthPair(negation_of(false), false)
            case m.And():
                parts = [self.truth_of(item) for item in expr.items]
                return TruthPair(all_of(p.true for p in parts), any_of(p.false for p in parts))
            case m.Or():
                parts = [self.truth_of(item) for item in expr.items]
                return TruthPair(any_of(p.true for p in parts), all_of(p.false for p in parts))
            case m.IfElse():
                return self._truth_of_branches(expr)
            case m.DefineRef():
                found = self._define_once(expr.define)
                assert isinstance(found, TruthPair)
                return found
            case m.IsKnown():
                known = self.facts[expr.fact].known
                return _truth_if_known(known if expr.known else negation_of(known), "true")
            case m.HasOutcome():
                bits = self.outcome(expr.decision)
                return _truth_if_known(
                    any_of(b for o, b in enumerate(bits) if expr.outcomes >> o & 1), "true"
                )
            case _:
                return self._truth_of_test(expr)

    def _truth_of_branches(self, expr: m.IfElse) -> TruthPair:
        """Encode `if … else`, whose truth is that of the branch taken."""
        test, then, other = (self.truth_of(e) for e in (expr.condition, expr.then, expr.other))
        return TruthPair(
            any_of((all_of((test.true, then.true)), all_of((test.false, other.true)))),
            any_of((all_of((test.true, then.false)), all_of((test.false, other.false)))),
        )

    def _truth_of_test(self, expr: m.Expr) -> TruthPair:
        """Encode a test, which is unknown if an operand is."""
        match expr:
            case m.Compare():
                left, right = self.term_of(expr.left), self.term_of(expr.right)
                holds = _comparison_term(expr, left.value, right.value)
                return _truth_if_known(holds, all_of((left.known, right.known)))
            case m.OneOf():
                term = self.term_of(expr.operand)
                constants = (
                    string_constant(c) if isinstance(c, str) else real_constant(c)
                    for c in expr.constants
                )
                return _truth_if_known(
                    any_of(f"(= {term.value} {c})" for c in constants), term.known
                )
            case m.Matches():
                term = self.term_of(expr.operand)
                return _truth_if_known(
                    f"(str.in_re {term.value} {pattern_regex(expr.pattern)})", term.known
                )
            case m.BoolFact():
                fact = self.facts[expr.fact]
                return _truth_if_known(fact.value, fact.known)
            case m.IsMember():
                fact = self.facts[expr.fact]
                named = (member_constant(expr.fact, i) for i in sorted(expr.members))
                return _truth_if_known(
                    any_of(f"(= {fact.value} {name})" for name in named), fact.known
                )
            case _:
                return self._truth_of_set_test(expr)

    def _truth_of_set_test(self, expr: m.Expr) -> TruthPair:
        match expr:
            case m.SetIs():
                fact = self.facts[expr.fact]
                bits = enumerate(fact.members)
                holds = all_of(b if i in expr.members else negation_of(b) for i, b in bits)
                return _truth_if_known(holds, fact.known)
            case m.HasMembers():
                fact = self.facts[expr.fact]
                bits_named = [fact.members[i] for i in sorted(expr.members)]
                return _truth_if_known(
                    _quantified_membership(expr.quantifier, [("true", b) for b in bits_named]),
                    fact.known,
                )
            case m.HasSet():
                fact, other = self.facts[expr.fact], self.facts[expr.other]
                pairs = [
                    (other.members[j], fact.members[i])
                    for i, j in _common_members(expr.fact, expr.other)
                ]
                holds = _quantified_membership(expr.quantifier, pairs)
                return _truth_if_known(holds, all_of((fact.known, other.known)))
            case m.HasFact():
                fact, one = self.facts[expr.fact], self.facts[expr.member]
                pairs = [
                    (f"(= {one.value} {member_constant(expr.member, j)})", fact.members[i])
                    for i, j in _common_members(expr.fact, expr.member)
                ]
                return _truth_if_known(
                    _quantified_membership("any", pairs), all_of((fact.known, one.known))
                )
            case m.Same():
                left, right = self.facts[expr.left], self.facts[expr.right]
                return _truth_if_known(self._equality_term(expr), all_of((left.known, right.known)))
            case _:
                raise AssertionError(f"no condition: {expr}")

    def _equality_term(self, expr: m.Same) -> str:
        left, right = self.facts[expr.left], self.facts[expr.right]
        pairs = _common_members(expr.left, expr.right)
        match expr.left.type.kind:
            case m.Kind.BOOL:
                return f"(= {left.value} {right.value})"
            case m.Kind.SET:
                return all_of(f"(= {left.members[i]} {right.members[j]})" for i, j in pairs)
            case m.Kind.ENUM:
                return any_of(
                    f"(and (= {left.value} {member_constant(expr.left, i)})"
                    f" (= {right.value} {member_constant(expr.right, j)}))"
                    for i, j in pairs
                )
            case kind:
                raise AssertionError(f"{kind} is compared as a term")

    # --- terms ---

    def term_of(self, expr: m.Expr) -> SmtTerm:
        """Encode a quantity or a text, which is unknown if an operand is, whatever the operator."""
        match expr:
            case m.QuantityFact() | m.TextFact():
                fact = self.facts[expr.fact]
                return SmtTerm(fact.known, fact.value)
            case m.Constant():
                return SmtTerm("true", real_constant(expr.value))
            case m.TextConstant():
                return SmtTerm("true", string_constant(expr.value))
            case m.Sum():
                parts = [(factor, self.term_of(item)) for factor, item in expr.items]
                known = all_of(part.known for _, part in parts)
                items = " ".join(
                    f"(* {real_constant(factor)} {part.value})" for factor, part in parts
                )
                return SmtTerm(known, f"(+ {items} 0.0)")
            case m.MinMax():
                terms = [self.term_of(item) for item in expr.items]
                operator = "<=" if expr.op == "min" else ">="
                value = reduce(
                    lambda a, b: f"(ite ({operator} {a} {b}) {a} {b})", _value_terms(terms)
                )
                return SmtTerm(all_of(t.known for t in terms), value)
            case m.SizeOf():
                fact = self.facts[expr.fact]
                return SmtTerm(
                    fact.known, f"(+ {' '.join(f'(ite {b} 1.0 0.0)' for b in fact.members)} 0.0)"
                )
            case m.IfElse():
                test = self.truth_of(expr.condition)
                then, other = self.term_of(expr.then), self.term_of(expr.other)
                taken = (all_of((test.true, then.known)), all_of((test.false, other.known)))
                return SmtTerm(any_of(taken), if_then_else(test.true, then.value, other.value))
            case m.DefineRef():
                found = self._define_once(expr.define)
                assert isinstance(found, SmtTerm)
                return found
            case _:
                raise AssertionError(f"no term: {expr}")

    def _define_once(self, define: m.Define) -> TruthPair | SmtTerm:
        """Encode a define; its terms are defined once."""
        if define not in self._defined:
            name, script = f"{self.where}define.{define.name}", self.script
            if _is_term(define.expr):
                term = self.term_of(define.expr)
                sort = "String" if _is_text(define.expr) else "Real"
                known = script.define_term(f"{name}/known", term.known)
                self._defined[define] = SmtTerm(known, script.define_term(name, term.value, sort))
            else:
                truth = self.truth_of(define.expr)
                true = script.define_term(f"{name}/true", truth.true)
                self._defined[define] = TruthPair(
                    true, script.define_term(f"{name}/false", truth.false)
                )
        return self._defined[define]


def _truth_if_known(holds: str, known: str) -> TruthPair:
    return TruthPair(all_of((known, holds)), all_of((known, negation_of(holds))))


def _comparison_term(expr: m.Compare, left: str, right: str) -> str:
    less, at_most = ("str.<", "str.<=") if expr.text else ("<", "<=")
    match expr.op:
        case "=":
            return f"(= {left} {right})"
        case "!=":
            return negation_of(f"(= {left} {right})")
        case "<":
            return f"({less} {left} {right})"
        case "<=":
            return f"({at_most} {left} {right})"
        case ">":
            return f"({less} {right} {left})"
        case _:
            return f"({at_most} {right} {left})"


def _quantified_membership(quantifier: str, pairs: list[tuple[str, str]]) -> str:
    """Return the term that any, all or none of the members asked for are there, given a pair
    (asked for, there) for each member."""
    match quantifier:
        case "all":
            return all_of(any_of((negation_of(asked), there)) for asked, there in pairs)
        case "any":
            return any_of(all_of(pair) for pair in pairs)
        case _:
            return negation_of(any_of(all_of(pair) for pair in pairs))


def _common_members(one: m.Fact, other: m.Fact) -> list[tuple[int, int]]:
    """Return the index pairs of the members that two facts share by name."""
    there = other.type.members
    return [(i, there.index(name)) for i, name in enumerate(one.type.members) if name in there]


def _value_terms(terms: list[SmtTerm]) -> list[str]:
    return [term.value for term in terms]


def _is_term(expr: m.Expr) -> bool:
    match expr:
        case m.IfElse():
            return _is_term(expr.then)
        case m.DefineRef():
            return _is_term(expr.define.expr)
        case _:
            terms = (
                m.QuantityFact,
                m.TextFact,
                m.Constant,
                m.TextConstant,
                m.Sum,
                m.MinMax,
                m.SizeOf,
            )
            return isinstance(expr, terms)


def _is_text(expr: m.Expr) -> bool:
    match expr:
        case m.IfElse():
            return _is_text(expr.then)
        case m.DefineRef():
            return _is_text(expr.define.expr)
        case _:
            return isinstance(expr, m.TextFact | m.TextConstant)
