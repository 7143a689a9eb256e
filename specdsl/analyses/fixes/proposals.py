"""What could mend a finding: two values put in order, an override, an exception. Nothing is tried
here, and much of it may fail: it may not load, or not help."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import chain, count, permutations

from specdsl.analyses.fixes.assumed_relations import pairs_of, relations
from specdsl.analyses.fixes.edited_texts import editable
from specdsl.analyses.fixes.fix_edits import (
    assumption_edit,
    exception_edit,
    override_edit,
    priority_edit,
    requirement_edit,
)
from specdsl.analyses.fixes.narrower_patterns import is_narrower
from specdsl.analyses.fixes.narrowing import exception, requirement
from specdsl.analyses.fixes.rule_sources import Written, written
from specdsl.api import Spec
from specdsl.base.diagnostics import Diagnostic, Edit, Report, Severity
from specdsl.base.limits import (
    MOST_GIVING_WAY,
    MOST_MENDED_CLASHES,
    MOST_NARROWER_PAIRS,
    MOST_NARROWER_SAID,
)
from specdsl.base.source import Source
from specdsl.checks import FindingsCache
from specdsl.frontend.model.nodes import Decision, Rule
from specdsl.frontend.syntax import printing as p
from specdsl.frontend.syntax import tree as t
from specdsl.pipeline import Loaded

CONTRADICTION = "SD301"
UNREACHABLE = ("SD402", "SD403")

Way = tuple[Written, Sequence[Written]]
"""A rule, and those that it gives way to."""


class Kind(Enum):
    """The kinds of mends, in the order in which they are offered where they change as much."""

    PRIORITY = "order the values"
    OVERRIDE = "name an override"
    REQUIREMENT = "narrow by a condition"
    EXCEPTION = "narrow by an exception"
    PATTERNS = "let narrower patterns override"
    ASSUMPTION = "assume what is never otherwise"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Edits that may mend a finding. `yields`: the rules that give way, none to an assumption;
    `text` says it in the words of the language, `besides` what it does that no check tells."""

    kind: Kind
    yields: frozenset[Rule]
    text: str
    edits: tuple[Edit, ...]
    besides: str = ""


def mendable(report: Report) -> tuple[Diagnostic, ...]:
    """The findings for which there are mends. A clash that `on conflict` settles as it says needs
    none. Of very many contradictions none is mended by itself."""
    clashes = sum(finding.code.id == CONTRADICTION for finding in report.diagnostics)
    if clashes > MOST_MENDED_CLASHES:
        return ()
    return tuple(
        finding
        for finding in report.diagnostics
        if finding.code.id in UNREACHABLE
        or (finding.code.id == CONTRADICTION and finding.severity > Severity.NOTE)
    )


Knowing = Callable[[Loaded], FindingsCache | None]
"""What is known of parts of a spec, so that they are not checked again."""


def knowing_nothing(loaded: Loaded) -> None:
    """Everything is checked again."""


@dataclass(frozen=True, slots=True)
class Narrower:
    """Two rules that clash, of which one says the same of fewer texts."""

    finding: Diagnostic
    narrow: Written
    wide: Written


