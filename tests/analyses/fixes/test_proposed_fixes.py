"""Mends one by one: what is proposed, how it is laid out, which files it may touch."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import specdsl
from specdsl.analyses.fixes import FixEffort, add_fixes
from specdsl.analyses.fixes.edited_texts import texts_after
from specdsl.analyses.fixes.fix_budget import FixBudget, RemainingBudget
from specdsl.analyses.fixes.narrowing import exception_condition, required_condition
from specdsl.analyses.fixes.proposals import (
    UNREACHABLE,
    FixProposer,
    fixable_findings,
)
from specdsl.analyses.fixes.propose_fixes import try_proposals
from specdsl.analyses.fixes.rule_sources import rule_sources
from specdsl.analyses.fixes.selection import choose_fix
from specdsl.api import Spec
from specdsl.apps.check_with_fixes import FIXABLE_CODES
from specdsl.apps.cli import group
from specdsl.base.code_names import CONTRADICTION
from specdsl.base.diagnostics import Diagnostic, Fix
from specdsl.base.limits import MENDS
from specdsl.base.resources import library_path
from specdsl.base.source import Source
from specdsl.checks.contradiction import CODE
from specdsl.frontend.syntax import printing as p
from specdsl.frontend.syntax.canonical_layout import format_text

HEAD = """\
authority owner > guest

value care
value honesty

fact late, vip: bool
fact known_face: bool?

decision answer: yes > maybe > no
decision tone: warm > cold

"""
LATE = """\
rule refuse at owner for care
  when late
  then answer is no

"""
VIP = """\
rule welcome at owner for honesty
  when vip
  then answer is yes
