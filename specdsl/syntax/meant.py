"""What other languages write, and what is written here: the help on a word that does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from lark import Token

from specdsl.syntax.words import LOWER_SNAKE

Words: TypeAlias = Sequence[Token]

MARKS = {
    "&": "write `and`",
    "|": "write `or`",
    "!": "write `not`",
    "[": "a list stands in `{…}`",
    ";": "nothing ends a statement: the next keyword begins another",
    "'": 'a text stands in "…"',
    "“": 'a text stands in "…"',
    "”": 'a text stands in "…"',
    "„": 'a text stands in "…"',
    "«": 'a text stands in "…"',
    "\u00a0": "it is a blank that does not break a line: write a plain one",
    "～": 'write `like "…"`',
}
JOINED = {"==": "=", "!==": "!=", "<>": "!=", "=<": "<=", "=>": ">=", "=~": "like", "≠": "!="}
RULE = "write `rule NAME at LEVEL when … then DECISION is OUTCOME`"
REFUSALS = (
    "allow deny permit forbid require refuse reject block prohibit must never always if when "
    "unless then else default"
)
MONTHS = "month months year years quarter quarters mo y"
STARTS = {
    **dict.fromkeys(REFUSALS.split(), RULE),
    **dict.fromkeys(["import", "include", "from", "load"], 'write `use "file.spec"`'),
    **dict.fromkeys(["let", "var", "const", "def", "where"], "write `define NAME = …`"),
    **dict.fromkeys(["input", "type", "enum", "string"], "write `fact NAME: TYPE`"),
    **dict.fromkeys(["bool", "int", "number", "text", "set"], "write `fact NAME: TYPE`"),
    **dict.fromkeys(["role", "actor", "user"], "write `principal NAME at LEVEL`"),
    **dict.fromkeys(["test", "case", "scenario"], 'write `example "…"` with what is given'),
}
CONDITIONS = frozenset(["if", "where", "whenever", "provided", "while"])  # `when`
EXCEPTIONS = frozenset(["except", "excluding", "but", "else", "otherwise"])  # `unless`
CASELESS = frozenset(
    ["case", "caseless", "ignoring", "ignore", "ignorecase", "insensitive", "nocase"]
)
UNITS = {
    **dict.fromkeys(["second", "seconds", "sec", "secs"], "s"),
    **dict.fromkeys(["minute", "minutes", "mins"], "m"),
    **dict.fromkeys(["hour", "hours", "hrs", "h"], "h"),
    **dict.fromkeys(["day", "days"], "d"),
    **dict.fromkeys(["week", "weeks"], "w"),
}
CALENDAR = frozenset(MONTHS.split())
PATTERNS = {
    **dict.fromkeys(["contains", "contain", "includes", "include", "containing"], "*{}*"),
    **dict.fromkeys(["starts", "startswith", "starts_with", "begins"], "{}*"),
    **dict.fromkeys(["ends", "endswith", "ends_with"], "*{}"),
    **dict.fromkeys(["matches", "match", "matching", "regex", "glob"], ""),
}


def meant(unit: Words, i: int, accepted: frozenset[str]) -> str:
    """What is written instead of word `i`; nothing where that is anybody's guess."""
    if i == 0:
        return STARTS.get(unit[0].lower(), "")
    if unit[i] == "/" and "//" in (joined(unit, i), joined(unit, i + 1)):
        return "a comment starts with `#`"
    for help_ in HELPS:
        if found := help_(unit, i, accepted):
            return found
    return MARKS.get(unit[i], "")


def _comparison(unit: Words, i: int, accepted: frozenset[str]) -> str:
    instead = JOINED.get(joined(unit, i)) or JOINED.get(unit[i])
    return f"write `{instead}`" if instead else ""


def _thousands(unit: Words, i: int, accepted: frozenset[str]) -> str:
    """`1,000`, wherever it is noticed."""
    start = i
    while start and touch(unit[start - 1], unit[start]) and _in_number(unit[start - 1]):
        start -= 1
    run = [unit[start]] if _in_number(unit[start]) else []
    for one in unit[start + 1 :]:
        if not run or not touch(run[-1], one) or not _in_number(one):
            break
        run.append(one)
    text = "".join(run)
    if i > start and re.fullmatch(r"[0-9]{1,3}(?:[,'_][0-9]{3})+(?:\.[0-9]+)?", text):
        digits = re.sub("[,'_]", "", text)
        return f"write `{digits}`: a number has nothing between its digits"
    return ""


def _in_number(token: Token) -> bool:
    return re.fullmatch(r"[0-9.]+|[,']|_[0-9]+", token) is not None


def _length_of_time(unit: Words, i: int, accepted: frozenset[str]) -> str:
    """`24 months`, `3 days`."""
    before, word = unit[i - 1], unit[i].lower()
    if before.type not in ("NUMBER", "DURATION") or unit[i].type != "NAME":
        return ""
    if word in CALENDAR:
        return "months and years have no fixed length: write days, such as `30d` or `365d`"
    if word in UNITS and before.type == "NUMBER":
        return f"write `{before}{UNITS[word]}`"
    return ""


