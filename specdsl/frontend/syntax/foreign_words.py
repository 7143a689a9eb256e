"""Suggestions for tokens of other languages: what to write instead of a token that does not fit."""

from __future__ import annotations

from specdsl.frontend.syntax import foreign_values
from specdsl.frontend.syntax.keywords import KEYWORDS
from specdsl.frontend.syntax.word_pairs import TokenSequence, join_adjacent

MARK_HELPS = {
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
    ")": "there is no `(` for it",
}
COMMENT_MARKS = frozenset(["//", "/*", "--"])
REFUSALS = (
    "allow deny permit forbid require refuse reject block prohibit must never always if when "
    "unless then else default"
)
RULE_HELP = "write `rule NAME at LEVEL when … then DECISION is OUTCOME`"
START_HELPS = {
    **dict.fromkeys(REFUSALS.split(), RULE_HELP),
    **dict.fromkeys(["import", "include", "from", "load"], 'write `use "file.spec"`'),
    **dict.fromkeys(["let", "var", "const", "def", "where"], "write `define NAME = …`"),
    **dict.fromkeys(["input", "type", "enum", "string"], "write `fact NAME: TYPE`"),
    **dict.fromkeys(["bool", "int", "number", "text", "set"], "write `fact NAME: TYPE`"),
    **dict.fromkeys(["role", "actor", "user"], "write `principal NAME at LEVEL`"),
    **dict.fromkeys(["test", "case", "scenario"], 'write `example "…"` with what is given'),
}
CONDITIONS = frozenset(["if", "where", "whenever", "provided", "while"])  # These stand for `when`.
# These stand for `unless`.
EXCEPTIONS = frozenset(["except", "excluding", "but", "else", "otherwise"])
CASELESS = frozenset(
    ["case", "caseless", "ignoring", "ignore", "ignorecase", "insensitive", "nocase"]
)
ORDERED_NOUNS = {
    "decision": "outcomes, the most preferred first",
    "authority": "levels, the highest first",
    "priority": "values, the highest first",
}
EFFECT_KINDS = frozenset({"IS", "IN", "NOT"})  # These may follow a decision in an effect.


def suggest_instead(unit: TokenSequence, i: int, accepted: frozenset[str]) -> str:
    """Return what to write instead of token `i`; empty if there is no good guess."""
    if i == 0:
        return START_HELPS.get(unit[0].lower(), "")
    if not COMMENT_MARKS.isdisjoint((join_adjacent(unit, i), join_adjacent(unit, i + 1))):
        return "a comment starts with `#`"
    for help_ in (
        *foreign_values.HELPS,
        _suggest_clause,
        _suggest_in_fact,
        _suggest_mark,
        _suggest_effect,
        _suggest_connective,
    ):
        if found := help_(unit, i, accepted):
            return found
    if unit[i] == ")" and "RPAR" in accepted:
        return ""
    if unit[i].type == "ILLEGAL" and unit[i].isnumeric():
        return "digits are 0 to 9"
    return MARK_HELPS.get(unit[i], "")


def _suggest_clause(unit: TokenSequence, i: int, accepted: frozenset[str]) -> str:
    word = unit[i].lower()
    if "WHEN" in accepted and (word in CONDITIONS or word == "when"):
        return "write `when`"
    if "UNLESS" in accepted and word in EXCEPTIONS:
        return "write `unless`"
    if "ELSE" in accepted and "IF" in (w.type for w in unit[:i]):
        return "`if` stands in `A if CONDITION else B`; a condition of a rule stands after `when`"
    for one in (unit[i], unit[i - 1]):
        if one not in KEYWORDS and one.type == "NAME" and one.lower() in KEYWORDS:
            return f"write `{one.lower()}`"
    return ""


def _suggest_in_fact(unit: TokenSequence, i: int, accepted: frozenset[str]) -> str:
    token, before = unit[i], unit[i - 1]
    if unit[0] != "fact":
        return ""
    if not CASELESS.isdisjoint((before, token)):
        return "texts in which case does not count are `text ignoring case`; `?` stands after it"
    if before.type in ("NUMBER", "DATE", "TIME", "DURATION") and token in ("to", "-", "…"):
        after = unit[i + 1] if i + 1 < len(unit) else ""
        return f"write `{before}..{after}`"
    if token == "{" and before in ("enum", "set"):
        return "write `{…}`" if before == "enum" else "write `set of {…}`"
    return "write `{a, b}`" if token == "|" else ""


def _suggest_mark(unit: TokenSequence, i: int, accepted: frozenset[str]) -> str:
    """Suggest what to write for marks after the head of a statement or between names."""
    token, first = unit[i], unit[0]
    if token == ":":
        of_statement = {"define": "write `=`", "policy": "write `{`", "rule": "leave out the `:`"}
        if first == "assert" and i == 2:
            return f'write `assert "{unit[1]}": …`'
        if first in of_statement and not accepted >= EFFECT_KINDS:
            return of_statement[first]
    if token == "=" and "COLON" in accepted and i <= 3:
        return "write `:`"
    if first in ORDERED_NOUNS and (
        (token in (",", "|") and "MORETHAN" in accepted) or (token == "{" and "MEMBER" in accepted)
    ):
        return f"write `>` between the {ORDERED_NOUNS[first]}"
    if first == "use" and token in (".", "/"):
        return 'a file stands in quotes: `use "file.spec"`'
    if token == "{" and "OF" in accepted:
        return "write `of` before the list"
    if token == "{" and first == "rule" and "THEN" in accepted:
        return "a rule has no braces: its clauses follow its head"
    return ""


def _suggest_effect(unit: TokenSequence, i: int, accepted: frozenset[str]) -> str:
    """Suggest what to write for `then reply = declined` and `then reply declined`."""
    token = unit[i]
    if not accepted >= EFFECT_KINDS or "LIKE" in accepted or "AND" in accepted:
        return ""
    if token in ("=", ":") and i + 1 < len(unit):
        return f"write `{unit[i - 1]} is {foreign_values.name_in_quotes(unit[i + 1])}`"
    return f"write `{unit[i - 1]} is {token}`" if token.type == "NAME" else ""


def _suggest_connective(unit: TokenSequence, i: int, accepted: frozenset[str]) -> str:
    """Suggest what is missing between two conditions, or at their end."""
    token = unit[i]
    if "AND" not in accepted or ("LIKE" not in accepted and "PLUS" not in accepted):
        return ""
    if token.type == "NAME" and "THEN" in accepted and "is" in unit[i + 1 : i + 2]:
        return "write `and` before another condition, `then` before what the rule asks for"
    if "RPAR" in accepted and token in KEYWORDS:
        return f"a `)` is missing before `{token}`"
    if token == "," or (token.type == "NAME" and unit[i - 1].type == "NAME"):
        return "conditions are joined with `and` or `or`"
    return ""
