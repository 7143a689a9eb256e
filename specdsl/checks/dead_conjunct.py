"""A condition of a rule that never matters.

One of several conditions joined by `and`, or an `unless`, could be left out: the rule would apply
more often, but no decision would change. The rest of the condition, an assumption or a range
implies it, or other rules decide the same wherever it makes a difference. The same is found of one
of several conditions joined by `or`.

Why: the condition reads like a limit, and is none.

Example:

    fact age: int 0..

    rule adults at developer
      when age >= 0 and asks_for_wine
      then sale is allowed

Instead: take the condition out, or write the limit that was meant.

    fact age: int 0..

    rule adults at developer
      when age >= 18 and asks_for_wine
      then sale is allowed

Limits: the conditions of a rule that never takes effect or could be deleted are not checked. A
`when` of a policy is judged for all its rules together, and the same condition of several rules is
one finding. In a decision table (rules of one level about the same facts) a condition that is
unnecessary only because of other rows belongs to the form of the table, and is not reported.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from specdsl.base.code_names import DEAD_CONJUNCT
from specdsl.base.diagnostics import Code, Diagnostic, Label, Note, Severity
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Span
from specdsl.checks.check_support import own_parts, run_per_part, takes_effect
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.frontend.model.table_rows import table_cells
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.semantics.aig import TRUE
from specdsl.semantics.circuit import Alternative, Clause
from specdsl.verification.check_session import Check, CheckSession, Findings
from specdsl.verification.relevance.removable_parts import may_take_effect
from specdsl.verification.relevance.removal import Removals

CODE = Code(*DEAD_CONJUNCT, Severity.WARNING, __doc__ or "")


@dataclass(frozen=True, slots=True)
class PlacedClause:
    """A clause, or an alternative in it, and the rules whose conditions include it."""

    clause: Clause
    rules: tuple[Rule, ...]
    alternative: Alternative | None = None  # The clause as a whole if None.

    @property
    def span(self) -> Span:
        return (self.alternative or self.clause).expr.span

    @property
    def text(self) -> str:
        """Return its source text on one line."""
        return f"{'or' if self.alternative else self.clause.keyword} {self.span.in_a_line}"

    def alternatives(self) -> Iterator[PlacedClause]:
        return (PlacedClause(self.clause, self.rules, one) for one in self.clause.alternatives)


def find_dead_conjuncts(session: CheckSession) -> Findings:
    form = table_cells(session.spec.rules)

    def judge(session: CheckSession, one: PlacedClause) -> Iterable[Diagnostic]:
        return _find_in_clause(session, one, form)

    return run_per_part(
        session, own_parts(_written_clauses(session)), judge, lambda one: f"`{one.text}`"
    )


CHECK = Check(CODE, find_dead_conjuncts, per_component=True)


def _written_clauses(session: CheckSession) -> Iterable[PlacedClause]:
    found: dict[Span, tuple[Clause, list[Rule]]] = {}
    for rule in session.rules:
        for clause in session.circuit.rules[rule].clauses:
            found.setdefault(clause.expr.span, (clause, []))[1].append(rule)
    return [PlacedClause(clause, tuple(rules)) for clause, rules in found.values()]


def _decisions_of(rules: Iterable[Rule]) -> Sequence[DecisionModel]:
    return list(dict.fromkeys(effect.decision for rule in rules for effect in rule.effects))


def _find_in_clause(
    session: CheckSession, clause: PlacedClause, form: Collection[Span]
) -> Iterator[Diagnostic]:
    if not any(_may_be_relevant(session, rule) for rule in clause.rules):
        return
    dead = [one for one in (clause,) if not _is_relevant(session, one)]
    dead = dead or [one for one in clause.alternatives() if not _is_relevant(session, one)]
    if dead and any(_rule_is_relevant(session, rule) for rule in clause.rules):
        for one in dead:
            implied = all(_is_implied(session, one, rule) for rule in one.rules)
            if implied or one.span not in form:
                yield _build_finding(one, implied)


def _is_relevant(session: CheckSession, one: PlacedClause) -> bool:
    return Removals.of(session).is_relevant(one.span, _decisions_of(one.rules))


def _may_be_relevant(session: CheckSession, rule: Rule) -> bool:
    try:
        return may_take_effect(session, rule) and _rule_is_relevant(session, rule)
    except Undetermined:
        return True


def _rule_is_relevant(session: CheckSession, rule: Rule) -> bool:
    """Return whether the rule takes effect and some decision changes without it."""
    decisions = _decisions_of((rule,))
    return any(takes_effect(session, rule, d) for d in decisions) and Removals.of(
        session
    ).is_relevant(rule, decisions)


def _build_finding(one: PlacedClause, implied: bool) -> Diagnostic:
    names = sorted(rule.name for rule in one.rules)
    whose = f"rule `{names[0]}`" if len(names) == 1 else f"{len(names)} rules"
    fields = {"rules": names, "clause": one.text}
    never, meant = "never matters", "limit"
    if one.alternative:
        fields["of"] = f"{one.clause.keyword} {one.clause.expr.span.in_a_line}"
        never, meant = "is never needed", "alternative"
    return Diagnostic(
        CODE,
        f"`{one.text}` of {whose} {never}",
        (Label(one.span, "no decision changes without it", primary=True),),
        (
            Note("note", _explain_irrelevance(one, implied)),
            Note("help", f"take it out, or write the {meant} that was meant"),
        ),
        severity=CODE.severity,
        fields=fields,
    )


def _explain_irrelevance(one: PlacedClause, implied: bool) -> str:
    same = "the rest of the policy decides the same with the rule as without it"
    if one.alternative:
        return (
            "it adds nothing to the rest of the condition"
            if implied
            else f"where only it holds, {same}"
        )
    if implied:
        return "it follows from the rest of the condition, the assumptions and the ranges of facts"
    return f"where it {'holds' if one.clause.keyword == 'unless' else 'does not hold'}, {same}"


def _is_implied(session: CheckSession, one: PlacedClause, rule: Rule) -> bool:
    """Return whether it follows from the other clauses or alternatives, the assumptions and the
    ranges of facts.
    """
    world = session.world
    clauses = session.circuit.rules[rule].clauses
    others = [world.literal(c.holds) for c in clauses if c.expr.span != one.clause.expr.span]
    holds = world.literal(one.clause.holds)
    without = TRUE if one.alternative is None else world.literal(one.alternative.others)
    differs = session.circuit.graph.iff(holds, without) ^ 1
    possible, valid = session.preconditions(session.spec.decisions)
    try:
        prover = Prover(session.circuit.graph, (*others, differs, possible, valid), session.limits)
        return not prover.is_satisfiable(*others, differs, possible, valid)
    except Undetermined:
        return False
