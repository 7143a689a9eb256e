"""Proof of a query: its text is parsed again and held against the circuit.

The columns that decide are executed symbolically, from the syntax tree that sqlglot makes of the
text, NULL included, and a prover is asked for a row on which they differ from the circuit. How a
table is read, and which of its rows fit, must be as emitted for this spec; that is tested, not
proved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from specdsl.backends.artifact_proof import ArtifactFault, ArtifactProof, UnsupportedArtifact
from specdsl.backends.circuit_comparison import CircuitComparison
from specdsl.backends.python.module import spec_digest
from specdsl.backends.sql.decision_query import (
    DECIDABLE,
    DECIDABLE_RESULT,
    FITS,
    condition_translator,
    reading_columns,
)
from specdsl.backends.sql.fold_proof import FoldProof
from specdsl.backends.sql.instruction_lists import SAYS, SILENT, InstructionList
from specdsl.backends.sql.query_execution import (
    SqlReader,
    check_parts,
    check_readable,
    fact_values,
    known_patterns,
    line_of,
    list_sizes,
    list_tests,
    unreadable,
)
from specdsl.backends.sql.query_values import (
    NULL,
    SqlAnything,
    SqlBoolean,
    SqlChoice,
    SqlValue,
    UnreadableSql,
)
from specdsl.backends.sql.sql_dialects import SqlDialect, dialect_named
from specdsl.backends.sql.sql_terms import Sql, named_column
from specdsl.frontend.model.nodes import DecisionModel
from specdsl.reasoning.sat.engine import Limits
from specdsl.semantics import aig as g
from specdsl.semantics.circuit import Circuit
from specdsl.semantics.instruction_inputs import FreeInstructions, no_instructions
from specdsl.semantics.resolution_circuit import World

HEADER = re.compile(r"^-- (spec_digest|dialect|instructions): ([a-z0-9]+)$", re.MULTILINE)


def prove_query(text: str, circuit: Circuit, limits: Limits | None = None) -> ArtifactProof:
    """Parse a query again and prove that it decides every row as the circuit does."""
    said = dict(HEADER.findall(text))
    if "dialect" not in said:
        message = "it has no line `-- dialect: …`, which every compiled query has"
        return ArtifactProof((ArtifactFault(1, message),), 0)
    with circuit.graph.scratch():
        try:
            dialect = dialect_named(said["dialect"])
            if said.get("spec_digest") != spec_digest(circuit.spec):
                message = "it was made from another spec, as its `spec_digest` says"
                return ArtifactProof((ArtifactFault(1, message),), 0)
            tree = _parsed_query(text, dialect)
            limits = limits or Limits().with_deadline()
            says = said.get("instructions") == SAYS
            expected = _columns_to_hold(circuit, dialect, says)
            proof = _QueryProof(circuit, dialect, limits, expected, says)
            faults = tuple(proof.faults_of(tree))
            if says and not faults:
                proof = _QueryProof(circuit, dialect, limits, expected, says, told=True)
                faults = tuple(map(_without_situation, proof.faults_of(tree)))
        except UnreadableSql as found:
            message = f"it has {found.what}, which cannot be read back"
            return ArtifactProof((ArtifactFault(found.line, message),), 0)
        except UnsupportedArtifact as found:
            return ArtifactProof((ArtifactFault(1, f"it cannot be read back: {found}"),), 0)
        except RecursionError:
            message = "it is nested too deeply to be read back"
            return ArtifactProof((ArtifactFault(1, message),), 0)
    decided = "every situation" if says else ""
    return ArtifactProof(faults, proof.columns_read, decided=decided)


def _without_situation(fault: ArtifactFault) -> ArtifactFault:
    """Return a fault that takes instructions, which a situation of facts alone would not show."""
    if fault.facts is None:
        return fault
    return ArtifactFault(fault.line, f"{fault.message}, where somebody gives instructions")


def _parsed_query(text: str, dialect: SqlDialect) -> exp.Select:
    """Return the only statement of a text."""
    try:
        found = [one for one in sqlglot.parse(text, read=dialect.name) if one is not None]
    except (SqlglotError, ValueError) as problem:
        errors = getattr(problem, "errors", None) or [{}]
        raise UnreadableSql(errors[0].get("line") or 1, "no SQL of this dialect") from None
    if len(found) != 1 or not isinstance(found[0], exp.Select):
        raise UnreadableSql(1, "more or other statements than one SELECT")
    return found[0]


@dataclass(eq=False)
class _QueryProof:
    """The proof for rows in which nobody gives an instruction or, with `told`, for others. `says`:
    the query reads instructions.
    """

    circuit: Circuit
    dialect: SqlDialect
    limits: Limits
    expected: Mapping[str, Sql]  # Columns that must be as emitted.
    says: bool = False
    told: bool = False
    columns_read: int = 0
    held: dict[str, Sql] = field(default_factory=dict)  # Those that were not read yet.

    def __post_init__(self) -> None:
        self.spec, self.graph = self.circuit.spec, self.circuit.graph
        self.comparison = CircuitComparison(self.circuit, self.limits)
        self.translator = condition_translator(self.circuit, self.dialect)
        self.facts = self.translator.facts
        self.free = FreeInstructions(self.circuit, named=True)
        self.world = World(self.circuit, self.free.steps if self.told else no_instructions)
        self.folds: FoldProof | None = None
        if self.told:
            said = InstructionList(self.spec, self.dialect)
            self.folds = FoldProof(self.world, self.free, said, self.comparison)
        self.results: dict[str, tuple[DecisionModel, str]] = {}
        for decision in self.spec.decisions:
            self.results[decision.name] = decision, "outcome"
            self.results[f"{decision.name}_decided"] = decision, "decided"
            self.results[f"{decision.name}_conflicted"] = decision, "conflicted"

    def faults_of(self, tree: exp.Select) -> Iterator[ArtifactFault]:
        steps, final = _step_columns(tree), list(_plain_columns(tree))
        self.held = dict(self.expected)
        fitting = self._reader(fact_values(self.graph, self.facts), g.TRUE)
        other = self._reader({}, g.FALSE)
        seen = {fact.name for fact in self.spec.facts}
        for one in steps:
            name = one.alias.lower()
            if name in seen:
                raise unreadable(one, f"`{one.alias}` twice")
            seen.add(name)
            if name in self.held:
                yield from self._held_faults(name, one)
                continue
            self.columns_read += 1
            check_readable(one.this)
            other.column = fitting.column = name
            other.columns[name] = other.value_of(one.this)
            fitting.columns[name] = fitting.value_of(one.this)
            if name == DECIDABLE:
                yield from self._decidable_faults(fitting.columns[name], line_of(one))
        if self.folds is not None:
            yield from self.folds.faults
        yield from self._result_faults(final, fitting, other)

    def _held_faults(self, name: str, one: Sql) -> Iterator[ArtifactFault]:
        if one.this != self.held.pop(name):
            message = f"`{one.alias}` is not what is written for this spec"
            yield ArtifactFault(line_of(one), message)

    def _reader(self, columns: dict[str, SqlValue], fits: g.Literal) -> SqlReader:
        """Return a reader of rows that fit, or of others, whose facts may be anything."""
        anything = fits == g.FALSE
        names = [fact.name for fact in self.spec.facts] + list(self.held)
        if anything:
            columns = {name: SqlAnything() for name in names}
        columns[FITS] = SqlBoolean(fits, fits ^ 1)
        if self.says:
            silent = g.FALSE if self.told else g.TRUE
            columns[SILENT] = SqlAnything() if anything else SqlBoolean(silent, silent ^ 1)
        read_fold = self._no_fold if self.folds is None else self.folds.read_fold
        return SqlReader(
            self.graph,
            self.facts,
            columns,
            {} if anything else list_tests(self.graph, self.facts),
            {} if anything else list_sizes(self.translator),
            known_patterns(self.facts),
            anything,
            read_fold,
        )

    def _no_fold(self, reader: SqlReader, name: str, node: Sql) -> SqlValue:
        """Return anything: where nobody speaks, no fold is read."""
        if not self.says or not reader.anything:
            raise unreadable(node, "a fold or function")
        return SqlAnything()

    # --- what is proved ---

    def _differences(
        self, name: str, line: int, pairs: list[tuple[g.Literal, g.Literal, str]]
    ) -> Iterator[ArtifactFault]:
        given = [self.free.well_formed(self.spec.decisions)] if self.told else []
        yield from self.comparison.differences(name, line, pairs, given=given)

    def _decidable_faults(self, value: SqlValue, line: int) -> Iterator[ArtifactFault]:
        if not isinstance(value, SqlBoolean):
            raise UnreadableSql(line, f"`{DECIDABLE}` of another type")
        holds = self.world.assumptions_hold()
        pairs = [
            (value.true, holds, "no assumption is false"),
            (value.false, holds ^ 1, "an assumption is false"),
        ]
        yield from self._differences(DECIDABLE, line, pairs)

    def _result_faults(
        self, final: list[Sql], fitting: SqlReader, other: SqlReader
    ) -> Iterator[ArtifactFault]:
        """Yield the differences of the columns of the result."""
        missing = dict(self.results) | {DECIDABLE_RESULT: None}
        for one in final:
            if isinstance(one, exp.Column | exp.Star):
                continue
            name, line = one.alias.lower(), line_of(one)
            if name not in missing:
                raise unreadable(one, f"a column `{one.alias}` of the result")
            del missing[name]
            check_readable(one.this)
            undecided = other.value_of(one.this)
            value = fitting.value_of(one.this)
            if name == DECIDABLE_RESULT:
                if undecided != SqlBoolean(g.FALSE, g.TRUE):
                    yield ArtifactFault(line, f"`{name}` may be true of a row that does not fit")
                yield from self._decidable_faults(value, line)
                continue
            if undecided not in (NULL, SqlBoolean(g.FALSE, g.FALSE)):
                yield ArtifactFault(line, f"`{name}` may be decided of a row that does not fit")
            decision, what = self.results[name]
            yield from self._value_faults(name, line, decision, what, value)
        for name in missing:
            yield ArtifactFault(1, f"it has no column `{name}`")
        for name in self.held:
            yield ArtifactFault(1, f"it has no column `{name}`")

    def _value_faults(
        self, name: str, line: int, decision: DecisionModel, what: str, value: SqlValue
    ) -> Iterator[ArtifactFault]:
        graph, found = self.graph, self.world.resolution_of(decision)
        holds = self.world.assumptions_hold()
        taken = graph.all_of((holds, found.taken))
        if what == "outcome":
            if not isinstance(value, SqlChoice):
                raise UnreadableSql(line, f"`{name}` of another type")
            cases = dict(value.cases)
            pairs = [
                (cases.pop(outcome, g.FALSE), graph.all_of((taken, literal)), f"`{outcome}`")
                for outcome, literal in zip(decision.outcomes, found.outcome, strict=True)
            ]
            pairs += [(literal, g.FALSE, f"`{one}`") for one, literal in cases.items()]
        else:
            value = SqlBoolean(g.FALSE, g.FALSE) if value == NULL else value
            if not isinstance(value, SqlBoolean):
                raise UnreadableSql(line, f"`{name}` of another type")
            flag = graph.all_of((taken, found.decided))
            if what == "conflicted":
                flag = graph.all_of((holds, found.ready, found.conflicted))
            pairs = [
                (value.true, flag, f"`{name}`"),
                (value.false, graph.all_of((holds, flag ^ 1)), f"not `{name}`"),
            ]
        yield from self._differences(name, line, pairs)


# --- the shape of a query ---


def _columns_to_hold(circuit: Circuit, dialect: SqlDialect, says: bool) -> dict[str, Sql]:
    """Return the columns that say how the table is read, as they are parsed again."""
    said = InstructionList(circuit.spec, dialect) if says else None
    facts = condition_translator(circuit, dialect).facts
    columns = [named_column(value, name) for name, value in reading_columns(facts, said)]
    text = exp.Select(expressions=columns).sql(dialect=dialect.name)
    return {one.alias: one.this for one in _parsed_query(text, dialect).expressions}


def _step_columns(tree: exp.Select) -> list[Sql]:
    """Return the columns that the steps of a query add, in order."""
    check_parts(tree, "with_", "expressions", "from_")
    before, found = None, list[Sql]()
    for table in _common_tables(tree):
        select = table.this
        if not isinstance(select, exp.Select):
            raise unreadable(table, "a step of this kind")
        check_parts(select, "expressions", "from_")
        _check_source(select, before)
        star, *columns = select.expressions
        if not isinstance(star, exp.Star) or any(star.args.values()):
            raise unreadable(select, "a step that does not keep all columns")
        for one in columns:
            if not isinstance(one, exp.Alias):
                raise unreadable(one, "a column without a name")
            check_parts(one, "this", "alias")
            found.append(one)
        before = table.alias
    _check_source(tree, before)
    return found


def _common_tables(tree: exp.Select) -> list[exp.CTE]:
    with_ = tree.args.get("with_")
    if not isinstance(with_, exp.With):
        raise unreadable(tree, "no steps")
    check_parts(with_, "expressions")
    names: set[str] = set()
    for one in with_.expressions:
        check_parts(one, "this", "alias")
        check_parts(one.args["alias"], "this")
        if one.alias.lower() in names:
            raise unreadable(one, f"`{one.alias}` twice")
        names.add(one.alias.lower())
    return list(with_.expressions)


def _check_source(select: exp.Select, before: str | None) -> None:
    """Raise `UnreadableSql` unless a step reads the one before it, and the first one any table."""
    source = select.args.get("from_")
    if not isinstance(source, exp.From) or not isinstance(source.this, exp.Table):
        raise unreadable(select, "a step that reads no table")
    if not isinstance(source.this.this, exp.Identifier):
        raise unreadable(select, "a step that reads no table")
    check_parts(source, "this")
    check_parts(source.this, "this", "db", "catalog")
    name = source.this.name
    if before is not None and (name != before or source.this.args.get("db")):
        raise unreadable(select, f"a step that reads `{name}`")


def _plain_columns(tree: exp.Select) -> Iterator[Sql]:
    """Yield the columns of the result: kept ones, and named expressions."""
    for one in tree.expressions:
        match one:
            case exp.Star():
                check_parts(one, "except_")
            case exp.Alias():
                check_parts(one, "this", "alias")
            case exp.Column(this=exp.Identifier()):
                check_parts(one, "this")
            case _:
                raise unreadable(one, "a column of the result without a name")
        yield one
