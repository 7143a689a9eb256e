"""Type checker of tests of members, outcomes and sets: `is`, `in`, `has`, `like`, `is known`."""

from __future__ import annotations

from fractions import Fraction

from specdsl.base.diagnostics import Label, Note
from specdsl.base.source import Span
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.text_terms import TextTyping
from specdsl.frontend.model.types import (
    LITERAL_SORTS,
    ORDERED,
    FaultRecorded,
    Sort,
    TypedExpr,
    text_of,
    type_of_fact,
)
from specdsl.frontend.syntax import tree as t


class MembershipTyping(TextTyping):
    def _type_is_known(self, expr: t.IsKnownNode) -> m.Expr:
        found = self.type_of(expr.operand)
        if found.fact is None:
            raise self.type_fault(
                f"`{text_of(expr.operand)}` is no fact: only a fact is known or unknown",
                expr.operand.span,
            )
        if not found.fact.optional:
            message = f"`{found.fact.name}` is never unknown: its type has no `?`"
            raise self.type_fault(message, expr.span, Label(found.fact.span, "declared here"))
        return m.IsKnown(found.fact, expr.known, expr.span)

    def _type_is(self, expr: t.IsNode) -> m.Expr:
        found = self.type_of(expr.operand)
        if found.decision is not None:
            outcome = self.scope.outcome(found.decision, expr.member)
            if outcome is None:
                raise FaultRecorded
            return m.HasOutcome(found.decision, 1 << outcome, expr.span)
        if found.sort is not Sort.ENUM or found.fact is None:
            raise self._no_members(expr, found)
        members = self.member_indices(found.fact, [expr.member])
        return m.IsMember(found.fact, members, expr.span)

    def _no_members(self, expr: t.IsNode, found: TypedExpr) -> FaultRecorded:
        """Return the fault of an `is` whose operand has no members."""
        text, member = text_of(expr.operand), expr.member.text
        instead = {
            Sort.SET: f"write `{text} has {member}`",
            Sort.CONDITION: f"a bool stands alone: `{text}`, `not {text}`",
        }.get(found.sort)
        message = f"`{text}` is {found.sort.value}, not an enumeration or a decision"
        help_ = instead or f"`is` is for members and outcomes: write `{text} = …`"
        return self.type_fault(
            message, expr.operand.span, *self.declaration_label(found), Note("help", help_)
        )

    def _type_in(self, expr: t.InNode) -> m.Expr:
        found = self.type_of(expr.operand)
        if isinstance(expr.container, t.Name):
            return self._type_in_set_fact(expr, found, expr.container)
        items = expr.container.items
        if found.decision is not None:
            names = self.only_names(items, "outcomes")
            outcomes = [self.scope.outcome(found.decision, name) for name in names]
            if None in outcomes:
                raise FaultRecorded
            mask = sum({1 << o for o in outcomes if o is not None})
            return m.HasOutcome(found.decision, mask, expr.span)
        if found.sort is Sort.ENUM and found.fact is not None:
            names = self.only_names(items, "members")
            return m.IsMember(found.fact, self.member_indices(found.fact, names), expr.span)
        if found.sort not in ORDERED or found.node is None:
            raise self.mismatch_with(expr.operand, found, "something that is in a list")
        constants = (self._constant_of_list(item, found, expr.operand) for item in items)
        distinct = tuple(dict.fromkeys(constants))
        return m.OneOf(found.node, distinct, found.sort is Sort.TEXT, expr.span)

    def _constant_of_list(self, item: t.Expr, found: TypedExpr, operand: t.Expr) -> Fraction | str:
        if isinstance(item, t.TextLiteral) and found.sort is Sort.TEXT:
            return self.fold_literal(item.value, found.ignoring_case, item.span)
        if isinstance(item, t.QuantityLiteral) and LITERAL_SORTS[item.kind] is found.sort:
            return item.value
        message = f"`{text_of(item)}` is not {found.sort.value} as `{text_of(operand)}` is"
        raise self.type_fault(message, item.span)

    def _type_in_set_fact(self, expr: t.InNode, found: TypedExpr, name: t.Name) -> m.Expr:
        tags = self.set_fact(name)
        if found.sort is not Sort.ENUM or found.fact is None:
            raise self.mismatch_with(
                expr.operand, found, f"an enumeration with the members of `{name.text}`"
            )
        self.require_unambiguous(name, found.fact)
        self.require_same_members(found.fact, tags, expr.span)
        return m.HasFact(tags, found.fact, expr.span)

    def _type_has(self, expr: t.HasNode) -> m.Expr:
        found = self.type_of(expr.operand)
        if found.sort is not Sort.SET or found.fact is None:
            raise self.mismatch_with(expr.operand, found, "a set")
        tags = found.fact
        if isinstance(expr.members, t.Name):
            if not expr.quantifier:
                return self._type_has_one(tags, expr.members, expr.span)
            other = self.set_fact(expr.members)
            self.require_unambiguous(expr.members, tags)
            self.require_same_members(tags, other, expr.span)
            return m.HasSet(tags, expr.quantifier, other, expr.span)
        return self._type_has_list(tags, expr.quantifier, expr.members, expr.span)

    def _type_has_list(
        self, tags: m.Fact, quantifier: str, listed: t.SetLiteral, span: Span
    ) -> m.Expr:
        names = self.only_names(listed.items, "members")
        if all(
            name.text not in self.scope.facts or name.text in tags.type.members for name in names
        ):
            for name in names:
                self.require_unambiguous(name, tags)
            return m.HasMembers(tags, quantifier, self.member_indices(tags, names), span)
        tests = tuple(self._type_has_one(tags, name, span) for name in names)
        found = m.And(tests, span) if quantifier == "all" else m.Or(tests, span)
        facts = [test.member for test in tests if isinstance(test, m.HasFact)]
        known = m.And(tuple(m.Same(fact, fact, span) for fact in facts), span)
        # A test with several operands is unknown if one of them is, whatever the others are.
        return self.negate_if(m.IfElse(known, found, found, span), quantifier == "none")

    def _type_has_one(self, tags: m.Fact, name: t.Name, span: Span) -> m.Expr:
        self.require_unambiguous(name, tags)
        fact = self.scope.facts.get(name.text)
        if fact is None or name.text in tags.type.members:
            return m.HasMembers(tags, "any", self.member_indices(tags, [name]), span)
        if fact.type.kind is not m.Kind.ENUM:
            raise self.mismatch_with(
                t.NameRef(name.text, name.span),
                type_of_fact(fact, span),
                "a member of an enumeration",
            )
        self.require_same_members(tags, fact, span)
        return m.HasFact(tags, fact, span)

    def _type_like(self, expr: t.LikeNode) -> m.Expr:
        found = self.type_of(expr.operand)
        if found.sort is not Sort.TEXT or found.node is None:
            raise self.mismatch_with(expr.operand, found, "a text")
        pattern = self.fold_pattern_literal(
            expr.pattern.value, found.ignoring_case, expr.pattern.span
        )
        return m.Matches(found.node, pattern, expr.span)

    def _type_set_comparison(
        self, expr: t.CompareNode, left: TypedExpr, listed: t.SetLiteral
    ) -> m.Expr:
        if left.sort is not Sort.SET or left.fact is None:
            raise self.mismatch_with(expr.left, left, "a set")
        if expr.op not in ("=", "!="):
            raise self.type_fault(
                f"sets are compared with `=` and `!=`, not with `{expr.op}`", expr.span
            )
        members = self.member_indices(left.fact, self.only_names(listed.items, "members"))
        return self.negate_if(m.SetIs(left.fact, members, expr.span), expr.op == "!=")
