"""Emitted TypeScript: its types hold, Node decides as the reference and the module in Python do,
and what is changed in it is refuted."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from unicodedata import category, combining

import pytest

import specdsl
from specdsl.backends.typescript.typescript_module import emit_typescript
from specdsl.backends.typescript.typescript_proof import prove_typescript
from specdsl.runtime.casefold import fold_case
from tests.agreement.asked import Asked, asked_at_random
from tests.agreement.engines import first_difference
from tests.agreement.judges import Situation
from tests.agreement.typescript_engine import (
    answers_of,
    differences_from_python,
    missing_tools,
    shared_results,
    type_faults,
)
from tests.golden.documents import blocks

PAGE = Path(specdsl.__file__).parent.parent / "docs" / "typescript.md"
MODULES = '{"type": "module"}'
needs_node = pytest.mark.skipif(bool(missing_tools()), reason=f"needs {missing_tools()}")


@needs_node
def test_node_decides_random_specs_as_the_reference_does() -> None:
    asked = [asked_at_random(seed, small=seed % 2 == 0, many=12) for seed in range(20)]
    assert not first_difference(asked, ["typescript"])


EDGES = r"""
spec edges "All kinds of facts; */ odd names"
authority owner > guest
principal clerk at owner implied at guest
principal tool without authority
fact flag: bool?
fact whole: int -5..100?
fact vast, any_int: int
fact amount, limit: number?
fact word, other: text?
fact folded: text ignoring case?
fact kind, constructor: {x, y, z}?
fact tags: set of {x, y, z}? secret
fact day: date 2024-02-28..2024-03-02?
fact moment: time?
fact wait: duration?
decision outcome_of_it: a > b > c on conflict c
decision to_string: yes > no > maybe default no
delegate tool at guest on to_string when outcome_of_it is b or day = 2024-02-29
assume sane: not (amount = 77)
rule r0 at owner when vast > 9007199254740993 then outcome_of_it is b
rule r1 at owner when amount > 0.1 and amount < 1 / 3 then to_string is yes
rule r2 at owner when amount + limit * 3 <= 1.5 unless whole is unknown then to_string is not yes
rule r3 at guest when word < other or word like "a?\*b*" then outcome_of_it is c
rule r4 at owner when folded like "*straße?" or folded = "ÅNGSTRÖM" then to_string is maybe
rule r5 at owner when constructor = kind and tags has kind then outcome_of_it is not a
rule r6 at guest when size of tags > 1 and not (possibly not flag) then outcome_of_it may be c
rule r7 at owner when day >= 2024-02-29 and moment + wait > 2024-02-29T12:00:00.25Z
  then to_string is no
