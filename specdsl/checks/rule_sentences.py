"""What a rule says of itself: when it applies, why, and where that comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from specdsl.base.source import Span
from specdsl.frontend.model.nodes import Expr, IfElse, Or, Rule


def statement(rule: Rule) -> dict[str, Any]:
    """The words of a rule as JSON has them, the conditions of the policies around it with its own;
    null or empty for what it does not say."""
    return {
        "rule": rule.name,
        "when": _joined(rule.whens) or None,
        "unless": [unless.span.in_a_line for unless in rule.unlesses],
        "because": rule.because or None,
        "source": rule.reference or None,
    }


def sentences(rules: Iterable[Rule]) -> tuple[Span, ...]:
    """Where these rules, and the policies around them, say so."""
    return tuple(dict.fromkeys(span for rule in rules for span in _of(rule)))


def _of(rule: Rule) -> Iterator[Span]:
    around = rule.policy
    while around is not None:
        if around.when is not None:
            yield around.span.to(around.when.span)
        around = around.parent
    yield from rule.sentences


def _joined(whens: tuple[Expr, ...]) -> str:
    if len(whens) == 1:
        return whens[0].span.in_a_line
    return " and ".join(
        f"({when.span.in_a_line})" if isinstance(when, Or | IfElse) else when.span.in_a_line
        for when in whens
    )
