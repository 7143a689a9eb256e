"""What a layer may not do, each beside what it may."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from specdsl.pipeline import Loaded, load_text
from specdsl.semantics import reference
from tests.random_specs import random_layer, random_situation
from tests.random_specs.conditions import Conditions
from tests.random_specs.declarations import facts_declared
from tests.random_specs.drawing import Draw
from tests.random_specs.vocabulary import vocabulary

BASE = """
authority root > developer > user
principal user at user
value safety
value speed
value thrift
priority safety > speed
fact sure: bool
decision reply: full > partial > none_at_all
rule floor at developer for safety then reply is not full
rule quick at developer for speed then reply is partial
rule cheap at developer for thrift then reply is partial
"""


def load(text: str, head: str = 'layer developer on "base.spec"', base: str = BASE) -> Loaded:
    return load_text(f"{head}\n{text}", "layer.spec", {"base.spec": base})


FORBIDDEN = [
    ("rule r at root then reply is full", "claims authority at `root`"),
    ("policy p at root { rule r then reply is full }", "claims authority at `root`"),
    ("principal boss at user", "does not declare principals: `boss`"),
    ("principal tool without authority delegate tool at user", "does not lend authority"),
    ("priority safety > thrift", "it puts `safety` above `thrift`"),
    ("priority thrift > safety", "it puts `thrift` above `safety`"),
    ("value own priority safety > own > thrift", "it puts `safety` above `thrift`"),
    ("value own priority own > thrift priority safety > own", "it puts `safety` above `thrift`"),
    ("rule r at developer then reply is full overrides floor", "does not override a rule"),
    ("assume a: sure", "about facts of its base: `sure`"),
    ("define d = sure assume a: d", "about facts of its base: `sure`"),
    ("fact own: bool", "`own` has no `?`"),
    ("fact own: int? assume hah: own is known and own > 3", "`hah` of a layer is false where"),
    ("fact own: int? assume hah: own is known", "`hah` of a layer is false where"),
    ("fact own: int? assume hah: not (own is unknown)", "`hah` of a layer is false where"),
    ("fact own: bool? assume hah: not possibly own", "`hah` of a layer is false where"),
    ("fact own: bool? define d = own is known assume hah: d", "`hah` of a layer is false where"),
    (
        "fact own: int? assume hah: (1 if own is known else 2) < 2",
        "`hah` of a layer is false where",
    ),
    ("assume hah: 1 > 2", "`hah` of a layer is false where"),
]


@pytest.mark.parametrize(("text", "message"), FORBIDDEN)
def test_forbidden(text: str, message: str) -> None:
    found = load(text).diagnostics
    assert found
    assert {d.code.kind for d in found} == {"layer"}
    assert any(message in d.message for d in found)


@pytest.mark.parametrize(
    ("text", "help_"),
    [
        (
            "rule r at developer then reply is full overrides floor",
            "where it is a default, its base can put `floor` below `developer`: then it yields "
            "without `overrides`",
        ),
        (
            "rule r at user then reply is full overrides mild",
            "put `r` at `developer`, above `user`: there it needs no `overrides`",
        ),
        (
            "decision reply: full > partial > none_at_all default partial",
            "a layer changes the outcome, also the default, by a rule: "
            "`rule NAME at LEVEL then reply is OUTCOME`",
        ),
        (
            "rule r at root then reply is full",
            "write `at developer`: what stands higher is for its base to say",
        ),
        ("assume a: sure", "write what is assumed into the `when` of the layer's own rules"),
        (
            "priority safety > thrift",
            "order values that the layer declares, or let its base order these",
        ),
        (
            "principal boss at user",
            "leave it to the base, whose author answers for who may say what",
        ),
    ],
)
def test_the_way_is_told(text: str, help_: str) -> None:
    """What is proposed is allowed, as far as it can be written down."""
    base = BASE + "rule mild at user then reply is partial\n"
    [found] = load(text, base=base).diagnostics
    assert [note.text for note in found.notes] == [help_]


def test_a_rule_of_the_ceiling_passes_a_default_of_the_base() -> None:
    base = BASE + "rule mild at user then reply is partial\n"
    assert load("rule r at developer then reply is full", base=base).diagnostics == ()


ALLOWED = [
    "rule r at developer then reply is full",
    "rule r at user when sure then reply is full",
    "policy p at user { rule r then reply is full }",
    "priority safety > speed",
    "value own priority safety > own priority thrift > own",
    "value own priority own > speed priority own > thrift",
    "value own priority safety > own > speed",
    "fact own: bool? assume a: own",
    "fact own: int? assume a: own > 3",
    "fact own: int? assume a: own is unknown or own > 3",
    "fact own: int? fact more: int? assume a: own is unknown or more is known",
    "fact own: int? assume a: (1 if own is known else 2) > 1",
    "rule a at user then reply is full rule b at user then reply is full overrides a",
    "decision mine: yes > no rule r at developer then mine is no",
]


@pytest.mark.parametrize("text", ALLOWED)
def test_allowed(text: str) -> None:
    loaded = load(text)
    assert loaded.diagnostics == ()
    assert loaded.spec is not None
    assert loaded.spec.layer is not None
    assert not loaded.spec.layer.tightening


@pytest.mark.parametrize("seed", range(60))
def test_callers_of_the_base_are_never_refused_for_what_a_layer_assumes(seed: int) -> None:
    """They give no fact of the layer. One that does not load would have refused them."""
    text = random_assumption(seed)
    base = "authority root\ndecision answer: pro > con\n"
    layered = load(text, 'layer root on "base.spec"', base).spec
    alone = load_text(base + text, "alone.spec")
    assert alone.spec is not None, alone.diagnostics
    assert alone.circuit is not None
    refused = bool(reference.decide(alone.spec, {}, []).faults)
    assert bool(load(text, 'layer root on "base.spec"', base).diagnostics) == refused
    assert layered is not None


@pytest.mark.parametrize("seed", range(8))
def test_what_callers_of_the_base_give_is_good_input_with_the_layer(seed: int) -> None:
    made, random = random_layer(seed), Random(seed)
    spec = load_text(made.text, "random.spec", made.library).spec
    assert spec is not None
    assert spec.layer is not None
    base = spec.layer.base
    for _ in range(40):
        situation = random_situation(random, base)
        if not reference.decide(base, situation["facts"], situation["says"]).faults:
            assert not reference.decide(spec, situation["facts"], situation["says"]).faults


def random_assumption(seed: int) -> str:
    """Facts that may be unknown, and an assumption about them that says now and then which are."""
    draw = Draw(Random(seed))
    words = vocabulary(draw, small=True)
    facts = tuple(replace(fact, optional=True) for fact in words.facts)
    words = replace(words, facts=facts)
    conditions = Conditions(draw, words)
    about = [f"{draw.pick(facts).name} is {draw.pick(('known', 'unknown'))}" for _ in range(3)]
    forms = [
        conditions.condition(2),
        f"{about[0]} and ({conditions.condition(1)})",
        f"not ({about[0]} or ({conditions.condition(1)}))",
        f"possibly ({about[0]} and ({about[1]} or {about[2]}))",
        f"(1 if {about[0]} else 2) < (2 if {about[1]} else 1)",
    ]
    return "\n".join((*facts_declared(draw, words), f"assume hah: {draw.pick(forms)}"))


def test_levels_are_the_bases() -> None:
    found = load("authority a > b").diagnostics
    assert {"layer", "name"} == {d.code.kind for d in found}


def test_the_rank_between_rules_of_the_base() -> None:
    """Values of the base stay unordered, but an override of the layer's own joins two ways."""
    text = """
    value below_safety
    value above_thrift
    priority safety > below_safety
    priority above_thrift > thrift
    rule one at developer for below_safety then reply is full {}
    rule two at developer for above_thrift then reply is full
    """
    assert load(text.format("")).diagnostics == ()
    (fault,) = load(text.format("overrides two")).diagnostics
    assert fault.code.kind == "layer"
    assert "puts `floor` above `cheap` through `one` and `two`" in fault.message


