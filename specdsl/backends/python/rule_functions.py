"""Code generator for the rules that apply: the conditions of a decision's rules → functions that
return the positions of the rules that apply. Conjuncts that several rules share are tested once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from specdsl.backends.decision_plan import conjuncts
from specdsl.backends.python.python_conditions import ConditionPrinter, variable
from specdsl.base.plain_text import comment_text
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.semantics import aig as g
from specdsl.semantics.circuit import Circuit

CHUNK = 200  # The number of rules whose conditions share a function.
SHARED_BY = 3  # Rules that share a conjunct, at least, for it to be tested once.
DEEPEST = 6  # Levels of shared conjuncts.

Conjunctions = list[tuple[int, Rule, frozenset[g.Literal]]]  # Position, rule, conjuncts.


def rule_functions(circuit: Circuit, i: int, decision: DecisionModel) -> Iterator[str]:
    """Yield the functions of the rules of decision i."""
    rules = [rule for ranked in circuit.ranks.levels[decision] for rule in ranked.rules]
    chunks = [rules[j : j + CHUNK] for j in range(0, len(rules), CHUNK)]
    for j, chunk in enumerate(chunks):
        yield _RulesWriter(circuit, chunk, j * CHUNK).function_text(f"_rules_{i}_{j}")
    calls = [f"*_rules_{i}_{j}(f, d)" for j in range(len(chunks))]
    doc = f'    """The rules of `{comment_text(decision.name)}` that apply, by position."""'
    head = f"def _applies_{i}(f: Facts_, d: Outcomes_) -> list[int]:"
    yield "\n".join((head, doc, f"    return [{', '.join(calls)}]"))


@dataclass(eq=False)
class _RulesWriter:
    circuit: Circuit
    rules: Sequence[Rule]
    first: int
    lines: list[str] = field(default_factory=list)

    def function_text(self, name: str) -> str:
        graph = self.circuit.graph
        applies = [self.circuit.rules[rule].applies for rule in self.rules]
        found = [conjuncts(graph, literal) for literal in applies]
        self.printer = ConditionPrinter(graph, [one for parts in found for one in parts])
        rows = [
            (self.first + i, rule, frozenset(parts))
            for i, (rule, parts) in enumerate(zip(self.rules, found, strict=True))
            if applies[i] != g.FALSE
        ]
        self._write_rules(rows, 1)
        return "\n".join(
            (
                f"def {name}(f: Facts_, d: Outcomes_) -> list[int]:",
                *local_assignments(self.printer),
                "    found: list[int] = []",
                *self.lines,
                "    return found",
            )
        )

    def _write_rules(self, rows: Conjunctions, depth: int) -> None:
        """Write the rules; the conjunct that most of them share is tested first."""
        pad = "    " * depth
        while depth < DEEPEST:
            counts = Counter(literal for _, _, parts in rows for literal in parts)
            literal, count = max(
                counts.items(), key=lambda one: (one[1], -one[0]), default=(g.TRUE, 0)
            )
            if count < SHARED_BY:
                break
            self.lines.append(f"{pad}if {self.printer.text(literal)}:")
            inner = [(i, rule, parts - {literal}) for i, rule, parts in rows if literal in parts]
            self._write_rules(inner, depth + 1)
            rows = [row for row in rows if literal not in row[2]]
        for i, rule, parts in rows:
            place = f"{rule.name_span.source.name}:{rule.name_span.line}"
            self.lines.append(f"{pad}# {comment_text(f'{rule.name} ({place})')}")
            if parts:
                text = self._conjunction_text(sorted(parts))
                self.lines += [f"{pad}if {text}:", f"{pad}    found.append({i})"]
            else:
                self.lines.append(f"{pad}found.append({i})")

    def _conjunction_text(self, parts: list[g.Literal]) -> str:
        return self.printer.text(parts[0]) if len(parts) == 1 else self.printer.join_text(parts)


def local_assignments(found: ConditionPrinter) -> list[str]:
    """Return the lines that read the facts of conditions, and compute what they share."""
    lines = [f"    {variable(fact)} = f[{fact.name!r}]" for fact in found.read_facts()]
    return [*lines, *(f"    {line}" for line in found.lines)]
