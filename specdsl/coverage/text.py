"""Coverage and missing examples as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specdsl.coverage.measure import Coverage, Seen
from specdsl.coverage.missing import Missing
from specdsl.coverage.points import Kind, Met
from specdsl.coverage.stubs import written
from specdsl.plain import lines as joined
from specdsl.plain import shown_path, visible
from specdsl.report.runs import count_of
from specdsl.report.style import Style
from specdsl.source import Source, Span
from specdsl.syntax.format import format_text

CLAUSES = (Kind.HOLDS, Kind.FAILS)
GROUPS = {
    "rule": (Kind.RULE,),
    "pair": (Kind.RANKED,),
    "peers": (Kind.PEERS,),
    "clause": CLAUSES,
    "default": (Kind.DEFAULT,),
}


def as_text(found: Coverage, style: Style) -> str:
    """Figures, and below them each point that is missing, or met in passing only."""
    lines = [
        style.paint(f"{shown_path(found.path)}: {count_of(found.examples, 'example')}", "bold")
    ]
    lines += [f"  {line}" for line in _figures(found)]
    missing = _worth_a_line([one for one in found.seen if one.met is Met.MISSING])
    passing = [one for one in found.seen if one.met is Met.IN_PASSING]
    lines += _listed("in no example:", missing, style)
    lines += _listed("in passing only, no example gives the facts that matter:", passing, style)
    if found.unsettled:
        lines += ["", "could not be settled:", *(f"  {text}" for text in found.unsettled)]
    return f"{joined(lines)}\n"


def _figures(found: Coverage) -> Iterator[str]:
    rules = found.of(Kind.RULE)
    wins = sum(name in found.winners.by_rule for name in found.rules)
    yield _figure("rules", rules, "take effect") + f", {wins} of {len(found.rules)} win"
    yield _figure("pairs", found.of(Kind.RANKED), "are met")
    yield _figure("peers", found.of(Kind.PEERS), "are met")
    clauses = _by_clause(found)
    both = [_worst(sides) for sides in clauses.values()]
    yield _summed("clauses", both, "are seen both ways")
    defaults = found.of(Kind.DEFAULT)
    if defaults:
        yield _figure("default", defaults, "are taken")


def _figure(name: str, seen: Sequence[Seen], what: str) -> str:
    return _summed(name, [one.met for one in seen], what)


def _summed(name: str, met: Sequence[Met], what: str) -> str:
    if not met:
        return f"{name:8}none can be"
    there = sum(one is not Met.MISSING for one in met)
    passing = sum(one is Met.IN_PASSING for one in met)
    rest = f", {passing} only in passing" if passing else ""
    return f"{name:8}{there} of {len(met)} {what}{rest}"


def _by_clause(found: Coverage) -> dict[Span, dict[Kind, Met]]:
    """By clause each of its sides that can be, at its best of all decisions."""
    clauses: dict[Span, dict[Kind, Met]] = {}
    for one in found.of(*CLAUSES):
        sides = clauses.setdefault(one.point.span, {})
        kind = one.point.kind
        sides[kind] = min(sides.get(kind, Met.MISSING), one.met, key=list(Met).index)
    return clauses


def _worst(sides: dict[Kind, Met]) -> Met:
    return max(sides.values(), key=list(Met).index)


def _worth_a_line(missing: Sequence[Seen]) -> list[Seen]:
    """Not the clauses of rules that take effect in no example: that says it all."""
    idle = {name for one in missing if one.point.kind is Kind.RULE for name in one.point.names}
    return [
        one
        for one in missing
        if one.point.kind not in CLAUSES or not idle.issuperset(one.point.names)
    ]


def _listed(head: str, seen: Sequence[Seen], style: Style) -> list[str]:
    rows = {
        (name, one.point.text, _place(one.point.span)): None
        for name, kinds in GROUPS.items()
        for one in seen
        if one.point.kind in kinds
    }
    if not rows:
        return []
    width = min(max(len(text) for _, text, _ in rows), 78)
    found = [f"  {n:8}{text:{width}}  {style.paint(place, 'dim')}" for n, text, place in rows]
    return ["", head, *found]


def _place(span: Span) -> str:
    return f"{span.source.name}:{span.line}"


# --- examples that are missing -------------------------------------------------------------------


def as_spec(found: Missing) -> str:
    """The stubs as statements of the language, with comments that say what they are."""
    blocks = [written(one.example) for one in found.stubs]
    blocks += [f"# Not settled: {visible(text)}\n" for text in found.unsettled]
    return format_text(Source(found.path, "\n".join([f"# {visible(_head(found))}\n", *blocks])))


def _head(found: Missing) -> str:
    if not found.stubs:
        return f"The examples of {found.path} show all that is asked of them."
    more = f", and {found.more} more" if found.more else ""
    return f"{count_of(len(found.stubs), 'situation')} that no example of {found.path} shows{more}."
