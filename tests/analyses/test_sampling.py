"""Sampled sets against the reference interpreter, and against all situations of small specs."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from inspect_ai.dataset import json_dataset

import specdsl
from specdsl.analyses.sampling.coverage_opinion import coverage_opinion, coverage_opinion_lines
from specdsl.analyses.sampling.sample_cases import SamplingOptions, sample_cases
from specdsl.analyses.sampling.sampled_set import SampledSet
from specdsl.analyses.sampling.set_formats import SET_FORMATS
from specdsl.api import Spec
from specdsl.runtime.results import DecisionTrace
from specdsl.semantics.reference import decide
from tests.analyses.diff.cases import all_facts, decision_function, load_statements, pair_of_specs

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "support_bot" / "support.spec"


def drawn(spec: Spec, count: int = 200, seed: int = 0, held_out: float = 0.2) -> SampledSet:
    return sample_cases(spec, SamplingOptions(count, seed, held_out))


def rows(found: SampledSet, form: str = "jsonl") -> list[Any]:
    text = SET_FORMATS[form](found, "spec")
    return [json.loads(line) for line in next(iter(text.values())).splitlines()]


def small_specs() -> Iterator[Spec]:
    for seed in range(5):
        for statements in pair_of_specs(seed):
            spec = load_statements(statements)
            assert spec is not None
            yield spec


# --- what is in it -------------------------------------------------------------------------------


def test_every_case_and_its_twin_have_the_outcome_that_the_reference_gives() -> None:
    spec = specdsl.load(EXAMPLE)
    found = rows(drawn(spec))

    def outcome(facts: Any, row: Any) -> str | None:
        return decide(spec.model, facts, row["says"])[row["decision"]].outcome

    assert sum(row["twin"] is not None for row in found) > 150
    assert any(row["says"] for row in found)
    for row in found:
        assert outcome(row["facts"], row) == row["outcome"]
        twin = row["twin"]
        if twin is not None:
            facts = {**row["facts"], twin["fact"]: twin["value"]}
            assert row["facts"][twin["fact"]] != twin["value"]
            assert outcome(facts, row) == twin["outcome"] != row["outcome"]


def test_what_can_be_shown_is_shown_and_what_is_impossible_never_happens() -> None:
    """All situations of small specs: each rule that stands in one, each two that apply in one."""
    for spec in small_specs():
        found = drawn(spec, 150)
        assert found.unproved == found.left_out == ()
        stand, meet = seen_in_cases(spec, found)
        assert (stand, meet) == seen_in_all(spec, stand)
        for name, rule in stand:
            assert f"`{rule}` takes effect" not in found.impossible, (name, rule)


Shown = tuple[set[tuple[str, str]], set[tuple[str, frozenset[str]]]]


def seen_in_all(spec: Spec, known: set[tuple[str, str]]) -> Shown:
    """The rules that stand, and the pairs that apply together, in some situation. A rule stands
    that only an instruction lets stand, if a case shows it."""
    run, found = decision_function(spec), (set[Any](known), set[Any]())
    for facts in all_facts():
        try:
            _note(run({"facts": facts}), found)
        except specdsl.BadInput:
            continue
    return found


def seen_in_cases(spec: Spec, drawn_set: SampledSet) -> Shown:
    run, found = decision_function(spec), (set[Any](), set[Any]())
    for case in drawn_set.cases:
        traces = run(case.situation.to_replay())
        _note({case.decision.name: traces[case.decision.name]}, found)
    return found


def _note(traces: Any, found: Shown) -> None:
    for name, trace in traces.items():
        if isinstance(trace, DecisionTrace) and trace.outcome is not None:
            rules = [part for part in trace.parts if not part.instruction]
            found[0].update((name, part.name) for part in rules if part.status == "standing")
            names = sorted(part.name for part in rules)
            found[1].update((name, frozenset(pair)) for pair in combinations(names, 2))


def test_a_second_solver_confirms_what_is_shown_and_what_is_impossible() -> None:
    pytest.importorskip("cvc5", reason="cvc5 is not installed: NO SECOND SOLVER WAS ASKED")
    asked = {True: 0, False: 0}
    for spec in (*small_specs(), specdsl.load(EXAMPLE), specdsl.loads(INSTRUCTED)):
        found = drawn(spec, 20)
        opinion, gaps = coverage_opinion(spec.model, found)
        assert len(opinion.agreed) == len(found.settled)
        assert not opinion.differing
        assert not gaps
        for one in found.settled:
            asked[one.situation is None] += 1
    assert asked[True] > 10
    assert asked[False] > 60


INSTRUCTED = """
authority shop > user
principal user at user
fact n: int 0..9
decision d: no > maybe > yes
decision e: no > yes
rule low at user when n > 5 then d is yes
rule late at user when d is yes then e is yes
rule never at shop when n > 7 and n < 3 then e is yes
"""


def test_a_second_solver_notices_a_wrong_claim() -> None:
    pytest.importorskip("cvc5", reason="cvc5 is not installed: NO SECOND SOLVER WAS ASKED")
    spec = specdsl.loads(INSTRUCTED)
    found = drawn(spec)
    by_text = {one.text: one for one in found.settled}
    never, low = by_text["`never` takes effect"], by_text["`low` takes effect"]
    assert never.situation is None
    assert low.situation is not None
    wrong = (replace(low, situation=None), replace(never, situation=low.situation))
    opinion, _ = coverage_opinion(spec.model, replace(found, settled=wrong))
    assert [(one.wording.about, answer) for one, answer in opinion.differing] == [
        ("`low` takes effect", "sat"),
        ("`never` takes effect", "unsat"),
    ]
    assert coverage_opinion_lines(opinion, ())[:2] == [
        f"the second opinion differs: `low` takes effect; is there a situation that shows it? "
        f"{opinion.solver}: there is one",
        f"the second opinion differs: `never` takes effect; does the situation show it? "
        f"{opinion.solver}: it does not",
    ]


def test_a_boundary_is_shown_on_both_sides() -> None:
    spec = specdsl.loads(
        "authority a\nfact n: int 0..100\nfact b: bool\ndecision d: no > yes\n"
        "rule r at a when n > 18 and b then d is yes"
    )
    first = [row for row in rows(drawn(spec)) if row.get("shows", "").startswith("`n = ")]
    assert {row["facts"]["n"]: row["outcome"] for row in first} == {17: "no", 18: "no", 19: "yes"}


def test_rules_have_the_same_share_and_no_case_is_there_twice() -> None:
    spec = specdsl.loads(
        "authority a\nfact n: int 0..9\nfact m: int 0..9\nfact k: {x, y, z}\n"
        "fact t: text\nfact u: set of {p, q, r, s}\ndecision d: no > yes\n"
        "rule one at a when n > 8 and k is x then d is yes\n"
        "rule two at a when m > 1 and k is y then d is no\n"
        'rule three at a when t like "a*b" and u has p then d is no'
    )
    found = rows(drawn(spec, 60))
    counts = Counter(reason["rule"] for row in found for reason in row["because"])
    assert min(counts.values()) >= 10
    keys = [json.dumps([row["decision"], row["facts"], row["says"]]) for row in found]
    assert len({*keys}) == len(keys) == 60


def test_a_seed_gives_one_set_and_another_seed_another() -> None:
    spec = specdsl.load(EXAMPLE)
    assert rows(drawn(spec, 200, 5)) == rows(drawn(specdsl.load(EXAMPLE), 200, 5))
    assert rows(drawn(spec, 200, 5)) != rows(drawn(spec, 200, 6))


def test_whole_regions_are_held_out_and_never_trained_on() -> None:
    found = drawn(specdsl.load(EXAMPLE), 400, held_out=0.4)
    train, test = (
        {row["region"] for row in rows(found) if row["split"] == split} for split in SPLITS
    )
    assert train
    assert test
    assert not train & test
    questions = {json.dumps(row["messages"][1]) for row in rows(found, "chat-jsonl")}
    kept = sum(row["split"] == "train" for row in rows(found))
    assert len(rows(found, "chat-jsonl")) == kept
    assert len(questions) == kept


SPLITS = ("train", "test")


# --- formats -------------------------------------------------------------------------------------


def written(form: str, folder: Path) -> Path:
    for name, text in SET_FORMATS[form](drawn(specdsl.load(EXAMPLE), 60), "support").items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_inspect_loads_the_data_set_and_its_task(tmp_path: Path) -> None:
    folder = written("inspect", tmp_path)
    loaded = json_dataset(str(folder / "dataset.jsonl"))
    assert len(loaded) == 60
    sample = loaded[0]
    assert sample.choices is not None
    place = "ABC".index(str(sample.target))
    assert sample.metadata is not None
    assert sample.choices[place] == sample.metadata["outcome"]
    task = runpy.run_path(str(folder / "task.py"))["support"]()
    assert len(task.dataset) == 60


def test_the_assertion_of_promptfoo_takes_the_right_outcome_alone(tmp_path: Path) -> None:
    folder = written("promptfoo", tmp_path)
    judge = runpy.run_path(str(folder / "judge_outcome.py"))["get_assert"]
    lines = (folder / "tests.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads((folder / "promptfooconfig.json").read_text("utf-8"))["tests"].endswith(
        "tests.jsonl"
    )
    for line in map(json.loads, lines):
        (asserted,) = line["assert"]
        context = {"vars": line["vars"], "config": asserted["config"]}
        outcomes, right = asserted["config"]["outcomes"], line["vars"]["outcome"]
        passed = [one for one in outcomes if judge(f"{one}. Because.", context)["pass"]]
        assert passed == [right]
        assert not judge("I do not know.", context)["pass"]
        assert all(isinstance(value, str) for value in line["vars"].values())


ANSWERS = """
def call_api(prompt, options, context):
    assert context["vars"]["question"] in prompt
    right = context["vars"]["outcome"]
    return {"output": f"{right}. Because." if options["config"]["right"] else "I do not know."}
