"""Layout of a finding's fixes as a `help` in columns: kind, new text, and the result of
its check.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from textwrap import wrap

from specdsl.base.diagnostics import Fix

GAP = "   "


def fix_columns(fixes: Sequence[Fix], room: int) -> list[str]:
    """Return the fixes as lines of `room` columns if possible. Consecutive fixes with the same
    result share one remark.
    """
    wide = max(len(fix.title) for fix in fixes)
    found: list[str] = []
    for remark, group in groupby(fixes, _check_remark):
        several = list(group)
        lines = list(_two_columns(several, wide, room))
        if len(several) == len(lines) == 1 and len(lines[0]) + len(GAP) + len(remark) <= room:
            found.append(f"{lines[0]}{GAP}{remark}".rstrip())
            continue
        each = remark.replace("(", "(each ", 1) if len(several) > 1 else remark
        found += [*lines, *wrap(each, room, subsequent_indent="  ", break_on_hyphens=False)]
    return found


def _two_columns(fixes: Iterable[Fix], wide: int, room: int) -> Iterator[str]:
    """Yield two columns. Consecutive fixes of one kind name it once; long texts are wrapped."""
    for title, group in groupby(fixes, lambda fix: fix.title):
        for i, fix in enumerate(group):
            shown = "" if i and fix.text else title
            first, *more = wrap(fix.text, room - wide - len(GAP) - 2, break_on_hyphens=False) or [
                ""
            ]
            yield f"{shown:<{wide}}{GAP}{first}".rstrip()
            yield from (" " * (wide + len(GAP)) + f"  {line}" for line in more)


def _check_remark(fix: Fix) -> str:
    if not fix.verified:
        return ""
    return f"(checked: {fix.checked})" if fix.checked else "(checked)"
