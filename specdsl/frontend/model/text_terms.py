"""Type checker of texts: whether case matters; if it does not, literals are folded."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from specdsl.base.diagnostics import Label, Note
from specdsl.base.source import Span
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.case_folding import first_unassigned, fold_case, fold_pattern
from specdsl.frontend.model.lookup import TypingScope
from specdsl.frontend.model.types import TypedExpr, text_of
from specdsl.frontend.syntax import tree as t


class TextTyping(TypingScope):
    def fold_literal(self, text: str, ignoring_case: bool | None, span: Span) -> str:
        """Return a literal as it is compared."""
        return fold_case(self._require_assigned(text, span)) if ignoring_case else text

    def fold_pattern_literal(self, pattern: str, ignoring_case: bool | None, span: Span) -> str:
        """Return a pattern as texts are matched with it."""
        return fold_pattern(self._require_assigned(pattern, span)) if ignoring_case else pattern

    def same_case_folding(
        self, one: t.Expr, a: TypedExpr, two: t.Expr, b: TypedExpr, where: str
    ) -> tuple[m.Expr | None, m.Expr | None, bool | None]:
        """Return both nodes and whether case is ignored (None for literals alone, or no texts). If
        one side ignores case, literals of the other are folded.
        """
        if None not in (a.ignoring_case, b.ignoring_case) and a.ignoring_case != b.ignoring_case:
            raise self._case_mismatch(one, a, two, b, where)
        ignoring = a.ignoring_case or b.ignoring_case
        if ignoring:
            a, b = (self._fold_typed(x) if x.ignoring_case is None else x for x in (a, b))
        fits = a.ignoring_case if b.ignoring_case is None else b.ignoring_case
        return a.node, b.node, fits

    def _fold_typed(self, found: TypedExpr) -> TypedExpr:
        assert found.node is not None
        return replace(found, node=self._fold_literals(found.node), ignoring_case=True)

    def _fold_literals(self, node: m.Expr) -> m.Expr:
        match node:
            case m.TextConstant():
                return replace(node, value=fold_case(self._require_assigned(node.value, node.span)))
            case m.IfElse():
                return replace(
                    node, then=self._fold_literals(node.then), other=self._fold_literals(node.other)
                )
            case _:
                raise AssertionError("a text of literals has no other parts")

    def _require_assigned(self, text: str, span: Span) -> str:
        """Return the text if its folding is fixed; characters that are not yet assigned
        are a fault.
        """
        char = first_unassigned(text)
        if char:
            version = unicodedata.unidata_version
            message = (
                f"it is not known whether U+{ord(char):04X} is a capital: "
                f"Unicode {version} has no such character"
            )
            raise self.type_fault(message, span)
        return text

    def _case_mismatch(
        self, one: t.Expr, a: TypedExpr, two: t.Expr, b: TypedExpr, where: str
    ) -> Exception:
        ignoring, minding = (text_of(one), text_of(two))
        if b.ignoring_case:
            ignoring, minding = minding, ignoring
        message = (
            f"`{ignoring}` ignores case and `{minding}` does not: they do not fit into {where}"
        )
        facts = (fact for found in (a, b) for fact in text_facts_in(found.node))
        labels = [
            Label(fact.type_span, f"`{fact.name}` is declared here")
            for fact in dict.fromkeys(facts)
        ]
        help_ = Note("help", "declare both as `text ignoring case`, or both as `text`")
        return self.type_fault(message, one.span.to(two.span), *labels, help_)


def text_facts_in(node: m.Expr | None) -> Iterator[m.Fact]:
    """Yield the text facts whose value the text may be."""
    match node:
        case m.TextFact():
            yield node.fact
        case m.IfElse():
            yield from text_facts_in(node.then)
            yield from text_facts_in(node.other)
        case _:
            pass
