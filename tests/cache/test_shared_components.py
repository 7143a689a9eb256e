"""Specs that are checked together share what they have in common, and each is reported as alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from specdsl.api import Spec, check
from specdsl.apps.cache import in_memory_cache
from specdsl.apps.cli import group
from specdsl.pipeline import Loaded, load_text
from specdsl.verification import runner
from specdsl.verification.components import Component
from tests.cache.warm import told
from tests.random_specs import random_layer

SHARED = """
authority root > user
fact p: bool
decision door: open > shut
rule one at root when p then door is shut
rule two at root then door is open
"""
FIRST = """
use "shared.spec"
fact first: bool
"""
SECOND = """
spec second "Another one"
use "shared.spec"
fact a_second: int 3..
decision light: bright > dim
rule dim_for_many at user when a_second > 5 then light is dim
"""
LAYER = 'layer user on "first spec.spec"\nrule wide at user then door is open\n'
TEXTS = {"shared.spec": SHARED, "first spec.spec": FIRST, "second.spec": SECOND}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def output_of(*arguments: str) -> str:
    return CliRunner().invoke(group, ["check", "--no-cache", *arguments]).stdout


@pytest.mark.parametrize("form", ["text", "concise", "github"])
@pytest.mark.parametrize("names", [("first spec.spec", "second.spec"), tuple(TEXTS)[:0:-1]])
def test_each_is_reported_as_alone(folder: Path, names: Sequence[str], form: str) -> None:
    (folder / "layer.spec").write_text(LAYER, encoding="utf-8")
    names = (*names, "layer.spec")
    together = output_of("--output-format", form, *names).splitlines()
    for name in names:
        alone = output_of("--output-format", form, name).splitlines()
        assert set(alone[:-2]) <= set(together), name


def test_a_shared_decision_is_checked_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    run = runner.CheckScope.of_component

    def noted(scope: runner.CheckScope, component: Component) -> runner.CheckScope:
        checked.append(component.decisions[0].name)
        return run(scope, component)

    monkeypatch.setattr(runner.CheckScope, "of_component", noted)
    text = output_of("first spec.spec", "second.spec")
    assert checked == ["door", "light"]
    assert "specdsl decide 'first spec.spec' --fill p=true" in text
    assert "specdsl decide second.spec --fill p=true" in text


def loads(text: str, name: str, library: dict[str, str]) -> Loaded | None:
    loaded = load_text(text, name, library)
    return loaded if loaded.circuit is not None else None


@pytest.mark.parametrize("seed", range(12))
def test_a_layer_and_its_base_are_reported_as_each_alone(seed: int) -> None:
    layer = random_layer(seed)
    (base_name, base_text), *_ = layer.library.items()
    library = {**layer.library}
    found = [loads(base_text, base_name, {}), loads(layer.text, "layer.spec", library)]
    specs = [one for one in found if one is not None]
    for order in (specs, specs[::-1]):
        known = in_memory_cache()
        for one in (*order, *order):
            spec = Spec(one, library)
            assert told(check(spec, known=known(one))) == told(check(spec)), layer
