"""`specdsl graph FILE`"""

from __future__ import annotations

from collections.abc import Iterator

import click

from specdsl.cli.common import FILE, load_or_exit
from specdsl.model.nodes import Override
from specdsl.pipeline import Loaded
from specdsl.priority.ranks import Edge


@click.command("graph")
@FILE
@click.option("--to", "form", type=click.Choice(["text", "dot", "mermaid"]), default="text")
def command(file: str, form: str) -> None:
    """Who outranks whom, by decision and level, with the reason of each step."""
    loaded = load_or_exit(file)
    lines = {"text": _text, "dot": _dot, "mermaid": _mermaid}[form](loaded)
    click.echo("\n".join(lines))


def _reason(edge: Edge) -> str:
    if isinstance(edge.reason, Override):
        return "overrides"
    names = [edge.reason[0].higher.name, *(pair.lower.name for pair in edge.reason)]
    return " > ".join(names)


def _text(loaded: Loaded) -> Iterator[str]:
    ranks = loaded.whole().ranks
    for decision, levels in ranks.levels.items():
        yield f"{decision.name}: {' > '.join(decision.outcomes)}"
        for ranked in levels:
            if ranked.rules:
                yield f"  {ranked.level.name}"
                yield from (f"    {rule.name}" for rule in ranked.rules)
        for edge in ranks.edges[decision]:
            yield f"  {edge.higher.name} > {edge.lower.name}  ({_reason(edge)})"


def _dot(loaded: Loaded) -> Iterator[str]:
    ranks = loaded.whole().ranks
    yield "digraph ranks {"
    yield "  rankdir=TB; node [shape=box];"
    for i, (decision, levels) in enumerate(ranks.levels.items()):
        for ranked in levels:
            if ranked.rules:
                yield f'  subgraph "cluster_{i}_{ranked.level.name}" {{'
                yield f'    label="{decision.name} at {ranked.level.name}";'
                yield from (
                    f'    "{decision.name}.{rule.name}" [label="{rule.name}"];'
                    for rule in ranked.rules
                )
                yield "  }"
        for edge in ranks.edges[decision]:
            ends = f'"{decision.name}.{edge.higher.name}" -> "{decision.name}.{edge.lower.name}"'
            yield f'  {ends} [label="{_reason(edge)}"];'
    yield "}"


def _mermaid(loaded: Loaded) -> Iterator[str]:
    ranks = loaded.whole().ranks
    yield "flowchart TB"
    for decision, levels in ranks.levels.items():
        for ranked in levels:
            if ranked.rules:
                level = ranked.level.name
                yield f'  subgraph {decision.name}_{level}["{decision.name} at {level}"]'
                yield from (f'    {decision.name}_{r.name}["{r.name}"]' for r in ranked.rules)
                yield "  end"
        for edge in ranks.edges[decision]:
            ends = (f"{decision.name}_{edge.higher.name}", f"{decision.name}_{edge.lower.name}")
            yield f'  {ends[0]} -->|"{_reason(edge)}"| {ends[1]}'
