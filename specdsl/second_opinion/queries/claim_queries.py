"""Questions about assertions and examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from specdsl.base.code_names import FAILING_EXAMPLE, REFUTED_ASSERTION
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.traversal import decisions_read
from specdsl.second_opinion.free_situations import (
    free_situation,
    listed_situation,
    paired_situations,
)
from specdsl.second_opinion.question import QuestionWording, SmtQuestion, make_question
from specdsl.second_opinion.reported_findings import ReportedFindings
from specdsl.second_opinion.smt_facts import equals_given
from specdsl.second_opinion.smt_world import SmtWorld
from specdsl.second_opinion.smtlib_text import (
    TRUE,
    NotCovered,
    SmtScript,
    all_of,
    any_of,
    negation_of,
)
from specdsl.second_opinion.world_difference import difference_cause

ASSERTION, EXAMPLE = REFUTED_ASSERTION.name, FAILING_EXAMPLE.name


def claim_questions(
    spec: m.SpecModel, findings: ReportedFindings
) -> Iterator[SmtQuestion | tuple[str, str]]:
    for assertion in spec.assertions if findings.was_run(ASSERTION) else ():
        try:
            yield _assertion_question(spec, findings, assertion)
        except NotCovered as reason:
            yield f'assertion "{assertion.title}"', str(reason)
    for example in spec.examples if findings.was_run(EXAMPLE) else ():
        try:
            yield from _example_questions(spec, findings, example)
        except NotCovered as reason:
            yield f'example "{example.title}"', str(reason)


# --- assertions ----------------------------------------------------------------------------------


def _assertion_question(
    spec: m.SpecModel, findings: ReportedFindings, assertion: m.Assertion
) -> SmtQuestion:
    title, claim = assertion.title, assertion.claim
    refuted = any(d.fields["title"] == title for d in findings.findings_of(ASSERTION))
    possible = isinstance(claim, m.CanBe)
    expected = findings.expected_answer(ASSERTION, refuted, "unsat" if possible else "sat")
    script, holds = (
        _outcome_changes(spec, assertion)
        if isinstance(claim, m.CannotChange)
        else _single_situation(spec, assertion)
    )
    asks, holding, broken = _answer_meanings(claim)
    means = (holding, broken) if possible else (broken, holding)
    wording = QuestionWording(ASSERTION, f'assertion "{title}"', asks, *means, assertion.span)
    return make_question(wording, script, (holds,), expected)


def _answer_meanings(claim: m.Claim) -> tuple[str, str, str]:
    holds = "the assertion holds in every situation"
    match claim:
        case m.CanBe():
            asks = "is there a situation with this outcome?"
            return asks, "there is one, as it says", "there is none: it is refuted"
        case m.CannotChange():
            asks = "are there two situations that differ in nothing else, and in the outcome?"
            return asks, holds, "it is refuted by two situations"
        case m.Holds() | m.IsDecided():
            return "is there a situation that breaks it?", holds, "it is refuted by a situation"
        case _:
            assert_never(claim)


def _single_situation(spec: m.SpecModel, assertion: m.Assertion) -> tuple[SmtScript, str]:
    """Encode an assertion about single situations: one refutes it, or one realizes it."""
    claim = assertion.claim
    read = _read_decisions(assertion) | (
        frozenset() if isinstance(claim, m.Holds) else {claim.decision}
    )
    script, world = free_situation(spec, read)
    match claim:
        case m.Holds():
            shows = negation_of(world.conditions.truth_of(claim.expr).true)
        case m.CanBe():
            shows = world.resolve_decision(claim.decision).outcome[claim.outcome]
        case m.IsDecided():
            shows = negation_of(world.resolve_decision(claim.decision).decided)
        case m.CannotChange():
            raise AssertionError(claim)
        case _:
            assert_never(claim)
    return script, all_of((_scope_holds(world, assertion), world.all_taken(read), shows))


def _read_decisions(assertion: m.Assertion) -> frozenset[m.DecisionModel]:
    claim = assertion.claim
    return decisions_read(assertion.when, claim.expr if isinstance(claim, m.Holds) else None)


def _scope_holds(world: SmtWorld, assertion: m.Assertion) -> str:
    """Return the term that `when` is true, and the decisions that it reads were taken."""
    if assertion.when is None:
        return "true"
    read = decisions_read(assertion.when)
    return all_of((world.all_taken(read), world.conditions.truth_of(assertion.when).true))


def _outcome_changes(spec: m.SpecModel, assertion: m.Assertion) -> tuple[SmtScript, str]:
    """Encode that the outcome differs between two situations. Failing, and not being taken, count
    as outcomes. If `when` reads no decision, the second situation may be the one in which the
    principal is silent: of two lists with different outcomes, one differs from silence."""
    claim = assertion.claim
    assert isinstance(claim, m.CannotChange)
    read = decisions_read(assertion.when)
    twice = isinstance(claim.subject, m.Principal) and bool(read)
    script, first, second = paired_situations(spec, claim.subject, twice, [*read, claim.decision])
    scope = (_scope_holds(world, assertion) for world in (first, second))
    one, other = first.resolve_decision(claim.decision), second.resolve_decision(claim.decision)
    same = any_of(
        (
            all_of((negation_of(one.ready), negation_of(other.ready))),
            all_of((one.ready, negation_of(one.taken), other.ready, negation_of(other.taken))),
            *(
                all_of((one.taken, other.taken, a, b))
                for a, b in zip(one.outcome, other.outcome, strict=True)
            ),
        )
    )
    why = (
        difference_cause(first, second, claim.decision)
        if isinstance(claim.subject, m.Fact)
        else TRUE
    )
    return script, all_of((*scope, why, negation_of(same)))


# --- examples ------------------------------------------------------------------------------------


def _example_questions(
    spec: m.SpecModel, findings: ReportedFindings, example: m.Example
) -> Iterator[SmtQuestion | tuple[str, str]]:
    found = [d.fields for d in findings.findings_of(EXAMPLE) if d.fields["title"] == example.title]
    wanted = [e.effect.decision for e in example.expectations]
    script, world, facts = listed_situation(spec, example.says, wanted)
    script.add_comment("what the example gives")
    for given in example.given:
        script.assert_term(equals_given(given.fact, facts[given.fact], given.value))
    empty = any("decision" not in fields for fields in found)
    yield _completion_question(findings, example, script, empty)
    if empty:
        return
    missed = any_of(negation_of(_meets_effect(world, e.effect)) for e in example.expectations)
    words = f'example "{example.title}"'
    if any(e.because for e in example.expectations):
        yield f"{words}: who wins", "what `because` names is not covered"
        if found:
            return  # The finding may be about the winners.
    wording = QuestionWording(
        EXAMPLE,
        words,
        "is there a completion with another outcome than it expects?",
        "the example fails",
        "every completion comes out as it expects",
        example.span,
    )
    yield make_question(
        wording, script, (missed,), findings.expected_answer(EXAMPLE, bool(found), "sat")
    )


def _completion_question(
    findings: ReportedFindings, example: m.Example, script: SmtScript, empty: bool
) -> SmtQuestion:
    wording = QuestionWording(
        EXAMPLE,
        f'what example "{example.title}" gives',
        "is there a completion that the assumptions allow?",
        "there is one",
        "there is none: the example fails",
        example.span,
    )
    return make_question(wording, script, (), findings.expected_answer(EXAMPLE, empty, "unsat"))


def _meets_effect(world: SmtWorld, effect: m.Effect) -> str:
    here = world.resolve_decision(effect.decision)
    bits = (bit for o, bit in enumerate(here.outcome) if effect.outcomes >> o & 1)
    return all_of((here.taken, any_of(bits)))
