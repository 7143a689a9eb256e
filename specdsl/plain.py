"""Text that somebody else wrote, as it may be put where something acts on characters: a terminal,
the log of a CI server, a comment of generated code. What acts is replaced by a mark, no more."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

MARK = "�"
COLOUR = re.compile(r"(\033\[(?:0|1|2|32|1;3[136])m)")  # what `report.style` writes around a text
COMMAND = re.compile(r"##(?=\w*\[)")  # `##vso[…]` is a command to some CI anywhere in a line
_ESCAPED = re.compile(r"[^\n -~]|##(?=\w*\[)")


def acts(char: str) -> bool:
    """Whether it is a character of Unicode's category C (of control, of format, half a character,
    for private use, unassigned) or ends a line."""
    return unicodedata.category(char)[0] == "C" or char in "\u2028\u2029"


def visible(text: str, newlines: bool = False) -> str:
    """The text, as long as it was, with a blank for each tab and a mark for each other character
    that acts. `newlines`: these stay."""
    if not text.isprintable():
        text = "".join(
            " " if c == "\t" else c if c == "\n" and newlines else MARK if acts(c) else c
            for c in text
        )
    return COMMAND.sub(f"#{MARK}", text) if "##" in text else text


def shown_path(name: str) -> str:
    """The name of a file at the start of a line, which is no command to a CI server either."""
    shown = visible(name)
    return f"./{shown}" if shown.lstrip().startswith("::") else shown


def lines(found: Iterable[str]) -> str:
    """Lines, each of which stays one, whatever is named in it."""
    return "\n".join(line.replace("\n", MARK).replace("\t", " ") for line in found)


def remark(text: str) -> str:
    """The text as it can stand in a comment, or in a docstring, of generated code: on one line,
    without what could end either of them."""
    return visible(text).replace("\\", "/").replace('"', "'")


def json_text(value: Any, indent: int | None = None, only_ascii: bool = True) -> str:
    """JSON in which every character that acts is an escape; nothing of the value is lost."""
    return _ESCAPED.sub(_escape, json.dumps(value, ensure_ascii=only_ascii, indent=indent))


def _escape(found: re.Match[str]) -> str:
    text = found.group()
    if text == "##":
        return "\\u0023#"
    if not acts(text):
        return text
    units = text.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))


def shell_word(text: str) -> str:
    """The text as one word of a shell (of POSIX 2024, bash, zsh), on one line, in which nothing
    acts: what is printed can be typed."""
    if text and all(char.isalnum() or char in "_-.,:+=/@%" for char in text) and _still(text):
        return text
    if _still(text):
        return "'" + text.replace("'", "'\\''") + "'"
    data = text.encode("utf-8", "surrogateescape" if _of_a_file(text) else "surrogatepass")
    safe = b"_-.,:+=/@% " + bytes(range(0x30, 0x3A)) + bytes(range(0x41, 0x5B))
    safe += bytes(range(0x61, 0x7B))
    return "$'" + "".join(chr(b) if b in safe else f"\\{b:03o}" for b in data) + "'"


def _still(text: str) -> bool:
    return visible(text) == text and MARK not in text


def _of_a_file(text: str) -> bool:
    """It has bytes of a file's name that are no text."""
    return any("\udc80" <= char <= "\udcff" for char in text)


def file_word(path: str) -> str:
    """The path of a file, likewise, where a command takes one."""
    if path == "<stdin>":
        return "-"
    return shell_word(f"./{path}" if path.startswith("-") else path)
