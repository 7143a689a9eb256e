"""A compiled module is read back: what decides otherwise is refuted, what is unknown rejected."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner

import specdsl
from benchmarks.policies import SHAPES, write_policy
from specdsl.apps.cli import group
from specdsl.backends.artifact_proof import ArtifactFault
from specdsl.backends.python import proved_module
from specdsl.backends.python.module import emit_module, shared_part_of
from specdsl.backends.python.module_proof import prove_module
from specdsl.backends.settled_decisions import settled_decisions
from specdsl.situations.situation import Situation, complete_facts
from tests.backends.emitted import run_module
from tests.random_specs import random_situation, random_spec

SPEC = """\
spec shop
authority owner > guest
principal clerk at guest
principal tool without authority
fact amount: number 0..
fact days: int 0..100
fact approved: bool?
fact topic: {refunds, orders, other}
fact tags: set of {vip, staff}
fact path: text?
fact due, sent: date
decision pay: yes > ask > no on conflict no
decision tone: warm > plain > cold default plain
delegate tool at guest on tone when pay is no
assume staff_pays: not (tags has staff and topic is refunds)
rule cap at owner when amount > 500.5 and not approved then pay is not yes
rule late at owner when topic is refunds and days > 30 then pay is no
rule loyal at owner when tags has vip and days <= 60 then pay is yes overrides late
rule lent at owner when path like "*.pem" then pay in {ask, no}
rule sorry at owner when pay is no then tone is warm
rule may_be_cold at owner when due > sent then tone may be cold
rule never_cold at guest then tone is not cold
"""

TOPIC = "(f_topic := f['topic']) == 'refunds'"
EITHER = f"{TOPIC} and (d['tone'] == 'warm' or d['tone'] != 'warm')"
"""A test of a decision that is not taken yet."""


def faults_of(text: str, spec: specdsl.Spec) -> tuple[ArtifactFault, ...]:
    return prove_module(text, spec.circuit).faults


@pytest.mark.parametrize("seed", range(20))
def test_modules_of_random_specs_are_proved(seed: int) -> None:
    spec = specdsl.loads(random_spec(seed))
    for settled in (frozenset(), settled_decisions(spec.circuit)):
        policy = specdsl.Policy(spec.circuit, settled=settled)
        assert faults_of(policy.source, spec) == ()


@pytest.mark.parametrize("shape", SHAPES)
def test_modules_of_the_shapes_are_proved(shape: str) -> None:
    spec = specdsl.loads(write_policy(shape, 40, 3).text)
    assert faults_of(specdsl.Policy(spec.circuit).source, spec) == ()


@pytest.mark.parametrize("seed", range(0, 20, 4))
def test_decisions_that_the_prover_gives_up_are_resolved_by_their_tables(seed: int) -> None:
    """Such a module is proved too, and decides the same; one that resolves another's is not."""
    spec = specdsl.loads(random_spec(seed))
    text = emit_module(spec.circuit, tabular=frozenset(spec.model.decisions))
    assert faults_of(text, spec) == ()
    policy, module, random = specdsl.Policy(spec.circuit), run_module(text), Random(seed)
    for _ in range(30):
        one = random_situation(random, spec.model)
        for says in ((), one["says"]):
            expected = answer(policy.decide, one["facts"], says)
            assert answer(module.decide, one["facts"], says) == expected
    assert faults_of(text.replace("resolve_rules(_TABLES, 0", "resolve_rules(_TABLES, 1"), spec)


def test_a_council_is_compiled_though_the_prover_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = specdsl.loads(write_policy("council", 60, 1).text)
    monkeypatch.setattr(proved_module, "WORK", 50_000)
    text = proved_module.emit_proved_module(spec.circuit, "not checked")
    assert "return resolve_rules(" in text
    assert faults_of(text, spec) == ()


# --- edits ---------------------------------------------------------------------------------------


def edited(old: str, new: str) -> tuple[str, specdsl.Spec]:
    """The module with one place of the spec's own part changed."""
    spec = specdsl.loads(SPEC)
    text = specdsl.Policy(spec.circuit).source
    assert old in text.partition("# --- What decision functions share")[0], old
    return text.replace(old, new, 1), spec


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("f_amount > 500.5", "f_amount > 500.25"),
        ("f_days > 30", "f_days >= 30"),
        ("f_days <= 60", "f_days <= 61"),
        ("f_topic == 'refunds'", "f_topic != 'refunds'"),
        (".endswith('.pem')", ".startswith('.pem')"),
        ("('no', True, True)", "('ask', True, True)"),
        ("('yes', False, False)", "('yes', True, False)"),
        ("d_pay == 'no'", "d_pay == 'ask'"),
        ("f_due", "f_sent"),
    ],
)
def test_an_edit_is_refuted_with_a_situation(old: str, new: str) -> None:
    """In which the edited module decides otherwise than the policy."""
    text, spec = edited(old, new)
    shown = [fault for fault in faults_of(text, spec) if fault.facts is not None]
    assert shown or faults_of(text, spec)
    policy, module = specdsl.Policy(spec.circuit), run_module(text)
    for fault in shown:
        if "_decide_" in fault.message:
            situation = Situation(fault.facts or {}, complete_facts(spec.model, fault.facts or {}))
            facts = situation.to_replay()["facts"]
            assert answer(module.decide, facts, []) != answer(policy.decide, facts, [])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    return values\n", "    return values[:1]\n"),
        ("_TABLES = SpecDecision._tables", "import os\n_TABLES = SpecDecision._tables"),
        ("RuleRow('late', 4", "RuleRow('late', 2"),
        (f"if {TOPIC}", f"if __import__('os').getcwd() and {TOPIC}"),
        ("f_amount, ", "f_amount, len, "),
        ("itemgetter('", "itemgetter('un"),
        (f"if {TOPIC} and f_days > 30:", f"if {EITHER} and f_days > 30:"),
    ],
)
def test_what_is_not_written_for_the_spec_is_rejected(old: str, new: str) -> None:
    spec = specdsl.loads(SPEC)
    text = specdsl.Policy(spec.circuit).source
    assert old in text
    assert faults_of(text.replace(old, new), spec) != ()


