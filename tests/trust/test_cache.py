"""A cache that others could have filled is not read."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from specdsl.apps.cache.folder import who_else_can_write
from specdsl.apps.cli import group
from specdsl.apps.cli.run_check import SpecCheck
from specdsl.base.diagnostics import Report

SPEC = "authority owner\ndecision door: open > shut\nrule r at owner then door is shut\n"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SPECDSL_CACHE", "1")
    monkeypatch.setenv("SPECDSL_CACHE_DIR", str(tmp_path / "cache"))
    Path("a.spec").write_text(SPEC, encoding="utf-8")
    return tmp_path / "cache"


def check() -> Result:
    return CliRunner().invoke(group, ["check", "a.spec"], prog_name="specdsl")


def checked_again(monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a second run works it out anew."""
    calls: list[object] = []
    made = SpecCheck.run_checks

    def counted(one: SpecCheck) -> Report:
        calls.append(one)
        return made(one)

    monkeypatch.setattr(SpecCheck, "run_checks", counted)
    assert check().exit_code == 0
    return bool(calls)


def test_our_own_is_read(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for mask in (0o022, 0o002, 0o000):
        before = os.umask(mask)
        try:
            assert check().stderr == ""
        finally:
            os.umask(before)
        assert not who_else_can_write(cache, cache / "check", cache / "units")
    assert not checked_again(monkeypatch)


@pytest.mark.parametrize("mode", [0o777, 0o775, 0o770, 0o722, 0o1777])
@pytest.mark.parametrize("inner", ["", "check", "units"])
def test_one_that_others_can_write_is_not(
    cache: Path, inner: str, mode: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = check()
    (cache / inner).mkdir(exist_ok=True)
    (cache / inner).chmod(mode)
    found = check()
    assert found.stdout == first.stdout
    assert f"specdsl: {cache}: others can write there" in found.stderr
    assert found.stderr.count("\n") == 1
    assert checked_again(monkeypatch)
    (cache / inner).chmod(stat.S_IMODE(mode) & ~0o022)
    assert check().stderr == ""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives away")
def test_nor_is_one_of_somebody_else(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check()
    os.chown(cache, 12345, -1)
    assert "it belongs to somebody else; the cache is not used" in check().stderr
    assert checked_again(monkeypatch)


def test_what_is_no_folder_is_no_cache(cache: Path) -> None:
    cache.write_text("", encoding="utf-8")
    cache.chmod(0o600)
    assert check().exit_code == 0
    cache.unlink()
    cache.symlink_to(cache)
    assert check().exit_code == 0
