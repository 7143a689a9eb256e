"""Names of a spec in the emitted module: no two become one, and none hides another."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from itertools import cycle, product
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import specdsl
from specdsl.backends.python.module import emit_module, type_name
from specdsl.backends.python.python_conditions import variable
from specdsl.frontend.model.nodes import DecisionModel, Fact
from specdsl.frontend.syntax.keywords import RESERVED_WORDS
from tests.agreement.judges import Judges, by_emitted, by_reference
from tests.backends.emitted import emitted_module

SPEC = """
authority owner
fact {facts}: bool
decision {decision}: allow > refuse
decision then_1: one > two
rule r at owner when {when} then {decision} is refuse
rule s at owner when {decision} is refuse then then_1 is two
"""
NAME = re.compile("[a-z][a-z0-9_]*")


def bound(text: str) -> set[str]:
    """Every name that a module binds or reads, wherever."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Name():
                found.add(node.id)
            case ast.FunctionDef() | ast.ClassDef():
                found.add(node.name)
            case ast.arg():
                found.add(node.arg)
            case ast.alias():
                found.add(node.asname or node.name)
            case ast.Attribute():
                found.add(node.attr)
            case _:
                pass
    return found


def module(facts: str, decision: str = "answer", when: str = "") -> str:
    text = SPEC.format(facts=facts, decision=decision, when=when or facts)
    return emit_module(specdsl.loads(text).circuit)


HARD = sorted(
    name
    for name in {
        *keyword.kwlist,
        *keyword.softkwlist,
        *dir(builtins),
        *dir(specdsl.Decision),
        *bound(module("given_1")),
        *(f"c{i}" for i in range(1, 6)),
    }
    if NAME.fullmatch(name) and name not in RESERVED_WORDS
)
ENDINGS = ("", "_", "__", "_1", "1")
NAMES = sorted({n + e for n, e in product(HARD, ENDINGS)} - RESERVED_WORDS)
ALIKE = sorted({n + e for n, e in product(HARD, ("", "_"))} - RESERVED_WORDS)
DECISIONS = sorted(set(NAMES) - set(ALIKE))[::5]


def test_there_are_many_hard_names() -> None:
    assert {"id", "len", "decide_told", "f", "d", "c1", "class", "property"} <= set(HARD)


def fact(name: str) -> Fact:
    return specdsl.loads(f"authority owner fact {name}: bool decision n0: a > b").model.facts[0]


def decision(name: str) -> DecisionModel:
    return specdsl.loads(f"authority owner decision {name}: a > b").model.decisions[0]


def test_different_names_stay_different() -> None:
    text = f"authority owner fact {', '.join(NAMES)}: bool decision n0: a > b\n"
    facts = specdsl.loads(text).model.facts
    texts = "\n".join(f"decision {name}: a > b" for name in NAMES)
    decisions = specdsl.loads(f"authority owner\n{texts}").model.decisions
    variables, types = set(map(variable, facts)), set(map(type_name, decisions))
    assert len(variables) == len(types) == len(NAMES)
    others = {*HARD, *bound(module("given_1"))} - {"f_given_1"}
    assert not variables & others
    assert not types & (others - {"AnswerOutcome", "Then_1Outcome"})
    assert not any(map(keyword.iskeyword, variables | types))


@given(st.from_regex("[a-z]([a-z0-9]|_){0,6}", fullmatch=True), st.integers(0, 6))
def test_a_blank_more_is_another_name(name: str, at: int) -> None:
    one, other = f"{name}_x", f"{name[:at]}_{name[at:]}_x"
    if NAME.fullmatch(other) and one != other:
        assert type_name(decision(one)) != type_name(decision(other))


def test_a_module_over_hard_names_decides_as_the_reference_does() -> None:
    """Names alike are facts; others are decisions, which others read."""
    text = ["authority owner", "decision n0: a > b", f"fact {', '.join(ALIKE)}: bool"]
    for one, other, name in zip(ALIKE[0::2], ALIKE[1::2], DECISIONS, strict=False):
        text.append(f"decision {name}: allow > refuse decision {name}_z: one > two")
        text.append(f"rule r_{name} at owner when {one} and not {other} then {name} is refuse")
        text.append(f"rule s_{name} at owner when {name} is refuse then {name}_z is two")
    judges = Judges("\n".join(text))
    for values in (*product((False, True), repeat=2), (True, False, True), (False, True, True)):
        given_ = dict(zip(ALIKE, cycle(values), strict=False))
        assert by_emitted(judges.policy, given_, []) == by_reference(judges.spec, given_, [])


def test_a_name_and_the_same_with_a_line() -> None:
    """`id` and `id_` were one: the rule was proved and never refused."""
    text = SPEC.format(facts="id, id_", decision="answer", when="id and not id_")
    policy = specdsl.compile(specdsl.loads(text))
    found = policy.decide({"id": True, "id_": False})
    assert (found.answer, found.then_1) == ("refuse", "two")


def test_every_decision_is_an_attribute_of_the_module_s_decision() -> None:
    names = [name for name in HARD if not keyword.iskeyword(name)]
    text = "\n".join(f"decision {name}: no_{i} > yes" for i, name in enumerate(names))
    policy = specdsl.compile(specdsl.loads(f"authority owner\n{text}"), checked=False)
    found = emitted_module(policy).decide({})
    assert dict(found) == {name: f"no_{i}" for i, name in enumerate(names)}
    own = set(dir(specdsl.Decision(())))
    for name in names:
        assert found[name] == getattr(found, name) or name in own, name


def test_no_two_files_of_the_runtime_have_the_same_name_for_two_things() -> None:
    """They are one module there: the later of two functions took the place of the earlier."""
    names: list[str] = []
    for path in (Path(specdsl.__file__).parent / "runtime").glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            match node:
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    names.append(name)
                case ast.Assign(targets=[ast.Name(id=name)]) if name != "TYPE_CHECKING":
                    names.append(name)
                case ast.AnnAssign(target=ast.Name(id=name)):
                    names.append(name)
                case _:
                    pass
    assert sorted(names) == sorted(set(names))
    source = ast.parse(module("given_1"))
    own = [n.name for n in source.body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    assert sorted(own) == sorted(set(own))
