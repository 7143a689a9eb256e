"""A policy is sent to another process whole, however its files were named, and without them."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import specdsl
from specdsl.analyses.fixes.edited_texts import reload_spec

COMMON = "authority owner\nfact late: bool\ndecision door: open > shut\n"
RULE = "rule {0} at owner when late then door is shut\n"


def linked(folder: Path) -> str:
    """One file under two names, each used by another file in another folder."""
    (folder / "parts").mkdir()
    write(folder / "parts" / "common.spec", COMMON)
    (folder / "same.spec").symlink_to("parts/common.spec")
    write(folder / "parts" / "one.spec", 'use "common.spec"\n' + RULE.format("one"))
    write(folder / "two.spec", 'use "same.spec"\n' + RULE.format("two"))
    write(folder / "main.spec", 'use "parts/one.spec"\nuse "two.spec"\nuse "same.spec"\n')
    return "main.spec"


def by_an_absolute_path(folder: Path) -> str:
    write(folder / "common.spec", COMMON)
    write(folder / "one.spec", f'use "{(folder / "common.spec").as_posix()}"\n')
    write(folder / "main.spec", 'use "one.spec"\nuse "common.spec"\nuse "./parts/../common.spec"\n')
    return "main.spec"


def by_a_linked_folder(folder: Path) -> str:
    (folder / "parts").mkdir()
    (folder / "again").symlink_to("parts")
    write(folder / "parts" / "common.spec", COMMON)
    write(folder / "parts" / "one.spec", 'use "common.spec"\n' + RULE.format("one"))
    write(folder / "main.spec", 'use "again/one.spec"\nuse "parts/common.spec"\n')
    return "./main.spec"


def of_a_layer(folder: Path) -> str:
    """Its base names a file otherwise than the layer, which names it first."""
    write(folder / "common.spec", COMMON)
    (folder / "same.spec").symlink_to("common.spec")
    write(folder / "base.spec", 'use "common.spec"\n' + RULE.format("one"))
    write(folder / "main.spec", 'use "same.spec"\nlayer owner on "base.spec"\n')
    return "main.spec"


def of_a_library(folder: Path) -> str:
    write(folder / "common.spec", COMMON.replace("authority owner\n", ""))
    write(folder / "main.spec", 'use chain_of_command\nuse "common.spec"\n')
    return str(folder / "main.spec")


BUILDERS = [linked, by_an_absolute_path, by_a_linked_folder]
BUILDERS += [of_a_layer, of_a_library]


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("build", BUILDERS)
def test_a_policy_of_files(
    build: Callable[[Path], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "specs"
    folder.mkdir()
    monkeypatch.chdir(folder)
    policy = specdsl.compile(specdsl.load(build(folder)))
    data = pickle.dumps(policy)
    monkeypatch.chdir(tmp_path)
    shutil.rmtree(folder)
    for found in (pickle.loads(data), pickle.loads(pickle.dumps(pickle.loads(data)))):
        assert found.source == policy.source
        for late in (True, False):
            decision = found.decide({"late": late})
            assert dict(decision) == dict(policy.decide({"late": late}))
            assert str(decision.explain()) == str(policy.decide({"late": late}).explain())


def test_a_policy_of_texts_in_another_process(tmp_path: Path) -> None:
    library = {"a/common.spec": COMMON, "a/one.spec": 'use "common.spec"\n' + RULE.format("one")}
    text = 'use "a/one.spec"\nuse "a/common.spec"\n'
    policy = specdsl.compile(specdsl.loads(text, "main.spec", library))
    write_to = tmp_path / "policy.pickle"
    write_to.write_bytes(pickle.dumps(policy))
    code = (
        "import pickle, sys; policy = pickle.load(open(sys.argv[1], 'rb'))\n"
        "print(policy.decide({'late': True}).door)"
    )
    root = str(Path(specdsl.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", code, str(write_to)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": root},
    )
    assert done.stdout.split() == ["shut"]


def test_an_edit_of_a_file_of_two_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The base of the layer, which names it otherwise, has the edit too."""
    monkeypatch.chdir(tmp_path)
    spec = specdsl.load(of_a_layer(tmp_path))
    edited = reload_spec(spec, {"same.spec": COMMON.replace("late: bool", "late: bool?")})
    assert edited is not None
    assert edited.model.layer is not None
    assert [fact.optional for fact in edited.model.layer.base.facts] == [True]
