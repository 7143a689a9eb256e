"""SARIF locations: files as URIs, spans as regions."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path
from typing import Any
from urllib.parse import quote

from specdsl.base.plain_text import visible
from specdsl.base.source import Source, Span

SOURCE_ROOT = "%SRCROOT%"  # Stands for the folder that paths are relative to.
# Stands for the folder of the shipped libraries, wherever they are installed.
LIBRARY_ROOT = "SPECDSL_LIBRARY"


def artifact_location(source: Source) -> dict[str, Any]:
    """Return the location of a file by its name in messages, or of a shipped library by
    its own name.
    """
    if source.shipped:
        return {"uri": quote(posixpath.basename(source.name)), "uriBaseId": LIBRARY_ROOT}
    name = _replace_surrogates(source.name)
    if os.path.isabs(name):
        return {"uri": Path(name).as_uri()}
    path = posixpath.normpath(name.replace(os.sep, "/"))
    return {"uri": quote(os.fsencode(path)), "uriBaseId": SOURCE_ROOT}


def _replace_surrogates(name: str) -> str:
    """Replace lone surrogates that no file system can have produced."""
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        return visible(name)
    return name


def sarif_region(span: Span) -> dict[str, Any]:
    """Return lines and columns from 1, in UTF-16 code units; the end column is exclusive."""
    source = span.source
    first = _position_before(source, span.start)
    last = first if span.start == span.end else _position_after(source, span.end)
    return {
        "startLine": first[0],
        "startColumn": first[1],
        "endLine": last[0],
        "endColumn": last[1],
    }


def _position_before(source: Source, offset: int) -> tuple[int, int]:
    """Return the position before a character; at the end of the text, after the last one."""
    return (
        _position_after(source, offset)
        if 0 < offset == len(source.text)
        else _utf16_position(source, offset)
    )


def _position_after(source: Source, offset: int) -> tuple[int, int]:
    """Return the position after a character, on the same line even if it is a line break."""
    line, column = _utf16_position(source, offset - 1)
    return line, column + _utf16_length(source.text[offset - 1])


def _utf16_position(source: Source, offset: int) -> tuple[int, int]:
    line, _ = source.position(offset)
    return line, 1 + _utf16_length(source.text[source.line_starts[line - 1] : offset])


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
