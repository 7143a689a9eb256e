"""Facts that change nothing, and decisions that depend on what nobody knows."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.model.nodes import Decision, Fact, Spec
from specdsl.smtlib.comparing import another_outcome, otherwise
from specdsl.smtlib.findings import Said
from specdsl.smtlib.question import Question, Wording, question
from specdsl.smtlib.situations import dependent, pair, readers
from specdsl.smtlib.text import NotAsked, any_of, negated

IDLE, SENSITIVE = "idle-fact", "sensitive-to-unknown"


def questions(spec: Spec, said: Said) -> Iterator[Question | tuple[str, str]]:
    for fact in spec.facts:
        try:
            yield from _of(spec, said, fact)
        except NotAsked as reason:
            yield f"fact `{fact.name}`", str(reason)


def _of(spec: Spec, said: Said, fact: Fact) -> Iterator[Question]:
    if said.ran(IDLE) and spec.decisions and fact.span.source is spec.sources[-1]:
        yield _changes(spec, said, fact)
    if said.ran(SENSITIVE) and fact.optional:
        depend = dependent(spec, readers(spec, fact))
        for decision in spec.decisions:
            if decision in depend or _found(said, fact, decision):
                yield _matters(spec, said, fact, decision)


def _found(said: Said, fact: Fact, decision: Decision) -> bool:
    return said.has(SENSITIVE, fact=fact.name, decision=decision.name)


def _changes(spec: Spec, said: Said, fact: Fact) -> Question:
    """The first decision that comes out otherwise is one of those that read it."""
    decisions = readers(spec, fact)
    script, one, other = pair(spec, fact, False, decisions)
    claim = any_of(otherwise(one, other, d) for d in decisions)
    wording = Wording(
        IDLE,
        f"what fact `{fact.name}` changes",
        "are there two situations that differ in nothing else, and in what is decided?",
        "it changes something",
        "it changes nothing",
        fact.span,
    )
    found = said.has(IDLE, fact=fact.name)
    return question(wording, script, (claim,), said.answer(IDLE, found, "unsat"))


def _matters(spec: Spec, said: Said, fact: Fact, decision: Decision) -> Question:
    script, one, other = pair(spec, fact, False, [decision])
    differs = another_outcome(one, other, decision)
    wording = Wording(
        SENSITIVE,
        f"`{decision.name}` where `{fact.name}` is unknown",
        "is there a situation in which it is unknown, and another that differs in nothing else, "
        "with another outcome?",
        "the outcome would change if it were known",
        "the outcome never depends on it where it is unknown",
        fact.span,
    )
    claims = (negated(one.conditions.facts[fact].known), differs)
    found = _found(said, fact, decision)
    return question(wording, script, claims, said.answer(SENSITIVE, found, "sat"))
