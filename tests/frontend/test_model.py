"""Names, types, effects, levels, overrides, examples: what is refused, beside what is not."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from specdsl.frontend.model import nodes as m
from specdsl.pipeline import Loaded, load_path, load_text

HEAD = """
authority root > developer > user
principal developer at developer implied at user
principal user at user
principal tool without authority
value safety
value speed
fact n, other: int 0..100
fact x: number
fact sure: bool
fact maybe: bool?
fact word, text_two: text
fact topic, other_topic: {refunds, orders}
fact colour: {red, blue}
fact tags, more_tags: set of {refunds, orders}
fact born: date
fact sent: time
fact waited: duration
decision reply: full > partial > none_at_all
decision colour_of: red > blue steered by developer
"""


def load(text: str, library: dict[str, str] | None = None) -> Loaded:
    return load_text(HEAD + text, "main.spec", library or {})


def faults(text: str, library: dict[str, str] | None = None) -> list[str]:
    """`kind: message` of every fault."""
    return [f"{d.code.kind}: {d.message}" for d in load(text, library).diagnostics]


def when(condition: str) -> str:
    return f"rule r at root when {condition} then reply is partial"


CONDITIONS = [
    "sure",
    "not sure or possibly maybe",
    "maybe is unknown",
    "maybe is known",
    "topic is refunds",
    "topic is not refunds",
    "topic in {refunds, orders}",
    "n in {1, 2, -3}",
    'word in {"a", "b"}',
    "born in {2025-01-01}",
    "topic in tags",
    "topic not in tags",
    "tags has refunds",
    "tags has topic",
    "tags has any of {refunds, orders}",
    "tags has all of more_tags",
    "tags has none of {}",
    "sure = maybe",
    "topic = other_topic",
    "topic != other_topic",
    "tags = more_tags",
    "tags = {}",
    "tags != {orders}",
    "n = x",
    "n < x",
    'word < "b"',
    "born <= 2025-12-18",
    "sent > 2025-12-18T15:00:00Z",
    "waited >= 90s",
    "born + 2w > 2025-01-01",
    "2w + born > 2025-01-01",
    "born - 1d < 2025-01-01",
    "sent - sent < 3h",
    "born - born = 30d",
    "n * 2 + 3 * x - x / 4 > 1",
    "n * (2 if sure else 3) > 1",
    "waited * 2 > 1d",
    "2d * n > waited",
    "waited / 2 > 1d",
    "-n < 0",
    "min(n, x, 3) < max(n, 2)",
    "min(born, 2025-01-01) = born",
    "(n if sure else x) > 3",
    '(word if sure else "none") = "none"',
    "sure if maybe else topic is refunds",
    "size of tags > 1",
    'word like "*.txt"',
    "colour_of is red",
    "colour_of in {red, blue}",
]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_conditions_that_fit(condition: str) -> None:
    assert faults(when(condition)) == []


MISFITS = [
    ("n", "`n` is a number, not a condition"),
    ("sure > 3", "`sure` is a condition"),
    ("sure is unknown", "`sure` is never unknown"),
    ("(n + 1) is known", "`n + 1` is no fact"),
    ("topic", "`topic` is an enumeration"),
    ("reply", "`reply` is a decision, not a condition"),
    ("topic = colour", "do not have the same members"),
    ("topic < other_topic", "`topic` is an enumeration"),
    ("topic > 3", "`topic` is an enumeration"),
    ("born > 3", "`born` is a date"),
    ("born < 2025-01-01T00:00:00Z", "`born` is a date"),
    ("waited <= 3", "`waited` is a duration"),
    ("word = 3", "`word` is a text"),
    ('n like "1*"', "`n` is a number, not a text"),
    ("n is refunds", "`n` is a number"),
    ("n in {1, 2d}", "`2d` is not a number"),
    ("topic in {1}", "`1` cannot stand in a list of members"),
    ("n in tags", "`n` is a number"),
    ("topic in n", "`n` is a number, not a set"),
    ("colour in tags", "do not have the same members"),
    ("topic has refunds", "`topic` is an enumeration, not a set"),
    ("tags has n", "`n` is a number"),
    ("tags > more_tags", "`tags` is a set"),
    ("tags < {refunds}", "sets are compared with `=` and `!=`"),
    ("n = {refunds}", "`n` is a number, not a set"),
    ("size of n > 1", "`n` is a number, not a set"),
    ("n * x > 1", "`n * x` is not linear"),
    ("waited * 2d > 1d", "multiplies two durations"),
    ("n / x > 1", "`x` is no constant number"),
    ("n / 0 > 1", "divides by zero"),
    ("n / (1 - 1) > 1", "divides by zero"),
    ("n / (2 if sure else 0) > 1", "divides by zero"),
    ("-born > 1", "`born` is a date"),
    ("born + sent > 1", "`born` is a date and `sent` is a time"),
    ("3 - waited > 1", "`waited` is a duration"),
    ("min(n, born) > 1", "`born` is a date"),
    ("min(word) > 1", "`word` is a text"),
    ("(n if sure else born) > 3", "`born` is a date"),
    ("(topic if sure else other_topic) is refunds", "`topic` is an enumeration"),
    ("sure and {refunds}", "unexpected"),
    ("maybe = (n > 3)", "`maybe` is a condition"),
    ("developer", "`developer` is a principal"),
]


@pytest.mark.parametrize(("condition", "message"), MISFITS)
def test_conditions_that_do_not_fit(condition: str, message: str) -> None:
    found = faults(when(condition))
    assert len(found) == 1
    assert message in found[0]
    assert found[0].startswith(("type:", "syntax:"))


NAMES = [
    ("rule r at root when nn > 1 then reply is full", "there is no fact, define or decision `nn`"),
    ("rule r at rooot then reply is full", "no level `rooot` (did you mean `root`?)"),
    ("rule r at root for sefety then reply is full", "no value `sefety` (did you mean `safety`?)"),
    ("rule r at root then repy is full", "no decision `repy` (did you mean `reply`?)"),
    ("rule r at root then reply is fulll", "has no outcome `fulll` (did you mean `full`?)"),
    (when("topic is refund"), "`topic` has no member `refund` (did you mean `refunds`?)"),
    ("rule r at root then reply is full overrides q", "there is no rule or policy `q`"),
    ("priority safety > sped", "there is no value `sped` (did you mean `speed`?)"),
    ("delegate tol at user", "there is no principal `tol` (did you mean `tool`?)"),
    ("decision d: a > b steered by usr", "there is no principal `usr`"),
    ("decision d: a > b on conflict c", "has no outcome `c`"),
    ("decision d: open > shut default shtu", "has no outcome `shtu` (did you mean `shut`?)"),
    ("fact n: bool", "`n` is declared twice"),
    ("define reply = sure", "`reply` is declared twice"),
    ("principal good at user", "no principal is called `good`"),
    ("assume a: sure assume a: sure", "`a` is declared twice"),
    ("fact f: {a, b, a}", "`a` is listed twice"),
    ("decision d: a > b > a", "`a` is listed twice"),
    ("authority a > b", "`authority` is declared twice"),
    ('assert "t": sure assert "t": sure', 'two asserts are named "t"'),
    ("assert sure assert  sure", 'two asserts are named "sure"'),
    ('example "t" given sure example "t" given sure', 'two examples are titled "t"'),
    ('example "t" like "u"', 'there is no example "u"'),
    ('example "t" expect reply is full because nobody_here', "no rule or principal"),
    ('example "t" bad: "no" because developer', "there is no rule `developer`"),
    ("assert tags cannot change repl", "there is no decision `repl`"),
    ("assert reply can be fu", "has no outcome `fu`"),
]


@pytest.mark.parametrize(("text", "message"), NAMES)
def test_names(text: str, message: str) -> None:
    found = faults(text)
    assert len(found) == 1
    assert found[0].startswith("name:")
    assert message in found[0]


def test_a_fault_is_said_once() -> None:
    text = "define d = nowhere > 3\ndefine e = d\n" + when("d and e and sure")
    assert len(faults(text)) == 1
    assert len(faults("fact f: bool fact f: int\n" + when("f > 3"))) == 1
    assert (
        len(faults("policy p at rot { rule a then reply is full rule b then reply is full }")) == 1
    )
    spoilt = "policy p at root { rule a when nowhere then reply is full }"
    assert len(faults(spoilt + "rule b at root then reply is full overrides p, a")) == 1


def test_every_fault_is_said() -> None:
    assert len(faults(when("nn and mm") + " rule s at rot then reply is fu")) == 4


def test_a_name_that_is_a_member_and_a_fact() -> None:
    clash = "fact refunds: bool\n"
    assert faults(clash + when("topic is refunds")) == []
    (found,) = faults(clash + when("tags has refunds"))
    assert "`refunds` is a fact and also a member of `tags`" in found


OTHERS = [
    ("fact f: int 5..1", "type", "the range `5..1` is empty"),
    ("fact f: int 0.5..2", "type", "`0.5` is no end of a range"),
    ("fact f: duration 1..5", "type", "no end of a range of a duration"),
    ("fact f: text 1..5", "type", "`text` has no range"),
    ("fact f: integer", "type", "there is no type `integer`"),
    ("define f = topic", "type", "a define is a condition"),
    ('define f = "a"', "type", "a define is a condition"),
    ("assume a: reply is full", "type", "not about the decision `reply`"),
    ("define a = b define b = not a", "cycle", "`a` → `b` → `a`"),
    ("decision d: a", "type", "at least two outcomes"),
    ("rule r at root then reply in {full, partial, none_at_all}", "effect", "every outcome"),
    ("rule r at root then reply not in {full, partial, none_at_all}", "effect", "no outcome"),
    ("rule r at root then reply is full and reply is partial", "effect", "named twice"),
    ("rule r then reply is full", "level", "rule `r` has no level"),
    ("policy p { rule r then reply is full }", "level", "rule `r` has no level"),
    ("principal p at user implied at root", "level", "`p` cannot be implied at `root`"),
    ("delegate user at root", "level", "`user` has authority of its own"),
    ("delegate tool at user on colour_of", "level", "`tool` may not steer `colour_of`"),
    ("rule r at root then reply is full overrides r", "override", "overrides itself"),
    (
        "rule r at root then reply is full rule s at user then reply is full overrides r",
        "override",
        "cannot override `r` at `root`, above it",
    ),
    (
        "rule r at root then reply is full rule s at root then colour_of is red overrides r",
        "override",
        "no decision in common",
    ),
    (
        "policy p { rule r at root then reply is full rule q at user then reply is full }"
        "rule s at user then reply is full overrides p",
        "override",
        "its rule `r` stands higher",
    ),
    (
        "policy p at user { rule r then reply is full }"
        "rule s at developer then reply is full overrides p",
        "override",
        "has no rule at `developer`",
    ),
    (
        "rule r at root when colour_of is red then reply is full "
        "rule s at root when reply is full then colour_of is red",
        "cycle",
        "`reply` reads `colour_of` reads `reply`",
    ),
    ("delegate tool at user on reply when reply is full", "cycle", "reads itself"),
    ('example "a" like "b" example "b" like "a"', "cycle", '"a" → "b" → "a"'),
    ('example "a" given n = 200', "example", "outside the range of `n`"),
    ('example "a" given n = 1.5', "example", "`n` is a whole number"),
    ('example "a" given n = 3d', "example", "`n` is a number"),
    ('example "a" given topic', "example", "`topic` is an enumeration"),
    ('example "a" given sure is unknown', "example", "`sure` is never unknown"),
    ('example "a" given sure, not sure', "example", "`sure` is given twice"),
    ('example "a" user says reply is full at root', "example", "`user` cannot speak at `root`"),
    ('example "a" developer implies reply is full at developer', "example", "above `user`"),
    (
        'delegate tool at user example "a" tool says reply is full at developer',
        "example",
        "`tool` cannot speak at `developer`",
    ),
    ('use "nowhere.spec"', "name", "`nowhere.spec` cannot be found"),
    ("use chain_of_comand", "name", "there is no library `chain_of_comand`"),
]


@pytest.mark.parametrize(("text", "kind", "message"), OTHERS)
def test_other_faults(text: str, kind: str, message: str) -> None:
    found = faults(text)
    assert len(found) == 1
    assert found[0].startswith(f"{kind}:")
    assert message in found[0]


def test_a_spec_without_levels_says_so_once() -> None:
    rules = "rule a then d is x\nrule b then d is y\npolicy p { rule c then d is x }"
    (fault,) = load_text(f"decision d: x > y\n{rules}").diagnostics
    assert fault.message == "rule `a` has no level"
    assert "`authority A > B` declares them" in fault.notes[0].text


def test_duplicates_show_both_places() -> None:
    (found,) = load("fact n: bool").diagnostics
    assert [label.text for label in found.labels] == ["again", "the first"]


def test_like_adds_to_what_it_starts_from() -> None:
    text = """
    example "child" like "parent" given n = 2, sure user says reply is partial
      expect reply is partial because user
    example "parent" given n = 1, topic is refunds user says reply is full expect reply is full
      user: "hello" good: "hello" bad: "go"
    """
    spec = load(text).spec
    assert spec is not None
    child = next(e for e in spec.examples if e.title == "child")
    assert {g.fact.name: g.value for g in child.given} == {"n": 2, "topic": 0, "sure": True}
    assert [said.effect.outcomes for said in child.says] == [1, 2]
    assert len(child.expectations) == 1
    assert child.talk == ()


def test_constants_fold_exactly() -> None:
    text = "define third = 1 / 3\ndefine most = max(third, 2 * third)\n" + when("x * most > 1")
    spec = load(text).spec
    assert spec is not None
    (condition,) = spec.rules[0].whens
    assert isinstance(condition, m.Compare)
    assert isinstance(condition.left, m.Sum)
    assert condition.left.items[0][0] == Fraction(2, 3)


def test_constants_do_not_grow_without_end() -> None:
    squares = "".join(f"define s{i} = s{i - 1} * s{i - 1}\n" for i in range(1, 60))
    (found,) = faults("define s0 = 10\n" + squares)
    assert "more than 900 digits" in found
    halves = "".join(f"define h{i} = h{i - 1} if sure else h{i - 1}\n" for i in range(1, 60))
    assert "not linear" in faults("define h0 = 1\n" + halves + when("x * h59 > 1"))[0]


def test_conditions_of_policies_add_up() -> None:
    text = """
    policy outer at root for safety when sure {
      policy inner at user when n > 1 { rule r when maybe unless x > 1 then reply is full }
    }"""
    spec = load(text).spec
    assert spec is not None
    (rule,) = spec.rules
    assert [expr.span.text for expr in rule.whens] == ["sure", "n > 1", "maybe"]
    assert (rule.level.name, rule.value and rule.value.name) == ("user", "safety")


def test_decisions_come_after_those_that_they_read() -> None:
    text = "decision a: y > z rule r at root when seen then a is y define seen = reply is full"
    spec = load(text).spec
    assert spec is not None
    names = [decision.name for decision in spec.decisions]
    assert names.index("reply") < names.index("a")
    assert {d.name: [r.name for r in reads] for d, reads in spec.reads.items()}["a"] == ["reply"]


# --- files ---------------------------------------------------------------------------------------


def test_files_are_read_once_and_relative_to_their_user() -> None:
    library = {
        "parts/a.spec": 'use "b.spec"\ndefine a = b',
        "parts/b.spec": "define b = sure",
    }
    loaded = load('use "parts/a.spec"\nuse "./parts/../parts/b.spec"\n' + when("a and b"), library)
    assert loaded.diagnostics == ()
    assert loaded.spec is not None
    assert [s.name for s in loaded.spec.sources] == ["parts/b.spec", "parts/a.spec", "main.spec"]


def test_files_in_a_circle() -> None:
    library = {"a.spec": 'use "b.spec"', "b.spec": 'use "a.spec"'}
    (found,) = load('use "a.spec"', library).diagnostics
    assert found.code.kind == "cycle"
    assert "`a.spec` → `b.spec` → `a.spec`" in found.message
    assert found.labels[0].span.source.name == "b.spec"


def test_a_missing_file_is_guessed() -> None:
    assert faults('use "retruns.spec"', {"returns.spec": ""}) == [
        "name: `retruns.spec` cannot be found (did you mean `returns.spec`?)"
    ]


def test_files_on_disk(tmp_path: Path) -> None:
    (tmp_path / "main.spec").write_text(
        'use "a.spec"\nuse "link.spec"\nrule r at root then d is x', encoding="utf-8"
    )
    text = "authority root\ndecision d: x > y\n"
    (tmp_path / "a.spec").write_bytes(b"\xef\xbb\xbf" + text.encode())
    (tmp_path / "link.spec").symlink_to(tmp_path / "a.spec")
    assert load_path(tmp_path / "main.spec").diagnostics == ()


@pytest.mark.parametrize("reason", ["is a folder", "is not UTF-8 text", "cannot be found"])
def test_files_that_cannot_be_read(tmp_path: Path, reason: str) -> None:
    path = tmp_path / "x.spec"
    if reason == "is a folder":
        path.mkdir()
    elif reason == "is not UTF-8 text":
        path.write_bytes(b"value \xff")
    (found,) = load_path(path).diagnostics
    assert found.message == f"`x.spec` {reason}"
    name = "file-not-found" if reason == "cannot be found" else "unreadable-file"
    assert found.code.name == name
    main = tmp_path / "main.spec"
    main.write_text('use "x.spec"', encoding="utf-8")
    (inner,) = load_path(main).diagnostics
    assert reason in inner.message
    assert inner.code.name == name


def test_a_second_layer_shows_both(tmp_path: Path) -> None:
    (tmp_path / "base.spec").write_text("authority root\n", encoding="utf-8")
    main = tmp_path / "main.spec"
    main.write_text('layer root on "base.spec"\n' * 2, encoding="utf-8")
    (found,) = load_path(main).diagnostics
    assert found.code.name == "duplicate-name"
    assert found.message == "a second `layer`: a file is a layer on one base"
    assert sorted((label.text, label.span.line) for label in found.labels) == [
        ("again", 2),
        ("the first", 1),
    ]


def test_files_that_use_each_other_too_deep() -> None:
    files = {f"f{i}.spec": f'use "f{i + 1}.spec"' for i in range(200)}
    (found,) = load_text('use "f0.spec"', library=files).diagnostics
    assert found.code.name == "too-large"
    assert found.message == "files use each other more than 100 deep"
