"""Conditions as pairs of formulas, terms as values that may be unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce

from specdsl.model import nodes as m
from specdsl.smtlib.facts import FactTerms, member
from specdsl.smtlib.patterns import expression
from specdsl.smtlib.text import Script, all_of, any_of, choice, negated, real, string


@dataclass(frozen=True, slots=True)
class Truth:
    """That a condition is true, and that it is false. Where neither holds it is unknown."""

    true: str
    false: str


@dataclass(frozen=True, slots=True)
class Term:
    """A Real or a String, and whether it is known."""

    known: str
    value: str


class Conditions:
    """The conditions of one situation. `outcome(decision)` gives a Bool an outcome; `where` tells
    the names that are defined here from those of another situation."""

    def __init__(
        self,
        script: Script,
        facts: Mapping[m.Fact, FactTerms],
        outcome: Callable[[m.Decision], tuple[str, ...]],
        where: str = "",
    ) -> None:
        self.script = script
        self.facts = facts
        self.outcome = outcome
        self.where = where
        self._defined: dict[m.Define, Truth | Term] = {}

    # --- conditions ---

    def truth(self, expr: m.Expr) -> Truth:
        """Kleene's three values."""
        match expr:
            case m.Not():
                inner = self.truth(expr.operand)
                return Truth(inner.false, inner.true)
            case m.Possibly():
                false = self.truth(expr.operand).false
                return Truth(negated(false), false)
            case m.And():
                parts = [self.truth(item) for item in expr.items]
                return Truth(all_of(p.true for p in parts), any_of(p.false for p in parts))
            case m.Or():
                parts = [self.truth(item) for item in expr.items]
                return Truth(any_of(p.true for p in parts), all_of(p.false for p in parts))
            case m.IfElse():
                return self._branches(expr)
            case m.DefineRef():
                found = self._define(expr.define)
                assert isinstance(found, Truth)
                return found
            case m.IsKnown():
                known = self.facts[expr.fact].known
                return _known(known if expr.known else negated(known), "true")
            case m.HasOutcome():
                bits = self.outcome(expr.decision)
                return _known(
                    any_of(b for o, b in enumerate(bits) if expr.outcomes >> o & 1), "true"
                )
            case _:
                return self._test(expr)

    def _branches(self, expr: m.IfElse) -> Truth:
        """The branch that is not taken is not looked at."""
        test, then, other = (self.truth(e) for e in (expr.condition, expr.then, expr.other))
        return Truth(
            any_of((all_of((test.true, then.true)), all_of((test.false, other.true)))),
            any_of((all_of((test.true, then.false)), all_of((test.false, other.false)))),
        )

    def _test(self, expr: m.Expr) -> Truth:
        """Unknown where an operand is."""
        match expr:
            case m.Compare():
                left, right = self.term(expr.left), self.term(expr.right)
                holds = _compared(expr, left.value, right.value)
                return _known(holds, all_of((left.known, right.known)))
            case m.OneOf():
                term = self.term(expr.operand)
                constants = (string(c) if isinstance(c, str) else real(c) for c in expr.constants)
                return _known(any_of(f"(= {term.value} {c})" for c in constants), term.known)
            case m.Matches():
                term = self.term(expr.operand)
                return _known(f"(str.in_re {term.value} {expression(expr.pattern)})", term.known)
            case m.BoolFact():
                fact = self.facts[expr.fact]
                return _known(fact.value, fact.known)
            case m.IsMember():
                fact = self.facts[expr.fact]
                named = (member(expr.fact, i) for i in sorted(expr.members))
                return _known(any_of(f"(= {fact.value} {name})" for name in named), fact.known)
            case _:
                return self._test_of_sets(expr)

    def _test_of_sets(self, expr: m.Expr) -> Truth:
        match expr:
            case m.SetIs():
                fact = self.facts[expr.fact]
                bits = enumerate(fact.members)
                holds = all_of(b if i in expr.members else negated(b) for i, b in bits)
                return _known(holds, fact.known)
            case m.HasMembers():
                fact = self.facts[expr.fact]
                bits_named = [fact.members[i] for i in sorted(expr.members)]
                return _known(
                    _quantified(expr.quantifier, [("true", b) for b in bits_named]), fact.known
                )
            case m.HasSet():
                fact, other = self.facts[expr.fact], self.facts[expr.other]
                pairs = [
                    (other.members[j], fact.members[i]) for i, j in _same(expr.fact, expr.other)
                ]
                holds = _quantified(expr.quantifier, pairs)
                return _known(holds, all_of((fact.known, other.known)))
            case m.HasFact():
                fact, one = self.facts[expr.fact], self.facts[expr.member]
                pairs = [
                    (f"(= {one.value} {member(expr.member, j)})", fact.members[i])
                    for i, j in _same(expr.fact, expr.member)
                ]
                return _known(_quantified("any", pairs), all_of((fact.known, one.known)))
            case m.Same():
                left, right = self.facts[expr.left], self.facts[expr.right]
                return _known(self._equal(expr), all_of((left.known, right.known)))
            case _:
                raise AssertionError(f"no condition: {expr}")

    def _equal(self, expr: m.Same) -> str:
        left, right = self.facts[expr.left], self.facts[expr.right]
        pairs = _same(expr.left, expr.right)
        match expr.left.type.kind:
            case m.Kind.BOOL:
                return f"(= {left.value} {right.value})"
            case m.Kind.SET:
                return all_of(f"(= {left.members[i]} {right.members[j]})" for i, j in pairs)
            case _:
                return any_of(
                    f"(and (= {left.value} {member(expr.left, i)})"
                    f" (= {right.value} {member(expr.right, j)}))"
                    for i, j in pairs
                )

    # --- terms ---

    def term(self, expr: m.Expr) -> Term:
        """A quantity or a text; unknown where an operand is, whatever the operator."""
        match expr:
            case m.QuantityFact() | m.TextFact():
                fact = self.facts[expr.fact]
                return Term(fact.known, fact.value)
            case m.Constant():
                return Term("true", real(expr.value))
            case m.TextConstant():
                return Term("true", string(expr.value))
            case m.Sum():
                parts = [(factor, self.term(item)) for factor, item in expr.items]
                known = all_of(part.known for _, part in parts)
                items = " ".join(f"(* {real(factor)} {part.value})" for factor, part in parts)
                return Term(known, f"(+ {items} 0.0)")
            case m.MinMax():
                terms = [self.term(item) for item in expr.items]
                operator = "<=" if expr.op == "min" else ">="
                value = reduce(lambda a, b: f"(ite ({operator} {a} {b}) {a} {b})", _values(terms))
                return Term(all_of(t.known for t in terms), value)
            case m.SizeOf():
                fact = self.facts[expr.fact]
                return Term(
                    fact.known, f"(+ {' '.join(f'(ite {b} 1.0 0.0)' for b in fact.members)} 0.0)"
                )
            case m.IfElse():
                test = self.truth(expr.condition)
                then, other = self.term(expr.then), self.term(expr.other)
                taken = (all_of((test.true, then.known)), all_of((test.false, other.known)))
                return Term(any_of(taken), choice(test.true, then.value, other.value))
            case m.DefineRef():
                found = self._define(expr.define)
                assert isinstance(found, Term)
                return found
            case _:
                raise AssertionError(f"no term: {expr}")

    def _define(self, define: m.Define) -> Truth | Term:
        """What a name stands for, said once."""
        if define not in self._defined:
            name, script = f"{self.where}define.{define.name}", self.script
            if _is_term(define.expr):
                term = self.term(define.expr)
                sort = "String" if _is_text(define.expr) else "Real"
                known = script.define(f"{name}/known", term.known)
                self._defined[define] = Term(known, script.define(name, term.value, sort))
            else:
                truth = self.truth(define.expr)
                true = script.define(f"{name}/true", truth.true)
                self._defined[define] = Truth(true, script.define(f"{name}/false", truth.false))
        return self._defined[define]


