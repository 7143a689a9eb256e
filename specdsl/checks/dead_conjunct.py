"""A clause of a condition that never matters.

Without it, one of several conditions joined by `and`, or an `unless`, the rule applies more often,
but no decision ever comes out otherwise: the rest of the condition implies it, an assumption or a
range does, or wherever it would count other rules decide the same. It reads like a limit and is
none.

    fact age: int 0..
    rule adults when age >= 0 and asks_for_wine then sale is allowed

Take it out, or write the limit that was meant:

    rule adults when age >= 18 and asks_for_wine then sale is allowed

Of a rule that never takes effect or could be deleted the clauses are not looked at. A clause of a
policy's `when` is judged for all its rules together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from specdsl.checks.context import Check, Context, Findings
from specdsl.checks.idle import judged, stands
from specdsl.checks.parts import may_stand
from specdsl.circuit.nodes import Clause
from specdsl.diagnostics import Code, Diagnostic, Label, Note, Severity
from specdsl.model.nodes import Decision, Rule
from specdsl.solver.prover import Prover, Unsettled
from specdsl.source import Span

CODE = Code("SD410", "dead-conjunct", Severity.WARNING, __doc__ or "")


@dataclass(frozen=True, slots=True)
class Written:
    """A clause where it is written, and the rules that it bears on."""

    span: Span
    clause: Clause
    rules: tuple[Rule, ...]

    @property
    def text(self) -> str:
        """In a line, as the author wrote it."""
        return f"{self.clause.keyword} {self.span.in_a_line}"


def run(context: Context) -> Findings:
    return judged(context, _written(context), _judge, lambda one: f"`{one.text}`")


CHECK = Check(CODE, run, by_unit=True)


def _written(context: Context) -> Iterable[Written]:
    found: dict[Span, tuple[Clause, list[Rule]]] = {}
    for rule in context.rules:
        for clause in context.circuit.rules[rule].clauses:
            found.setdefault(clause.expr.span, (clause, []))[1].append(rule)
    return [Written(span, clause, tuple(rules)) for span, (clause, rules) in found.items()]


def _decisions(rules: Iterable[Rule]) -> Sequence[Decision]:
    return list(dict.fromkeys(effect.decision for rule in rules for effect in rule.effects))


def _judge(context: Context, one: Written) -> list[Diagnostic]:
    if not any(_may_count(context, rule) for rule in one.rules):
        return []
    if context.besides.changes(one.span, _decisions(one.rules)):
        return []
    counting = any(_counts(context, rule) for rule in one.rules)
    return [_diagnostic(context, one)] if counting else []


def _may_count(context: Context, rule: Rule) -> bool:
    try:
        return may_stand(context, rule) and _counts(context, rule)
    except Unsettled:
        return True


def _counts(context: Context, rule: Rule) -> bool:
    """The rule takes effect and something would be otherwise without it."""
    decisions = _decisions((rule,))
    return any(stands(context, rule, d) for d in decisions) and context.besides.changes(
        rule, decisions
    )


def _diagnostic(context: Context, one: Written) -> Diagnostic:
    names = sorted(rule.name for rule in one.rules)
    whose = f"rule `{names[0]}`" if len(names) == 1 else f"{len(names)} rules"
    implied = all(_implied(context, one, rule) for rule in one.rules)
    why = "the rest of the condition implies it" if implied else _elsewhere(one)
    return Diagnostic(
        CODE,
        f"`{one.text}` of {whose} never matters",
        (Label(one.span, "without it nothing is decided otherwise", primary=True),),
        (Note("note", why), Note("help", "take it out, or write the limit that was meant")),
        severity=CODE.severity,
        fields={"rules": names, "clause": one.text},
    )


def _elsewhere(one: Written) -> str:
    where = "where it holds" if one.clause.keyword == "unless" else "where it does not hold"
    return f"{where}, the rest of the policy decides the same with the rule as without it"


def _implied(context: Context, one: Written, rule: Rule) -> bool:
    """The other clauses, the assumptions and the ranges of facts say it already."""
    clauses = context.circuit.rules[rule].clauses
    others = [context.world.literal(c.holds) for c in clauses if c.expr.span != one.span]
    missing = context.world.literal(one.clause.holds) ^ 1
    possible, valid = context.given(context.spec.decisions)
    try:
        prover = Prover(context.circuit.graph, (*others, missing, possible, valid), context.limits)
        return not prover.settle(*others, missing, possible, valid)
    except Unsettled:
        return False
