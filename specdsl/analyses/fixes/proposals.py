"""Proposals of fixes: an order of two values, an override, an exception and others. They are not
tried here: a proposal may not load, or not help.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cached_property
from itertools import chain, count, permutations

from specdsl.analyses.fixes.assumed_relations import indirectly_compared, separating_orders
from specdsl.analyses.fixes.edited_texts import editable_sources
from specdsl.analyses.fixes.fix_edits import (
    assumption_edit,
    exception_edit,
    override_edit,
    priority_edit,
    requirement_edit,
)
from specdsl.analyses.fixes.narrower_patterns import is_narrower
from specdsl.analyses.fixes.narrowing import exception_condition, required_condition
from specdsl.analyses.fixes.rule_sources import RuleSource, rule_sources
from specdsl.api import Spec
from specdsl.base.code_names import CONTRADICTION, UNREACHABLE_EFFECT, UNREACHABLE_RULE
from specdsl.base.diagnostics import Diagnostic, Edit, Report, Severity, list_in_words
from specdsl.base.limits import (
    MAX_CONFLICTS_FIXED,
    MAX_NARROWER_PAIRS,
    MAX_NARROWER_SHOWN,
    MAX_YIELDING_RULES,
)
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Source
from specdsl.checks import FindingsCache
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.frontend.syntax import printing as p
from specdsl.frontend.syntax import tree as t
from specdsl.pipeline import Loaded

UNREACHABLE = (UNREACHABLE_RULE.id, UNREACHABLE_EFFECT.id)

Concession = tuple[RuleSource, Sequence[RuleSource]]
"""A rule, and the rules that it gives way to."""


class FixKind(Enum):
    """The kinds of fixes, in the order in which they are offered if they change equally much."""

    PRIORITY = "order the values"
    OVERRIDE = "name an override"
    REQUIREMENT = "narrow by a condition"
    EXCEPTION = "narrow by an exception"
    PATTERNS = "let narrower patterns override"
    ASSUMPTION = "assume what is never otherwise"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Edits that may fix a finding. `yields`: the rules that give way, none if it is an assumption;
    `text`: the edits in the words of the language; `caveat`: an effect that no check reports.
    """

    kind: FixKind
    yields: frozenset[Rule]
    text: str
    edits: tuple[Edit, ...]
    caveat: str = ""


def fixable_findings(report: Report) -> tuple[Diagnostic, ...]:
    """Return the findings for which fixes can be proposed: no contradiction that `on conflict`
    settles as written, and no contradiction at all if there are very many.
    """
    clashes = sum(finding.code.id == CONTRADICTION.id for finding in report.diagnostics)
    if clashes > MAX_CONFLICTS_FIXED:
        return ()
    return tuple(
        finding
        for finding in report.diagnostics
        if finding.code.id in UNREACHABLE
        or (finding.code.id == CONTRADICTION.id and finding.severity > Severity.NOTE)
    )


CacheFor = Callable[[Loaded], FindingsCache | None]
"""The cache of findings for a loaded spec, if there is one."""


def no_cache(loaded: Loaded) -> None:
    """Return no cache: everything is checked again."""


@dataclass(frozen=True, slots=True)
class NarrowerPair:
    """Two rules of a contradiction, of which one speaks of fewer texts than the other."""

    finding: Diagnostic
    narrow: RuleSource
    wide: RuleSource


