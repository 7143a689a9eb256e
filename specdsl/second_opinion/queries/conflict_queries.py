"""Questions about contradictions: each reported set of rules is a minimal conflict somewhere, and
no other set is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from specdsl.base.code_names import CONTRADICTION
from specdsl.frontend.model.nodes import DecisionModel, Rule, SpecModel
from specdsl.second_opinion.free_situations import free_situation
from specdsl.second_opinion.question import Answer, QuestionWording, SmtQuestion, make_question
from specdsl.second_opinion.reported_findings import ReportedFindings
from specdsl.second_opinion.smt_world import Bits, SmtWorld
from specdsl.second_opinion.smtlib_text import (
    NotCovered,
    SmtScript,
    all_of,
    any_of,
    implication,
    negation_of,
)

CODE = CONTRADICTION.name


def clash_questions(
    spec: SpecModel, findings: ReportedFindings
) -> Iterator[SmtQuestion | tuple[str, str]]:
    for decision in spec.decisions if findings.was_run(CODE) else ():
        try:
            yield from _questions_of(spec, findings, decision)
        except NotCovered as reason:
            yield f"contradictions of `{decision.name}`", str(reason)


def _questions_of(
    spec: SpecModel, findings: ReportedFindings, decision: DecisionModel
) -> Iterator[SmtQuestion | tuple[str, str]]:
    script, world = free_situation(spec, [decision], crowded=decision)
    chosen = _choose_conflict(script, world, decision)
    found = [d.fields for d in findings.findings_of(CODE) if d.fields["decision"] == decision.name]
    sets = [frozenset(fields["rules"]) for fields in found if "rules" in fields]
    for names in sets:
        yield make_question(
            _exists_wording(decision, sorted(names)),
            script,
            (_exactly_chosen(chosen, names),),
            "sat",
        )
    if len(sets) < len(found):
        yield f"further contradictions of `{decision.name}`", "not all are listed one by one"
        return
    others = tuple(negation_of(_exactly_chosen(chosen, names)) for names in sets)
    expected: Answer | None = "unsat" if findings.is_settled(CODE) else None
    yield make_question(_no_other_wording(decision, bool(sets)), script, others, expected)


def _exists_wording(decision: DecisionModel, names: Sequence[str]) -> QuestionWording:
    listed = ", ".join(f"`{name}`" for name in names)
    return QuestionWording(
        CODE,
        f"the contradiction of {listed} over `{decision.name}`",
        "are they, somewhere, the rules of a minimal set of standing restrictions that leaves "
        "no outcome?",
        "they contradict each other",
        "they never do",
        decision.span,
    )


def _no_other_wording(decision: DecisionModel, some: bool) -> QuestionWording:
    other = "other " if some else ""
    return QuestionWording(
        CODE,
        f"no {other}contradiction over `{decision.name}`",
        f"is there a minimal set of standing restrictions that leaves no outcome, with {other}"
        + ("rules than those reported?" if some else "any rules?"),
        "there is a contradiction that is not reported",
        f"there is no {other}contradiction",
        decision.span,
    )


def _exactly_chosen(chosen: Mapping[Rule, str], names: frozenset[str]) -> str:
    return all_of(c if rule.name in names else negation_of(c) for rule, c in chosen.items())


def _choose_conflict(
    script: SmtScript, world: SmtWorld, decision: DecisionModel
) -> Mapping[Rule, str]:
    """Assert that the chosen restrictions are a minimal conflict. Return for each rule the Bool
    that it is chosen."""
    here = world.resolve_decision(decision)
    script.add_comment("a minimal set of standing restrictions that leaves no outcome")
    chosen: dict[Rule, str] = {}
    members: list[tuple[str, Bits]] = []
    for rule, standing in here.rules.items():
        if standing.restricts != "false":
            chosen[rule] = script.declare_constant(f"clash.rule.{rule.name}", "Bool")
            members.append((chosen[rule], standing.excludes))
    for number, standing in enumerate(here.instructions, 1):
        if standing.restricts != "false":
            name = script.declare_constant(f"clash.instruction.{number}", "Bool")
            members.append((name, standing.excludes))
    script.assert_term(here.conflicted)
    for claim in _minimality_terms(members, len(decision.outcomes)):
        script.assert_term(claim)
    return chosen


def _minimality_terms(members: Sequence[tuple[str, Bits]], outcomes: int) -> Iterator[str]:
    """Yield the terms of a minimal conflict: every outcome is excluded by a chosen restriction, and
    every chosen restriction alone excludes one of the outcomes."""
    for o in range(outcomes):
        yield any_of(all_of((name, excludes[o])) for name, excludes in members)
    for name, excludes in members:
        alone = (
            all_of(
                (
                    excludes[o],
                    *(negation_of(all_of((n, e[o]))) for n, e in members if n is not name),
                )
            )
            for o in range(outcomes)
        )
        yield implication(name, any_of(alone))
