"""Pictures of ranks in a page: one for wide columns, one for phones; the style sheet shows one."""

from __future__ import annotations

from markupsafe import Markup

from specdsl.apps.pictures.rank_boxes import RankPicture
from specdsl.apps.pictures.svg import svg_inline
from specdsl.apps.site.anchors import rule_anchor
from specdsl.frontend.model.nodes import Rule

ROOMS = {"wide": 900.0, "narrow": 356.0}  # The widths of the column and of a phone.


def ranks_figure(picture: RankPicture, title: str) -> Markup:
    """Return both pictures, with a link for each rule."""
    return Markup("\n").join(
        Markup(f'<div class="{kind}">{svg_inline(picture, title, _address_of, room)}</div>')
        for kind, room in ROOMS.items()
    )


def _address_of(rule: Rule) -> str:
    return f"#{rule_anchor(rule)}"
