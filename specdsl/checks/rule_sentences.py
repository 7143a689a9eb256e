"""Sentences of a rule: its conditions, its reason and its source, as the author wrote them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from specdsl.base.source import Span
from specdsl.frontend.model.nodes import Expr, IfElse, Or, Rule


def rule_statement(rule: Rule) -> dict[str, Any]:
    """Return the conditions, reason and source of a rule for JSON, including the conditions of the
    policies around it.
    """
    return {
        "rule": rule.name,
        "when": _join_conditions(rule.whens) or None,
        "unless": [unless.span.in_a_line for unless in rule.unlesses],
        "because": rule.because or None,
        "source": rule.reference or None,
    }


def sentence_spans(rules: Iterable[Rule]) -> tuple[Span, ...]:
    """Return the places of the sentences of rules and of the policies around them."""
    return tuple(dict.fromkeys(span for rule in rules for span in _spans_of_rule(rule)))


def _spans_of_rule(rule: Rule) -> Iterator[Span]:
    around = rule.policy
    while around is not None:
        if around.when is not None:
            yield around.span.to(around.when.span)
        around = around.parent
    yield from rule.sentences


def _join_conditions(whens: tuple[Expr, ...]) -> str:
    if len(whens) == 1:
        return whens[0].span.in_a_line
    return " and ".join(
        f"({when.span.in_a_line})" if isinstance(when, Or | IfElse) else when.span.in_a_line
        for when in whens
    )