class Desk:
    """One spec, where mends are written for its findings."""

    def __init__(
        self,
        spec: Spec,
        knowing: Knowing = knowing_nothing,
        findings: Sequence[Diagnostic] = (),
    ) -> None:
        self.spec = spec
        self.knowing = knowing
        self.findings = findings  # all that are to be mended
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
        lows = reversed(rules[:MOST_GIVING_WAY])
        around = [(low, [w for w in rules if w is not low]) for low in lows]
        ways = [(low, [w for w in all_ if self._peers(decision, low, w)]) for low, all_ in around]
        return (
            *self._patterns(finding),
            *self._priorities(rules, ways),
            *self._overrides(ways),
            *self._exceptions(around),
        )

    def assumes(self, finding: Diagnostic) -> bool:
        """Whether an assumption may resolve it. To find out which one takes a solver."""
        rules = [self.written[name].rule for name in finding.fields["rules"]]
        return finding.code.id == CONTRADICTION and bool(pairs_of(rules))

    def assumptions(self, finding: Diagnostic) -> tuple[Proposal, ...]:
        """Those in which no rule gives way."""
        rules = [self.written[name] for name in finding.fields["rules"]]
        rules.sort(key=lambda w: (w.rule.name_span.source.name, w.rule.name_span.start))
        return tuple(self._assumptions(rules)) if self.assumes(finding) else ()

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

    def _patterns(self, finding: Diagnostic) -> Iterator[Proposal]:
        """Of all pairs of rules that clash and of which one is narrower: it overrides the other.
        Proposed with the first of these findings, and only where there are several."""
        if len(self._narrower) < 2 or finding is not self._narrower[0].finding:
            return
        wider: dict[str, list[str]] = {}
        for pair in self._narrower:
            wider.setdefault(pair.narrow.rule.name, []).append(pair.wide.rule.name)
        said = [f"{name} overrides {listed(names)}" for name, names in wider.items()]
        shown, more = said[:MOST_NARROWER_SAID], len(said) - MOST_NARROWER_SAID
        text = ", ".join([*shown, f"and {more} more"] if more > 0 else shown)
        edits = [override_edit(self.written[name].tree, *names) for name, names in wider.items()]
        yields = frozenset(pair.wide.rule for pair in self._narrower)
        yield Proposal(Kind.PATTERNS, yields, text, tuple(edits))

    @cached_property
    def _narrower(self) -> list[Narrower]:
        """Each pair once, with the first finding about it."""
        found: dict[tuple[str, str], Narrower] = {}
        for finding in self.findings[:MOST_NARROWER_PAIRS]:
            names = finding.fields["rules"]
            decision = self.decisions.get(finding.fields.get("decision", ""))
            if finding.code.id == CONTRADICTION and decision is not None and len(names) == 2:
                for narrow, wide in permutations(self.written[name] for name in names):
                    able = narrow.source in self.editable and self._peers(decision, narrow, wide)
                    if able and is_narrower(self.spec, narrow.rule, wide.rule):
                        key = narrow.rule.name, wide.rule.name
                        found.setdefault(key, Narrower(finding, narrow, wide))
        return [pair for pair in found.values() if not _is_implied(pair, found)]

    def _assumptions(self, rules: Sequence[Written]) -> Iterator[Proposal]:
        names = {assume.name for assume in self.spec.model.assumes}
        for relation in relations(self.spec, [w.rule for w in rules]):
            tried = chain([relation.name], (f"{relation.name}_{n}" for n in count(2)))
            text = f"assume {next(one for one in tried if one not in names)}: {relation.text}"
            file = self._home(relation.high.span.source, relation.low.span.source)
            edit = file and assumption_edit(file, text)
            if edit:
                besides = "refuses situations in which it is false"
                yield Proposal(Kind.ASSUMPTION, frozenset(), text, (edit,), besides)

    def _exceptions(self, ways: Iterable[Way]) -> Iterator[Proposal]:
        for low, others in ways:
            if low.source in self.editable and (narrowed := _narrowed(low, others)):
                kind, words, edit = narrowed
                yield Proposal(kind, frozenset({low.rule}), f"{low.rule.name} {words}", (edit,))


def _is_implied(pair: Narrower, others: Mapping[tuple[str, str], Narrower]) -> bool:
    """A rule between the two is overridden by the one and overrides the other."""
    decision = pair.finding.fields["decision"]
    edges = {key for key, one in others.items() if one.finding.fields["decision"] == decision}
    narrow, wide = pair.narrow.rule.name, pair.wide.rule.name
    return any((narrow, between) in edges and (between, wide) in edges for _, between in edges)


def _narrowed(low: Written, others: Sequence[Written]) -> tuple[Kind, str, Edit] | None:
    """How a rule is kept out of the way of others, and what it then says."""
    needed = requirement(low, others)
    edit = None if needed is None else requirement_edit(low.tree, needed)
    if needed is not None and edit is not None:
        return Kind.REQUIREMENT, f"only when {p.print_expression(needed)}", edit
    condition = exception(low, others)
    if condition is None:
        return None
    words = f"unless {p.print_expression(condition)}"
    return Kind.EXCEPTION, words, exception_edit(low.tree, condition)


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))
