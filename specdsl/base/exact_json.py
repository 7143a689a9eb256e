"""JSON read without what readers understand differently: repeated names, NaN and infinities."""

from __future__ import annotations

import json
from typing import Any

from specdsl.base.limits import MAX_JSON_DIGITS


def parse_json(text: str | bytes, parse_float: Any = None) -> Any:
    """Parse a JSON text; `parse_float` makes the value of a number with a fraction or an exponent.
    Raises `ValueError` that says what is wrong, also for a text that is nested too deeply.
    """
    try:
        return json.loads(
            text,
            parse_float=parse_float,
            parse_int=_parse_int,
            object_pairs_hook=_unique_names,
            parse_constant=_reject_constant,
        )
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    except (json.JSONDecodeError, UnicodeDecodeError) as problem:
        raise ValueError(f"it is no JSON: {problem}") from None


def _parse_int(digits: str) -> int:
    if len(digits) > MAX_JSON_DIGITS:
        raise ValueError("a number has too many digits")
    return int(digits)


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"`{twice}` is given twice")
    return found


def _reject_constant(text: str) -> Any:
    raise ValueError(f"`{text}` is no number of JSON")