"""
CLASH = HEAD + LATE + VIP


def load(text: str, **library: str) -> Spec:
    return specdsl.loads(text, "main.spec", {f"{k}.spec": v for k, v in library.items()})


def mended(text: str, code: str = "SD301", **library: str) -> list[tuple[Fix, dict[str, str]]]:
    """The mends of the one finding of a code, and the texts of the files that each makes."""
    spec = load(text, **library)
    [finding] = [d for d in add_fixes(spec, specdsl.check(spec)).findings if d.code.id == code]
    return [(fix, texts_after(spec, fix.edits)) for fix in finding.fixes]


def made(text: str, code: str = "SD301") -> dict[str, str]:
    """What each mend makes of a spec in one file, by its words."""
    return {fix.text: texts["main.spec"] for fix, texts in mended(text, code)}


# --- what is proposed ----------------------------------------------------------------------------


def test_two_rules_that_clash_have_a_mend_of_each_kind_in_either_direction() -> None:
    found = made(CLASH)
    assert found == {
        "priority care > honesty": CLASH.replace(
            "value honesty\n", "value honesty\npriority care > honesty\n"
        ),
        "priority honesty > care": CLASH.replace(
            "value honesty\n", "value honesty\npriority honesty > care\n"
        ),
        "refuse overrides welcome": CLASH.replace("is no\n", "is no\n  overrides welcome\n"),
        "welcome overrides refuse": CLASH.replace("is yes\n", "is yes\n  overrides refuse\n"),
        "welcome unless late": CLASH.replace("when vip\n", "when vip\n  unless late\n"),
        "refuse unless vip": CLASH.replace("when late\n", "when late\n  unless vip\n"),
    }


def test_every_mend_is_verified_and_says_what_the_check_found() -> None:
    for fix, _ in mended(CLASH):
        assert fix.verified
        assert fix.checked == "resolves it, changes nothing else"


def test_of_three_that_clash_one_gives_way_to_both_others() -> None:
    rules = ["refuse", "allow", "waver"]
    body = "".join(
        f"rule {name} at owner\n  then answer is not {outcome}\n\n"
        for name, outcome in zip(rules, ("yes", "no", "maybe"), strict=True)
    )
    # the conditions are the same, so that whichever gives way could never take effect
    [finding] = _findings(HEAD + body, "SD301")
    assert finding.fixes == ()
    body = body.replace("refuse at owner\n", "refuse at owner\n  when late\n")
    body = body.replace("allow at owner\n", "allow at owner\n  when vip\n")
    body = body.replace("waver at owner\n", "waver at owner\n  when possibly known_face\n")
    found = made(HEAD + body)
    assert set(found) == {
        "refuse and allow override waver",
        "refuse and waver override allow",
        "allow and waver override refuse",
        "waver unless late and vip",
        "allow unless late and possibly known_face",
        "refuse unless vip and possibly known_face",
    }
    assert found["refuse and allow override waver"].count("  overrides waver\n") == 2


def test_rules_without_values_get_no_priority() -> None:
    text = CLASH.replace(" for honesty", "")
    assert not any("priority" in words for words in made(text))


def test_a_mend_that_closes_a_circle_is_not_offered() -> None:
    more = (
        "\nrule inner at owner for honesty\n  when not late and not vip\n  then answer is yes\n"
        "\nrule outer at owner for care\n  when not late and not vip and known_face\n"
        "  then answer is maybe\n  overrides inner\n"
    )
    text = CLASH.replace("is no\n", "is no\n  overrides outer\n", 1) + more
    with pytest.raises(specdsl.SpecError, match="outrank each other in a circle"):
        load(text.replace("value honesty\n", "value honesty\npriority honesty > care\n"))
    [finding] = _findings(text, "SD301")
    assert finding.fields["rules"] == ["refuse", "welcome"]
    said = {fix.text for fix in finding.fixes}
    assert "priority care > honesty" in said
    assert "priority honesty > care" not in said


def _findings(text: str, code: str = "") -> list[Diagnostic]:
    spec = load(text)
    found = add_fixes(spec, specdsl.check(spec)).findings
    return [d for d in found if not code or d.code.id == code]


def test_a_mend_that_refutes_an_assertion_is_not_offered() -> None:
    text = CLASH + "\nassert answer is not yes when late and vip\n"
    assert set(made(text)) == {
        "priority care > honesty",
        "refuse overrides welcome",
        "welcome unless late",
        # as long as the decision fails there the assertion holds; with these it would not
    }


def test_what_makes_an_example_hold_comes_first() -> None:
    text = CLASH + '\nexample "both"\n  given late, vip\n  expect answer is yes because welcome\n'
    found = list(made(text))
    assert found[:3] == [
        "priority honesty > care",
        "welcome overrides refuse",
        "refuse unless vip",
    ]


def test_a_mend_that_orders_more_than_it_must_says_so() -> None:
    more = "rule cold at owner for care\n  when late\n  then tone is cold\n\n"
    more += "rule warm at owner for honesty\n  when vip\n  then tone is warm\n"
    found = _findings(CLASH + "\n" + more, "SD301")
    assert len(found) == 2
    for finding in found:
        said = {fix.text: fix.checked for fix in finding.fixes}
        assert said["priority care > honesty"].startswith("resolves it and 1 contradiction")
        overrides = [text for text in said if "overrides" in text]
        assert len(overrides) == 2
        assert {said[text] for text in overrides} == {"resolves it, changes nothing else"}


SHADOWED = HEAD.replace("value honesty\n", "value honesty\npriority care > honesty\n") + (
    "rule refuse at owner for care\n  when late\n  then answer is no\n\n"
    "rule welcome at owner for honesty\n  when late and vip\n  then answer is yes\n"
)


def test_an_unreachable_rule_is_carved_out_of_what_shadows_it() -> None:
    assert made(SHADOWED, "SD402") == {
        "welcome overrides refuse": SHADOWED + "  overrides refuse\n",
        "refuse unless vip": SHADOWED.replace(
            "when late\n  then", "when late\n  unless vip\n  then"
        ),
    }


def test_a_rule_of_a_lower_level_cannot_override() -> None:
    text = SHADOWED.replace("welcome at owner", "welcome at guest")
    assert set(made(text, "SD402")) == {"refuse unless vip"}


def test_an_effect_that_never_stands_is_mended_too() -> None:
    text = SHADOWED.replace("is yes\n", "is yes and tone is warm\n")
    assert set(made(text, "SD403")) == {"welcome overrides refuse", "refuse unless vip"}


def test_what_an_unreachable_rule_comes_to_decide_is_said() -> None:
    for fix, _ in mended(SHADOWED, "SD402"):
        assert "changes `answer` from `no` to `yes`" in fix.checked


def test_what_on_conflict_settles_is_left_alone() -> None:
    [finding] = _findings(CLASH.replace("> no\n", "> no on conflict no\n", 1), "SD301")
    assert str(finding.severity) == "note"
    assert finding.fixes == ()


# --- exceptions ----------------------------------------------------------------------------------


PROBED = """
authority owner > guest
fact late, vip, base: bool
fact known_face: bool?
fact size_: int 0..9
fact limit: int 0..9?
fact room: {hall, attic, yard}
define dim = known_face or late
decision first: no_ > yes
decision second: no_ > yes
decision third: no_ > yes
"""
EXACT = """
assert "exact": first is no_ or (third is yes and second is no_) or (third is no_ and second is yes)
assert "only where mine applies": first is yes or third is no_
"""
CONDITIONS = [
    ("when late", "late"),
    ("when late and vip", "late and vip"),
    ("when late or vip", "late or vip"),
    ("when late unless vip", "late and not vip"),
    ("unless not vip", "vip"),
    ("unless known_face", "possibly not known_face"),
    ("unless known_face is unknown", "known_face is known"),
    ("unless possibly known_face", "not possibly known_face"),
    ("unless size_ >= 3", "size_ < 3"),
    ("unless limit >= 3", "possibly limit < 3"),
    ("unless room is hall", "room is not hall"),
    ("unless room in {hall, attic}", "room not in {hall, attic}"),
    ("unless late and vip", "not (late and vip)"),
    ("unless dim", "possibly not dim"),
    ("when base unless vip", "base and not vip"),
    ("when base and late", "late"),
]


@pytest.mark.parametrize(("clauses", "condition"), CONDITIONS)
def test_an_exception_is_true_exactly_where_the_other_rule_applies(
    clauses: str, condition: str
) -> None:
    """`probe` is `mine` with the exception: the solver goes through all situations."""
    own = " when base" if clauses == "when base and late" else ""
    text = PROBED + f"rule mine at owner{own} then first is yes\n"
    text += f"rule other at owner {clauses} then second is yes\n"
    rules = rule_sources(load(text))
    found = exception_condition(rules["mine"], [rules["other"]])
    assert found is not None
    assert p.print_expression(found) == condition
    text += f"rule probe at owner{own} unless {condition} then third is yes\n"
    report = specdsl.check(load(text + EXACT))
    assert not [d.message for d in report.findings if d.code.id == "SD602"]


REQUIREMENTS = [
    ("when not late", "late"),
    ("when not late and not vip", "late or vip"),
    ("when not late and vip", None),
    ("when late", None),
    ("when late unless vip", None),
    ("unless vip", "vip"),
    ("unless not vip", None),
    ("when not known_face", "possibly known_face"),
    ("when not late and not known_face", "late or possibly known_face"),
    ("when possibly not known_face", "known_face"),
    ("when not possibly known_face", "possibly known_face"),
    ("unless known_face", "known_face"),
    ("unless limit >= 3", "limit >= 3"),
    ("when room is not hall unless late and vip", "room is hall or late and vip"),
    ("when room not in {hall, attic}", "room in {hall, attic}"),
    ("when size_ != 3", "size_ = 3"),
    ("when not (late or vip)", "late or vip"),
    ("unless dim", "dim"),
    ("when base unless vip", "vip"),
]


@pytest.mark.parametrize(("clauses", "condition"), REQUIREMENTS)
def test_a_condition_is_true_exactly_where_the_exception_is_not(
    clauses: str, condition: str | None
) -> None:
    """`probe` is `mine` with the condition: the solver goes through all situations."""
    text = PROBED + "rule mine at owner when base then first is yes\n"
    text += f"rule other at owner {clauses} then second is yes\n"
    rules = rule_sources(load(text))
    found = required_condition(rules["mine"], [rules["other"]])
    assert (found and p.print_expression(found)) == condition
    if condition is not None:
        text += f"rule probe at owner when base and ({condition}) then third is yes\n"
        report = specdsl.check(load(text + EXACT))
        assert not [d.message for d in report.findings if d.code.id == "SD602"]


def test_when_is_written_instead_of_unless_not() -> None:
    rules = LATE + VIP.replace("  when vip\n", "  when vip\n  unless late\n")
    text = HEAD + "fact asked: bool\n" + rules.replace("when late", "when asked or known_face")
    found = made(text)
    assert "refuse only when not vip or late" not in found
    assert found["welcome unless asked or known_face"].count("unless") == 2
    gone = made(text.replace("when vip\n", "when not vip\n"))
    assert gone["refuse only when vip or late"] == text.replace("when vip", "when not vip").replace(
        "when asked or known_face", "when (asked or known_face) and (vip or late)"
    )


# --- layout --------------------------------------------------------------------------------------


def after(rules: str, words: str) -> str:
    """The rules of a spec after the mend that says so."""
    return made(HEAD + rules)[words].removeprefix(HEAD)


def test_a_comment_stays_behind_its_own_clause() -> None:
    rules = LATE.replace("late\n", "late  # at night\n").replace("no\n", "no  # never\n") + VIP
    assert after(rules, "refuse overrides welcome") == rules.replace(
        "never\n", "never\n  overrides welcome\n"
    )
    assert after(rules, "refuse unless vip") == rules.replace(
        "at night\n", "at night\n  unless vip\n"
    )


def test_an_exception_of_a_rule_without_conditions_stands_before_its_effects() -> None:
    rules = LATE + VIP.replace("  when vip\n", "")
    assert after(rules, "welcome unless late") == rules.replace(
        "for honesty\n", "for honesty\n  unless late\n"
    )


@pytest.mark.parametrize(
    ("rule", "words", "found"),
    [
        (
            "when late then answer is no",
            "refuse unless vip",
            "when late unless vip then answer is no",
        ),
        ("then answer is no", "refuse unless vip", "unless vip then answer is no"),
        (
            'when late then answer is no because "so"',
            "refuse overrides welcome",
            'when late then answer is no overrides welcome because "so"',
        ),
    ],
)
def test_a_rule_on_one_line_stays_there(rule: str, words: str, found: str) -> None:
    head = "rule refuse at owner "
    assert after(f"{head}{rule}\n{VIP}", words) == f"{head}{found}\n{VIP}"


def test_inside_a_policy_clauses_are_indented_as_there() -> None:
    rules = f"policy door when late {{\n{_indented(LATE)}}}\n\n{VIP}"
    rules = rules.replace("\n\n}", "\n}")
    assert after(rules, "refuse overrides welcome") == rules.replace(
        "is no\n", "is no\n    overrides welcome\n"
    )


def _indented(text: str) -> str:
    return "".join(f"  {line}" if line.strip() else line for line in text.splitlines(True))


def test_an_override_is_added_to_those_that_are_there() -> None:
    third = "rule third at owner\n  when not vip\n  then answer is maybe\n"
    rules = LATE.replace("no\n", "no\n  overrides third\n") + VIP + "\n" + third
    text = HEAD + rules
    [found] = [
        texts["main.spec"]
        for spec in [load(text)]
        for d in add_fixes(spec, specdsl.check(spec)).findings
        for fix in d.fixes
        if fix.text == "refuse overrides welcome"
        for texts in [texts_after(spec, fix.edits)]
    ]
    assert found == text.replace("overrides third", "overrides third, welcome")


def test_long_conditions_and_lists_are_wrapped() -> None:
    names = [f"a_fact_with_a_rather_long_name_{i}" for i in range(4)]
    facts = f"fact {', '.join(names)}: bool\n"
    rules = LATE + VIP.replace("vip", " and ".join(names))
    text = format_text(Source("x", HEAD + facts + rules))
    for found in made(text).values():
        assert format_text(Source("x", found)) == found
        assert max(map(len, found.splitlines())) <= p.WIDTH


@pytest.mark.parametrize("end", ["\n", ""])
def test_line_ends_stay_what_they_are(end: str) -> None:
    text = CLASH.replace("\n", "\r\n").removesuffix("\r\n") + end.replace("\n", "\r\n")
    for found in made(text).values():
        assert "\n" not in found.replace("\r\n", "")
        assert found.endswith("\r\n") == bool(end)


def test_every_mend_of_a_canonical_text_is_canonical() -> None:
    for text, code in [(CLASH, "SD301"), (SHADOWED, "SD402")]:
        assert format_text(Source("x", text)) == text
        for found in made(text, code).values():
            assert format_text(Source("x", found)) == found


# --- files ---------------------------------------------------------------------------------------


def test_values_are_put_in_order_where_they_are_declared() -> None:
    found = mended('use "base.spec"\n' + LATE + VIP, base=HEAD)
    where = {fix.text: set(texts) for fix, texts in found}
    assert where["priority care > honesty"] == {"base.spec"}
    assert where["refuse overrides welcome"] == {"main.spec"}


def test_values_of_two_files_are_put_in_order_in_the_one_that_uses_the_other() -> None:
    own = HEAD.replace("value honesty\n", "")
    text = f'use "base.spec"\n\nvalue honesty\n\n{LATE}{VIP}'
    [texts] = [t for fix, t in mended(text, base=own) if fix.text == "priority care > honesty"]
    assert set(texts) == {"main.spec"}
    assert "value honesty\npriority care > honesty\n" in texts["main.spec"]


def test_the_base_of_a_layer_is_not_edited() -> None:
    head = HEAD + LATE.replace("owner", "guest")
    layer = 'layer guest on "base.spec"\n\n' + VIP.replace("owner", "guest")
    found = mended(layer, base=head)
    assert {fix.text for fix, _ in found} == {"welcome unless late"}
    assert {path for _, texts in found for path in texts} == {"main.spec"}


def test_a_library_is_not_edited(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    text = library_path("chain_of_command").read_text(encoding="utf-8")
    assert "authority" in text
    main = "use chain_of_command\n" + CLASH.split("\n", 2)[2].replace("owner", "developer")
    for fix, texts in mended(main):
        assert set(texts) == {"main.spec"}, fix


# --- limits --------------------------------------------------------------------------------------


def test_findings_beyond_the_budget_say_so() -> None:
    def finding(budget: FixBudget) -> Diagnostic:
        spec = load(CLASH)
        found = add_fixes(spec, specdsl.check(spec), budget).findings
        return next(d for d in found if d.code.id == "SD301")

    none = finding(FixBudget(findings=0))
    assert none.fixes == ()
    assert "no mend was tried here" in _notes(none)
    some = finding(FixBudget(rules=2))  # one trial of two rules, and what the other side is due
    assert [fix.text for fix in some.fixes] == [
        "priority care > honesty",
        "priority honesty > care",
    ]
    assert "not every mend was tried here" in _notes(some)
    assert "tried" not in _notes(finding(FixBudget()))


def few_of(rules: int) -> FixBudget:
    """What is spent where few mends are asked for, of a spec of so many rules."""
    lines = [f"rule r{i} at owner then answer is maybe" for i in range(rules)]
    return FixEffort.FEW.budget(load(HEAD + "\n".join(lines)))


def test_few_mends_cost_as_much_as_a_few_checks_of_the_spec() -> None:
    assert few_of(2).rules == few_of(30).rules, "of a small spec all are tried"
    assert few_of(100).rules == 2 * 100
    assert few_of(1_000) == few_of(1_200)


def test_programs_get_mends_where_they_ask_for_them() -> None:
    spec = load(CLASH)
    none, few, every = (specdsl.check(spec, mends=extent) for extent in ("none", "few", "all"))
    assert none == specdsl.check(spec)
    assert not any(finding.fixes for finding in none.findings)
    assert few == add_fixes(spec, none)
    assert [len(finding.fixes) for finding in every.findings] == [
        len(finding.fixes) for finding in few.findings
    ]
    with pytest.raises(ValueError, match=r"`all`, `few` or `none`, not `fewer` \(did you mean"):
        specdsl.check(spec, mends="fewer")


def test_what_can_be_mended_is_known_without_the_mends() -> None:
    assert {CONTRADICTION.id, *UNREACHABLE} == FIXABLE_CODES
    assert [one.value for one in FixEffort] == [*MENDS]


def test_the_command_line_looks_for_as_many_mends_as_it_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.spec"
    path.write_text(CLASH, encoding="utf-8")

    def fixes(*words: str) -> list[int]:
        words = ("check", str(path), "--no-cache", "--output-format", "json", *words)
        found = json.loads(CliRunner().invoke(group, words).output)["findings"]
        return [len(one["fixes"]) for one in found if one["name"] == "contradiction"]

    assert fixes() == fixes("--mends", "few") == fixes("--mends", "all") != [0]
    assert fixes("--mends", "none") == [0]


def _notes(finding: Diagnostic) -> str:
    return "\n".join(note.text for note in finding.notes)


def test_where_nothing_holds_the_report_says_what_is_in_the_way() -> None:
    text = CLASH.replace("when vip", "when late")
    [finding] = _findings(text, "SD301")
    assert finding.fixes == ()
    [help_] = [note.text for note in finding.notes if note.title == "help"]
    assert help_ == (
        "no single edit resolves it without another finding "
        "(4 tried: instead they bring SD402 unreachable-rule)"
    )


def test_what_a_report_leaves_out_is_not_taken_for_something_new() -> None:
    """The example fails before and after most mends: a report without it makes no difference."""
    text = CLASH + '\nexample "both"\n  given late, vip\n  expect answer is maybe\n'
    spec = load(text)
    every = add_fixes(spec, specdsl.check(spec))
    some = add_fixes(spec, specdsl.check(spec, only=frozenset({CODE})))
    assert {d.code.id for d in some.findings} == {"SD301"}
    [clash] = some.findings
    assert clash.fixes
    assert [d.fixes for d in every.findings if d.code is CODE] == [clash.fixes]


def test_a_spec_without_such_findings_is_reported_as_it_is() -> None:
    spec = load(HEAD + LATE)
    report = specdsl.check(spec)
    assert add_fixes(spec, report) is report


def test_a_clash_that_is_settled_as_it_should_not_be_is_mended() -> None:
    """`on conflict yes` names what a higher level rules out: a warning. Where all its mends are
    asked for they are held against all checks, and the comment stays in use."""
    never = "rule never at owner\n  when late\n  then answer is not yes\n\n"
    refuse = LATE.replace("when late", "when late and known_face").replace("is no", "is maybe")
    rules = (refuse + VIP.replace("is yes", "is no")).replace("at owner", "at guest")
    head = HEAD.replace("> no\n", "> no on conflict yes\n", 1).replace(
        "decision answer", "# specdsl: allow(SD502) because the rest is open\ndecision answer"
    )
    spec = load(head + never + rules)
    every, few = (specdsl.check(spec, mends=extent).findings for extent in ("all", "few"))
    [finding] = [one for one in every if one.code.id == "SD301"]
    assert str(finding.severity) == "warning"
    assert [(f.text, f.checked) for f in finding.fixes] == [
        ("priority care > honesty", "resolves it, changes nothing else"),
        ("refuse overrides welcome", "resolves it, changes nothing else"),
    ]  # not `welcome unless late and known_face`: `refuse` would be redundant, another warning
    [quick] = [one for one in few if one.code.id == "SD301"]
    assert {f.text for f in finding.fixes} < {f.text for f in quick.fixes}


def test_what_is_allowed_is_not_taken_for_something_that_a_mend_brings() -> None:
    """`hush` clashes with both others, before and after, and a comment allows that."""
    hush = (
        "\n# specdsl: allow(SD301) because it is rare\n"
        "rule hush at owner\n  when known_face is unknown\n  then answer is maybe\n"
    )
    text = CLASH + hush
    spec = load(text)
    report = specdsl.check(spec, mends="few")
    assert report.allowed == 2
    [finding] = [one for one in report.findings if one.code.id == "SD301"]
    assert {fix.text for fix in finding.fixes} == set(made(CLASH))
    for fix in finding.fixes:
        [after] = texts_after(spec, fix.edits).values()
        assert not [one for one in specdsl.check(load(after)).findings if one.code.id == "SD301"]


def test_a_mend_that_makes_more_situations_contradictory_is_not_offered() -> None:
    """`stop` and `go` clash, but for where `quiet` overrides both. To narrow it for the sake of
    `hint`, which either of them may follow, would let them clash there too."""
    rules = (
        "rule quiet at owner\n  when late\n  then answer is maybe\n\n"
        "rule hint at guest\n  when late and vip\n  then answer is not maybe\n\n"
        "rule stop at guest\n  when possibly known_face\n  then answer is no\n\n"
        "rule go at guest\n  when possibly known_face\n  then answer is yes\n"
    )
    spec = load(HEAD + rules)
    found = {
        tuple(d.fields["rules"]): d
        for d in add_fixes(spec, specdsl.check(spec)).findings
        if d.code.id in ("SD301", "SD402")
    }
    hint = found["hint", "quiet"]
    assert hint.fixes == ()
    assert "(1 tried: instead they bring more contradictory situations)" in _notes(hint)


# --- assumptions ---------------------------------------------------------------------------------

LIMITS = """\
authority owner

