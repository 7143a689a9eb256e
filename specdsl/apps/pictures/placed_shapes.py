"""Places of the parts of a picture.

Lengths are pixels at 12 px monospaced type, whose characters are `CHARACTER` wide everywhere.
"""

from __future__ import annotations

from specdsl.apps.pictures.rank_boxes import BoxEdge, LevelBand, RankBox, RankPicture
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Rule

WIDTH = 1000.0  # The width that rows are wrapped at unless another one is given.
CHARACTER = 7.25
LINE = 20.0
PADDING = 12.0
GAP = 24.0
HEAD = 34.0  # The height of a band's heading.
LABEL = 16.0  # The height of an edge's label.
LABEL_CHARACTER = 6.7
COLUMN_RULES = 12  # More rules than these stand in several columns.


Step = tuple[RankBox, RankBox]


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in its box, at the left end of its baseline; the last line may count further rules."""

    rule: Rule | None
    text: str
    note: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class PlacedBox:
    box: RankBox
    x: float
    y: float
    width: float
    height: float
    lines: tuple[RuleLine, ...]

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class PlacedBand:
    band: LevelBand
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class PlacedEdge:
    """An edge from the bottom of a box to the top of a lower one. `lanes`: the rows that it passes
    in between, each as the x of a line and its two ends.
    """

    edge: BoxEdge
    start: tuple[float, float]
    end: tuple[float, float]
    lanes: tuple[tuple[float, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """The reason of an edge, centred at (x, y)."""

    text: str
    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Layout:
    picture: RankPicture
    width: float
    height: float
    bands: tuple[PlacedBand, ...]
    boxes: tuple[PlacedBox, ...]
    edges: tuple[PlacedEdge, ...]
    labels: tuple[PlacedLabel, ...]
