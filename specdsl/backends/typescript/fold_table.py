"""Case folding as a table: what `str.casefold` makes of single characters, in runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from textwrap import wrap
from unicodedata import unidata_version

WIDTH = 90  # Characters of a line of the table.


@cache
def fold_constants() -> str:
    """Return the table as constants in TypeScript: runs of characters that are folded to the
    character that far ahead (first, how many, step, how far), and characters that are folded to
    several.
    """
    folded = {ord(char): char.casefold() for char in map(chr, range(sys.maxunicode + 1))}
    changed = {code: text for code, text in folded.items() if text != chr(code)}
    single = {code: ord(text) - code for code, text in changed.items() if len(text) == 1}
    several = (
        ",".join(map(str, (code, *map(ord, text))))
        for code, text in changed.items()
        if len(text) > 1
    )
    return "\n\n".join(
        (
            _constant_text("FOLDED_RUNS", _runs(single)),
            _constant_text("FOLDED_TO_SEVERAL", several),
        )
    )


def _constant_text(name: str, items: Iterator[str]) -> str:
    lines = wrap(" ".join(items), WIDTH, break_long_words=False, break_on_hyphens=False)
    parts = [*(f'  "{line} "' for line in lines[:-1]), f'  "{lines[-1]}"']
    note = f"// Of Unicode {unidata_version}.\n"
    return f"{note}const {name} =\n" + " +\n".join(parts) + ";"


def _runs(ahead: dict[int, int]) -> Iterator[str]:
    """Yield runs of characters one or two apart that are folded equally far ahead."""
    for far, group in groupby(sorted(ahead), key=ahead.__getitem__):
        codes = list(group)
        while codes:
            step = codes[1] - codes[0] if len(codes) > 1 else 1
            many = 1
            while many < len(codes) and codes[many] - codes[many - 1] == step:
                many += 1
            yield f"{codes[0]},{many},{step},{far}"
            codes = codes[many:]