class FixProposer:
    """Writes proposals for the findings of one spec."""

    def __init__(
        self,
        spec: Spec,
        cache_for: CacheFor = no_cache,
        findings: Sequence[Diagnostic] = (),
    ) -> None:
        self.spec = spec
        self.cache_for = cache_for
        self.findings = findings
        self.written = rule_sources(spec)
        self.editable = editable_sources(spec)

    @cached_property
    def decisions(self) -> dict[str, DecisionModel]:
        return {decision.name: decision for decision in self.spec.model.decisions}

    def proposals_for(self, finding: Diagnostic) -> tuple[Proposal, ...]:
        """Return the proposals in which one rule of the finding gives way to the others, for each
        of its first rules; an unreachable rule never gives way.
        """
        rules = [self.written[name] for name in finding.fields["rules"]]
        decision = self.decisions.get(finding.fields.get("decision", ""))
        if finding.code.id != CONTRADICTION.id or decision is None:
            rule, *shadows = rules
            ways = [(other, [rule]) for other in shadows if other.rule.level is rule.rule.level]
            any_level = [(other, [rule]) for other in shadows]
            return (*self._propose_overrides(ways), *self._propose_exceptions(any_level))
        rules.sort(key=lambda w: (w.rule.name_span.source.name, w.rule.name_span.start))
        lows = reversed(rules[:MAX_YIELDING_RULES])
        around = [(low, [w for w in rules if w is not low]) for low in lows]
        ways = [
            (low, [w for w in all_ if self._are_peers(decision, low, w)]) for low, all_ in around
        ]
        return (
            *self._propose_patterns(finding),
            *self._propose_priorities(rules, ways),
            *self._propose_overrides(ways),
            *self._propose_exceptions(around),
        )

    def may_need_assumption(self, finding: Diagnostic) -> bool:
        """Return whether an assumption may resolve it; only a solver can find out which one."""
        rules = [self.written[name].rule for name in finding.fields["rules"]]
        return finding.code.id == CONTRADICTION.id and bool(indirectly_compared(rules))

    def assumptions_for(self, finding: Diagnostic) -> tuple[Proposal, ...]:
        """Return the proposals in which no rule gives way."""
        rules = [self.written[name] for name in finding.fields["rules"]]
        rules.sort(key=lambda w: (w.rule.name_span.source.name, w.rule.name_span.start))
        return tuple(self._propose_assumptions(rules)) if self.may_need_assumption(finding) else ()

    def _are_peers(self, decision: DecisionModel, one: RuleSource, two: RuleSource) -> bool:
        """Return whether they have the same level, and neither outranks the other."""
        for ranked in self.spec.circuit.ranks.levels[decision]:
            if one.rule in ranked.rules and two.rule in ranked.rules:
                i, j = ranked.rules.index(one.rule), ranked.rules.index(two.rule)
                return not (ranked.above[i] >> j & 1 or ranked.above[j] >> i & 1)
        return False

    def _propose_priorities(
        self, rules: Sequence[RuleSource], ways: Iterable[Concession]
    ) -> Iterator[Proposal]:
        seen: set[str] = set()
        for low, others in ways:
            lower = low.rule.value
            values = {w.rule.value: None for w in others if w.rule.value is not lower}
            higher = [value for value in values if value is not None]
            if lower is None or not higher or len(values) > len(higher):
                continue
            lines = [f"priority {value.name} > {lower.name}" for value in higher]
            file = self._editable_file(*(value.span.source for value in (*higher, lower)))
            edit = file and priority_edit(file, lines)
            text = " and ".join(lines)
            if edit and text not in seen:
                seen.add(text)
                yields = frozenset(w.rule for w in rules if w.rule.value is lower)
                yield Proposal(FixKind.PRIORITY, yields, text, (edit,))

    def _editable_file(self, *sources: Source) -> t.File | None:
        """Return the author's file for a statement about parts of these files: the last of them,
        or else the main file.
        """
        main = self.spec.loaded.files[0]
        order = [source.name for source in self.spec.model.sources]
        latest = max(sources, key=lambda source: order.index(source.name))
        files = [f for f in self.spec.loaded.files if f.source is latest]
        return next((f for f in (*files, main) if f.source in self.editable), None)

    def _propose_overrides(self, ways: Iterable[Concession]) -> Iterator[Proposal]:
        for low, others in ways:
            if others and all(high.source in self.editable for high in others):
                verb = "overrides" if len(others) == 1 else "override"
                text = f"{list_in_words([w.rule.name for w in others])} {verb} {low.rule.name}"
                edits = tuple(override_edit(high.tree, low.rule.name) for high in others)
                yield Proposal(FixKind.OVERRIDE, frozenset({low.rule}), text, edits)

    def _propose_patterns(self, finding: Diagnostic) -> Iterator[Proposal]:
        """Propose that in all contradicting pairs the narrower rule overrides the wider one. This
        comes with the first finding about such a pair, and only if there are several pairs.
        """
        if len(self._narrower_pairs) < 2 or finding is not self._narrower_pairs[0].finding:
            return
        wider: dict[str, list[str]] = {}
        for pair in self._narrower_pairs:
            wider.setdefault(pair.narrow.rule.name, []).append(pair.wide.rule.name)
        said = [f"{name} overrides {list_in_words(names)}" for name, names in wider.items()]
        shown, more = said[:MAX_NARROWER_SHOWN], len(said) - MAX_NARROWER_SHOWN
        text = ", ".join([*shown, f"and {more} more"] if more > 0 else shown)
        edits = [override_edit(self.written[name].tree, *names) for name, names in wider.items()]
        yields = frozenset(pair.wide.rule for pair in self._narrower_pairs)
        yield Proposal(FixKind.PATTERNS, yields, text, tuple(edits))

    @cached_property
    def _narrower_pairs(self) -> list[NarrowerPair]:
        """Return each pair once, with the first finding about it."""
        found: dict[tuple[str, str], NarrowerPair] = {}
        for finding in self.findings[:MAX_NARROWER_PAIRS]:
            names = finding.fields["rules"]
            decision = self.decisions.get(finding.fields.get("decision", ""))
            if finding.code.id == CONTRADICTION.id and decision is not None and len(names) == 2:
                for narrow, wide in permutations(self.written[name] for name in names):
                    able = narrow.source in self.editable and self._are_peers(
                        decision, narrow, wide
                    )
                    if able and is_narrower(self.spec, narrow.rule, wide.rule):
                        key = narrow.rule.name, wide.rule.name
                        found.setdefault(key, NarrowerPair(finding, narrow, wide))
        return [pair for pair in found.values() if not _is_implied(pair, found)]

    def _propose_assumptions(self, rules: Sequence[RuleSource]) -> Iterator[Proposal]:
        names = {assume.name for assume in self.spec.model.assumes}
        for relation in separating_orders(self.spec, [w.rule for w in rules]):
            tried = chain([relation.name], (f"{relation.name}_{n}" for n in count(2)))
            text = f"assume {next(one for one in tried if one not in names)}: {relation.text}"
            file = self._editable_file(relation.high.span.source, relation.low.span.source)
            edit = file and assumption_edit(file, text)
            if edit:
                besides = "refuses situations in which it is false"
                yield Proposal(FixKind.ASSUMPTION, frozenset(), text, (edit,), besides)

    def _propose_exceptions(self, ways: Iterable[Concession]) -> Iterator[Proposal]:
        for low, others in ways:
            if low.source in self.editable and (narrowed := _narrow_rule(low, others)):
                kind, words, edit = narrowed
                yield Proposal(kind, frozenset({low.rule}), f"{low.rule.name} {words}", (edit,))


def _is_implied(pair: NarrowerPair, others: Mapping[tuple[str, str], NarrowerPair]) -> bool:
    """Return whether a third rule is overridden by the one and overrides the other."""
    decision = pair.finding.fields["decision"]
    edges = {key for key, one in others.items() if one.finding.fields["decision"] == decision}
    narrow, wide = pair.narrow.rule.name, pair.wide.rule.name
    return any((narrow, between) in edges and (between, wide) in edges for _, between in edges)


def _narrow_rule(low: RuleSource, others: Sequence[RuleSource]) -> tuple[FixKind, str, Edit] | None:
    """Narrow a rule so that it gives way to the others: return the kind, the new clause in words
    and the edit.
    """
    needed = required_condition(low, others)
    edit = None if needed is None else requirement_edit(low.tree, needed)
    if needed is not None and edit is not None:
        return FixKind.REQUIREMENT, f"only when {p.print_expression(needed)}", edit
    condition = exception_condition(low, others)
    if condition is None:
        return None
    words = f"unless {p.print_expression(condition)}"
    return FixKind.EXCEPTION, words, exception_edit(low.tree, condition)