fact amount, minimum, maximum: int 0..

decision order: take > ask > refuse

rule too_small at owner
  when amount < minimum
  then order is ask

rule too_large at owner
  when amount > maximum
  then order is refuse
"""


AT_LEAST = "maximum_at_least_minimum: maximum >= minimum"


def assumed(text: str) -> dict[str, str]:
    return {words: found for words, found in made(text).items() if words.startswith("assume ")}


def test_an_assumption_is_offered_where_rules_clash_only_if_two_facts_are_the_wrong_way_round() -> (
    None
):
    line = "assume maximum_at_least_minimum: maximum >= minimum"
    assert assumed(LIMITS) == {line: LIMITS.replace("0..\n", f"0..\n\n{line}\n", 1)}
    [fix] = [fix for fix, _ in mended(LIMITS) if fix.text == line]
    assert fix.checked == (
        "resolves it, changes nothing else, refuses situations in which it is false"
    )


@pytest.mark.parametrize(
    ("conditions", "relation"),
    [
        (("amount <= minimum", "amount >= maximum"), "maximum_above_minimum: maximum > minimum"),
        (
            ("amount + 2 < minimum", "amount > maximum"),
            "maximum_at_least_minimum: maximum >= minimum",
        ),
        (("amount < minimum", "amount > 5"), None),  # no two facts that nothing compares
        (("amount > minimum", "amount > maximum"), None),  # which way round does not matter
        (("amount < minimum and minimum > maximum", "amount > maximum"), None),  # it is meant
    ],
)
def test_an_assumption_says_no_more_than_keeps_the_rules_apart(
    conditions: tuple[str, str], relation: str | None
) -> None:
    text = LIMITS.replace("amount < minimum", conditions[0], 1)
    text = text.replace("amount > maximum", conditions[1])
    assert set(assumed(text)) == ({f"assume {relation}"} if relation else set())


def test_an_assumption_stands_below_those_that_are_there_under_a_name_of_its_own() -> None:
    there = "assume maximum_at_least_minimum: amount < 1000000\n"
    text = LIMITS.replace("0..\n", f"0..\n\n{there}", 1)
    line = "assume maximum_at_least_minimum_2: maximum >= minimum"
    assert assumed(text) == {line: text.replace(there, f"{there}{line}\n")}


def test_dates_are_assumed_to_come_one_after_the_other() -> None:
    text = LIMITS.replace("int 0..", "date").replace("minimum", "start").replace("maximum", "end")
    assert set(assumed(text)) == {"assume end_not_before_start: end >= start"}


def test_nothing_is_assumed_unasked() -> None:
    spec = load(LIMITS)
    [finding] = fixable_findings(specdsl.check(spec))
    desk, report = FixProposer(spec, findings=[finding]), specdsl.check(spec)
    found = try_proposals(desk, report, finding, RemainingBudget(FixBudget()))
    alone = replace(found, fixes=tuple(m for m in found.fixes if not m.proposal.yields))
    assert len(alone.fixes) == 1
    said = choose_fix(finding, alone)
    assert said == "an assumption would resolve it, and only its author knows whether it holds"


# --- patterns ------------------------------------------------------------------------------------

PATTERNS = """\
authority owner

