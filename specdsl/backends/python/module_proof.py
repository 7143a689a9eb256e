"""Proof of an emitted module: its text is read back and held against the circuit.

The functions that say what the spec decides (decisions, rules, assumptions, delegations) are
executed symbolically, from their syntax tree, and their results are compared with the circuit. All
other statements must be as emitted for this spec. The part that all modules share must be equal
byte for byte; it is tested, not proved.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from specdsl.backends.artifact_proof import ArtifactFault, ArtifactProof
from specdsl.backends.circuit_comparison import (
    CircuitComparison,
    Pairs,
    decisions_read_by_all,
)
from specdsl.backends.python.decision_functions import function_name, outcome_variable
from specdsl.backends.python.module import (
    module_pieces,
    shared_digest,
    shared_part_of,
    spec_digest,
    tabular_function,
)
from specdsl.backends.python.python_conditions import circuit_support, float_facts
from specdsl.backends.python.symbolic_execution import SymbolicReader, check_readable, table_of
from specdsl.backends.python.symbolic_values import (
    Constant,
    FactsTerm,
    NumbersTerm,
    OutcomesTerm,
    OutcomeTerm,
    TableTerm,
    Term,
    TruthTerm,
    UnreadableCode,
    as_choice,
)
from specdsl.backends.settled_decisions import settled_decisions
from specdsl.frontend.model.nodes import DecisionModel, Fact
from specdsl.reasoning.sat.engine import Limits
from specdsl.semantics import aig as g
from specdsl.semantics.circuit import Circuit
from specdsl.semantics.instruction_inputs import no_instructions
from specdsl.semantics.resolution_circuit import World

READ_BACK = re.compile(
    "_decide_[a-z].*|_part_[0-9]+_of_.*|_condition_[0-9]+|_rules_[0-9]+_[0-9]+|_applies_[0-9]+"
    "|_assume_[0-9]+|_delegate_[0-9]+"
)
TABLE = re.compile("_results_of_.*")


def prove_module(text: str, circuit: Circuit, limits: Limits | None = None) -> ArtifactProof:
    """Read a module back and prove that it decides every situation as the circuit does."""
    try:
        tree = ast.parse(text.encode())  # The bytes, since they may declare another encoding.
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        line = getattr(problem, "lineno", None) or 1
        return ArtifactProof((ArtifactFault(line, "it is no Python module"),), 0)
    with circuit.graph.scratch():
        proof = _Proof(circuit, limits or Limits().with_deadline())
        try:
            faults = tuple(proof.faults_of(text, tree))
        except UnreadableCode as found:
            message = f"it has {found.what}, which cannot be read back"
            faults = (ArtifactFault(found.line, message),)
        except RecursionError:
            faults = (ArtifactFault(1, "it is nested too deeply to be read back"),)
        return ArtifactProof(faults, len(proof.functions), shared_digest(circuit))


@dataclass(eq=False)
class _Proof:
    circuit: Circuit
    limits: Limits
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    tables: dict[str, TableTerm] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)  # The names of functions that were run.
    guarded: set[str] = field(default_factory=set)  # Variables of decisions that may fail.

    def __post_init__(self) -> None:
        self.spec, self.graph = self.circuit.spec, self.circuit.graph
        self.comparison = CircuitComparison(self.circuit, self.limits)

    def faults_of(self, text: str, tree: ast.Module) -> Iterator[ArtifactFault]:
        others = list(self._sort_statements(tree))
        checked = list(self._other_faults(text, others))
        if checked:
            yield from checked[:1]
            return
        yield from self._assumption_faults()
        yield from self._free_faults()
        world = World(self.circuit, no_instructions)
        for decision in self.spec.decisions:
            yield from self._decision_faults(world, decision)
        for name, function in self.functions.items():
            if name not in self.read:
                yield ArtifactFault(function.lineno, f"`{name}` is not written for this spec")

    # --- statements ---

    def _sort_statements(self, tree: ast.Module) -> Iterator[ast.stmt]:
        """Keep the statements that are read back; yield the others."""
        for statement in tree.body:
            match statement:
                case ast.FunctionDef(name=name) if READ_BACK.fullmatch(name):
                    if name in self.functions:
                        raise UnreadableCode(statement, f"`{name}` twice")
                    check_readable(statement)
                    self.functions[name] = statement
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.Dict() as rows) if (
                    TABLE.fullmatch(name)
                ):
                    if name in self.tables:
                        raise UnreadableCode(statement, f"`{name}` twice")
                    self.tables[name] = table_of(rows)
                case _:
                    yield statement

    def _other_faults(self, text: str, others: list[ast.stmt]) -> Iterator[ArtifactFault]:
        """Yield where the statements that are not read back differ from those of the spec."""
        if _constant_of(others, "SPEC_DIGEST") != spec_digest(self.spec):
            yield ArtifactFault(1, "it was made from another spec, as its `SPEC_DIGEST` says")
        elif shared_part_of(self.circuit).text not in text:
            yield ArtifactFault(1, "the part that all modules share is not that of this version")
        expected = self._expected_statements(others)
        for one, other in zip(others, expected, strict=False):
            if ast.dump(one) != ast.dump(other):
                yield ArtifactFault(one.lineno, "this is not what is written for this spec")
        if len(others) > len(expected):
            yield ArtifactFault(
                others[len(expected)].lineno, "nothing more is written for this spec"
            )
        if len(others) < len(expected):
            yield ArtifactFault(len(text.splitlines()), "something is missing")

    def _expected_statements(self, others: list[ast.stmt]) -> list[ast.stmt]:
        """Return the other statements of the module that is written for the spec. What the header
        and `SPEC_PROOF` say is not held: it is no part of what the module decides.
        """
        proof = _constant_of(others, "SPEC_PROOF")
        self.guarded = _guarded_variables(others)
        guarded = [one for one in self.spec.decisions if outcome_variable(one) in self.guarded]
        said = proof if isinstance(proof, str) else ""
        pieces = module_pieces(self.circuit, said, failing=guarded)
        found = [one for piece in pieces for one in ast.parse(piece).body]
        if others and _is_header(others[0]):
            found[0] = others[0]
        return [one for one in found if not _is_read_back(one)]

    # --- what the functions say ---

    def _reader(self, exact: bool) -> SymbolicReader:
        floats = frozenset[Fact]() if exact else float_facts(circuit_support(self.circuit))
        return SymbolicReader(self.spec, self.graph, self.functions, self.tables, floats, self.read)

    def _run_function(self, reader: SymbolicReader, name: str, arguments: list[Term]) -> Term:
        if name not in self.functions:
            raise UnreadableCode(ast.Pass(), f"no `{name}`")
        return reader.run_function(name, arguments)

    def _assumption_faults(self) -> Iterator[ArtifactFault]:
        for i, (assume, literal) in enumerate(self.circuit.assumes.items()):
            yield from self._condition_faults(f"_assume_{i}", literal, assume.name, ())

    def _condition_faults(
        self, name: str, literal: g.Literal, what: str, taken: tuple[DecisionModel, ...]
    ) -> Iterator[ArtifactFault]:
        """Yield differences of a condition that is tested when these decisions are taken."""
        reader = self._reader(exact=True)
        term = self._run_function(reader, name, [FactsTerm(True), OutcomesTerm(taken)])
        if not isinstance(term, TruthTerm):
            raise UnreadableCode(self.functions[name], "a condition of this kind")
        pairs = [(term.literal, literal, f"`{what}`")]
        yield from self._differences(name, pairs, reader.errors)

    def _free_faults(self) -> Iterator[ArtifactFault]:
        """Yield differences of the conditions of delegations and rules. They hold for any outcomes
        of the decisions that they read, since instructions may bring these about.
        """
        for i, (delegate, literal) in enumerate(self.circuit.delegates.items()):
            name = f"{delegate.principal.name} at {delegate.level.name}"
            taken = decisions_read_by_all(self.spec, delegate.decisions)
            yield from self._condition_faults(f"_delegate_{i}", literal, name, taken)
        for i, decision in enumerate(self.spec.decisions):
            reader = self._reader(exact=True)
            outcomes = OutcomesTerm(tuple(self.spec.reads[decision]))
            term = self._run_function(reader, f"_applies_{i}", [FactsTerm(True), outcomes])
            if not isinstance(term, NumbersTerm):
                raise UnreadableCode(self.functions[f"_applies_{i}"], "a result of this kind")
            found = dict(term.numbers)
            rules = [
                rule for ranked in self.circuit.ranks.levels[decision] for rule in ranked.rules
            ]
            if not set(found) <= set(range(len(rules))):
                raise UnreadableCode(self.functions[f"_applies_{i}"], "rules that do not exist")
            pairs = [
                (found.get(j, g.FALSE), self.circuit.rules[rule].applies, f"`{rule.name}`")
                for j, rule in enumerate(rules)
            ]
            yield from self._differences(f"_applies_{i}", pairs, reader.errors)

    def _decision_faults(self, world: World, decision: DecisionModel) -> Iterator[ArtifactFault]:
        name = function_name(decision)
        if self._is_tabular(decision):
            self.read.add(name)
            return  # Its rules are proved by themselves; how they are resolved is shared.
        reader = self._reader(exact=False)
        reads = [OutcomeTerm(one) for one in self.spec.reads[decision]]
        choice = as_choice(self._run_function(reader, name, [FactsTerm(False), *reads]))
        if choice is None or not all(_is_result(value, decision) for value, _ in choice.cases):
            raise UnreadableCode(self.functions[name], "results of this kind")
        resolution = world.resolution_of(decision)
        expected = dict(self._expected_results(world, decision))
        found = {value: world.literal(literal) for value, literal in choice.cases}
        given = (resolution.ready, world.assumptions_hold())
        none = [literal for value, literal in found.items() if value[0] is None]  # type: ignore[index]
        if none and outcome_variable(decision) not in self.guarded:
            errors = [*map(world.literal, reader.errors), *none]
        else:
            errors = [world.literal(literal) for literal in reader.errors]
        pairs = [
            (found.get(value, g.FALSE), expected.get(value, g.FALSE), _result_words(value))
            for value in dict.fromkeys((*expected, *found))
        ]
        yield from self._differences(name, pairs, errors, given)

    def _is_tabular(self, decision: DecisionModel) -> bool:
        """Return whether the decision's function resolves its rules by the tables."""
        (expected,) = ast.parse(tabular_function(self.spec, decision)).body
        found = self.functions.get(function_name(decision))
        tabular = found is not None and ast.dump(found) == ast.dump(expected)
        failing = decision.on_conflict is None and outcome_variable(decision) not in self.guarded
        if tabular and failing and not self._is_settled(decision):
            raise UnreadableCode(expected, f"no guard for a conflict of `{decision.name}`")
        return tabular

    def _is_settled(self, decision: DecisionModel) -> bool:
        return decision in settled_decisions(self.circuit)

    def _differences(
        self,
        name: str,
        pairs: Pairs,
        errors: Iterable[g.Literal],
        given: Iterable[g.Literal] = (),
    ) -> Iterator[ArtifactFault]:
        line = self.functions[name].lineno
        return self.comparison.differences(name, line, pairs, errors, given)

    def _expected_results(
        self, world: World, decision: DecisionModel
    ) -> Iterator[tuple[Constant, g.Literal]]:
        """Yield each result with the literal that the circuit gives it."""
        found, graph = world.resolution_of(decision), self.graph
        fails = found.conflicted if decision.on_conflict is None else g.FALSE
        yield (None, False, True), fails
        for o, outcome in enumerate(decision.outcomes):
            here = graph.all_of((found.outcome[o], fails ^ 1))
            for decided, conflicted in ((True, True), (True, False), (False, False), (False, True)):
                literal = graph.all_of(
                    (here, found.decided ^ (not decided), found.conflicted ^ (not conflicted))
                )
                yield (outcome, decided, conflicted), literal


