"""A trial rule decides nothing, and the policy in which it counts decides as if it were a rule."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import specdsl
from specdsl.api import Spec
from specdsl.apps.cli.print_opinion import questions_of
from specdsl.base.code_names import (
    CONTRADICTION,
    DEAD_RULE,
    INCONSISTENT_ASSUMPTIONS,
    TRIAL_CONTRADICTION,
    TRIAL_SHADOW,
    UNREACHABLE_EFFECT,
    UNREACHABLE_RULE,
    CodeName,
)
from specdsl.base.diagnostics import Report
from specdsl.frontend.syntax.canonical_layout import format_text
from specdsl.pipeline import load_text
from specdsl.second_opinion.cvc5 import ask_cvc5, cvc5_version, second_opinion
from specdsl.second_opinion.opinion import disagreement_findings
from specdsl.semantics.reference import decide
from tests.random_specs import loads, random_situation, random_spec
from tests.seeds import seeds

TOLD_AS = {
    CONTRADICTION: TRIAL_CONTRADICTION,
    DEAD_RULE: TRIAL_SHADOW,
    UNREACHABLE_RULE: TRIAL_SHADOW,
    UNREACHABLE_EFFECT: TRIAL_SHADOW,
}
RULE = re.compile(r"^( *)rule (\w+)", re.M)


def drawn_trial(seed: int) -> tuple[str, str, str, str] | None:
    """A random spec, with one of its rules on trial, without that rule, and the rule's name; None
    if another statement names the rule.
    """
    text = format_text(specdsl.loads(random_spec(seed)).model.sources[-1])
    found = Random(seed).choice(list(RULE.finditer(text)))
    tried = f"{text[: found.start(2) - len('rule ')]}trial {text[found.start(2) - len('rule ') :]}"
    if not loads(tried):
        return None
    (trial,) = specdsl.loads(tried).model.trials
    lines = "\n" * trial.span.text.count("\n")  # Comments in the module name lines.
    removed = tried[: trial.span.start] + lines + tried[trial.span.end :]
    return text, tried, removed, trial.name


def outcomes(policy: specdsl.Policy, situation: Any) -> Any:
    try:
        return policy.decide(**situation).to_dict()
    except (specdsl.BadInput, specdsl.Contradiction) as problem:
        return problem.to_dict()


def emitted_text(spec: Spec) -> str:
    """The emitted module but for what tells of the text that it was made from."""
    source = specdsl.compile(spec, checked=False).source
    return re.sub(r"SPEC_DIGEST = .*", "", source)


def identities(report: Report, code: CodeName) -> set[tuple[str, tuple[str, ...]]]:
    """The decisions and rules of the findings of a code; of a shadowed rule, itself alone."""
    found = [one for one in report.diagnostics if one.name == code.name]
    whole = code in (CONTRADICTION, TRIAL_CONTRADICTION)
    return {(one.decision or "", tuple(one.rules if whole else one.rules[:1])) for one in found}


def test_random_specs_decide_as_without_the_trial_rule_and_on_trial_as_with_it() -> None:
    drawn = [one for seed in seeds(500, 516) if (one := drawn_trial(seed)) is not None]
    assert len(drawn) >= 8
    for with_rule, on_trial, without, name in drawn:
        spec = specdsl.loads(on_trial)
        assert emitted_text(spec) == emitted_text(specdsl.loads(without))
        policy = specdsl.compile(spec, checked=False)
        plain = specdsl.compile(specdsl.loads(with_rule), checked=False)
        drawing = Random(name)
        for _ in range(10):
            situation = random_situation(drawing, spec.model)
            assert outcomes(policy.trials[name], situation) == outcomes(plain, situation)
            verdicts = decide(spec.model, situation["facts"], situation["says"]).verdicts
            if verdicts:
                traces = policy.trace(**situation)
                assert [v.outcome for v in verdicts] == [trace.outcome for trace in traces]


def test_the_check_tells_exactly_what_the_rule_would_bring_about() -> None:
    seen: set[str] = set()
    for drawn in filter(None, map(drawn_trial, seeds(505, 516))):
        with_rule, on_trial, without, _ = drawn
        found, before, after = (
            specdsl.check(specdsl.loads(text)) for text in (on_trial, without, with_rule)
        )
        if any(one.name == INCONSISTENT_ASSUMPTIONS.name for one in after.diagnostics):
            continue
        told = [one for one in found.diagnostics if one.name.startswith("trial-")]
        now = {one.name for one in before.diagnostics}
        assert {one.name for one in found.diagnostics if one not in told} <= now
        for code in (CONTRADICTION, DEAD_RULE, UNREACHABLE_RULE, UNREACHABLE_EFFECT):
            new = identities(after, code) - identities(before, code)
            assert new <= identities(found, TOLD_AS[code])
        clashes = identities(after, CONTRADICTION) - identities(before, CONTRADICTION)
        assert identities(found, TRIAL_CONTRADICTION) == clashes
        seen |= {one.name for one in told}
    assert {TRIAL_CONTRADICTION.name, TRIAL_SHADOW.name} <= seen


def test_another_solver_agrees_on_a_spec_with_a_trial_rule() -> None:
    for drawn in filter(None, map(drawn_trial, seeds(502, 505))):
        loaded = load_text(drawn[1], "random.spec")
        assert loaded.spec is not None
        questions = questions_of(loaded, specdsl.check(specdsl.loads(drawn[1])))
        opinion = second_opinion(questions.asked, ask_cvc5, cvc5_version())
        assert not list(disagreement_findings(loaded.spec, opinion))


def test_a_session_of_edits_finds_the_same_as_a_check_from_nothing() -> None:
    for drawn in filter(None, map(drawn_trial, seeds(505, 508))):
        with_rule, on_trial, without, _ = drawn
        session = specdsl.open(without + "\n")
        for text in (on_trial, with_rule, on_trial):
            session.update(text)
            found = session.report
        assert found.findings == specdsl.check(session.spec).findings
