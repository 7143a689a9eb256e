"""The wording of a change, which text and Markdown share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from specdsl.analyses.diff.attribution import EditSet
from specdsl.analyses.diff.change import Change, ChangeKind, Region
from specdsl.base.quick_dataclass import dataclass
from specdsl.reports.checked_spec import count_of
from specdsl.verification.two_specs.decision_results import Result
from specdsl.verification.two_specs.spec_edits import EditKind, SpecEdit

GRAVE = (ChangeKind.CLASHES, ChangeKind.UNDECIDED, ChangeKind.UNTAKEN)
BENIGN = (ChangeKind.TIGHTER, ChangeKind.DECIDED, ChangeKind.RESOLVED, ChangeKind.TAKEN)


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """A region that is shown; `variants` are regions of the same edits, no graver, that need
    other instructions."""

    region: Region
    variants: tuple[Region, ...] = ()


def report_entries(change: Change) -> list[ReportEntry]:
    """Return the entries of a report, grave ones first, then by decision. Regions of the same edits
    under other instructions are variants of the first."""
    groups: dict[tuple[str, EditSet, ChangeKind], list[Region]] = {}
    for region in sorted(change.regions, key=lambda region: _report_position(change, region)):
        turn = ChangeKind.TIGHTER if region.turn in BENIGN else region.turn
        groups.setdefault((region.decision, region.edits, turn), []).append(region)
    found = [entry for group in groups.values() for entry in _entries_of_group(group)]
    return sorted(found, key=lambda entry: _report_position(change, entry.region))


def _entries_of_group(group: list[Region]) -> list[ReportEntry]:
    plain = [region for region in group if not region.needs_instruction]
    if not plain:
        plain = [min(group, key=lambda region: len(region.situation["says"]))]
    folded = tuple(region for region in group if region not in plain)
    return [ReportEntry(plain[0], folded), *(ReportEntry(region) for region in plain[1:])]


def _report_position(change: Change, region: Region) -> tuple[bool, int, bool, int]:
    """Return a sort key: regions without instructions come before regions with them."""
    return (
        region.turn not in GRAVE,
        change.decisions.index(region.decision),
        region.needs_instruction,
        list(ChangeKind).index(region.turn),
    )


def change_sentence(region: Region) -> str:
    """Return a sentence like ``"`reply` was `full` (the default) and is `declined`"``."""
    return f"`{region.decision}` was {result_text(region.old)} and is {result_text(region.new)}"


def result_text(result: Result) -> str:
    """Return a result as part of a sentence."""
    if result.failed:
        return "contradictory"
    if not result.outcome:
        return "not taken"
    remark = " (a contradiction, settled)" if result.conflicted else ""
    return f"`{result.outcome}`" + (remark if result.decided else " (the default)")


def deciders_text(region: Region) -> str:
    """Return the winners before and now; empty if there are none."""
    if not any(region.because):
        return ""
    before, after = map(_winners_text, region.because, (region.old, region.new))
    return f"{before} before, {after} now"


def _winners_text(names: tuple[str, ...], result: Result) -> str:
    if not names:
        return "nobody"
    joined = " and ".join(f"`{name}`" for name in names)
    return f"{joined} against each other" if result.conflicted else joined


def variants_text(entry: ReportEntry) -> str:
    """Return the changes of the variants of an entry."""
    ways = (f"{short_result(region.old)} → {short_result(region.new)}" for region in entry.variants)
    return ", ".join(dict.fromkeys(ways))


def short_result(result: Result) -> str:
    """Return a result in a word or two."""
    return result_text(result).replace("`", "")


def edit_title(edit: SpecEdit) -> str:
    """Return a title like `rule x, added`."""
    name = f"{edit.kind} `{edit.name}`" if edit.name else edit.kind
    return name if edit.edit_kind is EditKind.CHANGED else f"{name}, {edit.edit_kind.value}"


def edit_place(edit: SpecEdit) -> str:
    """Return the file and line of an edit."""
    span = edit.new or edit.old
    assert span is not None
    return f"{span.source.name}:{span.line}"


def changed_clauses(edit: SpecEdit) -> Iterator[str]:
    """Yield the removed and added clauses as `diff` marks them; none for a removed statement."""
    if edit.edit_kind is not EditKind.REMOVED:
        yield from (f"- {part}" for part in edit.gone)
        yield from (f"+ {part}" for part in edit.come)


def unattributed_note(change: Change) -> str:
    """Return a note if the differences are not attributed to edits, or an empty text."""
    if change.told or not change.regions:
        return ""
    return f"of {len(change.edits)} edits it is not told which make which difference"


def unneeded_edits(change: Change) -> list[SpecEdit]:
    """Return the edits that no difference needs; none unless everything was compared."""
    if not (change.is_settled and change.told):
        return []
    named = {edit for region in change.regions for edit in (*region.edits, *region.instead)}
    return [edit for edit in change.edits if edit not in named]


def summary_line(change: Change) -> str:
    """Return one line about what was proved."""
    counts = Counter(region.turn for region in change.regions)
    parts = [f"{counts[turn]} {turn.value}" for turn in ChangeKind if counts[turn]]
    parts.append(f"{len(change.unproved)} unproved")
    compared = f"({count_of(len(change.decisions), 'decision')})"
    head = f"{count_of(len(change.edits), 'edit')}, {_verdict_text(change)}"
    return f"{head}: {', '.join(parts)} {compared}"


def _verdict_text(change: Change) -> str:
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
    only = all(region.needs_instruction for region in change.regions if region.looser)
    return f"{found}, it loosens" + (" under instructions only" if only else "")
