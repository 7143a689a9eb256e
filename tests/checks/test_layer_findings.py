"""What the check of a layer says of its base: only what the layer brings about, and errors."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

import specdsl
from specdsl.api import Spec
from specdsl.base.diagnostics import Diagnostic, Report, Severity
from specdsl.pipeline import Loaded, load_text
from tests.random_specs import random_layer

SEEDS = range(14, 32)
NEEDLESS = {f"SD{number}" for number in range(404, 411)}
BASE = """authority platform > shop > guest
principal guest at guest
fact safe, vip, old: bool
decision connect: open > asked > blocked
decision log: kept > dropped
rule unsafe at platform when not safe then connect is not open
rule unsafe_and_old at platform when not safe and old then connect is not open
rule vips at guest when vip then connect is open
rule logged at platform when connect is open then log is dropped
example "a plain one" given safe, not old, not vip expect connect is open
"""
STRICT = 'layer shop on "base.spec"\nrule closed at shop then connect is blocked\n'


def layered(text: str, base: str = BASE) -> Loaded:
    return load_text(text, "layer.spec", {"base.spec": base})


def findings(text: str, base: str = BASE) -> list[tuple[str, str, str]]:
    """Severity, place and message of each."""
    report = specdsl.check(Spec(layered(text, base), {"base.spec": base}))
    return [(str(d.severity), _file(d), d.message) for d in report.findings]


def _file(finding: Diagnostic) -> str:
    return finding.primary.span.source.name if finding.primary else ""


def test_a_stricter_layer_is_not_told_to_tidy_its_base() -> None:
    """What the base has by itself is its own; what the layer closes is said of the layer."""
    found = findings(STRICT)
    assert all(file == "layer.spec" for _, file, _ in found)
    assert ("note", "layer.spec", "with this layer, `connect` is never `open`") in found
    assert ("warning", "layer.spec", "with this layer, rule `logged` never applies") in found
    assert not any("unsafe_and_old" in message for *_, message in found)
    assert not any("by default" in message for *_, message in found)


def test_only_errors_are_left_where_only_they_are_asked_for() -> None:
    spec = Spec(layered(STRICT), {"base.spec": BASE})
    found = specdsl.check(spec, least=Severity.ERROR).findings
    assert [d.code.id for d in found] == ["SD601"]


def test_what_the_base_says_of_itself_has_to_hold_with_the_layer() -> None:
    [error] = [found for found in findings(STRICT) if found[0] == "error"]
    assert error[1:] == (
        "layer.spec",
        'with this layer, example "a plain one" expects `connect is open` but the spec decides '
        "`blocked`",
    )


def test_an_error_of_the_base_alone_is_one_of_the_layer_too() -> None:
    base = BASE + "rule clash at platform when not safe then connect is open\n"
    report = specdsl.check(Spec(layered(STRICT, base), {"base.spec": base}))
    clashes = [d for d in report.findings if d.code.id == "SD301"]
    assert {tuple(d.fields["rules"]) for d in clashes} == {
        ("clash", "unsafe"),
        ("clash", "unsafe_and_old"),
    }
    for clash in clashes:
        assert "the base alone has this finding, too" in [note.text for note in clash.notes]
        assert _file(clash) == "base.spec"


def test_a_clash_with_a_rule_of_the_base_is_shown_at_the_layers_own() -> None:
    text = 'layer platform on "base.spec"\nrule mine at platform when old then connect is open\n'
    clashes = [found for found in findings(text) if "contradict" in found[2]]
    assert len(clashes) == 2
    assert all(file == "layer.spec" for _, file, _ in clashes)


def test_a_comment_of_the_base_is_not_called_unused_by_its_layers() -> None:
    base = BASE.replace(
        "rule unsafe_and_old", "# specdsl: allow(redundant-rule) because a\nrule unsafe_and_old"
    )
    unused = base.replace("redundant-rule", "idle-permission")
    for one in (base, unused):
        assert not any("this comment" in message for *_, message in findings(STRICT, one))
    alone = specdsl.check(specdsl.loads(unused))
    assert any(d.code.id == "SD701" for d in alone.findings)


def test_what_a_layer_overrules_is_no_error_of_the_next() -> None:
    """The middle one overrules a rule of the lowest base: a warning, and its own."""
    middle = STRICT.replace("base.spec", "low.spec")
    library = {"low.spec": BASE.replace("example", "# example"), "middle.spec": middle}
    alone = specdsl.check(specdsl.loads(middle, library=library))
    assert [d.severity for d in alone.findings if d.code.id == "SD401"] == [Severity.WARNING]
    text = 'layer guest on "middle.spec"\nrule mine at guest when vip then log is kept\n'
    assert specdsl.check(specdsl.loads(text, library=library)).findings == ()


# --- random layers -------------------------------------------------------------------------------


@cache
def reports(seed: int) -> tuple[Report, Report, Report]:
    """As it is said, all that is found, and what is found of the base alone."""
    made = random_layer(seed)
    loaded = load_text(made.text, "random.spec", made.library)
    (base,) = made.library.values()
    return (
        specdsl.check(Spec(loaded, made.library)),
        specdsl.check(Spec(replace(loaded, files=()), made.library)),
        specdsl.check(specdsl.loads(base, "platform.spec")),
    )


def about(finding: Diagnostic) -> tuple[object, ...]:
    fields = finding.fields
    rules = fields.get("rules", ())
    named = frozenset(rules) if finding.code.id == "SD301" else tuple(rules[:1])
    rest = (fields.get(key) for key in ("decision", "outcome", "fact", "title", "priority"))
    return finding.code.id, named, *map(str, rest), str(fields.get("clause"))


@pytest.mark.parametrize("seed", SEEDS)
def test_only_errors_are_left_in_the_files_of_the_base(seed: int) -> None:
    said, _, alone = reports(seed)
    of_base = {about(d) for d in alone.findings}
    for finding in said.findings:
        if _file(finding) != "random.spec":
            assert finding.severity is Severity.ERROR
            assert about(finding) in of_base
        if finding.message.startswith("with this layer"):
            assert about(finding) not in of_base
            assert finding.code.id not in NEEDLESS


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_left_out_is_needless_or_found_of_the_base_alone(seed: int) -> None:
    said, whole, alone = reports(seed)
    kept, of_base = ({about(d) for d in one.findings} for one in (said, alone))
    assert kept <= {about(d) for d in whole.findings}
    for finding in whole.findings:
        if about(finding) not in kept:
            assert _file(finding) == "platform.spec"
            assert finding.severity < Severity.ERROR
            assert finding.code.id in NEEDLESS or about(finding) in of_base


def test_the_random_layers_bring_things_about_in_their_bases() -> None:
    every = [d for seed in SEEDS for d in reports(seed)[0].findings]
    brought = {d.code.id for d in every if d.message.startswith("with this layer")}
    assert {"SD403", "SD411"} <= brought, brought
