"""Markdown files as tests: files in fenced blocks, commands and their whole output in others.

A block opened by three backticks and `spec press.spec` (or `json`, `toml`, `python` … with a file
name) is written to that file; one opened with `console` holds lines that start with `$` and what
each prints. A status other than 0 is written `[exit 1]` below the output.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from specdsl.apps.cli import group

BLOCK = re.compile(r"^```(\w+)(?: +(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """`start` and `end` enclose the body in the document's text."""

    language: str
    file: str
    body: str
    start: int
    end: int


def blocks(text: str) -> Iterator[Block]:
    for found in BLOCK.finditer(text):
        yield Block(
            found.group(1), found.group(2) or "", found.group(3), found.start(3), found.end(3)
        )


def rewritten(text: str) -> str:
    """The document with every command's output as it is now; runs in the working folder."""
    parts: list[str] = []
    last = 0
    for block in blocks(text):
        if block.language == "console":
            parts += [text[last : block.start], _console(block.body)]
            last = block.end
        elif block.file:
            path = Path(block.file)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.body, encoding="utf-8")
    return "".join([*parts, text[last:]])


def _console(body: str) -> str:
    commands = [line[2:] for line in body.splitlines() if line.startswith("$ ")]
    outputs = [(command, _output(command)) for command in commands]
    for command, output in outputs:
        for replay in replays(output):
            replayed(replay, command)
    return "".join(f"$ {command}\n{output}" for command, output in outputs)


def replays(output: str) -> list[str]:
    """The commands that an output says to replay a finding with."""
    quoted = re.findall(r'^ *("replay: .*"),?$', output, re.MULTILINE)
    plain = re.findall(r'(?<!")\breplay: (specdsl .*)$', output, re.MULTILINE)
    return [*plain, *(json.loads(text).removeprefix("replay: ") for text in quoted)]


def replayed(replay: str, command: str) -> str:
    """What such a command prints, which must decide a situation: neither bad input nor bad usage.
    It is taken apart by a shell; `-` is what the command before it read."""
    split = ["bash", "-c", f"printf '%s\\0' {replay}"]
    words = subprocess.run(split, check=True, capture_output=True).stdout.split(b"\0")[:-1]
    given = re.findall(r" < \S+$", command)
    found = [os.fsdecode(word) for word in words[1:]]
    text, status = _specdsl(found + (given[0].split() if given else []))
    assert status in (0, 1), (replay, text)
    assert "bad input" not in text, (replay, text)
    return text


def _output(command: str) -> str:
    words = shlex.split(command)
    text, status = _specdsl(words[1:]) if words[0] == "specdsl" else _other(words)
    ending = "" if text.endswith("\n") or not text else "\n"
    return text + ending + (f"[exit {status}]\n" if status else "")


def _specdsl(words: list[str]) -> tuple[str, int]:
    """In this process; `< FILE` at the end is standard input."""
    given = None
    if "<" in words:
        at = words.index("<")
        given, words = Path(words[at + 1]).read_bytes(), words[:at]
    run = CliRunner().invoke(group, words, input=given, prog_name="specdsl")
    if run.exception and not isinstance(run.exception, SystemExit):
        raise run.exception
    return run.output, run.exit_code


def _other(words: list[str]) -> tuple[str, int]:
    """`python FILE` and `cat FILE`; nothing else is run."""
    if words[0] == "cat":
        return Path(words[1]).read_text(encoding="utf-8"), 0
    assert words[0] == "python", f"golden documents run specdsl, python and cat, not {words[0]}"
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    run = subprocess.run(
        [sys.executable, *words[1:]],
        check=False,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    return run.stdout, run.returncode
