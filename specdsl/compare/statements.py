"""A spec as a table of statements that can be exchanged one by one for those of another spec.

Only what decides is kept: no examples, claims, texts, comments or places, and no order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from specdsl.source import Span
from specdsl.syntax import printing as p
from specdsl.syntax import tree as t

Key = tuple[str, str]
"""A name space and a name in it: `name` (facts, defines, decisions, principals), `rule` (and
policies), `value`, `priority`, `delegate`, `authority`."""

Exchanged = (
    t.Authority | t.Principal | t.Delegate | t.Value | t.Priority | t.Fact | t.Define | t.Decision
    | t.Policy | t.Rule
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """`parts`: what it says, clause by clause, in one layout; two statements with the same parts
    decide the same. `policy`: the policy around a rule or policy, empty outside any."""

    kind: str
    name: str
    tree: Exchanged
    parts: tuple[str, ...]
    span: Span
    policy: str = ""


Table = dict[Key, Statement]


def table(files: Iterable[t.File]) -> Table:
    """The statements of all files of a spec."""
    found: Table = {}
    lent: dict[Key, list[Statement]] = {}
    for file in files:
        for tree in file.statements:
            for key, statement in _entries(tree, ""):
                if statement.kind == "delegate":
                    lent.setdefault(key, []).append(statement)
                else:
                    found[key] = statement
    return {**found, **_numbered(lent)}


def _numbered(lent: dict[Key, list[Statement]]) -> Table:
    """Delegations of one name are told apart by what they say, whatever their order."""
    found: Table = {}
    for (space, name), statements in lent.items():
        for i, statement in enumerate(sorted(statements, key=lambda s: s.parts)):
            number = f" ({i + 1})" if i else ""
            found[space, name + number] = replace(statement, name=name + number)
    return found


def _entries(tree: t.Statement, policy: str) -> Iterator[tuple[Key, Statement]]:
    match tree:
        case t.Authority():
            parts = (p.chain(tree.levels),)
            yield ("authority", ""), Statement("authority", "", tree, parts, tree.span)
        case t.Priority():
            yield from _pairs(tree)
        case t.Fact():
            for name in tree.names:
                one = replace(tree, names=(name,))
                yield ("name", name.text), _statement("fact", one, name, _fact(tree))
        case t.Delegate():
            yield _delegate(tree)
        case t.Policy():
            yield _in_policy("policy", tree, _policy(tree, policy), policy)
            for inner in tree.body:
                yield from _entries(inner, tree.name.text)
        case t.Rule():
            yield _in_policy("rule", tree, _rule(tree, policy), policy)
        case t.Principal() | t.Decision() | t.Define():
            kind = type(tree).__name__.lower()
            yield ("name", tree.name.text), _statement(kind, tree, tree.name, _parts(tree))
        case t.Value():
            yield ("value", tree.name.text), _statement("value", tree, tree.name, ())
        case _:
            return


def _statement(kind: str, tree: Exchanged, name: t.Name, parts: Iterable[str]) -> Statement:
    return Statement(kind, name.text, tree, tuple(parts), name.span)


def _in_policy(
    kind: str, tree: t.Policy | t.Rule, parts: Iterable[str], policy: str
) -> tuple[Key, Statement]:
    """Policies and rules share a name space."""
    return ("rule", tree.name.text), replace(
        _statement(kind, tree, tree.name, parts), policy=policy
    )


def _pairs(tree: t.Priority) -> Iterator[tuple[Key, Statement]]:
    for higher, lower in pairwise(tree.values):
        span = higher.span.to(lower.span)
        text = p.chain((higher, lower))
        one = t.Priority((higher, lower), None, span)
        yield ("priority", text), Statement("priority", text, one, (), span)


def _delegate(tree: t.Delegate) -> tuple[Key, Statement]:
    on = sorted(name.text for name in tree.decisions)
    name = f"{tree.principal.text} at {tree.level.text}" + (f" on {', '.join(on)}" if on else "")
    parts = () if tree.when is None else (f"when {p.expression(tree.when)}",)
    return ("delegate", name), Statement("delegate", name, tree, parts, tree.span)


# --- what a statement says -----------------------------------------------------------------------


def _parts(tree: t.Principal | t.Decision | t.Define) -> Iterator[str]:
    match tree:
        case t.Principal():
            yield f"at {tree.level.text}" if tree.level else "without authority"
            if tree.implied:
                yield f"implied at {tree.implied.text}"
        case t.Decision():
            yield p.chain(tree.outcomes)
            if tree.default:
                yield f"default {tree.default.text}"
            if tree.steered is not None:
                yield f"steered by {', '.join(sorted(n.text for n in tree.steered)) or 'nobody'}"
            if tree.on_conflict:
                yield f"on conflict {tree.on_conflict.text}"
        case t.Define():
            yield p.expression(tree.expr)


def _fact(tree: t.Fact) -> Iterator[str]:
    yield p.type_text(tree.type) + ("?" if tree.optional else "")


def _head(tree: t.Policy | t.Rule, policy: str) -> Iterator[str]:
    if policy:
        yield f"in policy {policy}"
    if tree.level:
        yield f"at {tree.level.text}"
    if tree.value:
        yield f"for {tree.value.text}"


def _policy(tree: t.Policy, policy: str) -> Iterator[str]:
    yield from _head(tree, policy)
    if tree.when is not None:
        yield from _conditions("when", tree.when)


def _rule(tree: t.Rule, policy: str) -> Iterator[str]:
    yield from _head(tree, policy)
    found: list[str] = []
    for clause in tree.clauses:
        found += _clause(clause)
    order = ("when", "unless", "then", "overrides")
    yield from sorted(dict.fromkeys(found), key=lambda part: order.index(part.split()[0]))


def _clause(clause: t.Clause) -> Iterator[str]:
    match clause.value:
        case t.Text():
            return
        case tuple():
            for item in clause.value:
                text = p.effect(item) if isinstance(item, t.Effect) else item.text
                yield f"{clause.keyword} {text}"
        case _:
            yield from _conditions(clause.keyword, clause.value)


def _conditions(keyword: str, expr: t.Expr) -> Iterator[str]:
    """A `when` by its conjuncts, since they can come and go one by one."""
    if keyword == "when" and isinstance(expr, t.Logic) and expr.op == "and":
        for item in expr.items:
            yield from _conditions(keyword, item)
    else:
        yield f"{keyword} {p.expression(expr)}"
