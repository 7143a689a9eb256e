"""Base of the type checker: faults, names and members."""

from __future__ import annotations

from collections.abc import Sequence

from specdsl.base.diagnostics import Label, Note, fault
from specdsl.base.source import Span
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.constants import ConstantValues
from specdsl.frontend.model.model_codes import AMBIGUOUS, TYPE, UNKNOWN_NAME
from specdsl.frontend.model.names import Scope
from specdsl.frontend.model.type_hints import help_for_list
from specdsl.frontend.model.types import (
    FaultRecorded,
    Sort,
    TypedExpr,
    name_of,
    text_of,
    type_of_fact,
)
from specdsl.frontend.syntax import tree as t


class TypingScope:
    """Looks names up in a scope and records faults; a recorded fault raises `Faulty`."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.constants = ConstantValues()

    def type_of(self, expr: t.Expr) -> TypedExpr:
        raise NotImplementedError

    def require_condition(self, expr: t.Expr) -> m.Expr:
        found = self.type_of(expr)
        if found.sort is not Sort.CONDITION or found.node is None:
            raise self.mismatch_with(expr, found, "a condition")
        return found.node

    def condition_or_none(self, expr: t.Expr) -> m.Expr | None:
        try:
            return self.require_condition(expr)
        except FaultRecorded:
            return None

    def all_conditions(self, items: Sequence[t.Expr]) -> tuple[m.Expr, ...]:
        """Type all conjuncts, so that every faulty one is reported."""
        found = [self.condition_or_none(item) for item in items]
        if any(item is None for item in found):
            raise FaultRecorded
        return tuple(item for item in found if item is not None)

    def type_fault(self, message: str, span: Span, *more: Label | Note) -> FaultRecorded:
        self.scope.faults.append(fault(TYPE, message, span, "", *more))
        return FaultRecorded()

    def mismatch_with(self, expr: t.Expr, found: TypedExpr, wanted: str) -> FaultRecorded:
        message = f"`{text_of(expr)}` is {found.sort.value}, not {wanted}"
        return self.type_fault(message, expr.span, *self.declaration_label(found))

    @staticmethod
    def declaration_label(found: TypedExpr) -> list[Label]:
        """Label the declaration of a bare fact."""
        return [Label(found.fact.span, "declared here")] if found.fact is not None else []

    def mismatch_between(
        self, one: t.Expr, a: TypedExpr, two: t.Expr, b: TypedExpr, where: str, *more: Note
    ) -> FaultRecorded:
        message = f"`{text_of(one)}` is {a.sort.value} and `{text_of(two)}` is {b.sort.value}"
        return self.type_fault(
            f"{message}: they do not fit into {where}", one.span.to(two.span), *more
        )

    def type_of_name(self, name: str, span: Span) -> TypedExpr:
        scope = self.scope
        if name in scope.broken:
            raise FaultRecorded
        if name in scope.facts:
            return type_of_fact(scope.facts[name], span)
        if name in scope.defines:
            define = scope.defines[name]
            if define is None:
                raise FaultRecorded
            return TypedExpr(Sort(scope.sorts[name]), m.DefineRef(define, span))
        if name in scope.decisions:
            return TypedExpr(Sort.DECISION, None, decision=scope.decisions[name])
        if name in scope.principals:
            raise self.type_fault(f"`{name}` is a principal, not a fact", span)
        hint = scope.did_you_mean_hint(name, [*scope.facts, *scope.defines, *scope.decisions])
        message = f"there is no fact, define or decision `{name}`{hint}"
        self.scope.faults.append(
            fault(UNKNOWN_NAME, message, span, "", *scope.notes_on_misuse(name))
        )
        raise FaultRecorded

    @staticmethod
    def negate_if(node: m.Expr, negated: bool) -> m.Expr:
        return m.Not(node, node.span) if negated else node

    def member_indices(self, fact: m.Fact, names: Sequence[t.Name | t.NameRef]) -> frozenset[int]:
        wanted = [t.Name(name_of(name), name.span) for name in names]
        found = self.scope.members(fact, wanted)
        if len(found) < len(wanted):
            raise FaultRecorded
        return frozenset(found)

    def only_names(self, items: Sequence[t.Expr], what: str) -> list[t.Name]:
        for item in items:
            if not isinstance(item, t.NameRef):
                message = f"`{text_of(item)}` cannot stand in a list of {what}"
                raise self.type_fault(message, item.span, *help_for_list(item))
        return [t.Name(item.name, item.span) for item in items if isinstance(item, t.NameRef)]

    def set_fact(self, name: t.Name) -> m.Fact:
        found = self.type_of_name(name.text, name.span)
        if found.sort is not Sort.SET or found.fact is None:
            raise self.mismatch_with(t.NameRef(name.text, name.span), found, "a set")
        return found.fact

    def require_unambiguous(self, name: t.Name, fact: m.Fact) -> None:
        if name.text in fact.type.members and name.text in self.scope.facts:
            message = f"`{name.text}` is a fact and also a member of `{fact.name}`"
            self.scope.faults.append(fault(AMBIGUOUS, message, name.span))
            raise FaultRecorded

    def require_same_members(self, one: m.Fact, two: m.Fact, span: Span) -> None:
        if set(one.type.members) != set(two.type.members):
            message = f"`{one.name}` and `{two.name}` do not have the same members"
            places = (Label(one.type_span, "these"), Label(two.type_span, "and these"))
            raise self.type_fault(message, span, *places)