def _known(holds: str, known: str) -> Truth:
    return Truth(all_of((known, holds)), all_of((known, negated(holds))))


def _compared(expr: m.Compare, left: str, right: str) -> str:
    less, at_most = ("str.<", "str.<=") if expr.text else ("<", "<=")
    match expr.op:
        case "=":
            return f"(= {left} {right})"
        case "!=":
            return negated(f"(= {left} {right})")
        case "<":
            return f"({less} {left} {right})"
        case "<=":
            return f"({at_most} {left} {right})"
        case ">":
            return f"({less} {right} {left})"
        case _:
            return f"({at_most} {right} {left})"


def _quantified(quantifier: str, pairs: list[tuple[str, str]]) -> str:
    """Of pairs (it is asked about, it is there): any, all or none of those asked about is there."""
    match quantifier:
        case "all":
            return all_of(any_of((negated(asked), there)) for asked, there in pairs)
        case "any":
            return any_of(all_of(pair) for pair in pairs)
        case _:
            return negated(any_of(all_of(pair) for pair in pairs))


def _same(one: m.Fact, other: m.Fact) -> list[tuple[int, int]]:
    """Members of two facts by name, whatever their order."""
    there = other.type.members
    return [(i, there.index(name)) for i, name in enumerate(one.type.members) if name in there]


def _values(terms: list[Term]) -> list[str]:
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
