"""What is never reached says what closes the way; examples that exclude each other say so."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

import specdsl
from specdsl.api import Policy
from specdsl.base.diagnostics import Diagnostic

NAMES = ("x", "y", "z")
HEAD = """\
authority top > low
fact a, b: bool
decision d: x > y > z{default} steered by nobody on conflict {settled}
"""
EFFECTS = (
    "d is x",
    "d is y",
    "d is not x",
    "d is not y",
    "d is not z",
    "d may be y",
    "d in {y, z}",
)
CONDITIONS = ("", "when a", "when not a", "when a and b", "unless b")
rules = st.lists(
    st.tuples(
        st.sampled_from(("top", "low")), st.sampled_from(CONDITIONS), st.sampled_from(EFFECTS)
    ),
    max_size=5,
)


def found(text: str, name: str) -> list[Diagnostic]:
    report = specdsl.check(specdsl.loads(text))
    assert not report.unproved
    return [one for one in report.findings if one.code.name == name]


def closing(text: str, outcome: str) -> list[list[str]]:
    """What the finding about an outcome that is never reached names."""
    never = found(text, "unreachable-outcome")
    return [one.fields["closed_by"] for one in never if one.fields["outcome"] == outcome]


@settings(max_examples=60, deadline=None)
@given(rules, st.sampled_from(("", " default y", " default z")), st.sampled_from(NAMES))
def test_the_rules_leave_the_outcome_out_wherever_it_would_be_chosen(
    drawn: list[tuple[str, str, str]], default: str, settled: str
) -> None:
    head = HEAD.format(default=default, settled=settled)
    lines = [f"rule r{i} at {level} {when} then {e}" for i, (level, when, e) in enumerate(drawn)]
    text = "\n".join([head, *lines])
    policy = Policy(specdsl.loads(text).circuit)
    traces = [policy.trace({"a": a, "b": b})[0] for a, b in product((True, False), repeat=2)]
    order = sorted(NAMES, key=lambda name: (f" default {name}" != default, name))
    for outcome in NAMES:
        for names in closing(text, outcome):
            wanted = set(order[: order.index(outcome)])
            chosen = [
                {part.name for part in trace.parts if outcome in part.excludes}
                for trace in traces
                if wanted <= {o for part in trace.parts for o in part.excludes}
            ]
            assert all(set(names) & excluding for excluding in chosen)
            for name in names:  # and each of them is needed
                assert any(set(names) & excluding == {name} for excluding in chosen)
            assert names or not chosen


def test_rules_that_close_the_way_only_together_are_both_named() -> None:
    text = HEAD.format(default="", settled="x") + (
        "rule asks at top then d is not x\n"
        "rule first at top when a then d is not y\n"
        "rule other at top unless a then d is not y\n"
        "rule idle at low when b then d is not y\n"
    )
    (finding,) = [f for f in found(text, "unreachable-outcome") if f.fields["outcome"] == "y"]
    assert finding.fields["closed_by"] == ["first", "other"]
    assert [label.span.text for label in finding.labels[1:]] == ["first", "other"]
    assert finding.notes[0].text == ("2 rules together exclude it; none of them can be left out")


def test_a_claim_that_something_can_be_names_what_closes_the_way_where_it_is_claimed() -> None:
    text = HEAD.format(default=" default z", settled="x") + (
        "rule never at top when a then d is not x\n"
        "rule opens at top when b then d is not z\n"
        'assert "with a": d can be x when a\n'
        'assert "without b": d can be x when not b\n'
        'assert "nowhere": d can be x when a and not a\n'
        "assert d can be x\n"
    )
    by_title = {one.fields["title"]: one for one in found(text, "refuted-assertion")}
    assert set(by_title) == {"with a", "without b", "nowhere"}
    assert by_title["with a"].fields["closed_by"] == ["never"]
    assert "never `x` where `a`" in by_title["with a"].message
    why = by_title["without b"].notes[0].text
    assert why == "no rule leads to it: `z` is always left, and chosen before it"
    assert by_title["nowhere"].notes[0].text.startswith("there is no situation like that")


EXAMPLES = """\
principal boss at top
authority top
fact late, vip: bool
decision reply: full > partial > declined
assume never_both: not (late and vip)
rule base at top when late then reply is declined
example "full" given late expect reply is full
example "declined" given late, not vip expect reply is declined
example "another" given not late expect reply is partial
example "told" given late boss says reply is full expect reply is partial
example "told too" given late boss says reply is full expect reply is full
example "vips" given vip expect reply is partial
example "itself" given late expect reply is partial expect reply is full
"""


def test_examples_of_the_same_situation_that_no_outcome_satisfies_name_each_other() -> None:
    failing = {one.fields["title"]: one for one in found(EXAMPLES, "failing-example")}
    assert {title: one.fields.get("excludes", []) for title, one in failing.items()} == {
        "full": ["declined"],
        "another": [],
        "told": ["told too"],
        "vips": [],
        "itself": [],
    }
    assert any(label.span.text == "expect reply is declined" for label in failing["full"].labels)
    said = [note.text for note in failing["itself"].notes]
    assert "no outcome meets all that the example expects of `reply`" in said
