"""Enforcement of a layer's ceiling: what the authority of its author does not include."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

from specdsl.base.diagnostics import Label, Note, fault
from specdsl.base.source import Span
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.files import SpecFile
from specdsl.frontend.model.model_codes import LAYER
from specdsl.frontend.model.names import Scope
from specdsl.frontend.model.traversal import facts_read
from specdsl.frontend.syntax import tree as t

LEAVE_TO_BASE = Note("help", "leave it to the base, whose author answers for who may say what")
CONDITION_HELP = "write what is assumed into the `when` of the layer's own rules"
ORDER_HELP = "order values that the layer declares, or let its base order these"


def enforce_ceiling(
    scope: Scope,
    units: Sequence[SpecFile],
    tree: t.LayerNode,
    spec: m.SpecModel,
) -> None:
    """Record a fault for each part of the layer that exceeds its authority."""
    ceiling = scope.level(tree.level)
    if ceiling is None:
        return
    layer = _LayerCheck(scope, tree, ceiling)
    own = [unit.tree for unit in units if not unit.in_base]
    for file in own:
        for statement in file.statements:
            layer.check_statement(statement, None)
    layer.check_facts(spec)
    layer.check_assumptions(spec)
    layer.check_overrides(spec)
    layer.check_order(spec)


class _LayerCheck:
    def __init__(self, scope: Scope, tree: t.LayerNode, ceiling: m.Level) -> None:
        self.scope = scope
        self.tree = tree
        self.ceiling = ceiling

    def add_fault(self, message: str, span: Span, *more: Label | Note) -> None:
        here = Label(self.tree.span, f"a layer at `{self.ceiling.name}`")
        self.scope.faults.append(fault(LAYER, message, span, "", here, *more))

    def check_statement(self, statement: t.Statement, level: t.Name | None) -> None:
        match statement:
            case t.AuthorityNode():
                message = "a layer does not declare levels: `authority` is its base's"
                self.add_fault(message, statement.span, LEAVE_TO_BASE)
            case t.PrincipalNode():
                message = f"a layer does not declare principals: `{statement.name.text}`"
                self.add_fault(message, statement.span, LEAVE_TO_BASE)
            case t.DelegateNode():
                name = statement.principal.text
                self.add_fault(
                    f"a layer does not lend authority: `{name}`", statement.span, LEAVE_TO_BASE
                )
            case t.PolicyNode():
                for inner in statement.body:
                    self.check_statement(inner, statement.level or level)
            case t.RuleNode():
                self.check_rule(statement, statement.level or level)
            case t.TrialRuleNode(rule=rule):
                self.check_rule(rule, rule.level or level)
            case t.SpecHeadNode() | t.UseNode() | t.LayerNode() | t.ValueNode() | t.PriorityNode():
                pass
            case t.FactNode() | t.DefineNode() | t.AssumeNode() | t.DecisionNode():
                pass
            case t.ExampleNode() | t.AssertNode() | t.ChangeNode():
                pass
            case _:
                assert_never(statement)

    def check_rule(self, rule: t.RuleNode, level: t.Name | None) -> None:
        found = self.scope.levels.get(level.text) if level is not None else None
        if level is not None and found is not None and found.rank < self.ceiling.rank:
            message = (
                f"rule `{rule.name.text}` claims authority at `{level.text}`, above the layer's "
                f"`{self.ceiling.name}`"
            )
            help_ = f"write `at {self.ceiling.name}`: what stands higher is for its base to say"
            self.add_fault(message, level.span, Note("help", help_))

    def check_facts(self, spec: m.SpecModel) -> None:
        for fact in spec.facts:
            if not fact.in_base and not fact.optional:
                note = Note("help", "put `?` behind its type: callers of the base do not give it")
                self.add_fault(
                    f"a fact of a layer may be unknown: `{fact.name}` has no `?`", fact.span, note
                )

    def check_assumptions(self, spec: m.SpecModel) -> None:
        for assume in spec.assumes:
            if assume.in_base:
                continue
            about = sorted({f.name for f in facts_read(assume.expr) if f.in_base})
            if about:
                message = f"a layer assumes nothing about facts of its base: `{about[0]}`"
                here, own = Label(assume.expr.span, "here"), Note("help", CONDITION_HELP)
                self.add_fault(message, assume.span, here, own)

    def check_overrides(self, spec: m.SpecModel) -> None:
        seen: set[tuple[int, int]] = set()
        for override in spec.overrides:
            place = (override.span.start, override.span.end)
            if override.target.in_base and not override.rule.in_base and place not in seen:
                seen.add(place)
                message = f"a layer does not override a rule of its base: `{override.span.text}`"
                there = Label(override.target.name_span, "of the base")
                self.add_fault(
                    message, override.span, there, self.alternative_to_override(override)
                )

    def alternative_to_override(self, override: m.Override) -> Note:
        """Suggest how a layer can outrank a rule of its base: only from a higher level."""
        target, ceiling = override.target, self.ceiling.name
        if target.level.rank > self.ceiling.rank:
            how = f"put `{override.rule.name}` at `{ceiling}`, above `{target.level.name}`"
            return Note("help", f"{how}: there it needs no `overrides`")
        how = f"its base can put `{target.name}` below `{ceiling}`"
        return Note("help", f"where it is a default, {how}: then it yields without `overrides`")

    def check_order(self, spec: m.SpecModel) -> None:
        """Report that the layer orders two values of its base.

        Each new order of such values has a step from one to another along pairs of the layer, with
        only the layer's own values in between: these steps are reported.
        """
        base = _pairs_by_higher(p for p in spec.priorities if p.in_base)
        own = _pairs_by_higher(p for p in spec.priorities if not p.in_base)
        for higher in [value for value in own if value.in_base]:
            known = _values_below(base, higher)
            for lower, way in _paths_to_base_values(own, higher).items():
                if lower.in_base and lower is not higher and lower not in known:
                    message = (
                        f"a layer does not order values of its base: it puts `{higher.name}` above "
                        f"`{lower.name}`"
                    )
                    labels = [Label(pair.span, "and by this") for pair in way[:-1]]
                    self.add_fault(message, way[-1].span, *labels, Note("help", ORDER_HELP))


_Pairs = dict[m.Value, list[m.Priority]]


def _pairs_by_higher(pairs: Iterable[m.Priority]) -> _Pairs:
    """Group the pairs by their higher value."""
    found: _Pairs = {}
    for pair in pairs:
        found.setdefault(pair.higher, []).append(pair)
    return found


def _values_below(pairs: _Pairs, start: m.Value) -> set[m.Value]:
    """Return all values below one."""
    found: set[m.Value] = set()
    stack = [start]
    while stack:
        for pair in pairs.get(stack.pop(), ()):
            if pair.lower not in found:
                found.add(pair.lower)
                stack.append(pair.lower)
    return found


def _paths_to_base_values(pairs: _Pairs, start: m.Value) -> dict[m.Value, tuple[m.Priority, ...]]:
    """Return, for each reachable value of the base, the pairs that lead to it by values of the
    layer alone.
    """
    before: dict[m.Value, m.Priority] = {}
    stack = [start]
    while stack:
        for pair in pairs.get(stack.pop(), ()):
            if pair.lower not in before:
                before[pair.lower] = pair
                if not pair.lower.in_base:
                    stack.append(pair.lower)
    return {value: _path_back(before, value, start) for value in before if value.in_base}


def _path_back(
    before: dict[m.Value, m.Priority], value: m.Value, start: m.Value
) -> tuple[m.Priority, ...]:
    way = [before[value]]
    while way[-1].higher is not start:
        way.append(before[way[-1].higher])
    return tuple(reversed(way))
