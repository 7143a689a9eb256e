"""The mends of a finding as a `help` in columns: what kind, what the spec then says, and what the
check of it found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from textwrap import wrap

from specdsl.diagnostics import Fix

GAP = "   "


def described(fixes: Sequence[Fix], room: int) -> list[str]:
    """Lines of `room` columns where that can be. What the check found is said once of mends that
    follow each other and agree in it."""
    wide = max(len(fix.title) for fix in fixes)
    found: list[str] = []
    for remark, group in groupby(fixes, _remark):
        several = list(group)
        lines = list(_columns(several, wide, room))
        if len(several) == len(lines) == 1 and len(lines[0]) + len(GAP) + len(remark) <= room:
            found.append(f"{lines[0]}{GAP}{remark}".rstrip())
            continue
        each = remark.replace("(", "(each ", 1) if len(several) > 1 else remark
        found += [*lines, *wrap(each, room, subsequent_indent="  ", break_on_hyphens=False)]
    return found


def _columns(fixes: Iterable[Fix], wide: int, room: int) -> Iterator[str]:
    """The kind is named once for several of it; what does not fit goes on below."""
    for title, group in groupby(fixes, lambda fix: fix.title):
        for i, fix in enumerate(group):
            shown = "" if i and fix.text else title
            first, *more = wrap(fix.text, room - wide - len(GAP) - 2, break_on_hyphens=False) or [
                ""
            ]
            yield f"{shown:<{wide}}{GAP}{first}".rstrip()
            yield from (" " * (wide + len(GAP)) + f"  {line}" for line in more)


def _remark(fix: Fix) -> str:
    if not fix.verified:
        return ""
    return f"(checked: {fix.checked})" if fix.checked else "(checked)"
