"""Texts in expressions: whether case counts in them; where it does not, literals are folded."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from specdsl.diagnostics import Label, Note
from specdsl.model import nodes as m
from specdsl.model.folding import folded, folded_pattern, unassigned
from specdsl.model.lookup import Lookup
from specdsl.model.sorts import Typed, text_of
from specdsl.source import Span
from specdsl.syntax import tree as t


class Texts(Lookup):
    def as_compared(self, text: str, ignoring_case: bool | None, span: Span) -> str:
        """A literal as it is compared."""
        return folded(self._settled(text, span)) if ignoring_case else text

    def as_matched(self, pattern: str, ignoring_case: bool | None, span: Span) -> str:
        """A pattern as texts are matched with it."""
        return folded_pattern(self._settled(pattern, span)) if ignoring_case else pattern

    def alike(
        self, one: t.Expr, a: Typed, two: t.Expr, b: Typed, where: str
    ) -> tuple[m.Expr | None, m.Expr | None, bool | None]:
        """Both, with the literals of one folded where case does not count in the other, and whether
        it does not count; None where they are only literals, or no texts."""
        if None not in (a.ignoring_case, b.ignoring_case) and a.ignoring_case != b.ignoring_case:
            raise self._unalike(one, a, two, b, where)
        ignoring = a.ignoring_case or b.ignoring_case
        if ignoring:
            a, b = (self._folded(x) if x.ignoring_case is None else x for x in (a, b))
        fits = a.ignoring_case if b.ignoring_case is None else b.ignoring_case
        return a.node, b.node, fits

    def _folded(self, found: Typed) -> Typed:
        assert found.node is not None
        return replace(found, node=self._fold(found.node), ignoring_case=True)

    def _fold(self, node: m.Expr) -> m.Expr:
        match node:
            case m.TextConstant():
                return replace(node, value=folded(self._settled(node.value, node.span)))
            case m.IfElse():
                return replace(node, then=self._fold(node.then), other=self._fold(node.other))
            case _:
                raise AssertionError("a text of literals has no other parts")

    def _settled(self, text: str, span: Span) -> str:
        """The text, if it is known what it is folded to."""
        char = unassigned(text)
        if char:
            version = unicodedata.unidata_version
            message = (
                f"it is not known whether U+{ord(char):04X} is a capital: "
                f"Unicode {version} has no such character"
            )
            raise self.fail(message, span)
        return text

    def _unalike(self, one: t.Expr, a: Typed, two: t.Expr, b: Typed, where: str) -> Exception:
        ignoring, minding = (text_of(one), text_of(two))
        if b.ignoring_case:
            ignoring, minding = minding, ignoring
        message = (
            f"`{ignoring}` ignores case and `{minding}` does not: they do not fit into {where}"
        )
        facts = (fact for found in (a, b) for fact in texts_in(found.node))
        labels = [
            Label(fact.type_span, f"`{fact.name}` is declared here")
            for fact in dict.fromkeys(facts)
        ]
        help_ = Note("help", "declare both as `text ignoring case`, or both as `text`")
        return self.fail(message, one.span.to(two.span), *labels, help_)


def texts_in(node: m.Expr | None) -> Iterator[m.Fact]:
    """The text facts that a text may be."""
    match node:
        case m.TextFact():
            yield node.fact
        case m.IfElse():
            yield from texts_in(node.then)
            yield from texts_in(node.other)
        case _:
            pass
