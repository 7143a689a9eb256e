"""`check --fix` and `--diff`: which mend is taken, and what happens to the files."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import specdsl
from specdsl.apps.cli import apply_fixes_command, group

HEAD = """\
authority owner > guest

value care
value honesty

fact late, vip: bool

decision answer: yes > maybe > no

"""
REFUSE = "rule refuse at owner for care\n  when late\n  then answer is no\n"
WELCOME = "rule welcome at owner for honesty\n  when vip\n  then answer is yes\n"
CLASH = f"{HEAD}{REFUSE}\n{WELCOME}"
EXAMPLE = '\nexample "both"\n  given late, vip\n  expect answer is yes\n'
SHADOWED = f"{HEAD}{REFUSE}\n" + WELCOME.replace("vip", "late and vip").replace("owner", "guest")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, text: str) -> Path:
    Path(name).write_bytes(text.encode("utf-8"))
    return Path(name)


def run(*words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(group, ["check", *words], input=given, prog_name="specdsl")


def codes(path: str) -> set[str]:
    """The errors of a spec."""
    found = specdsl.check(specdsl.load(path)).findings
    return {d.code.id for d in found if d.severity == 3}


# --- which one is taken --------------------------------------------------------------------------


def test_who_gives_way_is_not_guessed() -> None:
    file = write("a.spec", CLASH)
    found = run("a.spec", "--fix")
    assert file.read_text() == CLASH
    assert found.exit_code == 1
    assert "`refuse` or `welcome` could give way" in found.stderr
    assert "0 findings mended, 1 left to you" in found.stderr


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("refuse", "priority care > honesty"),
        ("care", "priority care > honesty"),
        ("welcome", "priority honesty > care"),
        ("honesty", "priority honesty > care"),
    ],
)
def test_what_is_preferred_does_not_give_way(name: str, line: str) -> None:
    file = write("a.spec", CLASH)
    found = run("a.spec", "--fix", "--prefer", name)
    assert found.exit_code == 0
    assert file.read_text() == CLASH.replace("value honesty\n", f"value honesty\n{line}\n")
    assert "1 finding mended" in found.stderr


def test_an_example_says_who_gives_way() -> None:
    file = write("a.spec", CLASH + EXAMPLE)
    assert codes("a.spec") == {"SD301", "SD601"}
    assert run("a.spec", "--fix").exit_code == 0
    assert "priority honesty > care" in file.read_text()


def test_what_is_preferred_against_every_mend_is_said() -> None:
    file = write("a.spec", CLASH)
    found = run("a.spec", "--fix", "--prefer", "refuse", "--prefer", "honesty")
    assert "in every mend something that is preferred gives way" in found.stderr
    assert file.read_text() == CLASH


def test_a_higher_level_gives_way_to_an_unreachable_rule_only_if_that_is_preferred() -> None:
    file = write("a.spec", SHADOWED)
    found = run("a.spec", "--fix")
    assert file.read_text() == SHADOWED
    assert "`refuse` of a higher level would give way: `--prefer welcome` allows it" in found.stderr
    assert run("a.spec", "--fix", "--prefer", "welcome").exit_code == 0
    assert file.read_text() == SHADOWED.replace("when late\n", "when late\n  unless vip\n", 1)


def test_a_peer_gives_way_to_an_unreachable_rule() -> None:
    text = SHADOWED.replace("guest for", "owner for")
    text = text.replace("value honesty\n", "value honesty\npriority care > honesty\n")
    file = write("a.spec", text)
    assert codes("a.spec") == {"SD402"}
    assert run("a.spec", "--fix").exit_code == 0
    assert file.read_text() == text + "  overrides refuse\n"


def test_what_no_edit_resolves_is_left() -> None:
    file = write("a.spec", CLASH.replace("when vip", "when late"))
    before = file.read_text()
    found = run("a.spec", "--fix", "--prefer", "refuse")
    assert "no single edit resolves it without another finding" in found.stderr
    assert file.read_text() == before


def test_a_preferred_name_must_be_one() -> None:
    write("a.spec", CLASH)
    found = run("a.spec", "--fix", "--prefer", "refused")
    assert found.exit_code == 2
    assert "there is no rule or value `refused` (did you mean `refuse`?)" in found.stderr


# --- one after another ---------------------------------------------------------------------------


TWO = CLASH.replace("> no\n", "> no\ndecision tone: warm > cold\n") + (
    "\nrule cold at owner for care\n  when late\n  then tone is cold\n"
    "\nrule warm at owner for honesty\n  when vip\n  then tone is warm\n"
)


def test_each_mend_is_checked_on_top_of_those_before_it() -> None:
    write("a.spec", TWO)
    found = run("a.spec", "--fix", "--prefer", "refuse", "--prefer", "warm")
    assert found.exit_code == 0
    assert "2 findings mended" in found.stderr
    decision = specdsl.compile(specdsl.load("a.spec")).decide({"late": True, "vip": True})
    assert dict(decision) == {"answer": "no", "tone": "warm"}


def test_one_mend_can_resolve_several_findings() -> None:
    """Only the order of the values makes the whole example hold."""
    file = write("a.spec", TWO + f"{EXAMPLE}  expect tone is warm\n")
    found = run("a.spec", "--fix")
    assert found.exit_code == 0
    assert "resolves it and 1 contradiction and 1 failing example" in found.stderr
    assert "1 finding mended\n" in found.stderr
    assert "priority honesty > care" in file.read_text()


def test_what_the_settings_leave_out_is_not_mended() -> None:
    file = write("a.spec", CLASH)
    run("a.spec", "--fix", "--prefer", "refuse", "--ignore", "SD301")
    assert file.read_text() == CLASH
    write(
        "a.spec",
        CLASH.replace("rule welcome", "# specdsl: allow(SD301) because of a test\nrule welcome"),
    )
    before = file.read_text()
    run("a.spec", "--fix", "--prefer", "refuse")
    assert file.read_text() == before


def test_a_file_that_several_specs_use_is_mended_for_all_of_them() -> None:
    write("base.spec", CLASH)
    for name in "xy":
        write(f"{name}.spec", 'use "base.spec"\n')
    found = run("x.spec", "y.spec", "--fix", "--prefer", "care")
    assert found.exit_code == 0
    assert "1 finding mended" in found.stderr
    assert codes("x.spec") == codes("y.spec") == set()


def test_another_spec_keeps_a_mend_from_being_applied() -> None:
    write("base.spec", CLASH)
    write("x.spec", 'use "base.spec"\n')
    write(
        "y.spec", 'use "base.spec"\npriority honesty > care\nassert "y": answer is yes when vip\n'
    )
    found = run("x.spec", "y.spec", "--fix", "--prefer", "care")
    assert "another spec that uses the file" in found.stderr
    assert Path("base.spec").read_text() == CLASH
    assert codes("y.spec") == set()


# --- files ---------------------------------------------------------------------------------------


def test_a_diff_changes_nothing_and_can_be_applied() -> None:
    file = write("a.spec", CLASH)
    found = run("a.spec", "--diff", "--prefer", "refuse")
    assert file.read_text() == CLASH
    assert found.exit_code == 1  # it does not pass as it is
    assert "would mend: " in found.stderr
    subprocess.run(["patch", "-p0", "a.spec"], input=found.stdout, text=True, check=True)
    assert codes("a.spec") == set()


def test_a_diff_of_a_text_without_a_last_line_end_says_so() -> None:
    text = CLASH.replace(" for care", "").removesuffix("\n")
    file = write("a.spec", text)
    found = run("a.spec", "--diff", "--prefer", "welcome")
    assert found.stdout.count("\\ No newline at end of file\n") == 2
    subprocess.run(["patch", "-p0", "a.spec"], input=found.stdout, text=True, check=True)
    assert file.read_text() == f"{text}\n  overrides refuse"


def test_standard_input_can_be_shown_a_diff_only() -> None:
    found = run("-", "--diff", "--prefer", "refuse", given=CLASH)
    assert "+priority care > honesty" in found.stdout
    found = run("-", "--fix", given=CLASH)
    assert found.exit_code == 2
    assert "standard input cannot be mended" in found.stderr


def test_watching_and_mending_exclude_each_other() -> None:
    write("a.spec", CLASH)
    assert run("a.spec", "--watch", "--fix").exit_code == 2


def test_mark_line_ends_mode_and_links_stay() -> None:
    real = write("real.spec", "\ufeff" + CLASH.replace("\n", "\r\n"))
    real.chmod(0o640)
    Path("link.spec").symlink_to("real.spec")
    assert run("link.spec", "--fix", "--prefer", "refuse").exit_code == 0
    assert Path("link.spec").is_symlink()
    data = real.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfauthority")
    assert b"priority care > honesty\r\n" in data
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert real.stat().st_mode & 0o777 == 0o640
    assert sorted(os.listdir()) == ["link.spec", "real.spec"]


def test_a_file_that_changed_meanwhile_is_not_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    file = write("a.spec", CLASH)
    say = apply_fixes_command._texts_by_path
    monkeypatch.setattr(
        apply_fixes_command, "_texts_by_path", lambda loaded: [*say(loaded), *_touched(file)]
    )
    found = run("a.spec", "--fix", "--prefer", "refuse")
    assert found.exit_code == 2
    assert "it has changed while it was checked; nothing was written" in found.stderr
    assert file.read_text() == CLASH + "# new\n"


def _touched(file: Path) -> list[tuple[str, str]]:
    file.write_text(CLASH + "# new\n")
    return []


def test_a_spec_that_does_not_load_is_reported_and_the_others_are_mended() -> None:
    write("a.spec", CLASH)
    write("b.spec", "authority owner owner\n")
    found = run("a.spec", "b.spec", "--fix", "--prefer", "refuse")
    assert found.exit_code == 1
    assert codes("a.spec") == set()
    assert "SD001" in found.stdout


def test_json_on_standard_output_stays_json() -> None:
    write("a.spec", CLASH)
    found = run("a.spec", "--fix", "--prefer", "refuse", "--output-format", "json")
    assert json.loads(found.stdout)["version"] == 1
    write("a.spec", CLASH)
    findings = json.loads(run("a.spec", "--output-format", "json").stdout)["findings"]
    [finding] = [f for f in findings if f["code"] == "SD301"]
    assert finding["fixes"][0] == {
        "message": "order the values: `priority care > honesty`",
        "edits": [
            {
                "file": "a.spec",
                "line": 4,
                "column": 14,
                "end_line": 4,
                "end_column": 14,
                "text": "\npriority care > honesty",
            }
        ],
        "verified": True,
        "checked": "resolves it, changes nothing else",
    }


def test_a_preference_needs_something_to_mend() -> None:
    write("a.spec", CLASH)
    assert run("a.spec", "--prefer", "refuse").exit_code == 2
