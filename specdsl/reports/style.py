"""Terminal colours, and how much fits on a line."""

from __future__ import annotations

from specdsl.base.plain_text import visible
from specdsl.base.quick_dataclass import dataclass

CODES = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "good": "32",
    "place": "1;34",
    "dim": "2",
    "bold": "1",
}
WIDTH = 100  # Columns of a text that goes elsewhere than to a terminal, and the most on one.
LEAST_WIDTH = 40


@dataclass(frozen=True, slots=True)
class Style:
    """The look of a text: with colours or without, and for a terminal of so many columns; None if
    it goes elsewhere.
    """

    colour: bool = False
    columns: int | None = None

    def width_beside(self, lead: int) -> int:
        """Return the number of columns for text beside a lead, which only counts on a terminal."""
        return WIDTH if self.columns is None else max(LEAST_WIDTH, min(WIDTH, self.columns - lead))

    @property
    def width(self) -> int:
        """Return the number of columns of whole lines of text."""
        return self.width_beside(0)

    def paint(self, text: str, *kinds: str) -> str:
        """Return the text with colour codes, if colours are on."""
        if not self.colour or not text:
            return text
        start = "".join(f"\033[{CODES[kind]}m" for kind in kinds)
        return f"{start}{visible(text, newlines=True)}\033[0m"
