"""Tests of the rules of a decision, for every target language: a conjunct that several rules share
is tested once, and what depends on it stands below it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from specdsl.backends.decision_plan import conjuncts
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.semantics import aig as g
from specdsl.semantics.circuit import Circuit

CHUNK = 200  # The number of rules whose conditions share a function.
SHARED_BY = 3  # Rules that share a conjunct, at least, for it to be tested once.
DEEPEST = 6  # Levels of shared conjuncts.

Conjunctions = list[tuple[int, Rule, frozenset[g.Literal]]]  # Position, rule, conjuncts.


@dataclass(frozen=True, slots=True)
class RuleTest:
    """A rule applies if these literals hold, and the conjuncts above it."""

    position: int
    rule: Rule
    literals: tuple[g.Literal, ...]

    @property
    def place(self) -> str:
        """Return the name of the rule, and where it is written."""
        span = self.rule.name_span
        return f"{self.rule.name} ({span.source.name}:{span.line})"


@dataclass(frozen=True, slots=True)
class SharedTest:
    """A conjunct of several rules."""

    literal: g.Literal
    below: tuple[RuleTest | SharedTest, ...]


RuleTests = tuple[RuleTest | SharedTest, ...]


def rule_tests(circuit: Circuit, decision: DecisionModel) -> list[RuleTests]:
    """Return the tests of a decision's rules in chunks of neighbours."""
    rules = [rule for ranked in circuit.ranks.levels[decision] for rule in ranked.rules]
    starts = range(0, len(rules), CHUNK)
    return [_chunk_tests(circuit, rules[start : start + CHUNK], start) for start in starts]


def tested_literals(tests: RuleTests) -> Iterator[g.Literal]:
    """Yield the literals of tests."""
    for test in tests:
        if isinstance(test, SharedTest):
            yield test.literal
            yield from tested_literals(test.below)
        else:
            yield from test.literals


def _chunk_tests(circuit: Circuit, rules: Sequence[Rule], start: int) -> RuleTests:
    rows: Conjunctions = []
    for position, rule in enumerate(rules, start):
        applies = circuit.rules[rule].applies
        if applies != g.FALSE:
            rows.append((position, rule, frozenset(conjuncts(circuit.graph, applies))))
    return tuple(_group_tests(rows, 1))


def _group_tests(rows: Conjunctions, depth: int) -> Iterator[RuleTest | SharedTest]:
    """Yield the tests; the conjunct that most rules share comes first."""
    while depth < DEEPEST:
        counts = Counter(literal for _, _, parts in rows for literal in parts)
        literal, count = max(counts.items(), key=lambda one: (one[1], -one[0]), default=(g.TRUE, 0))
        if count < SHARED_BY:
            break
        inner = [(i, rule, parts - {literal}) for i, rule, parts in rows if literal in parts]
        yield SharedTest(literal, tuple(_group_tests(inner, depth + 1)))
        rows = [row for row in rows if literal not in row[2]]
    for i, rule, parts in rows:
        yield RuleTest(i, rule, tuple(sorted(parts)))
