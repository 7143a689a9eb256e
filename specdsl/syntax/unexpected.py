"""What is said of a word that stands where the language has no place for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from lark import Token

from specdsl.diagnostics import did_you_mean
from specdsl.syntax.words import KEYWORDS, STARTS

Words: TypeAlias = Sequence[Token]
CASELESS = frozenset(
    {"case", "caseless", "ignoring", "ignore", "ignorecase", "insensitive", "nocase"}
)
CASELESS_TEXT = "texts in which case does not count are `text ignoring case`; `?` stands after it"

COMPARES = frozenset(["<", ">", "<=", ">=", "=", "!="])
JOINS = frozenset(
    ["and", "or", "not", "possibly", "if", "else", "(", ",", ":", "when", "unless", "then"]
)
NAMES_OF = {
    "NAME": "a name",
    "STRING": 'a "text"',
    "NUMBER": "a number",
    "DATE": "a date",
    "TIME": "a time",
    "DURATION": "a duration",
    "LBRACE": "`{`",
    "RBRACE": "`}`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "COLON": "`:`",
    "COMMA": "`,`",
    "MORETHAN": "`>`",
    "EQUAL": "`=`",
}
VALUES = frozenset({"NUMBER", "DATE", "TIME", "DURATION", "STRING", "NAME", "LPAR", "MINUS"})
LITERALS = frozenset({"NUMBER", "DATE", "TIME", "DURATION", "STRING"})
MEANT = {  # what other languages write, and what is written here
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
}


def found(unit: Words, i: int, accepted: frozenset[str]) -> str:
    """The message on word `i` of a statement; `accepted`: the kinds of words that fit there."""
    token = unit[i]
    where = f" in this `{unit[0]}`" if unit[0] in STARTS else ""
    match token.type:
        case "ILLEGAL":
            return f"unexpected character `{_visible(token)}`"
        case "UNCLOSED":
            return "a string is not closed on its line"
        case "NAME":
            if unit[0] is token:
                hint = did_you_mean(token, STARTS)
                return f"a statement cannot start with `{token}`{hint}"
            return f"unexpected `{token}`{where}{_suggested(unit, i, accepted)}"
        case _:
            if _chains(unit, i):
                return f"unexpected `{token}`: comparisons do not chain, join them with `and`"
            return f"unexpected `{_short(token)}`{where}"


def advice(unit: Words, i: int, accepted: frozenset[str]) -> str:
    """What to write instead, or what may stand there; nothing where that is anybody's guess."""
    if unit[i].type == "UNCLOSED" or _suggested(unit, i, accepted):
        return ""
    meant = _meant(unit, i) or _of_statement(unit, i, accepted)
    if meant:
        return meant
    likely = expected(accepted)
    return f"here may stand {likely}" if likely else ""


def expected(accepted: frozenset[str]) -> str:
    """The likely continuations in the language's own words, at most eight."""
    found: list[str] = []
    if accepted >= VALUES:
        found.append("a value or condition")
        accepted = accepted - VALUES - {"NOT", "POSSIBLY", "SIZE", "MIN", "MAX"}
    for name in sorted(accepted - {"$END", "ILLEGAL", "UNCLOSED"}):
        if name in NAMES_OF:
            found.append(NAMES_OF[name])
        elif name.lower() in KEYWORDS:
            found.append(f"`{name.lower()}`")
    return ", ".join(found) if len(found) <= 8 else ""


def wants_only_name(accepted: frozenset[str]) -> bool:
    return accepted - {"STRING", "$END"} <= {"NAME"} and "NAME" in accepted


def _suggested(unit: Words, i: int, accepted: frozenset[str]) -> str:
    token = unit[i]
    if token.type != "NAME" or _caseless(unit, i):
        return ""
    return did_you_mean(token, _keywords(accepted))


def _keywords(accepted: frozenset[str]) -> set[str]:
    """The keywords that fit, those of a next statement too where this one may end."""
    words = {name.lower() for name in accepted} & KEYWORDS
    return words | STARTS if "$END" in accepted else words


