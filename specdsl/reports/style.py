"""Terminal colours."""

from __future__ import annotations

from specdsl.base.plain_text import visible
from specdsl.base.quick_dataclass import dataclass

CODES = {"error": "1;31", "warning": "1;33", "note": "1;36", "good": "32", "dim": "2", "bold": "1"}


@dataclass(frozen=True, slots=True)
class Style:
    colour: bool = False

    def paint(self, text: str, *kinds: str) -> str:
        """Return the text with colour codes, if colours are on."""
        if not self.colour or not text:
            return text
        start = "".join(f"\033[{CODES[kind]}m" for kind in kinds)
        return f"{start}{visible(text, newlines=True)}\033[0m"
