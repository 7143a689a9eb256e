"""A picture of the priority graph as SVG: bands of levels, boxes of rules, edges with reasons.

Colours are classes of `picture.css`, for light and dark. A file of its own holds that style sheet;
in a page it is the page's. There is no script and no inline style, and every text is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

from specdsl.apps.pictures.picture_layout import lay_out
from specdsl.apps.pictures.placed_shapes import (
    HEAD,
    LINE,
    PADDING,
    Layout,
    PlacedBand,
    PlacedBox,
    PlacedEdge,
    PlacedLabel,
    RuleLine,
)
from specdsl.apps.pictures.rank_boxes import RankPicture
from specdsl.base.plain_text import visible
from specdsl.frontend.model.nodes import Rule

HUES = 6  # Further levels have the last hue.
ARROW = 5.0

STYLE = Path(__file__).with_name("picture.css")

RuleLink = Callable[[Rule], str]


def svg_file(picture: RankPicture, title: str) -> str:
    """Return a file of its own, which any browser or viewer shows."""
    style = f"<style>\n{STYLE.read_text(encoding='utf-8')}</style>"
    element = _svg_element(lay_out(picture), title, style, None)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{element}\n'


def svg_inline(picture: RankPicture, title: str, link: RuleLink, room: float) -> str:
    """Return an element for a page, in which every rule is a link; rows are wrapped at `room`."""
    return _svg_element(lay_out(picture, room), title, "", link)


def _svg_element(layout: Layout, title: str, style: str, link: RuleLink | None) -> str:
    width, height = _px_text(layout.width), _px_text(max(layout.height, HEAD))
    role = "img" if link is None else "group"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="ranks" role="{role}" '
        f'aria-label="{_escape_text(title)}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">'
    )
    return "\n".join([head, *([style] if style else []), *_drawn_parts(layout, link), "</svg>"])


def _drawn_parts(layout: Layout, link: RuleLink | None) -> Iterator[str]:
    if not layout.bands:
        yield f'<text class="none" x="{_px_text(PADDING)}" y="{_px_text(LINE)}">no rules</text>'
    for band in layout.bands:
        yield from _band_parts(band, layout.width)
    for edge in layout.edges:
        yield _edge_part(edge)
    for box in layout.boxes:
        yield from _box_parts(box, link)
    for label in layout.labels:
        yield from _label_parts(label)


def _band_parts(band: PlacedBand, width: float) -> Iterator[str]:
    level = band.band.level
    count = sum(len(box.rules) for row in band.band.rows for box in row)
    yield f'<g class="band hue{min(level.rank, HUES - 1)}">'
    yield f'<rect {_rect_place(0.5, band.y + 0.5, width - 1, band.height - 1)} rx="8"/>'
    said = f"{count:,} rule{'s' * (count != 1)}"
    yield (
        f'<text class="level" x="{_px_text(PADDING)}" y="{_px_text(band.y + 22)}">'
        f'{_escape_text(level.name)}<tspan class="count" dx="10">{said}</tspan></text>'
    )
    yield "</g>"


def _box_parts(box: PlacedBox, link: RuleLink | None) -> Iterator[str]:
    yield '<g class="box">'
    yield f'<rect {_rect_place(box.x, box.y, box.width, box.height)} rx="6"/>'
    if box.box.value is not None:
        place = f'x="{_px_text(box.x + PADDING)}" y="{_px_text(box.y + PADDING + LINE * 0.55)}"'
        yield f'<text class="value" {place}>{_escape_text(box.box.value.name)}</text>'
    for line in box.lines:
        yield _rule_part(line, link)
    yield "</g>"


def _rule_part(line: RuleLine, link: RuleLink | None) -> str:
    note = f'<tspan class="effect" dx="8">{_escape_text(line.note)}</tspan>' if line.note else ""
    place = f'x="{_px_text(line.x)}" y="{_px_text(line.y)}"'
    text = f'<text class="rule" {place}>{_escape_text(line.text)}{note}</text>'
    if line.rule is None:
        return text.replace('class="rule"', 'class="more"')
    if link is not None:
        return f'<a href="{_escape_text(link(line.rule))}">{text}</a>'
    doc = f"<title>{_escape_text(line.rule.doc)}</title>" if line.rule.doc else ""
    return f"<g>{doc}{text}</g>"


def _edge_part(edge: PlacedEdge) -> str:
    x, y = edge.end
    tip = y - ARROW
    head = " ".join(
        f"{_px_text(a)},{_px_text(b)}" for a, b in ((x, y), (x - 3.5, tip), (x + 3.5, tip))
    )
    kind = "edge override" if "overrides" in edge.edge.reasons else "edge"
    return f'<g class="{kind}"><path d="{_path_text(edge)}"/><polygon points="{head}"/></g>'


def _path_text(edge: PlacedEdge) -> str:
    """Return curves from row to row, and lines through the rows between them."""
    here, last = edge.start, (edge.end[0], edge.end[1] - ARROW)
    parts = [f"M{_px_text(here[0])} {_px_text(here[1])}"]
    for x, top, bottom in edge.lanes:
        parts += [_curve_text(here, (x, top)), f"V{_px_text(bottom)}"]
        here = x, bottom
    return "".join([*parts, _curve_text(here, last)])


def _curve_text(start: tuple[float, float], end: tuple[float, float]) -> str:
    (x1, y1), (x2, y2) = start, end
    bend = max(12.0, (y2 - y1) / 2)
    a, b, c, d, e, f = map(_px_text, (x1, y1 + bend, x2, y2 - bend, x2, y2))
    return f"C{a} {b} {c} {d} {e} {f}"


def _label_parts(label: PlacedLabel) -> Iterator[str]:
    kind = "reason override" if "overrides" in label.text else "reason"
    yield f'<g class="{kind}">'
    yield f'<rect {_rect_place(label.x - label.width / 2, label.y - 12, label.width, 16)} rx="8"/>'
    x, y = _px_text(label.x), _px_text(label.y)
    yield f'<text x="{x}" y="{y}">{_escape_text(label.text)}</text></g>'


def _rect_place(x: float, y: float, width: float, height: float) -> str:
    x_, y_, width_, height_ = map(_px_text, (x, y, width, height))
    return f'x="{x_}" y="{y_}" width="{width_}" height="{height_}"'


def _px_text(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _escape_text(text: str) -> str:
    return escape(visible(text))
