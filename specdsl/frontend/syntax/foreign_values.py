"""Suggestions for values and tests of other languages."""

from __future__ import annotations

import re

from specdsl.frontend.syntax.keywords import LOWER_SNAKE
from specdsl.frontend.syntax.word_pairs import TokenSequence, are_adjacent

OPERATORS_INSTEAD = {"==": "=", "!==": "!=", "<>": "!=", "=<": "<=", "=>": ">=", "=~": "like"}
OPERATORS_INSTEAD |= {"≠": "!=", "≤": "<=", "≥": ">="}
IN_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?|[,']|_[0-9]+")
THOUSANDS = re.compile(r"[0-9]{1,3}(?:[,'_][0-9]{3})+(?:\.[0-9]+)?")
UNITS = {
    **dict.fromkeys(["second", "seconds", "sec", "secs"], "s"),
    **dict.fromkeys(["minute", "minutes", "mins"], "m"),
    **dict.fromkeys(["hour", "hours", "hrs"], "h"),
    **dict.fromkeys(["day", "days"], "d"),
    **dict.fromkeys(["week", "weeks"], "w"),
}
CALENDAR = frozenset(["month", "months", "year", "years", "quarter", "quarters"])
PATTERNS = {
    **dict.fromkeys(["contains", "contain", "includes", "include", "containing"], "*{}*"),
    **dict.fromkeys(["starts", "startswith", "starts_with", "begins"], "{}*"),
    **dict.fromkeys(["ends", "endswith", "ends_with"], "*{}"),
    **dict.fromkeys(["matches", "match", "matching", "regex", "glob"], ""),
}
COMPARATIVES = {
    **dict.fromkeys(["greater", "more", "later", "larger", "higher", "older"], ">"),
    **dict.fromkeys(["less", "fewer", "earlier", "smaller", "lower", "younger"], "<"),
}


def suggest_comparison(unit: TokenSequence, i: int, accepted: frozenset[str]) -> str:
    """Suggest what to write for `==`, `<>`, `x is greater than 3`, `x between 1 and 5`."""
    both = f"{unit[i - 1]}{unit[i]}" if are_adjacent(unit[i - 1], unit[i]) else ""
    if instead := OPERATORS_INSTEAD.get(both) or OPERATORS_INSTEAD.get(unit[i]):
        return f"write `{instead}`"
    operand, after = unit[i - 1], str(unit[i + 1]) if i + 1 < len(unit) else "…"
    if unit[i] == "than" and unit[i - 1].lower() in COMPARATIVES:
        operand = unit[i - 3] if unit[i - 2] == "is" and i > 2 else unit[i - 2]
        return f"write `{operand} {COMPARATIVES[unit[i - 1].lower()]} {after}`"
    if "LIKE" in accepted and unit[i] == "between":
        return f"write `{operand} >= {after} and {operand} <= …`"
    if "LIKE" in accepted and unit[i] in ("equals", "equal", "eq"):
        return f"write `{operand} = {after}`"
    return ""


def suggest_number(unit: TokenSequence, i: int, accepted: frozenset[str]) -> str:
    """Suggest what to write for `1,000`, at whichever token it is noticed."""
    start = i
    while (
        start
        and are_adjacent(unit[start - 1], unit[start])
        and IN_NUMBER.fullmatch(unit[start - 1])
    ):
        start -= 1
    end = start
    while end < len(unit) and IN_NUMBER.fullmatch(unit[end]):
        end += 1
        if end < len(unit) and not are_adjacent(unit[end - 1], unit[end]):
            break
    text = "".join(unit[start:end])
    if i == start or i >= end:
        return ""
    if THOUSANDS.fullmatch(text):
        return f"write `{re.sub('[^0-9.]', '', text)}`: nothing stands between the digits"
    return "a number is digits and a point: no other mark stands in it" if "," in text else ""


def suggest_duration(unit: TokenSequence, i: int, accepted: frozenset[str]) -> str:
    """Suggest what to write for `24 months` and `3 days`."""
    before, word = unit[i - 1], unit[i].lower()
    if before.type != "NUMBER" or unit[i].type != "NAME":
        return ""
    if word in CALENDAR:
        return "months and years have no fixed length: write days, such as `30d` or `365d`"
    return f"write `{before}{UNITS[word]}`" if word in UNITS else ""


def suggest_pattern(unit: TokenSequence, i: int, accepted: frozenset[str]) -> str:
    """Suggest what to write for `contains "x"` and similar tests."""
    if "LIKE" not in accepted or unit[i].lower() not in PATTERNS:
        return ""
    operand, shape = unit[i - 1], PATTERNS[unit[i].lower()]
    text = next((word for word in unit[i + 1 : i + 3] if word.type == "STRING"), None)
    following = unit[i + 1 : i + 2]
    if text is None and following and following[0].type == "NAME" and shape == "*{}*":
        return f"write `{operand} has {following[0]}`"
    if not shape or text is None:
        return f'write `{operand} like "…"`: `*` is any run of characters, `?` is one'
    of_set = f", of a set `{operand} has {name_in_quotes(text)}`" if shape == "*{}*" else ""
    return f'write `{operand} like "{shape.format(text[1:-1])}"`{of_set}'


def suggest_unquoted(unit: TokenSequence, i: int, accepted: frozenset[str]) -> str:
    """Suggest what to write for a member, an outcome or a name in quotes."""
    token, before, name = unit[i], unit[i - 1], name_in_quotes(unit[i])
    if token.type != "STRING" or not ("MEMBER" in accepted or accepted == {"NAME"}):
        return ""
    if before == "is" and "UNKNOWN" in accepted:
        operand = unit[i - 2]
        return f"a member has no quotes: `{operand} is {name}`; a text is `{operand} = {token}`"
    if before in ("is", "has", "not", "be"):
        start = max(k for k in range(i) if unit[k] in ("is", "has", "may", "can")) - 1
        return f"write `{' '.join([*unit[start:i], name])}`"
    return f"write `{name}`, without quotes"


def name_in_quotes(text: str) -> str:
    """Return the name in quotes, or a placeholder."""
    name = text.strip('"')
    return name if LOWER_SNAKE.fullmatch(name) else "…"


def suggest_test(unit: TokenSequence, i: int, accepted: frozenset[str]) -> str:
    """Suggest what to write for `is known` and other tests with `is`, `in` and `has`."""
    token, before = unit[i], unit[i - 1]
    if token in ("known", "unknown") and before == "is":
        return "what is not given may be anything: give its value"
    if token in ("known", "unknown") and before == "not" and unit[i - 2] == "is" and i > 2:
        return f"write `{unit[i - 3]} is {'unknown' if token == 'known' else 'known'}`"
    if token == "is" and before == "not" and i + 1 < len(unit):
        return f"write `{unit[i - 2]} is not {unit[i + 1]}`"
    if token == "has" and unit[0] == "example" and i + 1 < len(unit):
        return f"write `{before} = {{{name_in_quotes(unit[i + 1])}}}`"
    if token == "(" and before in ("in", "of"):
        return "a list stands in `{…}`"
    return ""


HELPS = (
    suggest_comparison,
    suggest_number,
    suggest_duration,
    suggest_pattern,
    suggest_unquoted,
    suggest_test,
)
