"""Keywords: words that begin a statement, the few reserved ones, and alternatives to them
as names.
"""

from __future__ import annotations

import re
from collections.abc import Container

from specdsl.base.resources import grammar_text

STATEMENT_WORDS = (
    "spec use layer authority principal delegate value priority fact define assume decision policy "
    "rule trial example assert change"
)
RESERVED_TEXT = (  # No fact, rule, level or the like has one of these as its name.
    "when unless then and or not is in has possibly if else min max size any all none known "
    "unknown like because says implies expect given overrides"
)
STATEMENT_KEYWORDS = frozenset(STATEMENT_WORDS.split())
RESERVED_WORDS = frozenset(RESERVED_TEXT.split())
# The words of the grammar; a word in no other set is a free name in other places.
KEYWORDS = frozenset(re.findall(r'"([a-z]+)"', grammar_text()))
NON_MEMBERS = frozenset({"not", "known", "unknown"})  # Because of `X is not …` and `X is known`.
LOWER_SNAKE = re.compile(r"[a-z][a-z0-9_]*")

NAMES_INSTEAD = {
    "when": "moment",
    "unless": "exception",
    "then": "afterwards",
    "and": "both",
    "or": "either",
    "not": "not_so",
    "is": "being",
    "in": "inside",
    "has": "having",
    "possibly": "perhaps",
    "if": "condition",
    "else": "otherwise",
    "min": "minimum",
    "max": "maximum",
    "size": "extent",
    "any": "any_one",
    "all": "every_one",
    "none": "no_one",
    "known": "known_to_us",
    "unknown": "unknown_to_us",
    "like": "similar",
    "because": "reason",
    "says": "statement",
    "implies": "implication",
    "expect": "expected",
    "given": "provided",
    "overrides": "exemption",
    "nobody": "no_person",
    "decided": "settled",
}


def lower_snake(name: str) -> str:
    """Return the canonical spelling of a name: `userAgent` is `user_agent`."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    found = re.sub(r"_+", "_", apart.lower()).strip("_")
    return found if LOWER_SNAKE.fullmatch(found) else f"n_{found}".rstrip("_")


def free_name(wanted: str, taken: Container[str]) -> str:
    """Return the wanted name, or a similar one that is neither taken nor reserved."""
    name, number = wanted, 2
    while name in taken or name in RESERVED_WORDS:
        name, number = f"{wanted}_{number}", number + 1
    return name