def test_a_rule_of_the_layer_between_two_of_its_base() -> None:
    """`cheap` serves what is not ordered with safety: a rule between would order the two."""
    text = "rule between at developer for own then reply is full\nvalue own\n"
    text += "priority safety > own priority own > thrift"
    assert [d.code.kind for d in load(text).diagnostics] == ["layer"]


def test_the_base_alone_and_what_is_of_the_base() -> None:
    text = 'use "shared.spec"\nrule own at user then reply is full'
    head = 'layer developer on "base.spec" tightening'
    library = {
        "base.spec": 'use "shared.spec"\n' + BASE,
        "shared.spec": "fact shared: bool\nassume always: shared",
    }
    spec = load_text(f"{head}\n{text}", "layer.spec", library).spec
    assert spec is not None
    assert spec.layer is not None
    assert spec.layer.tightening
    assert [r.name for r in spec.layer.base.rules] == ["floor", "quick", "cheap"]
    assert [r.name for r in spec.rules if not r.in_base] == ["own"]
    assert all(fact.in_base for fact in spec.facts)
    assert all(assume.in_base for assume in spec.assumes)


def test_a_base_may_be_a_layer() -> None:
    library = {
        "platform.spec": BASE,
        "shop.spec": 'layer developer on "platform.spec"\nrule s at developer then reply is full',
    }
    text = 'layer user on "shop.spec"\n'
    loaded = load_text(text + "rule mine at user then reply is full", "main.spec", library)
    assert loaded.diagnostics == ()
    assert loaded.spec is not None
    assert loaded.spec.layer is not None
    assert loaded.spec.layer.base.layer is not None
    (fault,) = load_text(
        text + "rule mine at developer then reply is full", "main.spec", library
    ).diagnostics
    assert "above the layer's `user`" in fault.message


def test_layers_that_are_none() -> None:
    kinds = [d.code.kind for d in load("", head='layer boss on "base.spec"').diagnostics]
    assert kinds == ["name"]
    assert [d.code.kind for d in load("", head='layer user on "bse.spec"').diagnostics] == ["name"]
    used = {"base.spec": BASE, "used.spec": 'layer user on "base.spec"'}
    (fault,) = load_text('use "used.spec"', "main.spec", used).diagnostics
    assert fault.code.kind == "layer"
    circle = {"a.spec": 'layer user on "b.spec"', "b.spec": 'layer user on "a.spec"'}
    (fault,) = load_text('use "a.spec"', "main.spec", circle).diagnostics
    assert fault.code.kind == "cycle"


def test_the_same_fault_of_base_and_layer_is_said_once() -> None:
    found = load("", base=BASE + "rule broken at developer then reply is nothing").diagnostics
    assert len(found) == 1
