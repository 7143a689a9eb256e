"""Who outranks whom, as text and as graphs for Graphviz and Mermaid."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from specdsl.apps.cli.rank_wording import covering_pairs, rank_reason
from specdsl.frontend.model.nodes import Spec
from specdsl.frontend.ranking.ranks import RankedLevel
from specdsl.pipeline import Loaded
from specdsl.reports import Formats, Style


def _render_text(loaded: Loaded, style: Style) -> str:
    return "\n".join(_text_lines(loaded)) + "\n"


def _render_dot(loaded: Loaded, style: Style) -> str:
    return "\n".join(_dot_lines(loaded)) + "\n"


def _render_mermaid(loaded: Loaded, style: Style) -> str:
    return "\n".join(_mermaid_lines(loaded)) + "\n"


RANK_GRAPHS: Formats[Loaded] = {
    "text": _render_text,
    "dot": _render_dot,
    "mermaid": _render_mermaid,
}


def _levels(loaded: Loaded) -> Iterator[tuple[str, list[RankedLevel]]]:
    """Yield each decision with its levels that have rules, highest first."""
    for decision, levels in loaded.require_circuit().ranks.levels.items():
        yield decision.name, [ranked for ranked in levels if ranked.rules]


def _text_lines(loaded: Loaded) -> Iterator[str]:
    spec = loaded.require_circuit().spec
    for decision, levels in _levels(loaded):
        yield f"{decision}:{'' if levels else ' no rules'}"
        for ranked in levels:
            yield f"  {ranked.level.name}: {', '.join(rule.name for rule in ranked.rules)}"
            for higher, lower in covering_pairs(ranked):
                yield f"    {higher.name} > {lower.name}  ({rank_reason(spec, higher, lower)})"


def _dot_lines(loaded: Loaded) -> Iterator[str]:
    yield "digraph ranks {"
    yield "  rankdir=TB; node [shape=box];"
    for decision, levels in _levels(loaded):
        for ranked in levels:
            level = ranked.level.name
            yield f'  subgraph "cluster_{decision}.{level}" {{'
            yield f'    label="{decision} at {level}";'
            for rule in ranked.rules:
                yield f'    "{decision}.{rule.name}" [label="{rule.name}"];'
            yield "  }"
        for high, low, label in _edges(loaded.require_circuit().spec, levels):
            yield f'  "{decision}.{high}" -> "{decision}.{low}" [label="{label}"];'
    yield "}"


def _mermaid_lines(loaded: Loaded) -> Iterator[str]:
    yield "flowchart TB"
    for i, (decision, levels) in enumerate(_levels(loaded)):
        for ranked in levels:
            level = ranked.level.name
            yield f'  subgraph level_{i}_{level}["{decision} at {level}"]'
            yield from (f'    rule_{i}_{rule.name}["{rule.name}"]' for rule in ranked.rules)
            yield "  end"
        for high, low, label in _edges(loaded.require_circuit().spec, levels):
            yield f'  rule_{i}_{high} -->|"{label}"| rule_{i}_{low}'


def _edges(spec: Spec, levels: list[RankedLevel]) -> Iterator[tuple[str, str, str]]:
    """Yield higher, lower and reason: within levels, and from each level to the next."""
    for ranked in levels:
        for higher, lower in covering_pairs(ranked):
            yield higher.name, lower.name, rank_reason(spec, higher, lower)
    for upper, under in pairwise(levels):
        label = f"{upper.level.name} > {under.level.name}"
        yield upper.rules[-1].name, under.rules[0].name, label