fact command: text
fact approved: bool

decision call: allow > ask > deny

rule git at owner
  when command like "git *"
  then call is allow

rule push at owner
  when command like "git push*"
  then call is ask

rule force at owner
  when command like "git push --force*" and not approved
  then call is deny

rule motd at owner
  when command = "cat /etc/motd"
  then call is allow

rule etc at owner
  when command like "cat /etc/*"
  then call is deny
"""


def narrower(text: str) -> list[tuple[Fix, str]]:
    spec = load(text)
    report = add_fixes(spec, specdsl.check(spec))
    return [
        (fix, texts_after(spec, fix.edits)["main.spec"])
        for finding in report.findings
        for fix in finding.fixes
        if fix.title == "let narrower patterns override"
    ]


def test_all_narrower_patterns_are_let_override_at_once() -> None:
    [(fix, found)] = narrower(PATTERNS)
    assert fix.text == "push overrides git, force overrides push, motd overrides etc"
    assert fix.checked.startswith("resolves it and 3 contradictions, changes nothing else")
    assert format_text(Source("x", PATTERNS)) == PATTERNS
    assert format_text(Source("x", found)) == found
    assert found.count("  overrides ") == 3
    assert not [f for f in specdsl.check(load(found)).findings if f.code.id == "SD301"]


def test_patterns_of_which_none_is_narrower_are_left_alone() -> None:
    text = PATTERNS.replace("git push*", "*push*").replace("cat /etc/*", "*passwd*")
    assert narrower(text.replace("git push --force*", "* --force*")) == []