rule r8 at owner when word = "\"quoted\\ \u{1F600}" or word >= "\u{FFFF}" then to_string is yes
rule r9 at guest when any_int * 3 = vast then outcome_of_it is a
""".replace(r"\u{1F600}", "\U0001f600").replace(r"\u{FFFF}", "\ufffd")
VALUES: Mapping[str, Sequence[Any]] = {
    "flag": [True, False, 1, "true"],
    "whole": [3, 3.0, 3.5, -6, 101, "3", True, 0.0],
    "vast": [9007199254740993, 9007199254740994, 2**53 - 1, -(2**70), 10**4100, 5.0],
    "any_int": [0, 3002399751580331, 2**80 // 3, "x"],
    "amount": [0.1, 0.2, "1/3", "0.1", "1/0", "-0", 1e-7, 5e-324, "77", "1e5", 0.30000000000000004],
    "limit": ["1/2", 0.25, -3, 10**30, float("nan"), float("inf")],
    "word": ["aé*b", "a\U0001f600*b", "a*b", "\uffff", "\U0001f600", '"quoted\\ \U0001f600', "\n"],
    "other": ["", "b", "\ufb00", "\U00010000", 7],
    "folded": ["STRASSEX", "straẞe!", "A\u030angstro\u0308m", "\u212bNGSTRÖM", "\u0345\u0301a"],
    "kind": ["x", "y", "w", "X", None],
    "constructor": ["x", "z", ["x"]],
    "tags": [[], ["x", "x"], ["x", "y", "z"], ["w"], "xyz", 5],
    "day": ["2024-02-29", "2024-02-30", "2023-02-28", "2024-3-01", "0000-01-01", "2024-03-02"],
    "moment": [
        *("2024-02-29T12:00Z", "2024-02-29T12:00:00.2500Z", "2024-02-29T25:00Z", "2024-02-29"),
        *("9999-12-31T23:59:59-23:59", "0001-01-01T00:00+23:59", "2024-02-29T12:00:00+0060"),
    ],
    "wait": ["PT0S", "-P1DT0.000001S", "P1W", "P1M", "PT", "PT1H30M", "P0D", 60],
}
EFFECTS = [
    *("outcome_of_it is b", "outcome_of_it not  in { b }", "outcome_of_it in {a,b,c}", "x is a"),
    *(
        "to_string may be yes or\tno",
        "to_string is mabye",
        "to_string in {}",
        "is is a",
        "to_string",
    ),
]
SAYS: Sequence[Any] = [
    *({"by": by, "effect": effect} for by in ("clerk", "tool", "clrk") for effect in EFFECTS),
    {"by": "clerk", "effect": EFFECTS[0], "implied": True},
    {"by": "clerk", "effect": EFFECTS[0], "implied": None, "at": "guest"},
    {"by": "clerk", "effect": EFFECTS[0], "at": "gest", "implied": "yes", "extra": 1},
    {"by": "clerk", "effect": EFFECTS[0], "implied": True, "at": "owner"},
    *(17, "clerk", {"effect": "to_string is yes"}, {"by": 5, "effect": 7}),
]


def asked_of_edges(many: int) -> Asked:
    """All values, and combinations of them; each instruction, and lists of them."""
    circuit = specdsl.loads(EDGES).circuit
    random = Random(3)
    usual = {name: values[0] for name, values in VALUES.items()}
    found: list[Situation] = [
        {"facts": {**usual, name: value}, "says": []}
        for name, values in VALUES.items()
        for value in values
    ]
    found += ({"facts": usual, "says": [one]} for one in SAYS)
    for _ in range(many):
        facts = {name: random.choice([*values[:3], None]) for name, values in VALUES.items()}
        facts = {n: usual[n] if n in ("vast", "any_int") else v for n, v in facts.items()}
        found.append({"facts": facts, "says": random.choices(SAYS[:9], k=random.randint(0, 3))})
    odd = ["amuont", "toString", "__proto__x", "Whole", "wo-rd", "\u001b[31m", "kin" * 40]
    found.append({"facts": dict.fromkeys(odd, 1), "says": []})
    found += ({"facts": facts, "says": says} for facts, says in (([], []), (None, 5), ({}, "x")))
    return Asked(EDGES, circuit, found)


@needs_node
def test_node_reads_odd_values_as_python_does() -> None:
    assert not list(differences_from_python([asked_of_edges(200)]))


USE = """
import { BadInput, decide, type Facts, type Instruction, type ToStringOutcome } from "./spec_0";

const known = { vast: 10n, any_int: 3, constructor: null };
const facts: Facts = { ...known, tags: ["x", "y"], moment: new Date(0), word: null };
const said: Instruction[] = [{ by: "clerk", effect: "to_string is yes" }];
const outcome: ToStringOutcome = decide(facts, said).outcomes.to_string;
const decided: boolean = decide(facts).decided.outcome_of_it;
export const told: [string, boolean, string] = [outcome, decided, `${decide(facts).explain()}`];

// @ts-expect-error: a set has members
export const wrong: Facts = { ...known, tags: ["w"] };
// @ts-expect-error: a fact that is needed is missing
export const few: Facts = { vast: 10n, constructor: null };
// @ts-expect-error: there is no such outcome
export const other: ToStringOutcome = "perhaps";

