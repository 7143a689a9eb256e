"""Declarations with expressions: defines, assumptions, delegations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specdsl.base.diagnostics import Label, fault
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.declarations import doc_text, statements_of
from specdsl.frontend.model.expressions import TypeChecker
from specdsl.frontend.model.files import SpecFile
from specdsl.frontend.model.model_codes import CYCLE, LEVEL, TYPE
from specdsl.frontend.model.names import Scope, shorten_cycle
from specdsl.frontend.model.traversal import decisions_read
from specdsl.frontend.model.types import Sort, names_in
from specdsl.frontend.syntax import tree as t


def resolve_defines(
    scope: Scope, units: Sequence[SpecFile], typer: TypeChecker
) -> tuple[m.Define, ...]:
    """Resolve the defines in dependency order."""
    trees: dict[str, t.DefineNode] = {}
    for statement, _ in statements_of(units, t.DefineNode):
        if scope.declare("name", statement.name):
            trees[statement.name.text] = statement
            scope.defines[statement.name.text] = None
    made: list[m.Define] = []
    for name in _dependency_order(scope, trees):
        tree = trees[name]
        found = typer.type_or_none(tree.expr)
        if found is None:
            continue
        if found.node is None or found.sort is Sort.TEXT:
            what = f"`{tree.expr.span.in_a_line}` is {found.sort.value}"
            message = f"{what}: a define is a condition, a number, a date, a time or a duration"
            scope.faults.append(fault(TYPE, message, tree.expr.span))
            continue
        reads = decisions_read(found.node)
        define = m.Define(name, found.node, doc_text(tree.doc), tree.name.span, reads)
        scope.defines[name] = define
        scope.sorts[name] = found.sort.value
        typer.constants.learn_define(define)
        made.append(define)
    return tuple(made)


def _dependency_order(scope: Scope, trees: dict[str, t.DefineNode]) -> list[str]:
    """Return the names in dependency order; each cycle is a fault."""
    uses = {name: [n for n, _ in names_in(tree.expr) if n in trees] for name, tree in trees.items()}
    done: dict[str, None] = {}
    for start in trees:
        path: dict[str, None] = {}
        stack: list[tuple[str, Iterator[str]]] = []
        if start not in done:
            path[start] = None
            stack.append((start, iter(uses[start])))
        while stack:
            name, rest = stack[-1]
            following = next((n for n in rest if n not in done), None)
            if following is None:
                stack.pop()
                path.pop(name, None)
                done[name] = None
            elif following in path:
                _add_cycle(scope, trees, [*path][list(path).index(following) :])
                done[following] = None
            else:
                path[following] = None
                stack.append((following, iter(uses[following])))
    return list(done)


def _add_cycle(scope: Scope, trees: dict[str, t.DefineNode], names: list[str]) -> None:
    way = " → ".join(f"`{name}`" for name in shorten_cycle([*names, names[0]]))
    labels = [Label(trees[name].span, "and this") for name in names[1:]]
    message = f"defines use each other in a circle: {way}"
    scope.faults.append(fault(CYCLE, message, trees[names[0]].name.span, "", *labels))


def resolve_assumptions(
    scope: Scope, units: Sequence[SpecFile], typer: TypeChecker
) -> tuple[m.Assume, ...]:
    made: list[m.Assume] = []
    for statement, in_base in statements_of(units, t.AssumeNode):
        new = scope.declare("assumption", statement.name)
        expr = typer.condition_or_none(statement.expr)
        if expr is None or not new:
            continue
        read = sorted(d.name for d in decisions_read(expr))
        if read:
            message = f"an assumption is about facts, not about the decision `{read[0]}`"
            scope.faults.append(fault(TYPE, message, statement.expr.span))
        name = statement.name
        made.append(m.Assume(name.text, expr, doc_text(statement.doc), name.span, in_base))
    return tuple(made)


def resolve_delegates(
    scope: Scope, units: Sequence[SpecFile], typer: TypeChecker
) -> tuple[m.Delegate, ...]:
    made: list[m.Delegate] = []
    for statement, _ in statements_of(units, t.DelegateNode):
        principal, level = scope.principal(statement.principal), scope.level(statement.level)
        when = None if statement.when is None else typer.condition_or_none(statement.when)
        named = [(name, scope.decision(name)) for name in statement.decisions]
        if principal is None or level is None or (statement.when is not None and when is None):
            continue
        if principal.level is not None:
            message = f"`{principal.name}` has authority of its own: only who has none is lent some"
            scope.faults.append(fault(LEVEL, message, statement.principal.span))
            continue
        for name, decision in named:
            if decision is not None and not decision.steers(principal):
                message = f"`{principal.name}` may not steer `{name.text}`"
                declared = Label(decision.span, "who steers it is said here")
                scope.faults.append(fault(LEVEL, message, name.span, "", declared))
        chosen = [d for _, d in named if d is not None]
        if not named:
            chosen = [d for d in scope.decisions.values() if d.steers(principal)]
        made.append(
            m.Delegate(
                principal, level, tuple(chosen), when, doc_text(statement.doc), statement.span
            )
        )
    return tuple(made)
