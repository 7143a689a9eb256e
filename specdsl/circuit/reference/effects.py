"""The text of an effect → the decision and the outcomes that it names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from specdsl.model import nodes as m

WORDS = (  # what an expression or a clause is made of
    "and or not is in has possibly if else min max size any all none known unknown like "
    "when unless then because says implies expect given overrides"
)
NO_DECISION = frozenset(WORDS.split())
NO_OUTCOME = frozenset(["not", "known", "unknown"])  # they say something else after `is`
TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[^ \t\r\n]")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
VERBS = (("is", "not"), ("is",), ("not", "in"), ("in",), ("may", "be"))


@dataclass(frozen=True, slots=True)
class Phrase:
    """An effect as it is said: what it names need not be declared."""

    decision: str
    named: tuple[str, ...]
    excludes: bool  # `is not`, `not in`
    permits: bool

    def outcomes(self, decision: m.Decision) -> frozenset[str] | None:
        """What it restricts to or permits. None where it names an outcome that there is not, or is
        a restriction that leaves none or every one."""
        every, named = frozenset(decision.outcomes), frozenset(self.named)
        meant = every - named if self.excludes else named
        idle = not self.permits and meant in (frozenset(), every)
        return None if idle or not named <= every else meant


def read_effect(text: object) -> Phrase | None:
    """None where the text is no effect."""
    if not isinstance(text, str):
        return None
    decision, *rest = TOKEN.findall(text) or [""]
    if not NAME.fullmatch(decision) or decision in NO_DECISION:
        return None
    for verb in VERBS:
        if tuple(rest[: len(verb)]) == verb:
            named = _outcomes(verb, rest[len(verb) :])
            excludes, permits = "not" in verb, "may" in verb
            return None if named is None else Phrase(decision, named, excludes, permits)
    return None


def _outcomes(verb: tuple[str, ...], tokens: list[str]) -> tuple[str, ...] | None:
    """What is named behind a verb; None where that is no outcome or no list of them. `in {}` is a
    list, which leaves no outcome."""
    if "in" in verb:
        if tokens[:1] != ["{"] or tokens[-1:] != ["}"] or len(tokens) < 2:
            return None
        tokens = tokens[1:-1]
        if not tokens:
            return ()
    between = {"in": ",", "be": "or"}.get(verb[-1], "")
    names, separators = tokens[::2], tokens[1::2]
    if len(tokens) % 2 == 0 or any(found != between for found in separators):
        return None
    fine = all(NAME.fullmatch(name) and name not in NO_OUTCOME for name in names)
    return tuple(names) if fine else None
