"""Faults of log files, with their places and what to do: what an engine says of a file is put in
words of the file.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from specdsl.base.limits import MAX_TEXT

DELIMITERS = (",", ";", "\t", "|")
NOT_UTF8 = "it is not UTF-8; save the file with this encoding"


def header_of_csv(file: str) -> tuple[list[str], str]:
    """Return the names in the first line of a file, and its delimiter. Raises `OSError` and
    `ValueError` with what is wrong with it.
    """
    csv.field_size_limit(MAX_TEXT)
    with _open_file(file) as lines:
        first = lines.readline().decode("utf-8", "replace")
        if not first.strip():
            raise ValueError("it has no header: its first line names the columns")
        delimiter = "\t" if file.lower().endswith(".tsv") else max(DELIMITERS, key=first.count)
        lines.seek(0)
        rows = csv.reader(map(_decode_line, lines), delimiter=delimiter, strict=True)
        try:
            found = next(rows)
        except UnicodeDecodeError:
            raise ValueError(NOT_UTF8) from None
        except csv.Error as problem:
            raise ValueError(f"the header cannot be read: {problem}") from None
    names = [name.removeprefix("\ufeff") or f"column{i}" for i, name in enumerate(found)]
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise ValueError(f"the header names `{twice[0]}` twice")
    return names, delimiter


def first_fault(files: Sequence[str], kind: str, said: str) -> str:
    """Return the first fault of files that an engine could not read, by what is in them; `said` is
    what the engine says.
    """
    find = {"csv": _faults_of_csv, "lines": _faults_of_lines}.get(kind)
    for file in files:
        if find is not None and Path(file).is_file():
            try:
                found = next(find(file), None)
            except (OSError, EOFError) as problem:
                return f"{file}: {problem}"
            if found is not None:
                return f"{file}:{found[0]}: {found[1]}"
    if kind == "parquet":
        return f"{files[0]}: it is no file of Parquet, or a part of one ({said})"
    return f"{files[0]}: {said}"


def _faults_of_csv(file: str) -> Iterator[tuple[int, str]]:
    try:
        names, delimiter = header_of_csv(file)
    except ValueError as problem:
        yield 1, f"{problem}"
        return
    with _open_file(file) as lines:
        rows = csv.reader(map(_decode_line, lines), delimiter=delimiter, strict=True)
        start = 1
        try:
            for row in rows:
                if row and len(row) != len(names):
                    yield start, _wrong_width(len(row), len(names))
                start = rows.line_num + 1
        except csv.Error as problem:
            said = f"{problem}"
            if "end of data" in said:
                said = "a quote is not closed; write a quote inside of a value twice"
            yield start, said
        except UnicodeDecodeError:
            yield rows.line_num + 1, NOT_UTF8


def _wrong_width(found: int, named: int) -> str:
    values = "1 value" if found == 1 else f"{found} values"
    return f"{values}, of {named} columns; put a value with a delimiter in quotes"


def _faults_of_lines(file: str) -> Iterator[tuple[int, str]]:
    with _open_file(file) as lines:
        for number, line in enumerate(lines, 1):
            try:
                found = json.loads(_decode_line(line)) if line.strip() else {}
            except UnicodeDecodeError:
                yield number, NOT_UTF8
            except (ValueError, RecursionError):
                torn = "" if line.endswith(b"\n") else ", or its end is missing"
                yield number, f"it is no JSON{torn}; write one object a line"
            else:
                if not isinstance(found, dict):
                    yield number, "it is no object of JSON; write one object a line"


def _open_file(file: str) -> IO[bytes]:
    return gzip.open(file) if file.lower().endswith(".gz") else open(file, "rb")  # type: ignore[return-value]


def _decode_line(line: bytes) -> str:
    return line.decode("utf-8")
