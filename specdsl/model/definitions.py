"""Declarations with expressions: defines, assumptions, delegations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specdsl.diagnostics import Label, fault
from specdsl.model import nodes as m
from specdsl.model.codes import CYCLE, LEVEL, TYPE
from specdsl.model.declare import doc, of
from specdsl.model.expressions import Typer
from specdsl.model.files import Unit
from specdsl.model.names import Scope, shortened
from specdsl.model.sorts import Sort, names_in
from specdsl.model.walk import decisions_read
from specdsl.syntax import tree as t


def defines(scope: Scope, units: Sequence[Unit], typer: Typer) -> tuple[m.Define, ...]:
    """Each after those that it uses."""
    trees: dict[str, t.Define] = {}
    for statement, _ in of(units, t.Define):
        if scope.declare("name", statement.name):
            trees[statement.name.text] = statement
            scope.defines[statement.name.text] = None
    made: list[m.Define] = []
    for name in _in_order(scope, trees):
        tree = trees[name]
        found = typer.any(tree.expr)
        if found is None:
            continue
        if found.node is None or found.sort is Sort.TEXT:
            what = f"`{tree.expr.span.in_a_line}` is {found.sort.value}"
            message = f"{what}: a define is a condition, a number, a date, a time or a duration"
            scope.faults.append(fault(TYPE, message, tree.expr.span))
            continue
        reads = decisions_read(found.node)
        define = m.Define(name, found.node, doc(tree.doc), tree.name.span, reads)
        scope.defines[name] = define
        scope.sorts[name] = found.sort.value
        typer.constants.learn(define)
        made.append(define)
    return tuple(made)


def _in_order(scope: Scope, trees: dict[str, t.Define]) -> list[str]:
    """Names of defines, each after those that it uses; a fault for each circle."""
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
                _circle(scope, trees, [*path][list(path).index(following) :])
                done[following] = None
            else:
                path[following] = None
                stack.append((following, iter(uses[following])))
    return list(done)


def _circle(scope: Scope, trees: dict[str, t.Define], names: list[str]) -> None:
    way = " → ".join(f"`{name}`" for name in shortened([*names, names[0]]))
    labels = [Label(trees[name].span, "and this") for name in names[1:]]
    message = f"defines use each other in a circle: {way}"
    scope.faults.append(fault(CYCLE, message, trees[names[0]].name.span, "", *labels))


def assumes(scope: Scope, units: Sequence[Unit], typer: Typer) -> tuple[m.Assume, ...]:
    made: list[m.Assume] = []
    for statement, in_base in of(units, t.Assume):
        new = scope.declare("assumption", statement.name)
        expr = typer.condition(statement.expr)
        if expr is None or not new:
            continue
        read = sorted(d.name for d in decisions_read(expr))
        if read:
            message = f"an assumption is about facts, not about the decision `{read[0]}`"
            scope.faults.append(fault(TYPE, message, statement.expr.span))
        name = statement.name
        made.append(m.Assume(name.text, expr, doc(statement.doc), name.span, in_base))
    return tuple(made)


def delegates(scope: Scope, units: Sequence[Unit], typer: Typer) -> tuple[m.Delegate, ...]:
    made: list[m.Delegate] = []
    for statement, _ in of(units, t.Delegate):
        principal, level = scope.principal(statement.principal), scope.level(statement.level)
        when = None if statement.when is None else typer.condition(statement.when)
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
            m.Delegate(principal, level, tuple(chosen), when, doc(statement.doc), statement.span)
        )
    return tuple(made)
