"""A text that is parsed again after an edit has the tree and the faults that it has by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

import pytest

from specdsl.apps.cli.common import load_all
from specdsl.base.source import Source
from specdsl.frontend.model.files import InMemoryFiles, ParsedFiles
from specdsl.frontend.syntax import incremental_parse
from specdsl.frontend.syntax.incremental_parse import parse_again
from specdsl.frontend.syntax.parse import parse
from specdsl.pipeline import load_source
from tests.random_specs import random_clash, random_layer, random_spec, random_talk

EXAMPLES = sorted(Path(__file__).resolve().parents[2].glob("examples/*/*.spec"))
MAKERS: tuple[Callable[[int], str], ...] = (random_clash, random_spec, random_talk)
PIECES = (
    *("", " ", "\n", "\n\n", "#", "# a comment\n", '"', "{", "}", "(", ")", ",", ".", "\ufeff"),
    *("\x07", "fact", "fact x: bool\n", "rule", "rule x at top then answer is yes\n", "policy p {"),
    *("spec s", " and ", " or ", " not ", "unless", " when ", "then ", "because", "is", "in", ">"),
    *("= 3", "7d", "Upper", "priority a > b\n", "overrides", "define x = 1\n", "decided", "nobody"),
)


def edited(random: Random, text: str) -> str:
    """Some characters are another piece, often a piece of the text itself."""
    start = random.randrange(len(text) + 1)
    end = min(len(text), start + random.choice((0, 0, 1, 5, 40, 400)))
    own = random.randrange(len(text) + 1)
    some = (random.choice(PIECES), text[own : own + random.choice((1, 20, 200))])
    return text[:start] + random.choice(some) + text[end:]


@pytest.mark.parametrize("seeds", [range(6), pytest.param(range(6, 30), marks=pytest.mark.slow)])
def test_an_edited_text_is_read_as_it_is_by_itself(seeds: Iterable[int]) -> None:
    for seed in seeds:
        random = Random(seed)
        texts = [make(seed) for make in MAKERS]
        texts += [random.choice(EXAMPLES).read_text(encoding="utf-8")]
        for text in texts:
            before, faults = parse(Source("a.spec", text))
            assert not faults
            for _ in range(12):
                source = Source("a.spec", edited(random, text))
                whole = (before, ()) if source.text == text else parse(source)
                assert parse_again(source, before) == whole, (seed, source.text)


def test_edits_may_follow_each_other() -> None:
    """What was shifted once is shifted again; a text with faults is passed over."""
    for seed in range(8):
        random = Random(seed)
        before, _ = parse(Source("a.spec", random.choice(EXAMPLES).read_text(encoding="utf-8")))
        for _ in range(10):
            source = Source("a.spec", edited(random, before.source.text))
            found = parse_again(source, before)
            same = source.text == before.source.text
            assert found == ((before, ()) if same else parse(source)), (seed, source.text)
            before = before if found[1] else found[0]


def test_what_is_not_edited_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"fact f{i}: bool  # number {i}\n" for i in range(100)]
    before, _ = parse(Source("a.spec", "".join(lines)))
    source = Source("a.spec", "".join([*lines[:50], "fact g: int\n", *lines[50:]]))
    whole = parse(source)
    monkeypatch.setattr(incremental_parse, "parse", None)
    assert parse_again(source, before) == whole
    assert parse_again(Source("a.spec", before.source.text), before)[0] is before


@pytest.mark.parametrize("seed", range(8))
def test_files_that_other_specs_have_parsed_load_alike(seed: int) -> None:
    """Their faults included: those of a text that does not parse, whoever has read it before."""
    layer = random_layer(seed)
    broken = {name: text.replace(":", "", 1) for name, text in layer.library.items()}
    shared = ParsedFiles()
    for library in (layer.library, broken, layer.library, broken):
        files, source = InMemoryFiles(library), Source("layer.spec", layer.text)
        alone = load_source(source, "layer.spec", files)
        shown = load_source(source, "layer.spec", files, parsed=shared)
        assert [d.message for d in shown.diagnostics] == [d.message for d in alone.diagnostics]
        assert (shown.circuit is None) == (alone.circuit is None)


def test_a_file_of_several_specs_is_parsed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []

    def noted(source: Source) -> object:
        parsed.append(Path(source.name).name)
        return parse(source)

    monkeypatch.setattr("specdsl.frontend.model.files.parse", noted)
    (tmp_path / "shared.spec").write_text("fact late: bool\n", encoding="utf-8")
    (tmp_path / "base.spec").write_text('use "shared.spec"\nauthority top\n', encoding="utf-8")
    (tmp_path / "layer.spec").write_text('layer top on "base.spec"\n', encoding="utf-8")
    assert all(not one.diagnostics for one in load_all([str(tmp_path)]))
    assert sorted(parsed) == ["base.spec", "layer.spec", "shared.spec"]
