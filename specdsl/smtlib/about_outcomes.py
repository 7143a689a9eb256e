"""Outcomes that never come about, and situations that fall to the default."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.model.nodes import Decision, Spec
from specdsl.smtlib.findings import Said
from specdsl.smtlib.question import Answer, Question, Wording, question
from specdsl.smtlib.situations import free, listed
from specdsl.smtlib.text import NotAsked, negated

NEVER, INSTRUCTED, UNDECIDED = "unreachable-outcome", "instructed-outcome", "undecided-situations"


def questions(spec: Spec, said: Said) -> Iterator[Question | tuple[str, str]]:
    for decision in spec.decisions:
        try:
            yield from _of(spec, said, decision)
        except NotAsked as reason:
            yield f"what `{decision.name}` comes to", str(reason)


def _of(spec: Spec, said: Said, decision: Decision) -> Iterator[Question]:
    if said.ran(NEVER):
        for outcome in range(len(decision.outcomes)):
            yield _comes_about(spec, said, decision, outcome)
            yield _unasked(spec, said, decision, outcome)
    if said.ran(UNDECIDED):
        yield _undecided(spec, said, decision)


def _listed(said: Said, code: str, decision: Decision, outcome: str) -> bool:
    fields = [d.fields for d in said.found(code)]
    return any(f["decision"] == decision.name and f["outcome"] == outcome for f in fields)


def _comes_about(spec: Spec, said: Said, decision: Decision, outcome: int) -> Question:
    name = decision.outcomes[outcome]
    script, world = free(spec, [decision])
    here = world.decide(decision)
    wording = Wording(
        NEVER,
        f"`{decision.name} is {name}`",
        "is there a situation, whatever is asked by whom, with this outcome?",
        "the outcome comes about",
        "the outcome never comes about",
        decision.span,
    )
    found = _listed(said, NEVER, decision, name)
    claims = (here.taken, here.outcome[outcome])
    return question(wording, script, claims, said.answer(NEVER, found, "unsat"))


def _unasked(spec: Spec, said: Said, decision: Decision, outcome: int) -> Question:
    name = decision.outcomes[outcome]
    script, world, _ = listed(spec, (), [decision])
    here = world.decide(decision)
    wording = Wording(
        INSTRUCTED,
        f"`{decision.name} is {name}`, where nobody says anything",
        "is there a situation without instructions that has this outcome?",
        "the outcome comes about by itself",
        "the outcome never comes about by itself",
        decision.span,
    )
    codes = (NEVER, INSTRUCTED)
    found = any(_listed(said, code, decision, name) for code in codes)
    expected: Answer | None = said.answer(INSTRUCTED, found, "unsat")
    return question(wording, script, (here.taken, here.outcome[outcome]), expected)


def _undecided(spec: Spec, said: Said, decision: Decision) -> Question:
    script, world = free(spec, [decision])
    here = world.decide(decision)
    wording = Wording(
        UNDECIDED,
        f"`{decision.name}` by default",
        "is there a situation in which nothing decides it?",
        "some situation falls to the default",
        "something always decides it",
        decision.span,
    )
    found = any(d.fields["decision"] == decision.name for d in said.found(UNDECIDED))
    claims = (here.taken, negated(here.decided))
    return question(wording, script, claims, said.answer(UNDECIDED, found, "sat"))
