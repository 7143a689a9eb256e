"""Code generator for SQL: a circuit → one query that decides each row of a table.

The query reads a column for each fact and gives, for each decision, its outcome and two flags. It
goes from left to right: how facts are read and which rows fit, decisions in the order in which they
read each other, and what they are called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Protocol

from sqlglot import exp

from specdsl.backends.artifact_proof import UnsupportedArtifact
from specdsl.backends.decision_plan import conjuncts, plan_decision
from specdsl.backends.python.module import spec_digest
from specdsl.backends.python.python_conditions import circuit_support
from specdsl.backends.sql import sql_terms as s
from specdsl.backends.sql.fact_columns import FactColumns, table_columns
from specdsl.backends.sql.instruction_folds import InstructionFolds, require_instructions
from specdsl.backends.sql.instruction_lists import SAYS, SILENT, InstructionList
from specdsl.backends.sql.plan_expressions import PlanExpressions, is_first_match
from specdsl.backends.sql.query_steps import QuerySteps, share_conditions
from specdsl.backends.sql.rank_columns import RankColumns
from specdsl.backends.sql.result_codes import DECIDED, SETTLED, flag_test, outcome_text
from specdsl.backends.sql.sql_conditions import ConditionTranslator
from specdsl.backends.sql.sql_dialects import SqlDialect
from specdsl.base.plain_text import comment_text
from specdsl.base.quick_dataclass import dataclass as quick_dataclass
from specdsl.base.version import __version__
from specdsl.frontend.model.nodes import DecisionModel, SpecModel
from specdsl.semantics.aig import Literal
from specdsl.semantics.circuit import Circuit

FITS = "_fits"  # The column that says whether the values of a row are those of its facts.
DECIDABLE = "_is_decidable"  # … and no assumption is false.
DECIDABLE_RESULT = "decidable"  # What that is called in the result.
TABLE = "situations"
WIDTH = 97  # Columns of the header.


class OpenDecision(Protocol):
    """A decision that a query leaves open: it gives the columns that it is then decided by."""

    @property
    def decision(self) -> DecisionModel: ...

    def columns(self, translator: ConditionTranslator) -> Iterable[tuple[str, s.Sql]]: ...


@quick_dataclass(frozen=True, slots=True)
class QueryOptions:
    """The form of a query: the dialect, the table that it reads, the columns of it that the result
    `keeps` (None: all, or the facts where a dialect cannot say so). `says`: the table has a column
    of instructions; without it nobody gives any.
    """

    dialect: SqlDialect
    table: str = TABLE
    keeps: tuple[str, ...] | None = None
    says: bool = False
    left_open: tuple[OpenDecision, ...] = ()


def emit_query(
    circuit: Circuit,
    options: QueryOptions,
    proof: str = "not checked",
    settled: frozenset[DecisionModel] = frozenset(),
    proved: bool = False,
) -> str:
    """Return the text of the query. `proof` is a line that says how the spec was proved; the rules
    of the `settled` decisions are proved not to conflict. `proved`: the header says that the query
    is proved to decide as its spec. Raises `UnsupportedArtifact`.
    """
    header = "\n".join(
        f"-- {line}".rstrip() for line in _header_lines(circuit.spec, options, proof, proved)
    )
    query = query_tree(circuit, options, settled)
    return f"{header}\n{query.sql(dialect=options.dialect.name, pretty=True)}\n"


def query_tree(
    circuit: Circuit, options: QueryOptions, settled: frozenset[DecisionModel] = frozenset()
) -> exp.Select:
    """Return the syntax tree of the query."""
    return _QueryWriter(circuit, options, settled).select_query()


def reads_instructions(circuit: Circuit, dialect: SqlDialect) -> bool:
    """Return whether a query of this dialect can read the instructions of a spec."""
    try:
        require_instructions(circuit, dialect)
    except UnsupportedArtifact:
        return False
    return True


def condition_translator(circuit: Circuit, dialect: SqlDialect) -> ConditionTranslator:
    """Return the translator of the conditions of a spec."""
    facts = FactColumns(circuit.spec, dialect, tuple(circuit_support(circuit)))
    return ConditionTranslator(circuit.graph, facts, outcome_column)


@dataclass(eq=False)
class _QueryWriter:
    circuit: Circuit
    options: QueryOptions
    settled: frozenset[DecisionModel]
    codes: dict[DecisionModel, s.Sql] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.spec = self.circuit.spec
        self.translator = condition_translator(self.circuit, self.options.dialect)
        self.facts = self.translator.facts
        self.steps = QuerySteps(self.options.table)
        self.folds: InstructionFolds | None = None
        if self.options.says:
            said = require_instructions(self.circuit, self.options.dialect)
            self.folds = InstructionFolds(self.circuit, self.translator, self.steps, said)

    def select_query(self) -> exp.Select:
        self._check_names()
        self._add_facts()
        for decision in self._taken_decisions():
            self._add_decision(decision)
        tables = [
            exp.CTE(
                this=select,
                alias=exp.TableAlias(this=exp.Identifier(this=name, quoted=False)),
            )
            for name, select in self.steps.common_tables()
        ]
        last = tables[-1].alias
        columns = [*self._kept_columns(), *self._result_columns()]
        return exp.Select(
            with_=exp.With(expressions=tables),
            expressions=columns,
            from_=exp.From(this=exp.Table(this=exp.Identifier(this=last, quoted=False))),
        )

    def _taken_decisions(self) -> Iterator[DecisionModel]:
        left_open = {one.decision for one in self.options.left_open}
        return (one for one in self.spec.decisions if one not in left_open)

    def _check_names(self) -> None:
        """Raise `UnsupportedArtifact` if a fact is named like a column of the result."""
        facts = {fact.name for fact in self.spec.facts}
        for name in (DECIDABLE_RESULT, *result_names(self.spec)):
            if name in facts:
                raise UnsupportedArtifact(f"the fact `{name}` is named like a column of the result")

    # --- facts ---

    def _add_facts(self) -> None:
        """Add the columns of facts, whether they fit, and whether a row can be decided."""
        said = None if self.folds is None else self.folds.said
        for name, value in reading_columns(self.facts, said):
            self.steps.add_column(name, value)
        fits = s.column(FITS)
        literals = list(self.circuit.assumes.values())
        self._share(literals)
        holds = [self.translator.expression(literal) for literal in literals]
        self.steps.add_column(DECIDABLE, s.conjunction([fits, *holds]))

    def _share(self, literals: Sequence[Literal]) -> None:
        share_conditions(self.steps, self.translator, literals)

    # --- decisions ---

    def _add_decision(self, decision: DecisionModel) -> None:
        """Add the columns of a decision: what it needs, the code of its result, its outcome."""
        levels = self.circuit.ranks.levels[decision]
        rules = [rule for ranked in levels for rule in ranked.rules]
        applies = [self.circuit.rules[rule].applies for rule in rules]
        folds = self.folds if self.folds and self.folds.counts_on(decision) else None
        plan = plan_decision(self.circuit, decision, decision in self.settled, flat=True)
        if is_first_match(plan):
            self._share([one for each in applies for one in conjuncts(self.circuit.graph, each)])
            code = PlanExpressions(plan, self.translator).result_expression()
            if folds is not None:
                told = self._told_code(decision, folds, s.negation(s.column(SILENT)))
                code = s.case_of([(s.column(SILENT), code)], told)
        else:
            self._share(applies)
            code = self._told_code(decision, folds)
        ready = [s.column(DECIDABLE), *map(self._is_taken, self.spec.reads[decision])]
        guarded = s.case_of([(s.conjunction(ready), code)])
        self.codes[decision] = self.steps.add_column(code_name(decision), guarded)
        outcome = outcome_text(decision, self.codes[decision])
        self.steps.add_column(outcome_name(decision), outcome)

    def _told_code(
        self, decision: DecisionModel, folds: InstructionFolds | None, guard: s.Sql | None = None
    ) -> s.Sql:
        """Return the code of the result by the ranks of rules and of instructions; where `guard` is
        false it is not read.
        """
        settled = decision in self.settled and folds is None
        columns = RankColumns(
            self.circuit, decision, self.translator, self.steps, settled, folds, guard
        )
        return columns.result_expression()

    def _is_taken(self, decision: DecisionModel) -> s.Sql:
        return s.is_known(outcome_column(decision))

    # --- the result ---

    def _kept_columns(self) -> Iterator[s.Sql]:
        keeps = self.options.keeps
        if keeps is not None:
            yield from map(s.column, keeps)
        elif self.options.dialect.leaves_out:
            names = [exp.Identifier(this=name, quoted=True) for name in self.steps.step_of]
            yield exp.Star(except_=names)
        else:
            yield from (s.column(fact.name) for fact in self.spec.facts)

    def _result_columns(self) -> Iterator[s.Sql]:
        decidable = s.column(DECIDABLE)
        yield s.named_column(decidable, DECIDABLE_RESULT)
        for one in self.options.left_open:
            for name, value in one.columns(self.translator):
                yield s.named_column(value, name)
        for decision in self._taken_decisions():
            code = self.codes[decision]
            yield s.named_column(outcome_column(decision), decision.name)
            for name, flag in (("decided", DECIDED), ("conflicted", SETTLED)):
                test = flag_test(code, flag)
                if self.spec.reads[decision]:  # It may not be taken.
                    test = s.coalesce([test, s.truth(False)])
                value = s.case_of([(decidable.copy(), test)])
                yield s.named_column(value, f"{decision.name}_{name}")


def reading_columns(
    facts: FactColumns, said: InstructionList | None
) -> Iterator[tuple[str, s.Sql]]:
    """Yield the columns that say how the table is read, and which of its rows fit."""
    for one in facts.read_columns():
        yield one.alias, one.this
    fitting = facts.fitting_row()
    if said is not None:
        yield from said.columns()
        fitting = s.conjunction([fitting, said.fitting_list()])
    yield FITS, fitting


def result_names(spec: SpecModel) -> Iterator[str]:
    """Yield the names of the columns of each decision: its outcome and two flags."""
    for decision in spec.decisions:
        yield decision.name
        yield f"{decision.name}_decided"
        yield f"{decision.name}_conflicted"


def code_name(decision: DecisionModel) -> str:
    return f"_{decision.name}_result"


def outcome_name(decision: DecisionModel) -> str:
    return f"_{decision.name}_outcome"


def outcome_column(decision: DecisionModel) -> s.Sql:
    return s.column(outcome_name(decision))


def _header_lines(
    spec: SpecModel, options: QueryOptions, proof: str, proved: bool
) -> Iterator[str]:
    title = f": {spec.title}" if spec.title else ""
    dialect = options.dialect
    yield comment_text(spec.name + title)
    yield ""
    yield f"The decisions of this spec for each row of a table, in {dialect.title}, made by specdsl"
    yield f"{__version__}. Do not edit it: change the spec and compile it again."
    yield from wrap(f"The spec: {comment_text(proof)}.", WIDTH)
    if proved:
        yield "This text was parsed again and proved to decide every row as the spec does"
        if not options.says:
            yield "if nobody gives an instruction; `specdsl verify` repeats it."
        else:
            yield "with any instructions; `specdsl verify` repeats it."
    yield f"spec_digest: {spec_digest(spec)}"
    yield f"dialect: {dialect.name}"
    if options.says:
        yield f"instructions: {SAYS}"
    yield ""
    yield f"It reads a table `{options.table}` with a column for each fact; NULL is unknown:"
    for name, kind in table_columns(spec, dialect):
        yield f"  {name} {kind}"
    if options.says and dialect.lists is not None:
        yield f"  {SAYS} {dialect.lists.says}"