def _pattern(unit: Words, i: int, accepted: frozenset[str]) -> str:
    """`contains "x"` and the like."""
    if "LIKE" not in accepted or unit[i].lower() not in PATTERNS:
        return ""
    text = next((word[1:-1] for word in unit[i + 1 : i + 3] if word.type == "STRING"), None)
    following, shape = unit[i + 1 : i + 2], PATTERNS[unit[i].lower()]
    if text is None and following and following[0].type == "NAME" and shape == "*{}*":
        return f"write `{unit[i - 1]} has {following[0]}`"
    if not shape or text is None:
        return f'write `{unit[i - 1]} like "…"`: `*` is any run of characters, `?` is one'
    return f'write `{unit[i - 1]} like "{shape.format(text)}"`'


def _between(unit: Words, i: int, accepted: frozenset[str]) -> str:
    if "LIKE" not in accepted or unit[i].lower() not in ("between", "equals"):
        return ""
    x, rest = unit[i - 1], unit[i + 1 : i + 2]
    if unit[i].lower() == "equals":
        return f"write `{x} = {rest[0] if rest else '…'}`"
    return f"write `{x} >= {rest[0] if rest else '…'} and {x} <= …`"


def _clause(unit: Words, i: int, accepted: frozenset[str]) -> str:
    word = unit[i].lower()
    if "WHEN" in accepted and (word in CONDITIONS or word == "when"):
        return "write `when`"
    return "write `unless`" if "UNLESS" in accepted and word in EXCEPTIONS else ""


def _separator(unit: Words, i: int, accepted: frozenset[str]) -> str:
    """`:` for `=` and the other way round, `,` for `>`."""
    token = unit[i]
    if token == ":" and "EQUAL" in accepted and unit[0] == "define":
        return "write `=`"
    if token == "=" and "COLON" in accepted and i <= 3:
        return "write `:`"
    if token == ":" and unit[0] == "assert" and i == 2:
        return f'write `assert "{unit[1]}": …`'
    if token in (",", "|") and "MORETHAN" in accepted and unit[0] in ORDERED:
        return f"write `>` between the {ORDERED[str(unit[0])]}"
    if token in ("=", ":") and "MAY" in accepted and i + 1 < len(unit):
        return f"write `{unit[i - 1]} is {_plain(unit[i + 1])}`"
    return "a list stands in `{…}`" if token == "(" and unit[i - 1] == "in" else ""


ORDERED = {
    "decision": "outcomes, the most preferred first",
    "authority": "levels, the highest first",
    "priority": "values, the highest first",
}


def _ignoring_case(unit: Words, i: int, accepted: frozenset[str]) -> str:
    if unit[0] != "fact" or CASELESS.isdisjoint((unit[i - 1], unit[i])):
        return ""
    return "texts in which case does not count are `text ignoring case`; `?` stands after it"


def _quoted(unit: Words, i: int, accepted: frozenset[str]) -> str:
    """A member or an outcome in quotes."""
    token, before = unit[i], unit[i - 1]
    if token.type != "STRING" or "MEMBER" not in accepted:
        return ""
    name = _plain(token)
    if before == "is" and "KNOWN" in accepted:
        instead = f"`{unit[i - 2]} is {name}`; a text is compared: `{unit[i - 2]} = {token}`"
        return f"a member stands without quotes, {instead}"
    if before in ("is", "has", "not", "be"):
        start = max(k for k in range(i) if unit[k] in ("is", "has", "may", "can")) - 1
        return f"write `{' '.join([*unit[start:i], name])}`"
    return f"write `{name}`, without quotes"


def _plain(token: Token) -> str:
    """The name in quotes, or what stands there."""
    text = str(token).strip('"')
    return text if LOWER_SNAKE.fullmatch(text) else "…"


def _known(unit: Words, i: int, accepted: frozenset[str]) -> str:
    if unit[i] not in ("known", "unknown") or unit[i - 1] not in ("not", "is"):
        return ""
    if unit[i - 1] == "is":
        return "what is not given may be anything: give its value"
    opposite = "unknown" if unit[i] == "known" else "known"
    return f"write `{unit[i - 3]} is {opposite}`" if unit[i - 2] == "is" and i > 2 else ""


Help: TypeAlias = Callable[[Words, int, frozenset[str]], str]
HELPS: tuple[Help, ...] = (
    _comparison,
    _thousands,
    _length_of_time,
    _pattern,
    _between,
    _clause,
    _separator,
    _ignoring_case,
    _quoted,
    _known,
)


def touch(one: Token, two: Token) -> bool:
    """Whether no blank is between them."""
    return one.end_pos == two.start_pos


def joined(unit: Words, i: int) -> str:
    """Word `i` with the one before, where no blank is between them."""
    if not 0 < i < len(unit) or not touch(unit[i - 1], unit[i]):
        return ""
    return f"{unit[i - 1]}{unit[i]}"
