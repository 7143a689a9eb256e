"""What typing every form of expression needs: faults, names, members."""

from __future__ import annotations

from collections.abc import Sequence

from specdsl.diagnostics import Label, Note, fault
from specdsl.model import nodes as m
from specdsl.model.codes import AMBIGUOUS, TYPE, UNKNOWN_NAME
from specdsl.model.constants import Constants
from specdsl.model.instead import of_listed
from specdsl.model.names import Scope
from specdsl.model.sorts import Faulty, Sort, Typed, bare, name_of, text_of
from specdsl.source import Span
from specdsl.syntax import tree as t


class Lookup:
    """A scope to look names up in, and faults: `Faulty` is raised once one is recorded."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.constants = Constants()

    def typed(self, expr: t.Expr) -> Typed:
        raise NotImplementedError

    def wanted_condition(self, expr: t.Expr) -> m.Expr:
        found = self.typed(expr)
        if found.sort is not Sort.CONDITION or found.node is None:
            raise self.unlike(expr, found, "a condition")
        return found.node

    def condition(self, expr: t.Expr) -> m.Expr | None:
        try:
            return self.wanted_condition(expr)
        except Faulty:
            return None

    def every(self, items: Sequence[t.Expr]) -> tuple[m.Expr, ...]:
        """All conjuncts, so that each faulty one is reported."""
        found = [self.condition(item) for item in items]
        if any(item is None for item in found):
            raise Faulty
        return tuple(item for item in found if item is not None)

    def fail(self, message: str, span: Span, *more: Label | Note) -> Faulty:
        self.scope.faults.append(fault(TYPE, message, span, "", *more))
        return Faulty()

    def unlike(self, expr: t.Expr, found: Typed, wanted: str) -> Faulty:
        message = f"`{text_of(expr)}` is {found.sort.value}, not {wanted}"
        return self.fail(message, expr.span, *self.declared(found))

    @staticmethod
    def declared(found: Typed) -> list[Label]:
        """Where the fact that it is was declared."""
        return [Label(found.fact.span, "declared here")] if found.fact is not None else []

    def apart(
        self, one: t.Expr, a: Typed, two: t.Expr, b: Typed, where: str, *more: Note
    ) -> Faulty:
        message = f"`{text_of(one)}` is {a.sort.value} and `{text_of(two)}` is {b.sort.value}"
        return self.fail(f"{message}: they do not fit into {where}", one.span.to(two.span), *more)

    def name(self, name: str, span: Span) -> Typed:
        scope = self.scope
        if name in scope.broken:
            raise Faulty
        if name in scope.facts:
            return bare(scope.facts[name], span)
        if name in scope.defines:
            define = scope.defines[name]
            if define is None:
                raise Faulty
            return Typed(Sort(scope.sorts[name]), m.DefineRef(define, span))
        if name in scope.decisions:
            return Typed(Sort.DECISION, None, decision=scope.decisions[name])
        if name in scope.principals:
            raise self.fail(f"`{name}` is a principal, not a fact", span)
        hint = scope.hint(name, [*scope.facts, *scope.defines, *scope.decisions])
        message = f"there is no fact, define or decision `{name}`{hint}"
        self.scope.faults.append(fault(UNKNOWN_NAME, message, span, "", *scope.meant(name)))
        raise Faulty

    @staticmethod
    def negated(node: m.Expr, negated: bool) -> m.Expr:
        return m.Not(node, node.span) if negated else node

    def members(self, fact: m.Fact, names: Sequence[t.Name | t.NameRef]) -> frozenset[int]:
        wanted = [t.Name(name_of(name), name.span) for name in names]
        found = self.scope.members(fact, wanted)
        if len(found) < len(wanted):
            raise Faulty
        return frozenset(found)

    def only_names(self, items: Sequence[t.Expr], what: str) -> list[t.Name]:
        for item in items:
            if not isinstance(item, t.NameRef):
                message = f"`{text_of(item)}` cannot stand in a list of {what}"
                raise self.fail(message, item.span, *of_listed(item))
        return [t.Name(item.name, item.span) for item in items if isinstance(item, t.NameRef)]

    def set_fact(self, name: t.Name) -> m.Fact:
        found = self.name(name.text, name.span)
        if found.sort is not Sort.SET or found.fact is None:
            raise self.unlike(t.NameRef(name.text, name.span), found, "a set")
        return found.fact

    def unambiguous(self, name: t.Name, fact: m.Fact) -> None:
        if name.text in fact.type.members and name.text in self.scope.facts:
            message = f"`{name.text}` is a fact and also a member of `{fact.name}`"
            self.scope.faults.append(fault(AMBIGUOUS, message, name.span))
            raise Faulty

    def same_members(self, one: m.Fact, two: m.Fact, span: Span) -> None:
        if set(one.type.members) != set(two.type.members):
            message = f"`{one.name}` and `{two.name}` do not have the same members"
            places = (Label(one.type_span, "these"), Label(two.type_span, "and these"))
            raise self.fail(message, span, *places)
