"""Syntax error messages: what is wrong with an unexpected token, and what may stand there."""

from __future__ import annotations

from lark import Token

from specdsl.base.diagnostics import did_you_mean
from specdsl.frontend.syntax.foreign_words import EFFECT_KINDS, MARK_HELPS, suggest_instead
from specdsl.frontend.syntax.foreign_words import START_HELPS as OTHER_STARTS
from specdsl.frontend.syntax.keywords import KEYWORDS, RESERVED_WORDS, STATEMENT_KEYWORDS
from specdsl.frontend.syntax.parser_states import NAME_KINDS
from specdsl.frontend.syntax.word_pairs import TokenSequence, are_adjacent, first_on_line

COMPARISONS = frozenset(["<", ">", "<=", ">=", "=", "!="])
CONNECTIVES = frozenset(
    ["and", "or", "not", "possibly", "if", "else", "(", ",", ":", "when", "unless", "then"]
)
KIND_TEXTS = {
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


def unexpected_token(unit: TokenSequence, i: int, accepted: frozenset[str]) -> str:
    """Return the message on token `i` of a statement; `accepted` are the kinds of tokens
    that fit.
    """
    token = unit[i]
    where = _in_statement(unit)
    match token.type:
        case "ILLEGAL":
            return f"unexpected character `{_visible_character(token)}`"
        case "RBRACE" if "LBRACE" not in (word.type for word in unit[:i]):
            return f"unexpected `}}`{where}: no policy is open here"
        case "UNCLOSED":
            return "a string is not closed on its line"
        case _ if i == 0:
            hint = "" if token in OTHER_STARTS else did_you_mean(token, STATEMENT_KEYWORDS)
            return f"a statement cannot start with `{_short_text(token)}`{hint}"
        case "NAME":
            return f"unexpected `{token}`{where}{_keyword_hint(unit, i, accepted)}"
        case _:
            if _is_chained(unit, i):
                return f"unexpected `{token}`: comparisons do not chain, join them with `and`"
            return f"unexpected `{_short_text(token)}`{where}"


def advice_on_token(unit: TokenSequence, i: int, accepted: frozenset[str]) -> str:
    """Return what to write instead, or what may stand there; empty if there is no good guess."""
    if unit[i].type == "UNCLOSED" or (
        unit[i] == "}" and "LBRACE" not in (w.type for w in unit[:i])
    ):
        return ""
    instead = (
        suggest_instead(unit, i, accepted)
        or _advice_on_name(unit, i)
        or _advice_on_statement(unit, i, accepted)
    )
    if instead or i == 0 or _keyword_hint(unit, i, accepted):
        return instead
    likely = likely_continuations(accepted)
    return f"here may stand {likely}" if likely else ""


def likely_continuations(accepted: frozenset[str]) -> str:
    """Return the likely continuations in the language's own words, at most eight."""
    found: list[str] = []
    if accepted >= VALUES:
        found.append("a value or condition")
        accepted = accepted - VALUES - {"NOT", "POSSIBLY", "SIZE", "MIN", "MAX"}
    if accepted >= TYPES:
        found.append("a type")
        accepted = accepted - TYPES
    for name in sorted(accepted - {"$END", "ILLEGAL", "UNCLOSED"}):
        if name in KIND_TEXTS:
            found.append(KIND_TEXTS[name])
        elif name.lower() in KEYWORDS:
            found.append(f"`{name.lower()}`")
    return ", ".join(found) if len(found) <= 8 else ""


def name_missing_before(word: Token, accepted: frozenset[str]) -> str:
    """Return the message on a token before which a name is missing."""
    what = "a value or condition" if accepted >= VALUES else "a name"
    return f"{what} is missing before `{word}`"


def misplaced_keyword(unit: TokenSequence, i: int) -> tuple[str, str] | None:
    """Return message and help if the token before token `i` was read as a member or an outcome, but
    is more likely a keyword.
    """
    before = unit[i - 1]
    if i < 2 or before.type != "MEMBER" or before not in RESERVED_WORDS:
        return None
    help_ = f"here stands a name, then `{before}`"
    if before == "in" and "is" in unit[i - 3 : i - 1]:
        negated = unit[i - 2] == "not"
        help_ = f"write `{unit[i - 3 - negated]} {'not ' * negated}in {{…}}`"
    return f"unexpected `{before}`{_in_statement(unit)}", help_


def unfinished_statement(unit: TokenSequence, accepted: frozenset[str]) -> tuple[str, str]:
    """Return message and help on a statement that ends too early."""
    first, kinds = unit[0], [word.type for word in unit]
    message = f"this `{first}` is not complete"
    if first not in STATEMENT_KEYWORDS:
        message = f"a statement cannot start with `{_short_text(first)}`"
    elif first == "rule" and "THEN" not in kinds:
        message = "this `rule` has no `then` and is not complete"
    if "IF" in kinds and "ELSE" in accepted:
        return message, "write `when` before a condition; `if` stands in `A if CONDITION else B`"
    if accepted >= EFFECT_KINDS and "AND" not in accepted:
        return message, "write `DECISION is OUTCOME`"
    likely = likely_continuations(accepted)
    return message, f"after it may stand {likely}" if likely else ""


def _in_statement(unit: TokenSequence) -> str:
    return f" in this `{unit[0]}`" if unit[0] in STATEMENT_KEYWORDS else ""


def _keyword_hint(unit: TokenSequence, i: int, accepted: frozenset[str]) -> str:
    """Return ` (did you mean …?)`, if there is no better advice."""
    token = unit[i]
    if token.type != "NAME" or suggest_instead(unit, i, accepted):
        return ""
    return did_you_mean(token, _fitting_keywords(accepted, first_on_line(unit, i)))


def _fitting_keywords(accepted: frozenset[str], begins: bool) -> set[str]:
    """Return the keywords that fit, including those of a next statement if this one may end."""
    words = {name.lower() for name in accepted} & KEYWORDS
    return words | STATEMENT_KEYWORDS if begins and "$END" in accepted else words


def _advice_on_name(unit: TokenSequence, i: int) -> str:
    """Advise on names and numbers with characters that they cannot contain."""
    if i == 0:
        return ""
    if _is_inside_name(unit, i):
        return "a name is made of a to z, digits and `_`, and starts with no digit"
    if (
        unit[i].type == "NAME"
        and unit[i - 1].type == "NUMBER"
        and are_adjacent(unit[i - 1], unit[i])
    ):
        units = "the units of a duration are s, m, h, d and w"
        return f"a number is digits and a point; {units}"
    return _advice_on_members(unit, i)


def _advice_on_statement(unit: TokenSequence, i: int, accepted: frozenset[str]) -> str:
    """Advise on mistakes that only one kind of statement invites."""
    token, before, first = unit[i], unit[i - 1], unit[0]
    if first == "example" and {"SAYS", "IMPLIES"} <= accepted and before.type == "NAME":
        hint = did_you_mean(before, ("given", "expect", "like"))
        return f"`{before}` is read as a principal{hint}" if hint else ""
    if token == "not" and before in ("then", "and", "says", "implies", "expect"):
        return "write `DECISION is not OUTCOME`"
    if first == "fact" and before == "?" and (token == ".." or token.type in LITERALS):
        return "`?` stands after the range"
    if first == "fact" and token == "secret" and before == "judged":
        return "`secret` stands before `judged`"
    if first == "fact" and "QUESTION" in accepted:
        return 'after a type may stand a range, `?`, `secret`, `judged` and a "text"'
    if first in ("rule", "policy") and token in ("at", "for"):
        return f"`{token}` stands before the clauses, right after the name"
    return ""


def _advice_on_members(unit: TokenSequence, i: int) -> str:
    """Advise on mistakes of `is` and `=`, and of several members or outcomes."""
    token, before = unit[i], unit[i - 1]
    two_before = unit[i - 2] if i > 1 else ""
    if before == "is" and token.type in LITERALS - {"STRING"}:
        return f"`is` is for members and outcomes: write `{two_before} = {_short_text(token)}`"
    if before == "=" and unit[0] == "example" and token.type == "NAME":
        member: dict[str, str] = {"true": two_before, "false": f"not {two_before}"}
        if token in member:
            return f"write `{member[token]}`"
        return f"write `{two_before} is {token}`, of a set `{two_before} = {{{token}}}`"
    if token == "or" and two_before == "is":
        return f"several are listed: `{unit[i - 3]} in {{{before}, …}}`"
    return ""


def _is_inside_name(unit: TokenSequence, i: int) -> bool:
    """Return whether a character stands in the middle of what was meant as one name."""
    token, before = unit[i], unit[i - 1]
    if token.type == "NUMBER":
        return i + 1 < len(unit) and unit[i + 1].type == "NAME" and are_adjacent(token, unit[i + 1])
    if token.type != "ILLEGAL" and token != "-":
        return False
    if token.type == "ILLEGAL" and token.isalpha():
        return True
    after = unit[i + 1] if i + 1 < len(unit) else None
    joined = after is not None and are_adjacent(token, after) and after.type != "STRING"
    return (
        before.type in NAME_KINDS
        and are_adjacent(before, token)
        and joined
        and token not in MARK_HELPS
    )


def _is_chained(unit: TokenSequence, i: int) -> bool:
    """Return whether the token is a second comparison: `a < b < c`."""
    if unit[i] not in COMPARISONS or unit[0] in ("authority", "priority", "decision"):
        return False
    if unit[i - 1] in COMPARISONS:
        return False
    words = [str(word) if word.type != "STRING" else "" for word in unit[1:i]]
    if unit[0] == "define":
        words = words[2:]
    last = max((at for at, word in enumerate(words) if word in CONNECTIVES), default=-1)
    return not COMPARISONS.isdisjoint(words[last + 1 :])


def _visible_character(token: Token) -> str:
    """Return a character, or its number if it is invisible."""
    return str(token) if token.isprintable() else f"U+{ord(token):04X}"


def _short_text(token: Token) -> str:
    return token if len(token) <= 40 else f"{token[:37]}…"
