"""A key is the same for the same, and another one for all else that a report depends on."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from specdsl.apps.cache.report_key import program_digest, report_key
from specdsl.base.source import Source
from specdsl.checks.catalogue import codes
from specdsl.pipeline import load_path

module = sys.modules[report_key.__module__]  # The package has a function of the same name.

RULES = """\
use "facts.spec"
authority owner > user
decision answer: yes > no
rule refuse at owner when late then answer is no
"""
FACTS = "fact late: bool\n"


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("facts.spec").write_text(FACTS, encoding="utf-8")
    Path("main.spec").write_text(RULES, encoding="utf-8")
    return Path("main.spec")


def key(path: str | Path = "main.spec", only: frozenset[str] | None = None, tool: str = "t") -> str:
    loaded = load_path(path)
    assert loaded.circuit is not None
    chosen = None if only is None else frozenset(c for c in codes() if c.id in only)
    return report_key(tool, loaded, chosen)


def test_the_same_files_have_the_same_key(spec: Path) -> None:
    before = key()
    os.utime(spec, (1, 1))
    assert key() == before
    assert len(before) == 64


def test_whatever_a_report_depends_on_is_in_the_key(spec: Path, tmp_path: Path) -> None:
    found = [key(), key(tool="u"), key(only=frozenset()), key(only=frozenset({"SD301"}))]
    found += [key(only=frozenset({"SD301", "SD401"})), key("./main.spec"), key(tmp_path / spec)]
    shutil.copy(spec, "other.spec")
    found.append(key("other.spec"))
    spec.write_text(RULES + "# more\n", encoding="utf-8")
    found.append(key())
    spec.write_text(RULES, encoding="utf-8")
    Path("facts.spec").write_text(FACTS + "# more\n", encoding="utf-8")
    found.append(key())
    shutil.copy("facts.spec", "more.spec")
    spec.write_text(RULES.replace("facts.spec", "more.spec"), encoding="utf-8")
    found.append(key())
    assert len(set(found)) == len(found)


def test_the_same_texts_elsewhere_have_another_key(spec: Path, tmp_path: Path) -> None:
    """A shipped file is not mended, and only its place tells it."""
    before = key()
    shutil.copytree(tmp_path, tmp_path / "copy")
    os.chdir(tmp_path / "copy")
    assert key() != before


def test_the_base_of_a_layer_counts_as_it_was_read(spec: Path) -> None:
    """It is read a second time, maybe after a change."""
    Path("layer.spec").write_text('layer user on "main.spec"\n', encoding="utf-8")
    layered = load_path("layer.spec")
    assert layered.spec is not None
    assert layered.spec.layer is not None
    before = report_key("t", layered, None)
    base = layered.spec.layer.base
    again = replace(base, sources=tuple(Source(s.name, s.text + " ") for s in base.sources))
    layer = replace(layered.spec.layer, base=again)
    changed = replace(layered, spec=replace(layered.spec, layer=layer))
    assert report_key("t", changed, None) != before


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of two files."""
    folder = tmp_path / "program"
    (folder / "inner").mkdir(parents=True)
    (folder / "a.py").write_text("A = 1\n", encoding="utf-8")
    (folder / "inner" / "b.py").write_text("B = 1\n", encoding="utf-8")
    monkeypatch.setattr(module, "PACKAGE", folder)
    return folder


def test_a_program_is_told_by_what_its_files_hold(program: Path) -> None:
    found = [program_digest()]
    stamp = (program / "inner" / "b.py").stat()
    (program / "inner" / "b.py").write_text("B = 2\n", encoding="utf-8")
    os.utime(program / "inner" / "b.py", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    found.append(program_digest())
    (program / "a.py").rename(program / "c.py")
    found.append(program_digest())
    assert None not in found
    assert len(set(found)) == len(found)
    os.utime(program / "c.py", (1, 1))
    (program / "notes.txt").write_text("not code", encoding="utf-8")
    assert program_digest() == found[-1]


def test_a_program_is_told_by_what_it_calls_on(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = program_digest()
    for package in ("z3-solver", "python-sat", "lark", "networkx"):
        with monkeypatch.context() as patch:
            patch.setattr(
                module, "installed_version", lambda name, one=package: "0" if name == one else "1"
            )
            other = program_digest()
            patch.setattr(module, "installed_version", lambda name: "1")
            assert len({before, other, program_digest()}) == 3
    monkeypatch.setattr(module, "__version__", "0.0.0")
    assert program_digest() != before


def test_a_program_that_cannot_be_told_has_no_digest(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    with monkeypatch.context() as patch:
        patch.setattr(module, "installed_version", missing)
        assert program_digest() is None
    (program / "gone.py").symlink_to("nowhere")
    assert program_digest() is None
    shutil.rmtree(program)
    assert program_digest() is None


def test_this_program_has_a_digest() -> None:
    assert program_digest() is not None
    assert program_digest() == program_digest()
