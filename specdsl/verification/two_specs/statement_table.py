"""A spec as a table of statements, which can be exchanged one by one with another spec.

The table has only what can change a decision: no examples, claims, texts, comments or places, and
no order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import assert_never

from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Span
from specdsl.frontend.syntax import printing as p
from specdsl.frontend.syntax import tree as t

Key = tuple[str, str]
"""A name space and a name in it: `name` (facts, defines, decisions, principals), `rule` (and
policies), `value`, `priority`, `delegate`, `authority`."""

Exchanged = (
    t.AuthorityNode | t.PrincipalNode | t.DelegateNode | t.ValueNode | t.PriorityNode
    | t.FactNode | t.DefineNode | t.DecisionNode | t.PolicyNode | t.RuleNode
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with its clauses in canonical layout, `parts`: equal parts mean the same.
    `policy` is the policy around a rule or policy, empty outside of any."""

    kind: str
    name: str
    tree: Exchanged
    parts: tuple[str, ...]
    span: Span
    policy: str = ""


Table = dict[Key, Statement]


def statement_table(files: Iterable[t.File]) -> Table:
    """Return the statements of all files of a spec."""
    found: Table = {}
    lent: dict[Key, list[Statement]] = {}
    for file in files:
        for tree in file.statements:
            for key, statement in _table_entries(tree, ""):
                if statement.kind == "delegate":
                    lent.setdefault(key, []).append(statement)
                else:
                    found[key] = statement
    return {**found, **_number_delegations(lent)}


def _number_delegations(lent: dict[Key, list[Statement]]) -> Table:
    """Number delegations of the same name in the order of their contents."""
    found: Table = {}
    for (space, name), statements in lent.items():
        for i, statement in enumerate(sorted(statements, key=lambda s: s.parts)):
            number = f" ({i + 1})" if i else ""
            found[space, name + number] = replace(statement, name=name + number)
    return found


def _table_entries(tree: t.Statement, policy: str) -> Iterator[tuple[Key, Statement]]:
    match tree:
        case t.AuthorityNode():
            parts = (p.print_chain(tree.levels),)
            yield ("authority", ""), Statement("authority", "", tree, parts, tree.span)
        case t.PriorityNode():
            yield from _priority_entries(tree)
        case t.FactNode():
            for name in tree.names:
                one = replace(tree, names=(name,))
                yield ("name", name.text), _statement("fact", one, name, _fact_parts(tree))
        case t.DelegateNode():
            yield _delegate_entry(tree)
        case t.PolicyNode():
            yield _member_entry("policy", tree, _policy_parts(tree, policy), policy)
            for inner in tree.body:
                yield from _table_entries(inner, tree.name.text)
        case t.RuleNode():
            yield _member_entry("rule", tree, _rule_parts(tree, policy), policy)
        case t.PrincipalNode() | t.DecisionNode() | t.DefineNode():
            kind = type(tree).__name__.removesuffix("Node").lower()
            yield (
                ("name", tree.name.text),
                _statement(kind, tree, tree.name, _declaration_parts(tree)),
            )
        case t.ValueNode():
            yield ("value", tree.name.text), _statement("value", tree, tree.name, ())
        case t.SpecHeadNode() | t.UseNode() | t.LayerNode() | t.ChangeNode():
            return
        case t.AssumeNode() | t.ExampleNode() | t.AssertNode() | t.TrialRuleNode():
            return
        case _:
            assert_never(tree)


def _statement(kind: str, tree: Exchanged, name: t.Name, parts: Iterable[str]) -> Statement:
    return Statement(kind, name.text, tree, tuple(parts), name.span)


def _member_entry(
    kind: str, tree: t.PolicyNode | t.RuleNode, parts: Iterable[str], policy: str
) -> tuple[Key, Statement]:
    """Return the entry of a policy or rule: they share a name space."""
    return ("rule", tree.name.text), replace(
        _statement(kind, tree, tree.name, parts), policy=policy
    )


def _priority_entries(tree: t.PriorityNode) -> Iterator[tuple[Key, Statement]]:
    for higher, lower in pairwise(tree.values):
        span = higher.span.to(lower.span)
        text = p.print_chain((higher, lower))
        one = t.PriorityNode((higher, lower), None, span)
        yield ("priority", text), Statement("priority", text, one, (), span)


def _delegate_entry(tree: t.DelegateNode) -> tuple[Key, Statement]:
    on = sorted(name.text for name in tree.decisions)
    name = f"{tree.principal.text} at {tree.level.text}" + (f" on {', '.join(on)}" if on else "")
    parts = () if tree.when is None else (f"when {p.print_expression(tree.when)}",)
    return ("delegate", name), Statement("delegate", name, tree, parts, tree.span)


# --- what a statement says -----------------------------------------------------------------------


def _declaration_parts(tree: t.PrincipalNode | t.DecisionNode | t.DefineNode) -> Iterator[str]:
    match tree:
        case t.PrincipalNode():
            yield f"at {tree.level.text}" if tree.level else "without authority"
            if tree.implied:
                yield f"implied at {tree.implied.text}"
        case t.DecisionNode():
            yield p.print_chain(tree.outcomes)
            if tree.default:
                yield f"default {tree.default.text}"
            if tree.steered is not None:
                yield f"steered by {', '.join(sorted(n.text for n in tree.steered)) or 'nobody'}"
            if tree.on_conflict:
                yield f"on conflict {tree.on_conflict.text}"
        case t.DefineNode():
            yield p.print_expression(tree.expr)


def _fact_parts(tree: t.FactNode) -> Iterator[str]:
    yield p.type_text(tree.type) + ("?" if tree.optional else "")


def _head_parts(tree: t.PolicyNode | t.RuleNode, policy: str) -> Iterator[str]:
    if policy:
        yield f"in policy {policy}"
    if tree.level:
        yield f"at {tree.level.text}"
    if tree.value:
        yield f"for {tree.value.text}"


def _policy_parts(tree: t.PolicyNode, policy: str) -> Iterator[str]:
    yield from _head_parts(tree, policy)
    if tree.when is not None:
        yield from _condition_parts("when", tree.when)


def _rule_parts(tree: t.RuleNode, policy: str) -> Iterator[str]:
    yield from _head_parts(tree, policy)
    found: list[str] = []
    for clause in tree.clauses:
        found += _clause_parts(clause)
    order = ("when", "unless", "then", "overrides")
    yield from sorted(dict.fromkeys(found), key=lambda part: order.index(part.split()[0]))


def _clause_parts(clause: t.ClauseNode) -> Iterator[str]:
    match clause.value:
        case t.Text():
            return
        case tuple():
            for item in clause.value:
                text = p.print_effect(item) if isinstance(item, t.EffectNode) else item.text
                yield f"{clause.keyword} {text}"
        case _:
            yield from _condition_parts(clause.keyword, clause.value)


def _condition_parts(keyword: str, expr: t.Expr) -> Iterator[str]:
    """Yield a `when` by its conjuncts, since these can be added and removed one by one."""
    if keyword == "when" and isinstance(expr, t.LogicNode) and expr.op == "and":
        for item in expr.items:
            yield from _condition_parts(keyword, item)
    else:
        yield f"{keyword} {p.print_expression(expr)}"
