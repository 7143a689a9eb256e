"""What is said of a word that stands where the language has no place for it."""

from __future__ import annotations

from lark import Token

from specdsl.diagnostics import did_you_mean
from specdsl.syntax.marks import Words, first_on_line, touch
from specdsl.syntax.meant import EFFECT, MARKS, meant
from specdsl.syntax.meant import STARTS as OTHER_STARTS
from specdsl.syntax.place import NAMED
from specdsl.syntax.words import KEYWORDS, RESERVED_WORDS, STARTS

COMPARES = frozenset(["<", ">", "<=", ">=", "=", "!="])
JOINS = frozenset(
    ["and", "or", "not", "possibly", "if", "else", "(", ",", ":", "when", "unless", "then"]
)
NAMES_OF = {
    "NAME": "a name",
    "MEMBER": "a name",
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
TYPES = frozenset({"NAME", "BOOL", "INT", "NUMBER_TYPE", "TEXT_TYPE", "SET", "LBRACE"})
LITERALS = frozenset({"NUMBER", "DATE", "TIME", "DURATION", "STRING"})


def found(unit: Words, i: int, accepted: frozenset[str]) -> str:
    """The message on word `i` of a statement; `accepted`: the kinds of words that fit there."""
    token = unit[i]
    where = _where(unit)
    match token.type:
        case "ILLEGAL":
            return f"unexpected character `{_visible(token)}`"
        case "RBRACE" if "LBRACE" not in (word.type for word in unit[:i]):
            return f"unexpected `}}`{where}: no policy is open here"
        case "UNCLOSED":
            return "a string is not closed on its line"
        case _ if i == 0:
            hint = "" if token in OTHER_STARTS else did_you_mean(token, STARTS)
            return f"a statement cannot start with `{_short(token)}`{hint}"
        case "NAME":
            return f"unexpected `{token}`{where}{_suggested(unit, i, accepted)}"
        case _:
            if _chains(unit, i):
                return f"unexpected `{token}`: comparisons do not chain, join them with `and`"
            return f"unexpected `{_short(token)}`{where}"


def advice(unit: Words, i: int, accepted: frozenset[str]) -> str:
    """What to write instead, or what may stand there; nothing where that is anybody's guess."""
    if unit[i].type == "UNCLOSED" or (
        unit[i] == "}" and "LBRACE" not in (w.type for w in unit[:i])
    ):
        return ""
    instead = meant(unit, i, accepted) or _of_name(unit, i) or _of_statement(unit, i, accepted)
    if instead or i == 0 or _suggested(unit, i, accepted):
        return instead
    likely = expected(accepted)
    return f"here may stand {likely}" if likely else ""


def expected(accepted: frozenset[str]) -> str:
    """The likely continuations in the language's own words, at most eight."""
    found: list[str] = []
    if accepted >= VALUES:
        found.append("a value or condition")
        accepted = accepted - VALUES - {"NOT", "POSSIBLY", "SIZE", "MIN", "MAX"}
    if accepted >= TYPES:
        found.append("a type")
        accepted = accepted - TYPES
    for name in sorted(accepted - {"$END", "ILLEGAL", "UNCLOSED"}):
        if name in NAMES_OF:
            found.append(NAMES_OF[name])
        elif name.lower() in KEYWORDS:
            found.append(f"`{name.lower()}`")
    return ", ".join(found) if len(found) <= 8 else ""


def lacking(word: Token, accepted: frozenset[str]) -> str:
    """The message on a word before which a name is left out."""
    what = "a value or condition" if accepted >= VALUES else "a name"
    return f"{what} is missing before `{word}`"


def misplaced(unit: Words, i: int) -> tuple[str, str] | None:
    """Message and help where the word before word `i` was read as a member or an outcome, but is
    likelier a word of the language."""
    before = unit[i - 1]
    if i < 2 or before.type != "MEMBER" or before not in RESERVED_WORDS:
        return None
    help_ = f"here stands a name, then `{before}`"
    if before == "in" and "is" in unit[i - 3 : i - 1]:
        negated = unit[i - 2] == "not"
        help_ = f"write `{unit[i - 3 - negated]} {'not ' * negated}in {{…}}`"
    return f"unexpected `{before}`{_where(unit)}", help_


def unfinished(unit: Words, accepted: frozenset[str]) -> tuple[str, str]:
    """Message and help on a statement that stops too early."""
    first, kinds = unit[0], [word.type for word in unit]
    message = f"this `{first}` is not complete"
    if first not in STARTS:
        message = f"a statement cannot start with `{_short(first)}`"
    elif first == "rule" and "THEN" not in kinds:
        message = "this `rule` has no `then` and is not complete"
    if "IF" in kinds and "ELSE" in accepted:
        return message, "write `when` before a condition; `if` stands in `A if CONDITION else B`"
    if accepted >= EFFECT and "AND" not in accepted:
        return message, "write `DECISION is OUTCOME`"
    likely = expected(accepted)
    return message, f"after it may stand {likely}" if likely else ""


def _where(unit: Words) -> str:
    return f" in this `{unit[0]}`" if unit[0] in STARTS else ""


def _suggested(unit: Words, i: int, accepted: frozenset[str]) -> str:
    """` (did you mean …?)`, where nothing better is to be said."""
    token = unit[i]
    if token.type != "NAME" or meant(unit, i, accepted):
        return ""
    return did_you_mean(token, _keywords(accepted, first_on_line(unit, i)))


def _keywords(accepted: frozenset[str], begins: bool) -> set[str]:
    """The keywords that fit, those of a next statement too where this one may end."""
    words = {name.lower() for name in accepted} & KEYWORDS
    return words | STARTS if begins and "$END" in accepted else words


def _of_name(unit: Words, i: int) -> str:
    """Names and numbers that hold what they cannot."""
    if i == 0:
        return ""
    if _inside_name(unit, i):
        return "a name is made of a to z, digits and `_`, and starts with no digit"
    if unit[i].type == "NAME" and unit[i - 1].type == "NUMBER" and touch(unit[i - 1], unit[i]):
        units = "the units of a duration are s, m, h, d and w"
        return f"a number is digits and a point; {units}"
    return _of_members(unit, i)


def _of_statement(unit: Words, i: int, accepted: frozenset[str]) -> str:
    """Mistakes that only one kind of statement invites."""
    token, before, first = unit[i], unit[i - 1], unit[0]
    if first == "example" and {"SAYS", "IMPLIES"} <= accepted and before.type == "NAME":
        hint = did_you_mean(before, ("given", "expect", "like"))
        return f"`{before}` is read as a principal{hint}" if hint else ""
    if token == "not" and before in ("then", "and", "says", "implies", "expect"):
        return "write `DECISION is not OUTCOME`"
    if first == "fact" and before == "?" and (token == ".." or token.type in LITERALS):
        return "`?` stands after the range"
    if first == "fact" and "QUESTION" in accepted:
        return 'after a type may stand a range, `?`, `secret` and a "text"'
    if first in ("rule", "policy") and token in ("at", "for"):
        return f"`{token}` stands before the clauses, right after the name"
    return ""


def _of_members(unit: Words, i: int) -> str:
    """Mistakes of `is` and `=`, and of several members or outcomes."""
    token, before = unit[i], unit[i - 1]
    two_before = unit[i - 2] if i > 1 else ""
    if before == "is" and token.type in LITERALS - {"STRING"}:
        return f"`is` is for members and outcomes: write `{two_before} = {_short(token)}`"
    if before == "=" and unit[0] == "example" and token.type == "NAME":
        member: dict[str, str] = {"true": two_before, "false": f"not {two_before}"}
        if token in member:
            return f"write `{member[token]}`"
        return f"write `{two_before} is {token}`, of a set `{two_before} = {{{token}}}`"
    if token == "or" and two_before == "is":
        return f"several are listed: `{unit[i - 3]} in {{{before}, …}}`"
    return ""


def _inside_name(unit: Words, i: int) -> bool:
    """Whether a character stands in the midst of what was meant as one name."""
    token, before = unit[i], unit[i - 1]
    if token.type == "NUMBER":
        return i + 1 < len(unit) and unit[i + 1].type == "NAME" and touch(token, unit[i + 1])
    if token.type != "ILLEGAL" and token != "-":
        return False
    if token.type == "ILLEGAL" and token.isalpha():
        return True
    after = unit[i + 1] if i + 1 < len(unit) else None
    joined = after is not None and touch(token, after) and after.type != "STRING"
    return before.type in NAMED and touch(before, token) and joined and token not in MARKS


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
