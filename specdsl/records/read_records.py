"""Reader of decision logs: files and folders, plain and compressed, as a stream of records."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from specdsl.base.quick_dataclass import dataclass
from specdsl.records.log_folder import COMPRESSED, PLAIN

TORN = "it is torn: the writer was stopped while it wrote it, or writes it now"


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """A line that is no record, or a file that cannot be read from that line on."""

    path: str
    line: int
    problem: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.problem}"


def read(
    path: str | os.PathLike[str], report: Callable[[UnreadLine], None] | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the records of a file, or of all files of a folder in the order of their names.

    A line that is no record is passed over, and told to `report`; one that is torn at the end of a
    file was never acknowledged. Raises `FileNotFoundError`.
    """
    for file in log_files(path):
        yield from _read_file(file, report or _ignore_line)


def log_files(path: str | os.PathLike[str]) -> list[Path]:
    """Return the files of a log: of a folder, each file once, compressed if it is complete."""
    found = Path(path)
    if not found.is_dir():
        return [found]
    names = {one.name for one in found.iterdir() if one.name.endswith((PLAIN, COMPRESSED))}
    return [found / name for name in sorted(names) if f"{name}.gz" not in names]


def _ignore_line(unread: UnreadLine) -> None:
    """Pass over a line."""


def _read_file(path: Path, report: Callable[[UnreadLine], None]) -> Iterator[dict[str, Any]]:
    number = 0
    with gzip.open(path) if path.name.endswith(".gz") else path.open("rb") as file:
        try:
            for number, line in enumerate(file, 1):
                found = _parse_line(line)
                if isinstance(found, dict):
                    yield found
                elif found:
                    report(UnreadLine(str(path), number, found))
        except (EOFError, gzip.BadGzipFile, zlib.error) as problem:
            report(UnreadLine(str(path), number + 1, f"the rest cannot be read: {problem}"))


def _parse_line(line: bytes) -> dict[str, Any] | str:
    """Return the record, or what is wrong with the line; an empty line has no fault."""
    if not line.strip():
        return ""
    if not line.endswith(b"\n"):
        return TORN
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return "it is no JSON"
    return found if isinstance(found, dict) else "it is no JSON object"
