"""What texts and pull requests say of a change in the same words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from specdsl.compare.change import Change, Region, Turn
from specdsl.compare.edits import Edit, Way
from specdsl.compare.reasons import Edits
from specdsl.compare.results import Result
from specdsl.report.runs import count_of

GRAVE = (Turn.CLASHES, Turn.UNDECIDED, Turn.UNTAKEN)
HARMLESS = (Turn.TIGHTER, Turn.DECIDED, Turn.RESOLVED, Turn.TAKEN)


@dataclass(frozen=True, slots=True)
class Entry:
    """A region that is shown; `also` are others of the same edits that other instructions lead
    to, and that are no graver."""

    region: Region
    also: tuple[Region, ...] = ()


def entries(change: Change) -> list[Entry]:
    """What is shown: what is grave first, then decision by decision. What the same edits come to
    under instructions is named beside the first of them."""
    groups: dict[tuple[str, Edits, Turn], list[Region]] = {}
    for region in sorted(change.regions, key=lambda region: _place(change, region)):
        turn = Turn.TIGHTER if region.turn in HARMLESS else region.turn
        groups.setdefault((region.decision, region.edits, turn), []).append(region)
    found = [entry for group in groups.values() for entry in _shown(group)]
    return sorted(found, key=lambda entry: _place(change, entry.region))


def _shown(group: list[Region]) -> list[Entry]:
    plain = [region for region in group if not region.instructed]
    if not plain:
        plain = [min(group, key=lambda region: len(region.situation["says"]))]
    folded = tuple(region for region in group if region not in plain)
    return [Entry(plain[0], folded), *(Entry(region) for region in plain[1:])]


def _place(change: Change, region: Region) -> tuple[bool, int, bool, int]:
    """Where a region comes in a report: what takes no instruction before what does."""
    return (
        region.turn not in GRAVE,
        change.decisions.index(region.decision),
        region.instructed,
        list(Turn).index(region.turn),
    )


def sentence(region: Region) -> str:
    """``"`reply` was `full` (the default) and is `declined`"``."""
    return f"`{region.decision}` was {described(region.old)} and is {described(region.new)}"


def described(result: Result) -> str:
    """A result in a sentence."""
    if result.failed:
        return "contradictory"
    if not result.outcome:
        return "not taken"
    remark = " (a contradiction, settled)" if result.conflicted else ""
    return f"`{result.outcome}`" + (remark if result.decided else " (the default)")


def deciders(region: Region) -> str:
    """Who decided, before and now; empty where nobody did and nobody does."""
    if not any(region.because):
        return ""
    before, after = map(_who, region.because, (region.old, region.new))
    return f"{before} before, {after} now"


def _who(names: tuple[str, ...], result: Result) -> str:
    if not names:
        return "nobody"
    joined = " and ".join(f"`{name}`" for name in names)
    return f"{joined} against each other" if result.conflicted else joined


def turns(entry: Entry) -> str:
    """What other instructions lead to."""
    ways = (f"{brief(region.old)} → {brief(region.new)}" for region in entry.also)
    return ", ".join(dict.fromkeys(ways))


def brief(result: Result) -> str:
    """A result in a word or two."""
    return described(result).replace("`", "")


def title(edit: Edit) -> str:
    """`rule x, added`."""
    name = f"{edit.kind} `{edit.name}`" if edit.name else edit.kind
    return name if edit.way is Way.CHANGED else f"{name}, {edit.way.value}"


def place(edit: Edit) -> str:
    """The file and line where it stands, or stood."""
    span = edit.new or edit.old
    assert span is not None
    return f"{span.source.name}:{span.line}"


def lines(edit: Edit) -> Iterator[str]:
    """What is gone and what has come, as `diff` marks it; of what is gone as a whole no more."""
    if edit.way is not Way.REMOVED:
        yield from (f"- {part}" for part in edit.gone)
        yield from (f"+ {part}" for part in edit.come)


def untold(change: Change) -> str:
    """That no reasons are given, where there are too many edits for that."""
    if change.told or not change.regions:
        return ""
    return f"of {len(change.edits)} edits it is not told which make which difference"


def silent(change: Change) -> list[Edit]:
    """Edits that no difference needs. None are said to be where not everything was compared."""
    if not (change.settled and change.told):
        return []
    named = {edit for region in change.regions for edit in (*region.edits, *region.instead)}
    return [edit for edit in change.edits if edit not in named]


def summary(change: Change) -> str:
    """What was proved, in a line."""
    counts = Counter(region.turn for region in change.regions)
    parts = [f"{counts[turn]} {turn.value}" for turn in Turn if counts[turn]]
    parts.append(f"{len(change.unproved)} unproved")
    compared = f"({count_of(len(change.decisions), 'decision')})"
    return f"{count_of(len(change.edits), 'edit')}, {_found(change)}: {', '.join(parts)} {compared}"


def _found(change: Change) -> str:
    if change.apart:
        return "no situation is possible in both"
    if change.equal:
        return "equal in every situation" + (" that both take" if change.remarks else "")
    if not change.regions:
        return "no difference found"
    found = count_of(len(change.regions), "difference")
    if change.tightens:
        return f"{found}, it only tightens"
    if not change.loosens:
        return found
    only = all(region.instructed for region in change.regions if region.looser)
    return f"{found}, it loosens" + (" under instructions only" if only else "")
