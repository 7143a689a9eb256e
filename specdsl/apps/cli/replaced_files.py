"""Replacement of files by edited texts: atomic, and only if nobody else has changed them."""

from __future__ import annotations

import codecs
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from specdsl.apps.cli.output import complain


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
    """Replace the file atomically."""
    target = os.path.realpath(path)
    mark, _ = _read_with_mark(target)
    with tempfile.NamedTemporaryFile(dir=os.path.dirname(target), delete=False) as file:
        file.write(mark + text.encode("utf-8"))
    shutil.copymode(target, file.name)
    os.replace(file.name, target)


def _exit_with(why: str) -> NoReturn:
    complain(why)
    sys.exit(2)
