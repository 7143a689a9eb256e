"""JSON read without what readers understand differently: repeated names, NaN and infinities."""

from __future__ import annotations

import json
from typing import Any


def parse_json(text: str | bytes) -> Any:
    """Parse a JSON text. Raises `ValueError`, also for a text that is nested too deeply."""
    try:
        return json.loads(text, object_pairs_hook=_unique_names, parse_constant=_reject_constant)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"`{name}` is given twice")
        found[name] = value
    return found


def _reject_constant(text: str) -> Any:
    raise ValueError(f"`{text}` is no number of JSON")
