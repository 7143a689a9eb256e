"""Commands on a terminal: colours, tables and help that fit; elsewhere the plain text."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from click.testing import CliRunner

from specdsl.apps.cli import group
from specdsl.base.plain_text import COLOUR
from specdsl.reports.full import text_width

ROOT = Path(__file__).resolve().parents[2]
SPEC = """\
authority owner > developer > user
principal owner, developer, user
fact topic: {orders, refunds}
fact amount: int 0..1000 "in euro"
fact vip: bool?
decision reply "how much": a_full_answer > a_part_of_an_answer > a_polite_refusal > silence
rule help at owner when topic is orders and amount > 100 and not vip then reply is a_full_answer
rule stop at owner when amount > 300 then reply is a_polite_refusal
example "a big order" given topic is orders, amount = 301 expect reply is a_polite_refusal
"""
COLUMN_HELP = re.compile(r"  -.*\|.*\n")  # The choices of an option are never wrapped.
COMMANDS = (
    ("check", "shop.spec", "--no-cache", "--statistics"),
    ("check", "--help"),
    ("--help",),
    ("steer", "shop.spec"),
    ("test", "shop.spec", "--coverage", "--mutants", "--most", "5"),
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "CLICOLOR_FORCE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    Path("shop.spec").write_text(SPEC, encoding="utf-8")


def on_terminal(words: tuple[str, ...], columns: int) -> str:
    """What a terminal of so many columns shows."""
    terminal, other = pty.openpty()
    fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    command = [sys.executable, "-c", "from specdsl.apps.cli import main; main()", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=other, env=environment):
        os.close(other)
        shown = b""
        while more := _read(terminal):
            shown += more
    os.close(terminal)
    return shown.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def run(*words: str) -> str:
    return CliRunner().invoke(group, list(words), prog_name="specdsl").output


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_tables_and_help_fit_the_terminal(words: tuple[str, ...]) -> None:
    shown = on_terminal(words, 72)
    assert COLOUR.search(shown)
    plain = COLOUR.sub("", shown)
    assert "\033" not in plain
    too_long = [line for line in plain.splitlines() if text_width(line) > 72]
    # Lines of findings are whole: programs and editors read where they lead to.
    assert all(line.startswith(("shop.spec:", "  = replay:")) for line in too_long)


@pytest.mark.parametrize(
    ("wanted", "columns"),
    [("50", 50), ("", 90), ("0", 90), ("-3", 90), ("wide", 90), ("9" * 5000, 90)],
)
def test_columns_is_the_width_if_it_is_a_number(
    wanted: str, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", wanted)
    plain = COLUMN_HELP.sub("", COLOUR.sub("", on_terminal(("check", "--help"), 90)))
    assert columns - 10 < max(map(text_width, plain.splitlines())) <= columns


@pytest.mark.parametrize("words", [("steer", "shop.spec"), ("--help",)], ids=" ".join)
def test_no_color_takes_the_colours_and_leaves_the_rest(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    coloured = on_terminal(words, 90)
    monkeypatch.setenv("NO_COLOR", "1")
    assert on_terminal(words, 90) == COLOUR.sub("", coloured) != coloured


@pytest.mark.parametrize("words", COMMANDS[1:], ids=" ".join)
def test_colours_that_are_forced_change_no_letter(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the output is no terminal, it has no width either."""
    plain = run(*words)
    assert "\033" not in plain
    monkeypatch.setenv("CLICOLOR_FORCE", "1")
    assert COLOUR.sub("", run(*words)) == plain


def test_a_help_that_nobody_asked_for_has_no_colours() -> None:
    """It is on standard error."""
    command = [sys.executable, "-c", "from specdsl.apps.cli import main; main()"]
    terminal, other = pty.openpty()
    found = subprocess.run(
        command,
        stdout=other,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    os.close(other)
    os.close(terminal)
    assert found.returncode == 2
    assert b"Usage:" in found.stderr
    assert b"\033" not in found.stderr
    assert "�".encode() not in found.stderr


def test_what_only_terminals_need_is_not_loaded_elsewhere() -> None:
    code = (
        "import contextlib, sys; from specdsl.apps.cli import group\n"
        "for words in (['--help'], ['check', '--help'], ['check', 'shop.spec', '--statistics']):\n"
        "    with contextlib.suppress(SystemExit):\n"
        "        group.main(words, standalone_mode=False)\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('rich', 'watchfiles')])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.endswith("\n[]\n")
