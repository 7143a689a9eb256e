"""Parts that change nothing: redundant rules, idle permissions, priorities, overrides and levels,
dead conjuncts. Is anything decided otherwise with the spec than without the part?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from specdsl.model.nodes import Spec
from specdsl.smtlib.clauses import CODE as CLAUSE
from specdsl.smtlib.clauses import clauses
from specdsl.smtlib.comparing import otherwise
from specdsl.smtlib.findings import Said
from specdsl.smtlib.parts import (
    LEVEL,
    OVERRIDE,
    PRIORITY,
    Part,
    levels,
    overrides,
    permissions,
    priorities,
    rules,
)
from specdsl.smtlib.question import Question, Wording, question
from specdsl.smtlib.ranking import circular
from specdsl.smtlib.situations import beside, listed
from specdsl.smtlib.standing import PERMISSION, REDUNDANT
from specdsl.smtlib.text import NotAsked, Script, any_of
from specdsl.smtlib.without import borne_on

PARTS: tuple[tuple[str, Callable[[Spec, Said], Iterator[Part]]], ...] = (
    (REDUNDANT, rules),
    (PERMISSION, permissions),
    (PRIORITY, priorities),
    (OVERRIDE, overrides),
    (LEVEL, levels),
    (CLAUSE, clauses),
)


def questions(spec: Spec, said: Said) -> Iterator[Question | tuple[str, str]]:
    for code, parts in PARTS:
        for part in parts(spec, said) if said.ran(code) else ():
            about = f"what {part.name} changes"
            if part.found or part.counts:
                try:
                    yield _question(spec, said, part, about)
                except NotAsked as reason:
                    yield about, str(reason)
            elif part.counts is None:
                open_ = "its rule would be missed" if code == CLAUSE else "it takes effect"
                yield about, f"whether {open_} is not settled"


def _question(spec: Spec, said: Said, part: Part, about: str) -> Question:
    wording = Wording(
        part.code,
        about,
        "is there a situation in which something is decided otherwise without it?",
        "it changes something",
        "it changes nothing",
        part.span,
    )
    expected = said.answer(part.code, part.found, "unsat")
    if part.code == OVERRIDE and circular(part.without):
        script = listed(spec, (), ())[0]
        script.comment("without it rules outrank each other in a circle: nothing is decided")
        return question(wording, script, (), expected)
    return question(wording, *_changes(spec, part.without), expected)


def _changes(spec: Spec, without: Spec) -> tuple[Script, tuple[str, ...]]:
    """The first decision that comes out otherwise is one of those that have other rules."""
    decisions = borne_on(spec, without)
    script, here, there = beside(spec, without, "without", decisions)
    claim = any_of(otherwise(here, there, d) for d in decisions)
    return script, (claim,)
