"""Parses the text of an effect into the decision and the outcomes that it names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from specdsl.frontend.model import nodes as m

WORDS = (  # The keywords of expressions and clauses.
    "and or not is in has possibly if else min max size any all none known unknown like "
    "when unless then because says implies expect given overrides"
)
NO_DECISION = frozenset(WORDS.split())
NO_OUTCOME = frozenset(["not", "known", "unknown"])  # These are keywords after `is`.
TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[^ \t\r\n]")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
VERBS = (("is", "not"), ("is",), ("not", "in"), ("in",), ("may", "be"))


@dataclass(frozen=True, slots=True)
class EffectPhrase:
    """An effect as it is written; the names need not be declared."""

    decision: str
    named: tuple[str, ...]
    excludes: bool  # The verb is `is not` or `not in`.
    permits: bool

    def outcomes_on(self, decision: m.DecisionModel) -> frozenset[str] | None:
        """Return the outcomes that it restricts to or permits; None if it names an undeclared
        outcome, or is a restriction that leaves none or all."""
        every, named = frozenset(decision.outcomes), frozenset(self.named)
        meant = every - named if self.excludes else named
        idle = not self.permits and meant in (frozenset(), every)
        return None if idle or not named <= every else meant


def read_effect(text: object) -> EffectPhrase | None:
    """Parse an effect; None if the text is none."""
    if not isinstance(text, str):
        return None
    decision, *rest = TOKEN.findall(text) or [""]
    if not NAME.fullmatch(decision) or decision in NO_DECISION:
        return None
    for verb in VERBS:
        if tuple(rest[: len(verb)]) == verb:
            named = _named_outcomes(verb, rest[len(verb) :])
            excludes, permits = "not" in verb, "may" in verb
            return None if named is None else EffectPhrase(decision, named, excludes, permits)
    return None


def _named_outcomes(verb: tuple[str, ...], tokens: list[str]) -> tuple[str, ...] | None:
    """Return the names after a verb; None if they are no outcome or list of outcomes. `in {}` is an
    empty list."""
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
