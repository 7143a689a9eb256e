"""Assertions with their claims, and the change history of the spec."""

from __future__ import annotations

from collections.abc import Sequence

from specdsl.base.diagnostics import Label, fault
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.expressions import TypeChecker
from specdsl.frontend.model.model_codes import DUPLICATE
from specdsl.frontend.model.names import Scope
from specdsl.frontend.model.rules import ResolvedRules
from specdsl.frontend.syntax import tree as t


def resolve_assertions(
    scope: Scope, found: ResolvedRules, typer: TypeChecker
) -> tuple[m.Assertion, ...]:
    made: list[m.Assertion] = []
    first: dict[str, t.AssertNode] = {}
    for tree, policy in found.asserts:
        title = tree.title.value if tree.title is not None else tree.name_text
        if first.setdefault(title, tree) is not tree:
            message = f'two asserts are named "{title}"'
            label = Label(first[title].span, "the first")
            scope.faults.append(fault(DUPLICATE, message, tree.span, "again", label))
        claim = _resolve_claim(scope, tree, typer)
        when = None if tree.when is None else typer.condition_or_none(tree.when)
        if claim is not None and (tree.when is None or when is not None):
            made.append(m.Assertion(title, claim, when, tree.span, policy))
    return tuple(made)


def _resolve_claim(scope: Scope, tree: t.AssertNode, typer: TypeChecker) -> m.Claim | None:
    match tree.claim:
        case t.HoldsNode(expr=t.IsNode(t.NameRef(name), t.Name("decided"), False)) if (
            name in scope.decisions
        ):
            return m.IsDecided(scope.decisions[name])
        case t.HoldsNode():
            expr = typer.condition_or_none(tree.claim.expr)
            return None if expr is None else m.Holds(expr)
        case t.CanBeNode():
            decision = scope.decision(tree.claim.decision)
            outcome = None if decision is None else scope.outcome(decision, tree.claim.outcome)
            return None if decision is None or outcome is None else m.CanBe(decision, outcome)
        case t.CannotChangeNode():
            decision = scope.decision(tree.claim.decision)
            table: dict[str, m.Principal | m.Fact] = {**scope.principals, **scope.facts}
            subject = scope.look_up(table, tree.claim.subject, "principal or fact")
            if decision is None or subject is None:
                return None
            return m.CannotChange(subject, decision)


def change_history(statements: Sequence[t.ChangeNode]) -> tuple[m.HistoryEntry, ...]:
    """Return the change history, newest first."""
    made = [
        m.HistoryEntry(
            c.date.span.text, c.what.value, _text_value(c.credit), _text_value(c.feedback), c.span
        )
        for c in statements
    ]
    return tuple(sorted(made, key=lambda change: change.date, reverse=True))


def _text_value(text: t.Text | None) -> str:
    return "" if text is None else text.value
