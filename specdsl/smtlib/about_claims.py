"""Assertions and examples."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.model import nodes as m
from specdsl.model.walk import decisions_read
from specdsl.smtlib.comparing import cause
from specdsl.smtlib.facts import equals
from specdsl.smtlib.findings import Said
from specdsl.smtlib.question import Question, Wording, question
from specdsl.smtlib.situations import free, listed, pair
from specdsl.smtlib.text import TRUE, NotAsked, Script, all_of, any_of, negated
from specdsl.smtlib.world import World

ASSERTION, EXAMPLE = "refuted-assertion", "failing-example"


def questions(spec: m.Spec, said: Said) -> Iterator[Question | tuple[str, str]]:
    for assertion in spec.assertions if said.ran(ASSERTION) else ():
        try:
            yield _assertion(spec, said, assertion)
        except NotAsked as reason:
            yield f'assertion "{assertion.title}"', str(reason)
    for example in spec.examples if said.ran(EXAMPLE) else ():
        try:
            yield from _example(spec, said, example)
        except NotAsked as reason:
            yield f'example "{example.title}"', str(reason)


# --- assertions ----------------------------------------------------------------------------------


def _assertion(spec: m.Spec, said: Said, assertion: m.Assertion) -> Question:
    title, claim = assertion.title, assertion.claim
    refuted = any(d.fields["title"] == title for d in said.found(ASSERTION))
    possible = isinstance(claim, m.CanBe)
    expected = said.answer(ASSERTION, refuted, "unsat" if possible else "sat")
    script, holds = (
        _changes(spec, assertion) if isinstance(claim, m.CannotChange) else _one(spec, assertion)
    )
    asks, holding, broken = _words(claim)
    means = (holding, broken) if possible else (broken, holding)
    wording = Wording(ASSERTION, f'assertion "{title}"', asks, *means, assertion.span)
    return question(wording, script, (holds,), expected)


def _words(claim: m.Claim) -> tuple[str, str, str]:
    holds = "the assertion holds in every situation"
    match claim:
        case m.CanBe():
            asks = "is there a situation with this outcome?"
            return asks, "there is one, as it says", "there is none: it is refuted"
        case m.CannotChange():
            asks = "are there two situations that differ in nothing else, and in the outcome?"
            return asks, holds, "it is refuted by two situations"
        case _:
            return "is there a situation that breaks it?", holds, "it is refuted by a situation"


def _one(spec: m.Spec, assertion: m.Assertion) -> tuple[Script, str]:
    """What a single situation shows: that breaks it, or that it can be."""
    claim = assertion.claim
    read = _read(assertion) | (frozenset() if isinstance(claim, m.Holds) else {claim.decision})
    script, world = free(spec, read)
    match claim:
        case m.Holds():
            shows = negated(world.conditions.truth(claim.expr).true)
        case m.CanBe():
            shows = world.decide(claim.decision).outcome[claim.outcome]
        case m.IsDecided():
            shows = negated(world.decide(claim.decision).decided)
        case _:
            raise AssertionError(claim)
    return script, all_of((_within(world, assertion), world.taken(read), shows))


def _read(assertion: m.Assertion) -> frozenset[m.Decision]:
    claim = assertion.claim
    return decisions_read(assertion.when, claim.expr if isinstance(claim, m.Holds) else None)


def _within(world: World, assertion: m.Assertion) -> str:
    """`when` is true, and what it reads was taken."""
    if assertion.when is None:
        return "true"
    read = decisions_read(assertion.when)
    return all_of((world.taken(read), world.conditions.truth(assertion.when).true))


def _changes(spec: m.Spec, assertion: m.Assertion) -> tuple[Script, str]:
    """The outcome differs; failing, and not being taken, count as outcomes of their own. Where
    `when` reads no decision it is enough to compare with what is decided when the principal says
    nothing: of two lists that lead elsewhere, one leads elsewhere than silence does."""
    claim = assertion.claim
    assert isinstance(claim, m.CannotChange)
    read = decisions_read(assertion.when)
    twice = isinstance(claim.subject, m.Principal) and bool(read)
    script, first, second = pair(spec, claim.subject, twice, [*read, claim.decision])
    scope = (_within(world, assertion) for world in (first, second))
    one, other = first.decide(claim.decision), second.decide(claim.decision)
    same = any_of(
        (
            all_of((negated(one.ready), negated(other.ready))),
            all_of((one.ready, negated(one.taken), other.ready, negated(other.taken))),
            *(
                all_of((one.taken, other.taken, a, b))
                for a, b in zip(one.outcome, other.outcome, strict=True)
            ),
        )
    )
    why = cause(first, second, claim.decision) if isinstance(claim.subject, m.Fact) else TRUE
    return script, all_of((*scope, why, negated(same)))


# --- examples ------------------------------------------------------------------------------------


def _example(spec: m.Spec, said: Said, example: m.Example) -> Iterator[Question | tuple[str, str]]:
    found = [d.fields for d in said.found(EXAMPLE) if d.fields["title"] == example.title]
    wanted = [e.effect.decision for e in example.expectations]
    script, world, facts = listed(spec, example.says, wanted)
    script.comment("what the example gives")
    for given in example.given:
        script.claim(equals(given.fact, facts[given.fact], given.value))
    empty = any("decision" not in fields for fields in found)
    yield _completion(said, example, script, empty)
    if empty:
        return
    missed = any_of(negated(_met(world, e.effect)) for e in example.expectations)
    words = f'example "{example.title}"'
    if any(e.because for e in example.expectations):
        yield f"{words}: who wins", "what `because` names is not covered"
        if found:
            return  # what is found may be about those
    wording = Wording(
        EXAMPLE,
        words,
        "is there a completion with another outcome than it expects?",
        "the example fails",
        "every completion comes out as it expects",
        example.span,
    )
    yield question(wording, script, (missed,), said.answer(EXAMPLE, bool(found), "sat"))


def _completion(said: Said, example: m.Example, script: Script, empty: bool) -> Question:
    wording = Wording(
        EXAMPLE,
        f'what example "{example.title}" gives',
        "is there a completion that the assumptions allow?",
        "there is one",
        "there is none: the example fails",
        example.span,
    )
    return question(wording, script, (), said.answer(EXAMPLE, empty, "unsat"))


def _met(world: World, effect: m.Effect) -> str:
    here = world.decide(effect.decision)
    bits = (bit for o, bit in enumerate(here.outcome) if effect.outcomes >> o & 1)
    return all_of((here.taken, any_of(bits)))
