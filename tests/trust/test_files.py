"""What is read and written: nothing outside of what was given or is allowed, whatever a spec names
and wherever a link leads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import specdsl
from specdsl.apps.cli import group

SPEC = "authority owner\nfact a: bool\ndecision door: open > shut\n"
RULE = "rule r at owner\n  when a\n  then door is shut\n"
SECRET = "root:x:0:0:SECRET:/root\nTOKEN=SECRET\n"
SECRETS = (
    SECRET,
    "HOME=/root\0TOKEN=SECRET\0",
    '{"key": "SECRET"}\n',
    "SECRET",
    "use SECRET and value\n",
    "-----BEGIN KEY-----\nSECRET\n",
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    (tmp_path / "secret").write_text(SECRET, encoding="utf-8")
    (tmp_path / "other.spec").write_text(SPEC, encoding="utf-8")
    return here


def write(name: str, text: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")


def run(*words: str, given: bytes | None = None) -> Result:
    found = CliRunner().invoke(group, list(words), input=given, prog_name="specdsl")
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found


FORMS = ("text", "concise", "json", "sarif", "github", "junit")
STATEMENTS = ('use "{}"\n', 'layer mine on "{}"\n', 'layer mine on "{}" tightening\n')


# --- what is shown -------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize("text", SECRETS)
def test_nothing_is_shown_of_what_is_no_spec(text: str, statement: str, form: str) -> None:
    write("../secret", text)
    for name in ("../secret", os.path.abspath("../secret")):
        write("x.spec", statement.format(name) + RULE)
        found = run("check", ".", "--output-format", form)
        assert found.exit_code == 1
        assert "SECRET" not in found.output
        assert "has no statement that can be read" in found.output


@pytest.mark.parametrize("text", SECRETS)
def test_nothing_is_shown_of_where_a_link_leads(text: str) -> None:
    write("../secret", text)
    os.symlink("../secret", "x.spec")
    for words in (["check", "."], ["check", "x.spec"], ["test", "."], ["decide", "x.spec"]):
        found = run(*words)
        assert found.exit_code == 2
        assert "SECRET" not in found.output


def test_a_first_spec_with_a_mistake_is_shown() -> None:
    """The author's own file is nobody's secret."""
    write("x.spec", "allow when a\n")
    assert "allow when a" in run("check", "x.spec").output


# --- what is read: --root ------------------------------------------------------------------------


@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize(
    "way", ["../other.spec", "in/../../other.spec", "link.spec", "to/other.spec"]
)
def test_use_and_layer_stay_in_the_root(way: str, statement: str) -> None:
    os.symlink("../other.spec", "link.spec")
    os.symlink("..", "to")
    os.symlink("other.spec", "../o.spec")
    Path("in").mkdir()
    for name in (way, os.path.abspath(way)):
        write("x.spec", statement.format(name))
        assert "is outside of the root folder" not in run("check", "x.spec").output
        found = run("check", "--root", ".", "x.spec")
        assert found.exit_code == 1
        assert f"`{name}` is outside of the root folder `.`" in found.output


def test_what_is_in_the_root_is_read() -> None:
    write("lib/base.spec", SPEC)
    os.symlink("lib", "way")
    write("deep/x.spec", 'use "../way/base.spec"\n' + RULE)
    os.symlink(os.getcwd(), "../also")
    for root in (".", "..", "../also", os.getcwd()):
        assert run("check", "--root", root, "deep").exit_code == 0
    assert run("check", "--root", "deep", "deep").exit_code == 1


def test_files_outside_are_not_told_apart() -> None:
    """Neither whether there is one, nor what it is, nor what is called alike."""
    said = set()
    for name in ("../secret", "../secrez", "../other.spex", "..", "/etc/passwd", "/nowhere/x"):
        write("x.spec", f'use "{name}"\n')
        output = run("check", "--root", ".", "x.spec").output
        said.add(output.replace(name, "NAME").replace("^" * (len(name) + 2), "^"))
    assert len(said) == 1


def test_a_link_that_is_met_in_a_folder_stays_in_the_root() -> None:
    os.symlink("../other.spec", "link.spec")
    write("fine.spec", SPEC + RULE)
    assert run("check", "link.spec", "--root", ".").exit_code == 0  # named by the caller
    found = run("check", ".", "--root", ".")
    assert found.exit_code == 2
    assert "`link.spec` is outside of the root folder `.`" in found.output


@pytest.mark.parametrize(
    "words",
    [
        ["check"],
        ["check", "--fix"],
        ["check", "--second-opinion"],
        ["test"],
        ["test", "--coverage"],
        ["decide"],
        ["compile"],
        ["graph"],
        ["steer"],
        ["examples", "--missing"],
        ["export", "--to", "smtlib", "-o", "out"],
    ],
)
def test_every_command_that_reads_specs_takes_a_root(words: list[str]) -> None:
    write("x.spec", 'use "../other.spec"\n' + RULE)
    found = run(*words, "--root", ".", "x.spec")
    assert found.exit_code == 1
    assert "is outside of the root folder" in found.output


def test_explain_and_diff_take_a_root() -> None:
    write("x.spec", 'use "../other.spec"\n' + RULE)
    for words in (["explain", "x.spec", "r"], ["diff", "x.spec", "x.spec"]):
        assert "is outside of the root folder" in run(*words, "--root", ".").output


def test_python_takes_a_root() -> None:
    write("x.spec", 'use "../other.spec"\n' + RULE)
    assert specdsl.load("x.spec", root="..").name == "x"
    with pytest.raises(specdsl.SpecError, match="outside of the root folder"):
        specdsl.load("x.spec", root=".")


# --- what is written -----------------------------------------------------------------------------

CLASH = SPEC + RULE + "rule s at owner\n  then door is open\n"


def test_a_mend_edits_nothing_outside_of_what_was_given() -> None:
    write("../other.spec", CLASH)
    write("in/x.spec", 'use "../../other.spec"\n')
    words = ["check", "--prefer", "r", "--fix"]
    found = run(*words, "in")
    assert Path("../other.spec").read_text(encoding="utf-8") == CLASH
    assert "it would be mended in `../other.spec`, outside of what was given" in found.output
    assert "outside of what was given" in run(*words[:-1], "--diff", "in").output
    assert run(*words, "in", "../other.spec").exit_code == 0
    assert Path("../other.spec").read_text(encoding="utf-8") != CLASH


def test_nor_does_it_follow_a_link_there() -> None:
    write("../other.spec", CLASH)
    os.symlink("../other.spec", "link.spec")
    write("x.spec", 'use "link.spec"\n')
    assert run("check", "--prefer", "r", "--fix", ".").exit_code == 1
    assert Path("../other.spec").read_text(encoding="utf-8") == CLASH


def test_nor_out_of_the_root() -> None:
    write("other.spec", CLASH)
    write("in/x.spec", 'use "other.spec"\n')
    os.symlink("../other.spec", "in/other.spec")
    assert run("check", "--prefer", "r", "--fix", ".", "--root", "in").exit_code != 0
    assert Path("other.spec").read_text(encoding="utf-8") == CLASH


def test_a_mend_edits_what_is_beside_a_file() -> None:
    write("base.spec", CLASH)
    write("x.spec", 'use "base.spec"\n')
    assert run("check", "--prefer", "r", "--fix", "x.spec").exit_code == 0
    assert Path("base.spec").read_text(encoding="utf-8") != CLASH


def test_fmt_writes_to_nothing_outside_of_the_folder() -> None:
    text = SPEC.replace("\n", "\n\n\n")
    write("../other.spec", text)
    os.symlink("../other.spec", "link.spec")
    assert "it leads out of the folder" in run("fmt", ".").output
    assert Path("../other.spec").read_text(encoding="utf-8") == text
    assert run("fmt", "link.spec").exit_code == 0
    assert Path("../other.spec").read_text(encoding="utf-8") != text


# --- git -----------------------------------------------------------------------------------------


def test_a_revision_is_no_option_of_git() -> None:
    subprocess.run(["git", "init", "-q"], check=True)
    write("ok.spec", SPEC + RULE)
    before = sorted(os.listdir())
    for revision in ("--output=x", "-O", "--output=ok.spec", "--textconv", "--open-files-in-pager"):
        for words in ([f"{revision}:ok.spec", "ok.spec"], ["ok.spec", f"{revision}:./ok.spec"]):
            found = run("diff", "--", *words)
            assert found.exit_code == 2
            assert "no revision begins with `-`" in found.output
    assert sorted(os.listdir()) == before


def test_a_file_of_a_revision_may_name_anything() -> None:
    author = ["-c", "user.name=a", "-c", "user.email=a@b"]
    write("x.spec", 'use "a\0b.spec"\nuse "--output=y"\nuse "../../../etc/passwd"\n' + SPEC + RULE)
    for words in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "x"]):
        subprocess.run(["git", *words], check=True)
    found = run("diff", "HEAD:x.spec", "x.spec")
    assert found.exit_code == 1
    assert "root:" not in found.output
    assert sorted(os.listdir()) == [".git", "x.spec"]


# --- what is no file -----------------------------------------------------------------------------


def odd() -> dict[str, str]:
    """Names of what is no file, or cannot be, with what is said of each."""
    os.symlink("loop.spec", "loop.spec")
    os.symlink("b.spec", "a.spec")
    os.symlink("a.spec", "b.spec")
    os.symlink("gone", "dangling.spec")
    os.symlink(".", "round")
    os.mkfifo("pipe.spec")
    Path("folder.spec").mkdir()
    return {
        "loop.spec": "cannot be read",
        "a.spec": "cannot be read",
        "round/loop.spec": "cannot be read",
        "dangling.spec": "cannot be found",
        "pipe.spec": "is no file",
        "/dev/zero": "is no file",
        "/dev/full": "is no file",
        "x" * 300 + ".spec": "cannot be read",
        "y/" * 3000 + "x.spec": "cannot be read",
    }


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders")
def test_what_is_no_file_is_said_to_be_none() -> None:
    for name, why in odd().items():
        for words in (["check"], ["test"], ["decide"], ["compile"], ["graph"], ["fmt"]):
            found = run(*words, name)
            assert found.exit_code == 2, (words, name)
            said = "No such file" if words == ["fmt"] and why == "cannot be found" else why
            assert said in found.output, (words, name)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders")
@pytest.mark.parametrize("statement", STATEMENTS)
def test_nor_is_it_used(statement: str) -> None:
    for name, why in {**odd(), "folder.spec": "is a folder"}.items():
        write("x.spec", statement.format(name))
        found = run("check", "x.spec")
        assert found.exit_code == 1
        assert why in found.output, name


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders")
def test_the_other_files_of_a_folder_are_checked() -> None:
    write("fine.spec", CLASH)
    os.symlink("gone", ".#fine.spec")  # the lock of an editor
    odd()
    found = run("check", ".", "--output-format", "json")
    codes = [one["code"] for one in json.loads(found.stdout)["findings"]]
    assert codes.count("SD301") == 1
    assert found.exit_code == 2
    for name in ("loop.spec", "a.spec", "b.spec", "dangling.spec", "pipe.spec"):
        assert f"`{name}`" in found.output


@pytest.mark.skipif(sys.platform == "win32", reason="names are text there")
@pytest.mark.parametrize("form", FORMS)
def test_a_name_may_be_any_bytes(form: str) -> None:
    for name in (b"\xff.spec", b"\xed\xa0\x80.spec", b"\x1b[2J\n.spec"):
        Path(os.fsdecode(name)).write_text(CLASH, encoding="utf-8")
    found = run("check", ".", "--output-format", form)
    assert found.exit_code == 1
    assert found.output.count("SD301") >= 3
    assert run("test", ".").exit_code == 0
    assert run("fmt", ".").exit_code == 0


def test_standard_input_is_read_as_files_are() -> None:
    text = (SPEC + RULE).encode()
    assert run("check", "-", given=b"\xef\xbb\xbf" + text).exit_code == 0
    assert run("fmt", "-", given=b"\xef\xbb\xbf" + text).stdout_bytes == text.replace(
        b"door: open > shut\n", b"door: open > shut\n\n"
    ).replace(b"owner\nfact", b"owner\n\nfact").replace(b"bool\ndec", b"bool\n\ndec")
    found = run("check", "-", given=text + b"\xff")
    assert found.exit_code == 2
    assert "`<stdin>` is not UTF-8 text" in found.output
    facts = b'\xef\xbb\xbf{"a": true}'
    write("x.spec", SPEC + RULE)
    assert run("decide", "x.spec", "--facts", "-", given=facts).output.startswith("door: shut")


def test_a_working_folder_that_is_gone(tmp_path: Path) -> None:
    """Files with whole paths are found all the same where no path from here is needed."""
    fine = tmp_path / "fine.spec"
    fine.write_text(SPEC + RULE, encoding="utf-8")
    (tmp_path / "gone").mkdir()
    os.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    for words in (["check", "."], ["check", str(fine)], ["diff", "a", "b"], ["fmt", "../x.spec"]):
        assert run(*words).exit_code == 2
    assert run("steer", str(fine)).exit_code == 0
