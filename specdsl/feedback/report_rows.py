"""Reports as they come in: JSON lines, CSV, or the text that a published page asks for."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import takewhile
from typing import Any

from specdsl.base.diagnostics import did_you_mean
from specdsl.base.exact_json import parse_json
from specdsl.base.quick_dataclass import dataclass

Row = Mapping[str, Any]
TEXT_FIELDS = (
    "id", "received", "rule", "spec", "version", "decision_id", "decision", "saw", "wanted",
    "given", "text", "credit", "origin",
)  # fmt: skip
STRUCTURED_FIELDS = ("facts", "says")
ROW_FIELDS = (*TEXT_FIELDS, *STRUCTURED_FIELDS)
CONTINUED_FIELDS = ("given", "wanted", "text")
"""Fields that may go on in the next lines of a labelled text: mail programs wrap them."""
FACT_COLUMN = re.compile(r"facts?[. ](\w+)")
LABELLED = re.compile(r"[ \t>]*(\w+)[ \t]*:[ \t]*(.*)")


@dataclass(frozen=True, slots=True)
class IncomingRow:
    """A row of a file, or what is wrong with it. `unused`: names that no report has."""

    line: int
    values: Row
    problem: str = ""
    unused: tuple[str, ...] = ()


def read_rows(name: str, text: str) -> Iterator[IncomingRow]:
    """Yield the rows of a file, by the ending of its name; other files are labelled texts."""
    reader: Callable[[str], Iterator[IncomingRow]] = _read_labelled_text
    if name.endswith((".jsonl", ".ndjson", ".json")):
        reader = _read_json_lines
    elif name.endswith(".csv"):
        reader = _read_csv
    yield from reader(text.removeprefix("\ufeff"))


def _read_json_lines(text: str) -> Iterator[IncomingRow]:
    """Yield the rows of JSON lines, or of one array."""
    lines = text.split("\n")
    if text.lstrip().startswith("["):
        with suppress(ValueError):
            lines = [json.dumps(one) for one in parse_json(text)]
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found = parse_json(line)
        except ValueError as problem:
            yield IncomingRow(number, {}, str(problem))
            continue
        if isinstance(found, dict):
            yield _checked_row(number, found)
        else:
            yield IncomingRow(number, {}, "it is no JSON object")


def _read_csv(text: str) -> Iterator[IncomingRow]:
    head_line = text.partition("\n")[0]
    mark = ";" if head_line.count(";") > head_line.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=mark)
    try:
        head = [name.strip() for name in next(reader, [])]
        start = reader.line_num + 1
        for cells in reader:
            if any(cells):
                yield _csv_row(start, head, cells)
            start = reader.line_num + 1
    except csv.Error as problem:
        yield IncomingRow(reader.line_num, {}, f"it is no CSV: {problem}")


def _csv_row(line: int, head: list[str], cells: list[str]) -> IncomingRow:
    if len(cells) > len(head):
        return IncomingRow(line, {}, f"it has {len(cells)} cells, and the head {len(head)}")
    values: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    for name, cell in zip(head, cells, strict=False):
        fact = FACT_COLUMN.fullmatch(name)
        if fact is not None:
            facts |= {fact.group(1): _plain_json(cell)} if cell else {}
        elif cell:
            values[name] = cell
    for name in STRUCTURED_FIELDS:
        if name in values:
            values[name] = _plain_json(values[name])
    if facts:
        values["facts"] = {**values.get("facts", {}), **facts}
    return _checked_row(line, values)


def _plain_json(cell: str) -> Any:
    """Return the JSON value of a cell; a cell that has none is a text."""
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        return cell


def _read_labelled_text(text: str) -> Iterator[IncomingRow]:
    """Yield the one report of a text with lines such as `wanted: reply is full`; a mail's signature
    ends it.
    """
    values: dict[str, str] = {}
    last = ""
    for line in takewhile(lambda line: line.rstrip() != "--", text.splitlines()):
        found = LABELLED.fullmatch(line)
        name = found.group(1).lower() if found is not None else ""
        if found is not None and name in TEXT_FIELDS:
            last, values[name] = name, found.group(2)
        elif last in CONTINUED_FIELDS:
            values[last] += f"\n{line.lstrip('> ')}"
    told = {name: value.strip() for name, value in values.items() if value.strip()}
    if told:
        yield _checked_row(1, told)
    else:
        labels = ", ".join(f"`{name}:`" for name in ("rule", "given", "saw", "wanted", "text"))
        yield IncomingRow(1, {}, f"it has no line that begins with {labels}")


def _checked_row(line: int, values: Row) -> IncomingRow:
    """Return the row with the fields of a report, or what is wrong with these."""
    known = {name: value for name, value in values.items() if name in ROW_FIELDS}
    unused = tuple(name for name in values if name not in ROW_FIELDS)
    problems = [problem for name, value in known.items() if (problem := _problem(name, value))]
    if not known:
        hint = did_you_mean(unused[0], ROW_FIELDS) if unused else ""
        problems.append(f"it has nothing that a report has{hint}")
    return IncomingRow(line, known, "; ".join(problems), unused)


def _problem(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "facts":
        return "" if isinstance(value, dict) else "`facts` is no object"
    if name == "says":
        whole = isinstance(value, list) and all(isinstance(one, dict | str) for one in value)
        return "" if whole else "`says` is no list of instructions"
    return "" if isinstance(value, str | int | float) else f"`{name}` is no text"
