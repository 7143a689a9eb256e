"""What an expression reads, through defines too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any

from specdsl.frontend.model import nodes as m


def inside(found: Any) -> Iterator[Any]:
    """Every expression in an expression, itself first; the expression of a define too."""
    match found:
        case m.DefineRef():
            yield from inside(found.define.expr)
        case tuple():
            for item in found:
                yield from inside(item)
        case m.Fact() | m.DecisionModel():
            return
        case _ if is_dataclass(found):
            yield found
            for field in fields(found):
                if field.name != "span":
                    yield from inside(getattr(found, field.name))


@lru_cache(maxsize=4096)
def facts_of(expr: m.Expr) -> tuple[m.Fact, ...]:
    """The facts that it reads, by name."""
    read = [
        getattr(node, field.name)
        for node in inside(expr)
        for field in fields(node)
        if isinstance(getattr(node, field.name), m.Fact)
    ]
    return tuple(sorted(dict.fromkeys(read), key=lambda fact: fact.name))


@lru_cache(maxsize=4096)
def decisions_of(expr: m.Expr) -> tuple[m.DecisionModel, ...]:
    """The decisions that it reads, by name."""
    read = [node.decision for node in inside(expr) if isinstance(node, m.HasOutcome)]
    return tuple(sorted(dict.fromkeys(read), key=lambda decision: decision.name))