"""


@pytest.mark.skipif("SPECDSL_PROMPTFOO" not in os.environ, reason="promptfoo WAS NOT ASKED")
def test_promptfoo_takes_the_files_and_gives_each_case_one_verdict(tmp_path: Path) -> None:
    folder = written("promptfoo", tmp_path)
    config = json.loads((folder / "promptfooconfig.json").read_text("utf-8"))
    assert "Configuration is valid" in run_promptfoo(folder, "validate", "config")
    (folder / "answers.py").write_text(ANSWERS, encoding="utf-8")
    config["providers"] = [
        {"id": "file://answers.py", "label": label, "config": {"right": label == "right"}}
        for label in ("right", "wrong")
    ]
    (folder / "promptfooconfig.json").write_text(json.dumps(config), encoding="utf-8")
    run_promptfoo(folder, "eval", "--filter-first-n", "6", "--no-cache", "-o", "out.json")
    found = json.loads((folder / "out.json").read_text("utf-8"))["results"]["results"]
    verdicts = Counter((one["provider"]["label"], one["success"]) for one in found)
    assert verdicts == {("right", True): 6, ("wrong", False): 6}


def run_promptfoo(folder: Path, *words: str) -> str:
    quiet = {"PROMPTFOO_DISABLE_TELEMETRY": "1", "PROMPTFOO_DISABLE_UPDATE": "1"}
    own = {"PROMPTFOO_CONFIG_DIR": str(folder / "own"), "PROMPTFOO_PYTHON": sys.executable}
    return subprocess.run(
        ["node", os.environ["SPECDSL_PROMPTFOO"], *words, "-c", "promptfooconfig.json"],
        cwd=folder,
        env={**os.environ, **quiet, **own},
        capture_output=True,
        text=True,
        check=False,  # An evaluation in which a case fails ends with 100.
    ).stdout


def test_a_preference_has_a_good_answer_with_its_reason_and_a_bad_one() -> None:
    spec = specdsl.load(EXAMPLE)
    reasons = [rule.because for rule in spec.model.rules if rule.because]
    found = rows(drawn(spec, 100), "preferences")
    for row in found:
        good, bad = row["chosen"][0]["content"], row["rejected"][0]["content"]
        assert good.partition(".")[0] != bad.partition(".")[0]
    assert any(reason in row["chosen"][0]["content"] for row in found for reason in reasons)
    assert [message["role"] for message in found[0]["prompt"]] == ["system", "user"]