def _meant(unit: Words, i: int) -> str:
    token, before = unit[i], unit[i - 1] if i else None
    if token == "/" and "//" in (_joined(unit, i), _joined(unit, i + 1)):
        return "a comment starts with `#`"
    if before is None:
        return ""
    if token == "=" and _joined(unit, i) in ("==", "!=="):
        return f"write `{'!=' if before == '!=' else '='}`"
    if _inside_name(unit, i):
        return "a name is made of a to z, digits and `_`, and starts with no digit"
    if token.type == "NAME" and before.type == "NUMBER" and _touch(before, token):
        return "a number is digits and a point; the units of a duration are s, m, h, d and w"
    return MEANT.get(token, "") or _of_members(unit, i)


def _of_statement(unit: Words, i: int, accepted: frozenset[str]) -> str:
    """Mistakes that only one kind of statement invites."""
    token, before, first = unit[i], unit[i - 1], unit[0]
    if first == "example" and {"SAYS", "IMPLIES"} <= accepted and before.type == "NAME":
        hint = did_you_mean(before, ("given", "expect", "like"))
        return f"`{before}` is read as a principal{hint}" if hint else ""
    if token == "not" and before in ("then", "and", "says", "implies", "expect"):
        return "write `DECISION is not OUTCOME`"
    if _caseless(unit, i):
        return CASELESS_TEXT
    if first == "fact" and before == "?" and (token == ".." or token.type in LITERALS):
        return "`?` stands after the range"
    if first == "fact" and "QUESTION" in accepted:
        return 'after a type may stand a range, `?`, `secret` and a "text"'
    if first in ("rule", "policy") and token in ("at", "for"):
        return f"`{token}` stands before the clauses, right after the name"
    return ""


def _caseless(unit: Words, i: int) -> bool:
    """Whether a type was meant of texts in which case does not count."""
    return unit[0] == "fact" and not CASELESS.isdisjoint((unit[i - 1], unit[i]))


def _of_members(unit: Words, i: int) -> str:
    """Mistakes of `is` and `=`, and of several members or outcomes."""
    token, before = unit[i], unit[i - 1]
    two_before = unit[i - 2] if i > 1 else ""
    if before == "is" and token.type in LITERALS:
        return f"`is` is for members and outcomes: write `{two_before} = {_short(token)}`"
    if before == "=" and unit[0] == "example" and token.type == "NAME":
        member = {"true": two_before, "false": f"not {two_before}"}
        return f"write `{member.get(token, f'{two_before} is {token}')}`"
    if token == "or" and two_before == "is":
        return f"several are listed: `{unit[i - 3]} in {{{before}, …}}`"
    return ""


def _inside_name(unit: Words, i: int) -> bool:
    """Whether a character stands in the midst of what was meant as one name."""
    token, before = unit[i], unit[i - 1]
    if token.type == "NUMBER":
        return i + 1 < len(unit) and unit[i + 1].type == "NAME" and _touch(token, unit[i + 1])
    if token.type != "ILLEGAL" and token != "-":
        return False
    if token.type == "ILLEGAL" and token.isalpha():
        return True
    after = unit[i + 1] if i + 1 < len(unit) else None
    joined = after is not None and _touch(token, after) and after.type != "STRING"
    return before.type == "NAME" and _touch(before, token) and joined and token not in MEANT


def _touch(one: Token, two: Token) -> bool:
    return one.end_pos == two.start_pos


def _joined(unit: Words, i: int) -> str:
    """Word `i` with the one before, where no blank is between them."""
    if not 0 < i < len(unit) or not _touch(unit[i - 1], unit[i]):
        return ""
    return f"{unit[i - 1]}{unit[i]}"


def _chains(unit: Words, i: int) -> bool:
    """Whether the token is a second comparison: `a < b < c`."""
    if unit[i] not in COMPARES or unit[0] in ("authority", "priority", "decision"):
        return False
    if unit[i - 1] in COMPARES:
        return False
    words = [str(word) if word.type != "STRING" else "" for word in unit[1:i]]
    if unit[0] == "define":
        words = words[2:]
    last = max((at for at, word in enumerate(words) if word in JOINS), default=-1)
    return not COMPARES.isdisjoint(words[last + 1 :])


def _visible(token: Token) -> str:
    """A character, or its number where it cannot be seen."""
    return str(token) if token.isprintable() else f"U+{ord(token):04X}"


def _short(token: Token) -> str:
    return token if len(token) <= 40 else f"{token[:37]}…"
