"""The verdict on a call of which some facts are settled, against all completions of the others."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import specdsl
from specdsl.evaluation.call_audit import CONTRADICTION, OPEN, CallAuditor, SettledFacts

SPEC = specdsl.loads(
    """\
authority owner > helper
fact kind: {buy, sell, look}
fact cleared: bool?
fact amount: int 0..3
fact asked: bool
decision call: allow > deny
decision tone: warm > cold
rule blocked at owner when kind is sell and possibly not cleared then call is deny
rule large at owner when amount > 2 and not asked then call is deny
rule trusted at owner when kind is buy and amount > 1 and cleared then call is allow
rule manner at helper when asked then tone is cold
"""
)
DOMAINS: dict[str, tuple[Any, ...]] = {
    "kind": ("buy", "sell", "look"),
    "cleared": (True, False, None),
    "amount": (0, 1, 2, 3),
    "asked": (True, False),
}
POLICY = specdsl.Policy(SPEC.circuit)
AUDITOR = CallAuditor(SPEC, "call", "deny")


def partial_facts() -> Iterator[dict[str, Any]]:
    """Every choice of settled facts and of their values."""
    unsettled = object()
    for values in product(*((*domain, unsettled) for domain in DOMAINS.values())):
        found = zip(DOMAINS, values, strict=True)
        yield {name: value for name, value in found if value is not unsettled}


def outcomes(known: Mapping[str, Any]) -> dict[tuple[Any, ...], tuple[str, frozenset[str]]]:
    """By completion of the facts that are not settled: the outcome, and the rules that stand."""
    found = {}
    for values in product(*((known[n],) if n in known else DOMAINS[n] for n in DOMAINS)):
        facts = dict(zip(DOMAINS, values, strict=True))
        try:
            traces = POLICY.decide(facts).traces
        except specdsl.Contradiction as failed:
            traces = failed.traces
        trace = next(one for one in traces if one.name == "call")
        rules = frozenset(part.name for part in trace.parts if part.status == "standing")
        found[values] = trace.outcome or CONTRADICTION, rules
    return found


def changing(found: Mapping[tuple[Any, ...], tuple[str, frozenset[str]]]) -> set[str]:
    """The facts of which two values lead to two outcomes, all else alike."""
    names = list(DOMAINS)
    return {
        names[place]
        for one, (outcome, _) in found.items()
        for place, name in enumerate(names)
        for value in DOMAINS[name]
        if (other := (*one[:place], value, *one[place + 1 :])) in found
        and found[other][0] != outcome
    }


def test_a_verdict_is_what_every_completion_decides() -> None:
    for known in partial_facts():
        found, verdict = outcomes(known), AUDITOR.judge(SettledFacts(known))
        given = {outcome for outcome, _ in found.values()}
        assert verdict.verdict == (given.pop() if len(given) == 1 else OPEN), known
        assert {*verdict.open_facts} == changing(found), known
        shared = frozenset.intersection(*(rules for _, rules in found.values()))
        assert {*verdict.because} <= shared, known
        if len(known) == len(DOMAINS):
            assert {*verdict.because} == shared, known


def test_what_was_not_looked_up_is_named_where_it_can_change_the_outcome() -> None:
    chosen = random.Random(1)
    for known in partial_facts():
        unseen = frozenset(name for name in known if chosen.random() < 0.5)
        verdict = AUDITOR.judge(SettledFacts(known, unseen))
        seen = {name: value for name, value in known.items() if name not in unseen}
        expected = changing(outcomes(seen)) & unseen
        right = verdict.verdict in ("deny", CONTRADICTION)
        assert {*verdict.unchecked} == (set() if right else expected), (known, unseen)


def test_facts_of_the_wrong_type_are_a_problem_and_decide_nothing() -> None:
    verdict = AUDITOR.judge(SettledFacts({"amount": 7, "kind": "rent"}))
    assert verdict.verdict == OPEN
    assert "amount" in verdict.problem
    assert "kind" in verdict.problem
