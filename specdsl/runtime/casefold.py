"""Case folding of texts, when they are read."""

from __future__ import annotations

from itertools import groupby
from unicodedata import combining, normalize


def fold_case(text: str) -> str:
    """Return the `str.casefold` of the text, composed (NFC): texts that differ in case alone, or in
    how Unicode writes the same characters, become equal. Takes linear time.
    """
    if text.isascii():
        return text.lower()
    chars = "".join([normalize("NFD", char) for char in text])
    runs = groupby(chars, lambda char: combining(char) > 0)
    ordered = ("".join(sorted(run, key=combining) if marks else run) for marks, run in runs)
    return normalize("NFC", "".join(ordered).casefold())
