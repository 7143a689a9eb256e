"""What could mend a finding: two values put in order, an override, an exception. Nothing is tried
here, and much of it may fail: it may not load, or not help."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from specdsl.checks import Known
from specdsl.diagnostics import Diagnostic, Edit, Report, Severity
from specdsl.mends.edits import exception_edit, override_edit, priority_edit
from specdsl.mends.exceptions import exception
from specdsl.mends.sources import editable
from specdsl.mends.written import Written, written
from specdsl.model.nodes import Decision, Rule
from specdsl.pipeline import Loaded
from specdsl.policy import Spec
from specdsl.source import Source
from specdsl.syntax import printing as p
from specdsl.syntax import tree as t

CONTRADICTION = "SD301"
UNREACHABLE = ("SD402", "SD403")
MOST_RULES = 6  # of one finding for each of which it is tried to let it give way

Way = tuple[Written, Sequence[Written]]
"""A rule, and those that it gives way to."""


class Kind(Enum):
    """The kinds of mends, in the order in which they are offered where they change as much."""

    PRIORITY = "order the values"
    OVERRIDE = "name an override"
    EXCEPTION = "narrow by an exception"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Edits that may mend a finding. `yields`: the rules of it that give way; `text` says it in
    the words of the language."""

    kind: Kind
    yields: frozenset[Rule]
    text: str
    edits: tuple[Edit, ...]


def mendable(report: Report) -> tuple[Diagnostic, ...]:
    """The findings for which there are mends. A clash that `on conflict` settles as it says needs
    none. Where a report only counts some of its contradictions nobody could tell whether a mend
    brings another one."""
    if any("more" in finding.fields for finding in report.diagnostics):
        return ()
    return tuple(
        finding
        for finding in report.diagnostics
        if finding.code.id in UNREACHABLE
        or (finding.code.id == CONTRADICTION and finding.severity > Severity.NOTE)
    )


Knowing = Callable[[Loaded], Known | None]
"""What is known of parts of a spec, so that they are not checked again."""


def knowing_nothing(loaded: Loaded) -> None:
    """Everything is checked again."""


class Desk:
    """One spec, where mends are written for its findings."""

    def __init__(self, spec: Spec, knowing: Knowing = knowing_nothing) -> None:
        self.spec = spec
        self.knowing = knowing
        self.written = written(spec)
        self.editable = editable(spec)

    @cached_property
    def decisions(self) -> dict[str, Decision]:
        return {decision.name: decision for decision in self.spec.model.decisions}

    def proposals(self, finding: Diagnostic) -> tuple[Proposal, ...]:
        """Those in which one rule of the finding gives way to the others, for each of its rules
        but those of a seventh and later; what is unreachable gives way to nothing."""
        rules = [self.written[name] for name in finding.fields["rules"]]
        decision = self.decisions.get(finding.fields.get("decision", ""))
        if finding.code.id != CONTRADICTION or decision is None:
            rule, *shadows = rules
            ways = [(other, [rule]) for other in shadows if other.rule.level is rule.rule.level]
            any_level = [(other, [rule]) for other in shadows]
            return (*self._overrides(ways), *self._exceptions(any_level))
        rules.sort(key=lambda w: (w.rule.name_span.source.name, w.rule.name_span.start))
        around = [(low, [w for w in rules if w is not low]) for low in reversed(rules[:MOST_RULES])]
        ways = [(low, [w for w in all_ if self._peers(decision, low, w)]) for low, all_ in around]
        return (
            *self._priorities(rules, ways),
            *self._overrides(ways),
            *self._exceptions(around),
        )

    def _peers(self, decision: Decision, one: Written, two: Written) -> bool:
        """Same authority, and neither outranks the other."""
        for ranked in self.spec.circuit.ranks.levels[decision]:
            if one.rule in ranked.rules and two.rule in ranked.rules:
                i, j = ranked.rules.index(one.rule), ranked.rules.index(two.rule)
                return not (ranked.above[i] >> j & 1 or ranked.above[j] >> i & 1)
        return False

    def _priorities(self, rules: Sequence[Written], ways: Iterable[Way]) -> Iterator[Proposal]:
        seen: set[str] = set()
        for low, others in ways:
            lower = low.rule.value
            values = {w.rule.value: None for w in others if w.rule.value is not lower}
            higher = [value for value in values if value is not None]
            if lower is None or not higher or len(values) > len(higher):
                continue
            lines = [f"priority {value.name} > {lower.name}" for value in higher]
            file = self._home(*(value.span.source for value in (*higher, lower)))
            edit = file and priority_edit(file, lines)
            text = " and ".join(lines)
            if edit and text not in seen:
                seen.add(text)
                yields = frozenset(w.rule for w in rules if w.rule.value is lower)
                yield Proposal(Kind.PRIORITY, yields, text, (edit,))

    def _home(self, *sources: Source) -> t.File | None:
        """The author's file in which values of these files are put in order: the later of them, or
        else the main file."""
        main = self.spec.loaded.files[0]
        order = [source.name for source in self.spec.model.sources]
        latest = max(sources, key=lambda source: order.index(source.name))
        files = [f for f in self.spec.loaded.files if f.source is latest]
        return next((f for f in (*files, main) if f.source in self.editable), None)

    def _overrides(self, ways: Iterable[Way]) -> Iterator[Proposal]:
        for low, others in ways:
            if others and all(high.source in self.editable for high in others):
                verb = "overrides" if len(others) == 1 else "override"
                text = f"{listed([w.rule.name for w in others])} {verb} {low.rule.name}"
                edits = tuple(override_edit(high.tree, low.rule.name) for high in others)
                yield Proposal(Kind.OVERRIDE, frozenset({low.rule}), text, edits)

    def _exceptions(self, ways: Iterable[Way]) -> Iterator[Proposal]:
        for low, others in ways:
            condition = exception(low, others)
            if condition is not None and low.source in self.editable:
                text = f"{low.rule.name} unless {p.expression(condition)}"
                edit = exception_edit(low.tree, condition)
                yield Proposal(Kind.EXCEPTION, frozenset({low.rule}), text, (edit,))


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))
