"""Replacement of files by edited texts: atomic, and only if nobody else has changed them."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from specdsl.apps.cli.output import complain
from specdsl.base.safe_files import write_safely


def replace_files(before: Mapping[str, str], edited: Mapping[str, str]) -> None:
    """Write all files, or none if one of them has changed since it was read."""
    for path in edited:
        if _read_with_mark(path)[1] != before[path]:
            _exit_with(f"{path}: it has changed while it was checked; nothing was written")
    for path, text in sorted(edited.items()):
        try:
            replace_file(path, text)
        except OSError as problem:
            _exit_with(f"{path}: {problem.strerror}")


def _read_with_mark(path: str) -> tuple[bytes, str]:
    """Return the byte order mark, if any, and the text."""
    data = Path(path).read_bytes()
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    return mark, data.decode("utf-8-sig", "replace")


def replace_file(path: str, text: str) -> None:
    """Replace the file that a path leads to; its mode and its byte order mark stay."""
    target = Path(os.path.realpath(path))
    mark, _ = _read_with_mark(str(target))
    write_safely(target, mark + text.encode("utf-8"), target.stat().st_mode & 0o777)


def _exit_with(why: str) -> NoReturn:
    complain(why)
    sys.exit(2)
