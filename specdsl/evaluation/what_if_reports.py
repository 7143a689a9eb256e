"""Reports of what a change would have decided otherwise: text and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specdsl.analyses.diff.change import Region
from specdsl.analyses.diff.change_wording import change_sentence, edit_title
from specdsl.base.plain_text import escape_json, visible
from specdsl.evaluation.decided_log import facts_text
from specdsl.evaluation.what_if import RegionRows, WhatIf


def what_if_text(found: WhatIf) -> str:
    """Return the report for a person."""
    return "".join(f"{visible(line)}\n" for line in _text_lines(found))


def _text_lines(found: WhatIf) -> Iterator[str]:
    for name, rows in found.changed.items():
        if rows:
            yield f"{name}: {rows:,} of {found.rows:,} rows ({_percent(rows, found.rows)}) change"
    if not any(found.changed.values()):
        yield f"none of {found.rows:,} rows changes"
    for one in found.regions:
        yield ""
        yield from _region_lines(one, found.rows)
    if found.unexplained:
        yield ""
        yield f"{found.unexplained:,} changed rows are in no region of the diff"
    if found.unseen:
        yield ""
        yield "can change, and no row of the log shows it:"
    for region in found.unseen:
        yield f"  {change_sentence(region)}{_edits_text(region)}"
        yield f"    {region.text}"
    for name in found.change.unproved:
        yield f"unproved: whether `{name}` differs elsewhere"
    before, after = found.bad_rows
    if before or after:
        yield f"no situations: {before:,} rows of the old spec, {after:,} of the new one"


def _region_lines(one: RegionRows, rows: int) -> Iterator[str]:
    yield f"{one.rows:,} rows ({_percent(one.rows, rows)}): {change_sentence(one.region)}"
    yield f"  {_edits_text(one.region).strip()}" if one.region.edits else "  by all edits together"
    yield from _divided_lines("by week", one.by_week)
    for column, counts in one.by_column.items():
        yield from _divided_lines(f"by {column}", counts)
    for number, facts in one.examples:
        yield f"  row {number}: {facts_text(facts)}"


def _divided_lines(title: str, counts: Sequence[tuple[str, int]]) -> Iterator[str]:
    if counts:
        shown = ", ".join(f"{name or '(none)'} {rows:,}" for name, rows in counts)
        yield f"  {title}: {shown}"


def _edits_text(region: Region) -> str:
    """Return the edits that are responsible."""
    return f"  by {', '.join(map(edit_title, region.edits))}" if region.edits else ""


def _percent(rows: int, of: int) -> str:
    return f"{rows / max(1, of):.2%}"


def what_if_json(found: WhatIf) -> str:
    """Return the report as JSON."""
    whole = {
        "rows": found.rows,
        "changed": dict(found.changed),
        "regions": [
            {
                **_region_dict(one.region),
                "rows": one.rows,
                "share": one.rows / max(1, found.rows),
                "by_week": dict(one.by_week),
                "by": {name: dict(counts) for name, counts in one.by_column.items()},
                "examples": [{"row": n, "facts": dict(facts)} for n, facts in one.examples],
            }
            for one in found.regions
        ],
        "unseen": [_region_dict(region) for region in found.unseen],
        "unexplained": found.unexplained,
        "unproved": list(found.change.unproved),
        "bad_rows": list(found.bad_rows),
    }
    return escape_json(json.dumps(whole, indent=2, ensure_ascii=False, default=str)) + "\n"


def _region_dict(region: Region) -> Mapping[str, Any]:
    return {
        "decision": region.decision,
        "old": region.old.to_json(),
        "new": region.new.to_json(),
        "edits": [edit_title(edit) for edit in region.edits],
        "situation": region.situation,
    }
