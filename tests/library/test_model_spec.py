"""The Model Spec as a spec: every section has its rules, and what the text demands is decided."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import specdsl
from specdsl.apps.cli import group
from specdsl.base.source import Source
from specdsl.frontend.syntax.canonical_layout import format_text
from tests.acceptance import model_spec

FOLDER = model_spec.ENCODING
FILES = sorted(FOLDER.rglob("*.spec"))
VERSIONS = tuple(
    f"versions/{date}.spec"
    for date in ("2025-02-12", "2025-04-11", "2025-09-12", "2025-09-12_in_part", "2025-10-27")
)
FEBRUARY, APRIL, SEPTEMBER, IN_PART, OCTOBER = VERSIONS
DECEMBER = "under_18.spec"
SECTIONS = {  # with a level of authority, in the order of the text
    "follow_all_applicable_instructions",
    "letter_and_spirit",
    "no_other_objectives",
    "scope_of_autonomy",
    "control_side_effects",
    "assume_best_intentions",
    "ignore_untrusted_data",
    "comply_with_laws",
    "sexual_content_involving_minors",
    "avoid_info_hazards",
    "avoid_targeted_political_manipulation",
    "respect_creators",
    "protect_privacy",
    "no_erotica_or_gore",
    "avoid_extremist_content",
    "avoid_hateful_content",
    "avoid_abuse",
    "transformation_exception",
    "prevent_imminent_harm",
    "do_not_facilitate_illicit_behavior",
    "do_not_encourage_self_harm",
    "avoid_regulated_advice",
    "support_mental_health",
    "protect_privileged_information",
    "use_preset_voice_in_voice_mode",
    "uphold_fairness",
    "respect_real_world_ties",
    "assume_objective_pov",
    "present_perspectives",
    "no_topic_off_limits",
    "do_not_lie",
    "avoid_sycophancy",
    "ask_clarifying_questions",
    "express_uncertainty",
    "highlight_misalignments",
    "avoid_errors",
    "avoid_overstepping",
    "be_creative",
    "support_programmatic_use",
    "love_humanity",
    "be_rationally_optimistic",
    "be_responsible",
    "be_interesting_and_interested",
    "be_curious",
    "be_clear",
    "be_professional",
    "have_conversational_sense",
    "be_warm",
    "do_not_make_unprompted_personal_comments",
    "avoid_being_condescending",
    "refusal_style",
    "formatting",
    "be_thorough_but_efficient",
    "imitate_accents_in_voice_mode",
    "be_concise_and_conversational_in_voice_mode",
    "adapt_length_in_voice_mode",
    "handle_interruptions_in_voice_mode",
    "respond_to_audio_testing_in_voice_mode",
    "prioritize_teen_safety",
}


@cache
def whole() -> specdsl.Spec:
    return specdsl.load(FOLDER / "under_18.spec")


def test_each_section_with_an_authority_level_has_a_rule() -> None:
    sources = {rule.reference.removeprefix("model_spec#") for rule in whole().model.rules}
    assert len(SECTIONS) == 59
    assert sources >= SECTIONS


def test_each_rule_has_a_source_a_reason_and_a_value() -> None:
    for rule in whole().model.rules:
        assert rule.reference.startswith("model_spec#"), rule.name
        assert all((rule.because, rule.doc, rule.value)), rule.name


def test_each_fact_may_be_unknown() -> None:
    assert [fact.name for fact in whole().model.facts if not fact.optional] == []


def test_examples_show_good_and_bad_answers() -> None:
    shown = [one for one in whole().model.examples if one.expectations]
    kinds = [{line.speaker for line in one.talk} for one in shown]
    assert sum({"good", "bad"} <= kind for kind in kinds) >= 150


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_is_in_the_canonical_layout(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert format_text(Source(path.name, text)) == text


@pytest.mark.slow
@pytest.mark.parametrize(
    "paths", [(DECEMBER, FEBRUARY, APRIL, SEPTEMBER, OCTOBER), (IN_PART,)], ids=["all", "in_part"]
)
def test_they_pass_the_check_without_a_warning(paths: tuple[str, ...]) -> None:
    """Each is a spec of its own; a part of September is checked apart, since September uses it."""
    files = [str(FOLDER / path) for path in paths]
    how = ["--only", "warnings", "--fail-on", "warning", "--no-cache", "--output-format", "json"]
    result = CliRunner().invoke(group, ["check", *files, *how])
    assert result.exit_code == 0, result.output
    report = json.loads(result.output)
    assert report["findings"] == []
    assert {one["file"] for one in report["checks"]} == set(files)
    assert "unproved" not in {one["result"] for one in report["checks"]}


# --- versions ------------------------------------------------------------------------------------

FORCED = {  # a question whose refusal says it all, to be answered with yes or no
    "asks_about": "instruction_text",
    "confidentiality": "marked_private",
    "refusal_reveals": True,
    "format_fits_refusal": False,
}


@pytest.mark.parametrize(
    ("path", "truth"),
    [
        (FEBRUARY, "untrue"),
        (APRIL, "untrue"),
        (SEPTEMBER, "untrue"),
        (OCTOBER, "untrue"),
        (DECEMBER, "cannot_answer"),
    ],
)
def test_only_older_versions_lie_for_a_secret(path: str, truth: str) -> None:
    _, policy = model_spec.encoding(FOLDER / path)
    says = [specdsl.Instruction("system", "disclosure is withheld")]
    assert policy.decide(FORCED, says).truth == truth


@pytest.mark.parametrize(
    ("path", "truth"),
    [
        (FEBRUARY, "white_lie"),
        (APRIL, "truthful"),
        (SEPTEMBER, "truthful"),
        (OCTOBER, "truthful"),
        (DECEMBER, "white_lie"),
    ],
)
def test_a_white_lie_was_fine_then_not_and_then_again(path: str, truth: str) -> None:
    _, policy = model_spec.encoding(FOLDER / path)
    hoped = [specdsl.Instruction("user", "truth is white_lie", implied=True)]
    assert policy.decide({"white_lie_harms": False}, hoped).truth == truth


@pytest.mark.parametrize(
    ("path", "truth"),
    [(APRIL, "untrue"), (SEPTEMBER, "cannot_answer"), (OCTOBER, "cannot_answer")],
)
def test_since_september_a_lie_takes_a_secret_that_is_marked(path: str, truth: str) -> None:
    _, policy = model_spec.encoding(FOLDER / path)
    unmarked = {**FORCED, "confidentiality": "unmarked"}
    assert policy.decide(unmarked).truth == truth


@pytest.mark.parametrize(
    ("path", "ordered"),
    [(FEBRUARY, "untrue"), (APRIL, "untrue"), (SEPTEMBER, "cannot_answer")],
)
def test_since_september_no_system_message_sets_the_text_aside(path: str, ordered: str) -> None:
    _, policy = model_spec.encoding(FOLDER / path)
    facts = {**FORCED, "refusal_reveals": False}
    says = [specdsl.Instruction("system", "truth is untrue")]
    assert policy.decide(facts, says).truth == ordered


@pytest.mark.parametrize(
    ("path", "link"),
    [
        (FEBRUARY, "left_out"),
        (SEPTEMBER, "left_out"),
        (OCTOBER, "included"),
        (DECEMBER, "included"),
    ],
)
def test_since_october_authority_is_lent_without_a_word(path: str, link: str) -> None:
    _, policy = model_spec.encoding(FOLDER / path)
    facts = {
        "embedded_in": "tool_output",
        "embedded_relation": "intended",
        "embedded_risk": "low",
        "delegation": "implicit",
    }
    says = [specdsl.Instruction("tool", "inserted_text is included")]
    assert policy.decide(facts, says).inserted_text == link


@pytest.mark.parametrize("path", [SEPTEMBER, OCTOBER])
def test_delusions_and_ties_are_of_october(path: str) -> None:
    sources = {rule.name for rule in specdsl.load(FOLDER / path).model.rules}
    added = {"feelings_yes_delusions_no", "nobodys_only_one", "their_own_lives"}
    assert sources & added == (added if path == OCTOBER else set())


# --- the command that scores cases ---------------------------------------------------------------


def case(**fields: Any) -> dict[str, Any]:
    return {
        "id": "a-1",
        "situation": "a recipe",
        "note": "root",
        "version": model_spec.NEWEST,
        "facts": {"request_class": "hazard_cbrn", "detail_asked": "actionable"},
        "says": [{"by": "user", "effect": "comply is full"}],
        "expected": {"comply": "refuse"},
        "acceptable": {},
        "forbidden": {"comply": ["full"]},
        **fields,
    }


def scored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *cases: dict[str, Any]
) -> tuple[int, str]:
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(json.dumps(one) for one in cases), encoding="utf-8")
    return model_spec.main([str(file)]), capsys.readouterr().out


def test_what_is_decided_as_demanded_is_no_miss(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = case(id="a-2", facts={}, expected={"comply": "full"}, forbidden={})
    status, out = scored(tmp_path, capsys, case(), plain)
    assert status == 0
    assert out.splitlines() == [
        "cases.jsonl: 2/2 decided as demanded, 100.0 %",
        "of those that declarations without rules get wrong: 1/1 decided as demanded, 100.0 %",
    ]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"expected": {"comply": "full"}}, "comply is refuse, demanded full"),
        ({"forbidden": {"comply": ["refuse"]}}, "comply is refuse, which is forbidden"),
        ({"expected": {"no_such": "x"}}, "no_such is None, demanded x"),
        ({"says": [{"by": "nobody_known", "effect": "comply is full"}]}, "BadInput"),
        ({"says": [{"by": "user", "effect": "no_such is full"}]}, "BadInput"),
        ({"facts": {"request_class": "no_such_class"}}, "BadInput"),
        ({"version": "1999-01-01"}, "no text that it names is encoded"),
    ],
    ids=["expected", "forbidden", "unknown decision", "principal", "decision", "value", "version"],
)
def test_a_miss_is_printed_with_its_explanation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], fields: dict[str, Any], said: str
) -> None:
    status, out = scored(tmp_path, capsys, case(**fields))
    assert status == 1
    assert re.search(rf"^MISS a-1 .*{re.escape(said)}", out, re.M)
    assert "demanded: root" in out


def test_a_fact_that_is_not_declared_is_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = {**case()["facts"], "no_such_fact": True}
    status, _ = scored(tmp_path, capsys, case(facts=facts))
    assert status == 0


def test_what_is_acceptable_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = case(expected={"comply": "partial"}, acceptable={"comply": ["refuse"]})
    assert scored(tmp_path, capsys, one)[0] == 0
