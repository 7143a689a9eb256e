"""Sanitizing of texts of others for terminals, logs of CI servers and comments of generated code:
characters that act there are replaced by a mark.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

MARK = "�"
# The colour codes that `report.style` writes around a text.
COLOUR = re.compile(r"(\033\[(?:0|1|2|32|1;3[1346])m)")
COMMAND = re.compile(r"##(?=\w*\[)")  # Some CI servers execute `##vso[…]` anywhere in a line.
_UNUSUAL = re.compile(r"[^ -~]")
_ESCAPED = re.compile(r"[^\n -~]|##(?=\w*\[)")


def is_acting(char: str) -> bool:
    """Return whether it is a character of Unicode's category C (control, format, surrogate, private
    use, unassigned) or ends a line.
    """
    return unicodedata.category(char)[0] == "C" or char in "\u2028\u2029"


def visible(text: str, newlines: bool = False) -> str:
    """Return a text of the same length with a blank for each tab and a mark for each other
    character that acts. `newlines`: these stay.
    """
    if not text.isprintable():
        text = _UNUSUAL.sub(lambda found: _visible_character(found.group(), newlines), text)
    return COMMAND.sub(f"#{MARK}", text) if "##" in text else text


def _visible_character(char: str, newlines: bool) -> str:
    if char == "\t":
        return " "
    return MARK if is_acting(char) and not (newlines and char == "\n") else char


def shown_path(name: str) -> str:
    """Return the name of a file as the start of a line that is no command to a CI server either."""
    shown = visible(name)
    return f"./{shown}" if shown.lstrip().startswith("::") else shown


def join_lines(found: Iterable[str]) -> str:
    """Join lines, replacing the line breaks in each of them."""
    return "\n".join(line.replace("\n", MARK).replace("\t", " ") for line in found)


def comment_text(text: str) -> str:
    """Return the text on one line as part of a comment or docstring of generated code, without what
    could end it.
    """
    return visible(text).replace("\\", "/").replace('"', "'")


def json_text(value: Any, indent: int | None = None, only_ascii: bool = True) -> str:
    """Return JSON in which every character that acts is escaped; nothing of the value is lost."""
    return escape_json(json.dumps(value, ensure_ascii=only_ascii, indent=indent))


def escape_json(text: str) -> str:
    """Escape every character that acts in a text of JSON, which stands for the same value."""
    return _ESCAPED.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    text = found.group()
    if text == "##":
        return "\\u0023#"
    if not is_acting(text):
        return text
    units = text.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))


def shell_word(text: str) -> str:
    """Return the text as one word of a shell (POSIX 2024, bash, zsh) on one line without characters
    that act: what is printed can be typed.
    """
    if text and all(char.isalnum() or char in "_-.,:+=/@%" for char in text) and _is_harmless(text):
        return text
    if _is_harmless(text):
        return "'" + text.replace("'", "'\\''") + "'"
    data = text.encode("utf-8", "surrogateescape" if _has_raw_bytes(text) else "surrogatepass")
    safe = b"_-.,:+=/@% " + bytes(range(0x30, 0x3A)) + bytes(range(0x41, 0x5B))
    safe += bytes(range(0x61, 0x7B))
    return "$'" + "".join(chr(b) if b in safe else f"\\{b:03o}" for b in data) + "'"


def _is_harmless(text: str) -> bool:
    return visible(text) == text and MARK not in text


def _has_raw_bytes(text: str) -> bool:
    """Return whether it has bytes of a file's name that are not UTF-8."""
    return any("\udc80" <= char <= "\udcff" for char in text)


def file_word(path: str) -> str:
    """Return the path of a file as a word of a shell, for use as an argument."""
    if path == "<stdin>":
        return "-"
    return shell_word(f"./{path}" if path.startswith("-") else path)
