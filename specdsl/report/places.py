"""Places as SARIF has them: files as URIs, spans as regions."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path
from typing import Any
from urllib.parse import quote

from specdsl.plain import visible
from specdsl.source import Source, Span

SOURCES = "%SRCROOT%"  # what stands for the folder that paths are relative to
LIBRARY = "SPECDSL_LIBRARY"  # and for that of the shipped libraries, wherever they are installed


def artifact(source: Source) -> dict[str, Any]:
    """The location of a file by the name that messages show; of a shipped library by its own."""
    if source.shipped:
        return {"uri": quote(posixpath.basename(source.name)), "uriBaseId": LIBRARY}
    name = _whole(source.name)
    if os.path.isabs(name):
        return {"uri": Path(name).as_uri()}
    path = posixpath.normpath(name.replace(os.sep, "/"))
    return {"uri": quote(os.fsencode(path)), "uriBaseId": SOURCES}


def _whole(name: str) -> str:
    """The name, with a mark for each half character in it that no file system can have given."""
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        return visible(name)
    return name


def region(span: Span) -> dict[str, Any]:
    """Lines and columns from 1, in UTF-16 code units; the end column is the one after the last."""
    source = span.source
    first = _before(source, span.start)
    last = first if span.start == span.end else _after(source, span.end)
    return {
        "startLine": first[0],
        "startColumn": first[1],
        "endLine": last[0],
        "endColumn": last[1],
    }


def _before(source: Source, offset: int) -> tuple[int, int]:
    """The place before a character; after the last one for the end of the text."""
    return _after(source, offset) if 0 < offset == len(source.text) else _place(source, offset)


def _after(source: Source, offset: int) -> tuple[int, int]:
    """The place after a character, which is on the same line even where that ends the line."""
    line, column = _place(source, offset - 1)
    return line, column + _units(source.text[offset - 1])


def _place(source: Source, offset: int) -> tuple[int, int]:
    line, _ = source.position(offset)
    return line, 1 + _units(source.text[source.line_starts[line - 1] : offset])


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
