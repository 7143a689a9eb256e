"""Steps of a query: columns that are computed one after the other, each from those before it.

A step is a common table expression. A column is in the first step after all that it reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from specdsl.backends.sql import sql_terms as s
from specdsl.backends.sql.sql_conditions import ConditionTranslator
from specdsl.semantics import aig as g

LARGE = 16  # Nodes of a shared condition that becomes a column, written out as a tree.
LARGEST = 200  # Nodes of any condition that becomes a column.


@dataclass(eq=False)
class QuerySteps:
    """The columns of a query by step; those of the table are at step 0."""

    table: str
    steps: list[list[s.Sql]] = field(default_factory=list)
    step_of: dict[str, int] = field(default_factory=dict)

    def add_column(self, name: str, value: s.Sql) -> s.Sql:
        """Add a column; returns what refers to it."""
        assert name not in self.step_of, name
        read = (one.name for one in value.find_all(exp.Column))
        step = max((self.step_of.get(one, 0) for one in read), default=0) + 1
        while len(self.steps) < step:
            self.steps.append([])
        self.steps[step - 1].append(s.named_column(value, name))
        self.step_of[name] = step
        return s.column(name)

    def common_tables(self) -> Iterator[tuple[str, exp.Select]]:
        """Yield the steps with their names."""
        before = exp.Table(this=exp.Identifier(this=self.table, quoted=True))
        for i, columns in enumerate(self.steps):
            yield (
                step_name(i),
                exp.Select(expressions=[exp.Star(), *columns], from_=exp.From(this=before)),
            )
            before = exp.Table(this=exp.Identifier(this=step_name(i), quoted=False))


def step_name(number: int) -> str:
    return "read_facts" if number == 0 else f"step_{number}"


def share_conditions(
    steps: QuerySteps, translator: ConditionTranslator, literals: Sequence[g.Literal]
) -> None:
    """Compute conditions that would be written out often, or at length, in columns of their own
    (common subexpression elimination).
    """
    graph = translator.graph
    uses: dict[g.Node, int] = {}
    nodes = graph.cone(literals)
    for literal in literals:
        uses[literal >> 1] = uses.get(literal >> 1, 0) + 1
    for node in nodes:
        for below in graph.inputs[node]:
            uses[below >> 1] = uses.get(below >> 1, 0) + 1
    sizes: dict[g.Node, int] = {}
    for node in nodes:
        sizes[node] = 1 + sum(sizes[below >> 1] for below in graph.inputs[node])
        if node in translator.shared:
            sizes[node] = 1
        elif sizes[node] > LARGEST or (sizes[node] > LARGE and uses.get(node, 0) > 1):
            name = f"_condition_{len(translator.shared) + 1}"
            steps.add_column(name, translator.expression(2 * node))
            translator.shared[node] = name
            sizes[node] = 1