def _is_result(value: Constant, decision: DecisionModel) -> bool:
    """Return whether a constant is a result of the decision: an outcome, or None, and two flags."""
    if not isinstance(value, tuple) or len(value) != 3:
        return False
    outcome, decided, conflicted = value
    flags = type(decided) is bool and type(conflicted) is bool
    return flags and (outcome is None or outcome in decision.outcomes)


def _result_words(value: Constant) -> str:
    """Describe a result."""
    assert isinstance(value, tuple)
    outcome, decided, conflicted = value
    if outcome is None:
        return "a contradiction"
    how = "settled by `on conflict`" if conflicted else "decided" if decided else "the default"
    return f"`{outcome}`, {how}"


def _is_read_back(statement: ast.stmt) -> bool:
    match statement:
        case ast.FunctionDef(name=name):
            return bool(READ_BACK.fullmatch(name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            return bool(TABLE.fullmatch(name))
        case _:
            return False


def _is_header(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
        case _:
            return False


def _constant_of(statements: Iterable[ast.stmt], wanted: str) -> object:
    """Return the constant that is assigned to the name."""
    for statement in statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=value)) if (
                name == wanted
            ):
                return value
    return None


def _guarded_variables(statements: Iterable[ast.stmt]) -> set[str]:
    """Return the variables of `_all_results` of which a failure is left to the runtime."""
    found: set[str] = set()
    for statement in statements:
        if isinstance(statement, ast.FunctionDef) and statement.name == "_all_results":
            for node in ast.walk(statement):
                match node:
                    case ast.If(test=ast.Compare(left=ast.Subscript(value=ast.Name(id=name)))):
                        found.add(name)
    return found