LATE_READS = """\
spec late
authority top
fact a, b, c, d, e, f, g, h, i, j: bool
fact path, host: text
decision pay: yes > no
rule one at top when a and path like "x*y*z" then pay is no
rule two at top when b and host like "?x" then pay is no
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("(f_path := v[10])", "(f_path := v[11])"),
        ("(f_b := v[1])", "(f_b := v[0])"),
        ("(f_b := v[1])", "(v := v[1])"),
        ("(f_b := v[1])", "(f_c := v[1]) and f_c"),
        ("(f_b := v[1])", "(len := v[1])"),
        ("'x', ('y',), 'z'", "'x', ('z',), 'y'"),
        ("'x', ('y',), 'z'", "'x', ('y', ''), 'z'"),
        ("'x', ('y',), 'z'", "'x', (), 'yz'"),
        ("'x', ('y',), 'z'", "'x', ('y',), 'z', 1"),
        ("'x', ('y',), 'z'", "'x', ('y', 1), 'z'"),
    ],
)
def test_what_is_read_late_is_held_to_the_spec(old: str, new: str) -> None:
    """A fact that is needed in one place is read there; nothing else may read its variable."""
    spec = specdsl.loads(LATE_READS)
    text = specdsl.Policy(spec.circuit).source
    assert old in text
    assert faults_of(text, spec) == ()
    changed = text.replace(old, new, 1)
    # One more run is the same pattern.
    assert (faults_of(changed, spec) == ()) is ("('y', '')" in new)


IMPOSTOR = "globals().__setitem__('decide', None)"


@pytest.mark.parametrize(
    "more",
    [
        f"def _condition_99(x={IMPOSTOR}):\n    return True",
        f"@(lambda f: {IMPOSTOR})\ndef _condition_99(x):\n    return True",
        f"def _part_9_of_pay(v, *, x={IMPOSTOR}):\n    return True",
        f"_results_of_nothing: dict[int, int] = {{1: {IMPOSTOR}}}",
        "def _condition_99(f):\n    return True",
    ],
)
def test_a_function_that_nothing_calls_is_rejected(more: str) -> None:
    """What stands at its head is run when the module is imported."""
    spec = specdsl.loads(SPEC)
    assert faults_of(f"{specdsl.Policy(spec.circuit).source}\n\n{more}\n", spec) != ()


@pytest.mark.parametrize(
    "dead",
    ["yield", "global decide", "len = 1", "len: list = []", "import os", "lambda: 1", "del v"],
)
@pytest.mark.parametrize("place", ["if False:\n        {}\n    {{}}", "{{}}\n    {}"])
def test_what_is_never_run_is_read_too(dead: str, place: str) -> None:
    """A `yield` makes a generator of a function, and an assignment a variable of a name."""
    spec = specdsl.loads(SPEC)
    text = specdsl.Policy(spec.circuit).source
    name = re.escape("def _decide_tone(")
    (found,) = re.findall(rf"{name}[^\n]*\n(?:    [^\n]*\n)*    (return [^\n]*)\n", text)
    head = text.index("def _decide_tone(")
    at = text.index(f"    {found}\n\n", head) + 4
    edited = text[:at] + place.format(dead).format(found) + text[at + len(found) :]
    ast.parse(edited)
    assert faults_of(edited, spec) != ()


def test_the_shared_part_is_held_byte_for_byte() -> None:
    spec = specdsl.loads(SPEC)
    text = specdsl.Policy(spec.circuit).source
    shared = shared_part_of(spec.circuit).text
    assert shared in text
    for at in range(1, len(shared), len(shared) // 5):
        changed = f"{shared[:at]} {shared[at:]}"
        assert faults_of(text.replace(shared, changed), spec) != ()


def test_a_module_of_another_spec_is_told_as_such() -> None:
    spec = specdsl.loads(SPEC)
    other = specdsl.loads(SPEC.replace("days > 30", "days > 31"))
    (fault,) = faults_of(specdsl.Policy(other.circuit).source, spec)
    assert "another spec" in fault.message


@pytest.mark.parametrize("text", ["", "decide = 1", "def f(:", "\0", "x = " + "(" * 5_000])
def test_any_text_is_judged(text: str) -> None:
    assert faults_of(text, specdsl.loads(SPEC)) != ()


@pytest.mark.parametrize("comment", ["# coding: {}\n", "\n# vim: set fileencoding={} :\n"])
@pytest.mark.parametrize("encoding", ["raw_unicode_escape", "utf-7", "latin-1"])
def test_a_module_is_read_in_the_encoding_that_it_declares(comment: str, encoding: str) -> None:
    """As Python reads it, to whom a comment in another encoding may be code."""
    spec = specdsl.loads(SPEC)
    text = specdsl.Policy(spec.circuit).source
    hidden = {"utf-7": "+AAo-decide +AD0- None", "raw_unicode_escape": "\\u000adecide = None"}
    edited = f"{comment.format(encoding)}{text}\n# {hidden.get(encoding, '')}\n"
    assert faults_of(edited, spec) != ()
    assert faults_of(f"{comment.format('utf-8')}{text}", spec) == ()


# --- mutants -------------------------------------------------------------------------------------

NUMBERS = ("0", "1", "2", "31", "500", "True", "0.5", "-1")
SIGNS = ("<", "<=", ">", ">=", "==", "!=", "&", "|", "-", "+", "&=", "|=", "=")
WORDS = ("and", "or", "not", "True", "False", "None", "is", "in", "left", "v", "found")


def mutants(text: str, own: str, random: Random) -> Iterator[str]:
    """The text with a token of its functions changed, as often as anybody wants one."""
    tokens = [
        token
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type in (tokenize.NAME, tokenize.NUMBER, tokenize.OP, tokenize.STRING)
    ]
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    first, last = text.index("def _checked_values("), text.index(own)
    places = [
        (starts[t.start[0] - 1] + t.start[1], starts[t.end[0] - 1] + t.end[1], t) for t in tokens
    ]
    places = [place for place in places if first <= place[0] < last]
    names = sorted({t.string for _, _, t in places if t.type == tokenize.NAME})
    strings = sorted({t.string for _, _, t in places if t.type == tokenize.STRING})
    others = {tokenize.NUMBER: NUMBERS, tokenize.OP: SIGNS, tokenize.STRING: tuple(strings)}
    while True:
        start, end, token = random.choice(places)
        other = random.choice(others.get(token.type, (*names, *WORDS)))
        if other != token.string:
            yield f"{text[:start]}{other}{text[end:]}"


def test_no_mutant_that_decides_otherwise_is_proved() -> None:
    spec = specdsl.loads(SPEC)
    policy, random = specdsl.Policy(spec.circuit), Random(5)
    situations = [random_situation(random, spec.model) for _ in range(150)]
    expected = [answer(policy.decide, one["facts"], one["says"]) for one in situations]
    passed = judged = 0
    for text in mutants(policy.source, shared_part_of(spec.circuit).text, random):
        if not is_module(text):
            continue
        judged += 1
        if not faults_of(text, spec):
            passed += 1
            module = run_module(text)
            found = [answer(module.decide, one["facts"], one["says"]) for one in situations]
            assert found == expected
        if judged == 60:
            break
    assert passed < judged / 2


def is_module(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


def answer(decide: Callable[..., Any], facts: Any, says: Any) -> object:
    try:
        found = decide(facts, says)
    except Exception as problem:
        return type(problem).__name__, str(problem)
    return dict(found), found.decided, found.conflicted


# --- the command ---------------------------------------------------------------------------------


def test_compile_says_that_it_is_proved_and_verify_repeats_it(tmp_path: Path) -> None:
    spec, module = tmp_path / "shop.spec", tmp_path / "shop_policy.py"
    spec.write_text(SPEC.replace("tone may be cold", "tone may be warm"))
    run = CliRunner().invoke(group, ["compile", str(spec), "-o", str(module)])
    if run.exit_code == 1:  # It does not pass the check: nothing is compiled.
        specdsl.Policy(specdsl.load(spec).circuit).save(module)
    text = module.read_text()
    assert "read back and proved to decide every situation" in text
    asked = ["verify", str(module), str(spec)]
    proved = CliRunner().invoke(group, asked)
    assert (proved.exit_code, "proved to decide every situation" in proved.stdout) == (0, True)
    module.write_text(text.replace("f_days > 30", "f_days > 31"))
    refuted = CliRunner().invoke(group, asked)
    assert refuted.exit_code == 1
    assert "days = 31" in refuted.stdout
    assert "specdsl decide" in refuted.stdout
    found = json.loads(CliRunner().invoke(group, [*asked, "--json"]).stdout)
    assert found["proved"] is False
    assert found["faults"][0]["situation"]["facts"]["days"] == 31
    missing = CliRunner().invoke(group, ["verify", str(tmp_path / "none.py"), str(spec)])
    assert missing.exit_code == 2
