"""A policy that is reloaded: every call gets one version whole, and only ones that passed."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

import specdsl
from tests.apps.version_swaps import run_swaps

SPEC = """\
spec doors version "{version}"
authority owner
fact late: bool
decision front: {front}
decision back: {back}
rule shut_late at owner when late then front is {shut} and back is {shut}
"""
CLASH = "rule open_late at owner when late then front is open_1\n"


def version(number: int) -> str:
    """Both decisions have outcomes of this version alone."""
    names = f"open_{number % 3} > shut_{number % 3}"
    return SPEC.format(version=number, front=names, back=names, shut=f"shut_{number % 3}")


def write(path: Path, text: str) -> None:
    other = path.with_suffix(".new")
    other.write_text(text, encoding="utf-8")
    os.replace(other, path)


def test_a_new_version_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "doors.spec"
    write(path, version(0))
    holder = specdsl.reload(path, interval=None)
    before = holder.policy
    write(path, version(1))
    assert holder.decide({"late": True}).front == "shut_0"
    assert holder.refresh()
    assert holder.decide({"late": True}).front == "shut_1"
    assert before.decide({"late": True}).front == "shut_0"
    assert holder.report is None


@pytest.mark.parametrize(
    "text",
    [
        version(1) + CLASH,
        "spec doors authority",
        "",
        version(1).replace("when late", "when later"),
        None,
    ],
)
def test_one_that_does_not_pass_is_not_taken(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "doors.spec"
    write(path, version(0))
    holder = specdsl.reload(path, interval=None)
    if text is None:
        path.unlink()
    else:
        write(path, text)
    if text != "":  # An empty file is a spec without decisions.
        assert not holder.refresh()
        assert holder.report is not None
        assert not holder.report.ok
        assert dict(holder.decide({"late": True})) == {"front": "shut_0", "back": "shut_0"}
    write(path, version(2))
    assert holder.refresh()
    assert holder.report is None
    assert holder.decide({"late": False}).back == "open_2"


def test_the_first_version_has_to_pass(tmp_path: Path) -> None:
    path = tmp_path / "doors.spec"
    write(path, version(1) + CLASH)
    with pytest.raises(specdsl.CheckFailed):
        specdsl.reload(path)
    with pytest.raises(specdsl.SpecError):
        specdsl.reload(tmp_path / "none.spec")


def test_a_changed_file_is_seen(tmp_path: Path) -> None:
    """One that is used, too."""
    used, path = tmp_path / "part.spec", tmp_path / "doors.spec"
    write(used, "fact late: bool\n")
    text = version(0).replace("fact late: bool\n", "")
    write(path, text.replace("authority", 'use "part.spec"\nauthority'))
    holder = specdsl.reload(path, interval=0.01)
    try:
        write(used, "fact late: bool\nfact early: bool?\n")
        end = time.monotonic() + 60
        while "early" not in {f.name for f in holder.policy._circuit.spec.facts}:
            assert time.monotonic() < end
            time.sleep(0.01)
    finally:
        holder.stop()


def test_a_change_of_the_same_size_and_time_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "doors.spec"
    path.write_text(version(0), encoding="utf-8")
    before = path.stat()
    holder = specdsl.reload(path, interval=0.01)
    with path.open("r+", encoding="utf-8") as file:
        file.write(version(1))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    for _ in range(3_000):
        if holder.decide({"late": True}).front == "shut_1":
            break
        time.sleep(0.01)
    holder.stop()
    assert holder.decide({"late": True}).front == "shut_1"


def test_no_decision_is_wrong_torn_or_lost_while_versions_change() -> None:
    """`python -m tests.apps.version_swaps` has more threads, processes and versions."""
    found = run_swaps(versions=10, threads=4, processes=2)
    assert found.wrong == []
    assert all(one.versions for one in found.deciders)
    assert len(found.deciders) == 6


def test_a_version_that_is_written_while_another_is_compiled_is_taken_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "doors.spec"
    write(path, version(0))
    holder = specdsl.reload(path, interval=None)
    compile_policy = specdsl.compile

    def compile_slowly(spec: specdsl.Spec) -> specdsl.Policy:
        found = compile_policy(spec)
        if spec.model.version == "1":
            write(path, version(2))  # As an editor may, while the check is running.
        return found

    monkeypatch.setattr("specdsl.reloading.api.compile", compile_slowly)
    write(path, version(1))
    holder.start(0.01)
    deadline = time.monotonic() + 30
    while holder.policy.model.version != "2" and time.monotonic() < deadline:
        time.sleep(0.01)
    holder.stop()
    assert holder.policy.model.version == "2"
