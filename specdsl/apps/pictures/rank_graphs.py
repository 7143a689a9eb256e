"""Forms of the priority graph: as text, as a picture, and for Graphviz and Mermaid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from specdsl.apps.pictures.rank_wording import covering_pairs, rank_reason
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, SpecModel
from specdsl.frontend.ranking.ranks import RankedLevel
from specdsl.reports import Formats, Style
from specdsl.semantics.circuit import Circuit


@dataclass(frozen=True, slots=True)
class GraphRequest:
    """The spec whose ranks are shown, and the decision that they are about; None for all."""

    circuit: Circuit
    decision: DecisionModel | None = None

    @property
    def spec(self) -> SpecModel:
        return self.circuit.spec

    def levels(self) -> Iterator[tuple[str, list[RankedLevel]]]:
        """Yield each decision with its levels that have rules, highest first."""
        for decision, levels in self.circuit.ranks.levels.items():
            if self.decision in (None, decision):
                yield decision.name, [ranked for ranked in levels if ranked.rules]


def _render_text(asked: GraphRequest, style: Style) -> str:
    return _join_lines(_text_lines(asked))


def _render_dot(asked: GraphRequest, style: Style) -> str:
    return _join_lines(_dot_lines(asked))


def _render_mermaid(asked: GraphRequest, style: Style) -> str:
    return _join_lines(_mermaid_lines(asked))


def _render_svg(asked: GraphRequest, style: Style) -> str:
    from specdsl.apps.pictures.rank_boxes import decision_picture, overview_picture
    from specdsl.apps.pictures.svg import svg_file

    decision, ranks = asked.decision, asked.circuit.ranks
    if decision is None:
        title = f"Which rules of {asked.spec.name} outrank which"
        return svg_file(overview_picture(asked.spec, ranks), title)
    title = f"Which rules about {decision.name} outrank which"
    return svg_file(decision_picture(asked.spec, decision, ranks.levels[decision]), title)


RANK_GRAPHS: Formats[GraphRequest] = {
    "text": _render_text,
    "svg": _render_svg,
    "dot": _render_dot,
    "mermaid": _render_mermaid,
}


def _join_lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _text_lines(asked: GraphRequest) -> Iterator[str]:
    for decision, levels in asked.levels():
        yield f"{decision}:{'' if levels else ' no rules'}"
        for ranked in levels:
            yield f"  {ranked.level.name}: {', '.join(rule.name for rule in ranked.rules)}"
            for higher, lower in covering_pairs(ranked):
                reason = rank_reason(asked.spec, higher, lower)
                yield f"    {higher.name} > {lower.name}  ({reason})"


def _dot_lines(asked: GraphRequest) -> Iterator[str]:
    yield "digraph ranks {"
    yield "  rankdir=TB; node [shape=box];"
    for decision, levels in asked.levels():
        for ranked in levels:
            level = ranked.level.name
            yield f'  subgraph "cluster_{decision}.{level}" {{'
            yield f'    label="{decision} at {level}";'
            for rule in ranked.rules:
                yield f'    "{decision}.{rule.name}" [label="{rule.name}"];'
            yield "  }"
        for high, low, label in _labelled_edges(asked.spec, levels):
            yield f'  "{decision}.{high}" -> "{decision}.{low}" [label="{label}"];'
    yield "}"


def _mermaid_lines(asked: GraphRequest) -> Iterator[str]:
    yield "flowchart TB"
    for i, (decision, levels) in enumerate(asked.levels()):
        for ranked in levels:
            level = ranked.level.name
            yield f'  subgraph level_{i}_{level}["{decision} at {level}"]'
            yield from (f'    rule_{i}_{rule.name}["{rule.name}"]' for rule in ranked.rules)
            yield "  end"
        for high, low, label in _labelled_edges(asked.spec, levels):
            yield f'  rule_{i}_{high} -->|"{label}"| rule_{i}_{low}'


def _labelled_edges(spec: SpecModel, levels: list[RankedLevel]) -> Iterator[tuple[str, str, str]]:
    """Yield higher, lower and reason: within levels, and from each level to the next."""
    for ranked in levels:
        for higher, lower in covering_pairs(ranked):
            yield higher.name, lower.name, rank_reason(spec, higher, lower)
    for upper, under in pairwise(levels):
        label = f"{upper.level.name} > {under.level.name}"
        yield upper.rules[-1].name, under.rules[0].name, label
