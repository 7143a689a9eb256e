"""The text of an effect → the decision and the outcomes that it names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from specdsl.model import nodes as m

WORDS = (
    "spec version use layer tightening authority principal at implied without delegate on "
    "when value priority fact bool int number text set of define assume decision steered by "
    "nobody conflict policy for rule unless then and overrides because source is not in may "
    "be or example given says implies expect like unknown known assert cannot can change "
    "decided possibly has any all none size if else min max"
)
RESERVED = frozenset(WORDS.split())
TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|\S")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
FORMS = (  # of the tokens, a blank between two; N is a name. `in { }` leaves no outcome
    (re.compile(r"N is N"), False, False),
    (re.compile(r"N is not N"), True, False),
    (re.compile(r"N in { (?:N(?: , N)* )?}"), False, False),
    (re.compile(r"N not in { (?:N(?: , N)* )?}"), True, False),
    (re.compile(r"N may be N(?: or N)*"), False, True),
)


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
    tokens = TOKEN.findall(text)
    names = [token for token in tokens if _is_name(token)]
    shape = " ".join("N" if _is_name(token) else token for token in tokens)
    for form, excludes, permits in FORMS:
        if form.fullmatch(shape):
            return Phrase(names[0], tuple(names[1:]), excludes, permits)
    return None


def _is_name(token: str) -> bool:
    return NAME.fullmatch(token) is not None and token not in RESERVED