export function faultNames(problem: unknown): string[] {
  return problem instanceof BadInput ? problem.faults.map((one) => one.name) : [];
}
"""


@needs_node
def test_types_hold_in_the_module_and_where_it_is_used() -> None:
    plain = specdsl.loads("authority a decision d: x > y rule r at a then d is y")
    texts = [emit_typescript(specdsl.loads(EDGES).circuit, "not checked"), USE]
    assert not type_faults(*texts, emit_typescript(plain.circuit, "not checked"))


@needs_node
def test_all_characters_are_folded_as_in_python() -> None:
    fact = "fact s: text ignoring case? rule r at a when s is known then d is y"
    circuit = specdsl.loads(f"authority a decision d: x > y {fact}").circuit
    every = map(chr, range(0x11_0000))
    chars = [char for char in every if category(char) not in ("Cn", "Cs", "Co")]
    marks, random = [char for char in chars if combining(char)], Random(1)
    mixed = ["".join(random.choices(chars, k=2) + random.choices(marks, k=3)) for _ in range(5_000)]
    found = shared_results(emit_typescript(circuit, "not checked"), "foldCase", [*chars, *mixed])
    assert found == [fold_case(one) for one in (*chars, *mixed)]


EITHER = '(is(d.to_string, "yes") || !is(d.to_string, "yes"))'
"""A test of a decision that is not taken yet."""
MUTATED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|-?\d+(?:\.\d+)?n?|&&|\|\||!|\b[a-zA-Z]\w*\b")


def mutants(text: str, many: int) -> Iterator[str]:
    """The text with one token of what it says of its spec changed."""
    start, end = text.index("\n// sane"), text.index("\n// --- What")
    tokens = [one for one in MUTATED.finditer(text, start, end) if "//" not in line_of(text, one)]
    random = Random(5)
    for _ in range(many):
        one, other = random.choices(tokens, k=2)
        kinds = [[t for t in tokens if kind(t) == kind(one)], tokens, [other]]
        new = random.choice(random.choice(kinds)).group()
        if one.group() == "!" or new == one.group():
            new = ""
        elif one.group()[:1].isdigit():
            new = random.choice([new, "1", "0", one.group().replace("5", "6")])
        if new != one.group():
            yield text[: one.start()] + new + text[one.end() :]


def line_of(text: str, token: re.Match[str]) -> str:
    return text[text.rindex("\n", 0, token.start()) : token.start()]


def kind(token: re.Match[str]) -> str:
    return re.sub(r"[a-z]\w+", "a", re.sub(r"\d+", "0", re.sub(r"\".*", '"', token.group())))


@needs_node
def test_single_tokens_changed_are_refuted() -> None:
    """What still is proved decides the same."""
    asked = asked_of_edges(100)
    text = emit_typescript(asked.circuit, "not checked")
    refuted, kept = 0, [text]
    for mutant in mutants(text, 100):
        if prove_typescript(mutant, asked.circuit).faults:
            refuted += 1
        else:
            kept.append(mutant)
    first, *others = answers_of(kept, [asked] * len(kept))
    assert all(one == first for one in others)
    assert refuted > 60


@needs_node
def test_the_page_of_the_documentation_shows_what_node_prints() -> None:
    found = {block.file or block.language: block.body for block in blocks(PAGE.read_text())}
    with TemporaryDirectory() as name:
        folder = Path(name)
        module = emit_typescript(specdsl.loads(found["parcel.spec"]).circuit, "not checked")
        texts = {"parcel.ts": module, "send.ts": found["send.ts"], "package.json": MODULES}
        for file, text in texts.items():
            (folder / file).write_text(text, encoding="utf-8")
        options = ["--strict", "--target", "es2020", "--module", "nodenext"]
        subprocess.run([os.environ["SPECDSL_TSC"], *options, "send.ts"], cwd=folder, check=True)
        run = subprocess.run(["node", "send.js"], cwd=folder, check=True, capture_output=True)
        assert run.stdout.decode() == found["text"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("boolean {\n  return ", "boolean {\n  return\n  "),
        ("is(d.outcome_of_it", "is(d.to_string"),
        ("isAbove(f.vast", f"{EITHER} && isAbove(f.vast"),
        ("\n  return found;", "\n  // \u2028 found.push(0);\n  return found;"),
        ("onConflict: 2", "onConflict: 1"),
        ("9007199254740993n", "9007199254740993"),
        ("=== other", "== other"),
        (" */\n", ' */ import x from "y";\n'),
        ("const TABLES", "globalThis.x = 1;\n\nconst TABLES"),
    ],
)
def test_what_is_not_written_for_the_spec_is_rejected(old: str, new: str) -> None:
    circuit = specdsl.loads(EDGES).circuit
    text = emit_typescript(circuit, "not checked")
    assert old in text
    assert not prove_typescript(text, circuit).faults
    assert prove_typescript(text.replace(old, new, 1), circuit).faults
