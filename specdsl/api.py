"""Python interface: load, check, compile, decide."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from threading import RLock
from types import CodeType, MappingProxyType
from typing import TYPE_CHECKING, Any

from specdsl.backends.python.module import (
    fast_pieces,
    join_pieces,
    module_pieces,
    table_pieces,
)
from specdsl.base.diagnostics import Code, Report, Severity, SpecError
from specdsl.base.limits import MANY_RULES
from specdsl.base.source import Source
from specdsl.facts.residual_decisions import to_model_instruction
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.files import InMemoryFiles, MemoizedFiles
from specdsl.pipeline import Loaded, load_path, load_source, load_text, load_with_trial
from specdsl.runtime.decision_traces import trace_decision, trace_situation
from specdsl.runtime.namespace import runtime_names
from specdsl.runtime.quick_resolution import decide_situation, exact_values, trace_values
from specdsl.runtime.read_situation import GivenInstruction, read_situation
from specdsl.runtime.results import Decision, DecisionTrace, Explanation
from specdsl.runtime.tables import DecisionRow, Tables
from specdsl.semantics import aig as g
from specdsl.semantics.aig import Literal
from specdsl.semantics.circuit import Circuit
from specdsl.semantics.fact_values import FactValue, to_fact_value
from specdsl.semantics.instruction_inputs import listed_instructions
from specdsl.semantics.resolution_circuit import World
from specdsl.semantics.substitution import substitute_facts

if TYPE_CHECKING:
    from specdsl.batch.frames import DecidedTable
    from specdsl.batch.row_decisions import RowDecider
    from specdsl.checks import FindingsCache, ReportListener
    from specdsl.facts.fact_lookup import LookedUpDecision, LookupPlan
    from specdsl.facts.open_facts import OpenFacts, OpenFactsAnalysis
    from specdsl.records.decision_record import RecordLayout
    from specdsl.records.logged_policy import LoggedPolicy
    from specdsl.records.record_sink import RecordSink
    from specdsl.verification.check_session import Check, CheckSession
    from specdsl.verification.layer_findings import OfBase


NO_FACTS: Mapping[str, Any] = MappingProxyType({})
MOST_INTERPRETED = 100  # Calls of a policy before its code is made.


class Spec:
    """A spec that loads; `model` is its typed model, `circuit` its meaning."""

    def __init__(
        self, loaded: Loaded, texts: Mapping[str, str] | None, allowing: bool = True
    ) -> None:
        self.circuit: Circuit = loaded.require_circuit()
        self.loaded = loaded
        self.texts = texts  # The library that it was loaded with, None for files.
        self.allowing = allowing  # Whether suppressing comments count.

    @property
    def model(self) -> m.SpecModel:
        return self.circuit.spec

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def file(self) -> str:
        """Return the main file, as it was named."""
        return self.model.sources[-1].name

    def __repr__(self) -> str:
        return f"<Spec {self.name}: {len(self.model.rules)} rules>"


def load(path: str | os.PathLike[str], root: str | os.PathLike[str] | None = None) -> Spec:
    """Load the spec of a file; raises `SpecError`, with `.report`, if that fails. `root`: the
    folder in which all files that it uses must be, after following links.
    """
    return Spec(load_path(path, root), None)


def loads(text: str, name: str = "<text>", library: Mapping[str, str] | None = None) -> Spec:
    """Load the spec of a text; `library` has the files that it uses, by path."""
    return Spec(load_text(text, name, library), dict(library or {}))


def process_count(rules: int) -> int:
    """Return the number of processes that pays for a spec with so many rules: one for each core if
    it is large.
    """
    return (os.cpu_count() or 1) if rules >= MANY_RULES else 1


class CheckFailed(SpecError):
    """A spec does not pass `specdsl check`."""


def check(
    spec: Spec,
    progress: Callable[[str, int, int], None] | None = None,
    least: Severity = Severity.NOTE,
    only: frozenset[Code] | None = None,
    jobs: int = 1,
    known: FindingsCache | None = None,
    brief: bool = False,
    seen: ReportListener | None = None,
    statistics: bool = False,
    note_lines: bool = False,
    errors_only: bool = False,
    first_only: bool = False,
    more: Sequence[Check] = (),
) -> Report:
    """Run every check, over all situations. Findings that comments suppress are dropped; comments
    of a layer cannot suppress what concerns its promise or its base. Of the base, only what the
    layer causes is reported, and errors.

    `least`: the mildest severity of findings, and of checks that run. `only`: the codes to check;
    assumptions are always checked. `jobs`: the maximal number of processes, which find the same;
    they are forked, so not in a program with threads. `known`: known findings of parts of the spec.
    `brief`: situations of contradictions and notes need not be simple; `note_lines`: those of
    notes. `errors_only`: what is surely milder is not checked; `first_only`: of very many
    contradictions only some are searched for, more than a report shows. `seen`: called as soon as a
    severity is complete, with the report up to it and the codes that remain. `statistics`: the
    report includes the effort of each check, except for those of a layer's base. `more`: further
    checks of the spec's own parts.
    """
    from specdsl.checks import check as run

    def judge_report(report: Report) -> Report:
        return _concerning_author(spec, report, least, of_base)

    of_base = _BaseChecks(spec.circuit, jobs, known)
    found = run(
        spec.circuit,
        replay(spec.circuit),
        _base_replay(spec.circuit),
        spec.file,
        progress=progress,
        least=least,
        only=only,
        jobs=jobs,
        known=known,
        brief=brief,
        seen=seen and (lambda report, left: seen(judge_report(report), left)),
        statistics=statistics,
        note_lines=note_lines,
        errors_only=errors_only,
        first_only=first_only,
        more=more,
    )
    return judge_report(_with_trials(spec, found, least, only, jobs, known))


def _with_trials(
    spec: Spec,
    found: Report,
    least: Severity,
    only: frozenset[Code] | None,
    jobs: int,
    known: FindingsCache | None,
) -> Report:
    """Add what trial rules would bring about if they counted, each on its own."""
    trials = [one for one in spec.model.trials if not one.in_base]
    if not trials or least > Severity.WARNING or not spec.loaded.files:
        return found
    from specdsl.checks import check as run
    from specdsl.checks.trial_codes import CODES
    from specdsl.checks.trial_findings import CHECKED_CODES, CountedTrial, add_trial_findings

    if only is not None and only.isdisjoint(CODES):
        return found

    def report_of(loaded: Loaded, brief: bool = False) -> Report:
        circuit, codes = loaded.circuit, CHECKED_CODES
        if circuit is None:
            return loaded.report
        both = replay(circuit), _base_replay(circuit)
        return run(circuit, *both, spec.file, only=codes, jobs=jobs, known=known, brief=brief)

    counted = [
        CountedTrial(one, report_of(load_with_trial(spec.loaded, one.name))) for one in trials
    ]
    return add_trial_findings(found, report_of(spec.loaded, brief=True), counted)


def _concerning_author(spec: Spec, found: Report, least: Severity, of_base: OfBase) -> Report:
    """Return the findings as they concern the author of the spec."""
    from specdsl.checks.catalogue import codes
    from specdsl.checks.empty_spec import with_empty
    from specdsl.checks.layer_concerns import mark_binding
    from specdsl.checks.mentions import label_mentions
    from specdsl.checks.merged_findings import merge_same_clauses
    from specdsl.checks.suppression import suppress
    from specdsl.verification.layer_findings import report_of_layer

    found = label_mentions(found, spec.model)
    report = mark_binding(with_empty(found, spec.loaded.files), spec.model)
    if spec.allowing:
        report = suppress(report, spec.loaded.files, codes(), spec.model)
    report = _at_least(report, least)
    if spec.loaded.files:  # Without files every finding is wanted unchanged.
        report = report_of_layer(report, spec.model, of_base)
    return merge_same_clauses(_at_least(report, least))


def _at_least(report: Report, severity: Severity) -> Report:
    """Return the findings of that severity or a worse one."""
    kept = tuple(d for d in report.diagnostics if d.severity >= severity)
    return dataclasses.replace(report, diagnostics=kept)


class _BaseChecks:
    """Checks the base of a layer alone, each code once on demand."""

    def __init__(self, circuit: Circuit, jobs: int, known: FindingsCache | None) -> None:
        self._circuit, self._jobs, self._known = circuit, jobs, known
        self._asked: frozenset[Code] = frozenset()
        self._found = Report(()), Report(())

    def __call__(self, wanted: frozenset[Code]) -> tuple[Report, Report]:
        """Return, for these codes, all findings of the base, and its own check's report of them:
        it may be a layer itself.
        """
        missing, self._asked = wanted - self._asked, self._asked | wanted
        if missing:
            whole, said = self._found
            more, more_said = self._check_codes(missing)
            self._found = _merge_diagnostics(whole, more), _merge_diagnostics(said, more_said)
        return self._found

    def _check_codes(self, wanted: frozenset[Code]) -> tuple[Report, Report]:
        from specdsl.checks import check as run
        from specdsl.verification.layer_findings import report_of_layer

        base = _base_circuit(self._circuit)
        if base is None:
            return Report(()), Report(())
        again, deeper, jobs, known = replay(base), _base_replay(base), self._jobs, self._known
        whole = run(base, again, deeper, only=wanted, jobs=jobs, known=known, brief=True)
        return whole, report_of_layer(whole, base.spec, _BaseChecks(base, jobs, known))


def _merge_diagnostics(report: Report, more: Report) -> Report:
    diagnostics = (*report.diagnostics, *more.diagnostics)
    return dataclasses.replace(report, diagnostics=diagnostics)


def start_session(spec: Spec) -> CheckSession:
    """Return the session of single checks."""
    from specdsl.verification.check_session import CheckSession

    found = replay(spec.circuit)
    base = _base_replay(spec.circuit) or found
    return CheckSession(spec.circuit, found, base, spec.file)


def replay(circuit: Circuit) -> Callable[[Mapping[str, Any]], Mapping[str, DecisionTrace]]:
    """Return the decision function: from a situation as JSON to the traces by decision. Facts that
    it does not name have their defaults.
    """
    from specdsl.reasoning.prover import Undetermined
    from specdsl.runtime.results import BadInput
    from specdsl.verification.completed_findings import default_values

    policy, defaults = Policy(circuit), default_values(circuit.spec.facts)

    def replay_situation(situation: Mapping[str, Any]) -> Mapping[str, DecisionTrace]:
        facts = {**defaults, **situation["facts"]}
        try:
            return policy.replay_lazily(facts, situation.get("says", ()))
        # A value cannot be written, a third of a second for instance: the finding is unproved.
        except BadInput:
            raise Undetermined from None

    return replay_situation


def _base_replay(
    circuit: Circuit,
) -> Callable[[Mapping[str, Any]], Mapping[str, DecisionTrace]] | None:
    """Return the decision function of a layer's base, which ignores what the base does
    not declare.
    """
    layer, base = circuit.spec.layer, _base_circuit(circuit)
    if layer is None or base is None:
        return None
    inner = replay(base)
    facts = {fact.name for fact in layer.base.facts}
    decisions = {decision.name for decision in layer.base.decisions}

    def replay_situation(situation: Mapping[str, Any]) -> Mapping[str, DecisionTrace]:
        kept = {name: value for name, value in situation["facts"].items() if name in facts}
        says = [s for s in situation["says"] if s["effect"].split()[0] in decisions]
        return inner({"facts": kept, "says": says})

    return replay_situation


def _base_circuit(circuit: Circuit) -> Circuit | None:
    """Return the circuit of a layer's base alone."""
    from specdsl.frontend.ranking.build_ranks import rank_rules
    from specdsl.semantics.lower import lower_spec

    layer = circuit.spec.layer
    ranks = rank_rules(layer.base)[0] if layer is not None else None
    return lower_spec(layer.base, ranks)[0] if layer is not None and ranks is not None else None


def compile(spec: Spec, checked: bool = True) -> Policy:
    """Return the decision function. Raises `CheckFailed` exactly if `specdsl check` would exit with
    1; with `checked` false, nothing is checked.
    """
    proof = "not checked"
    if checked:
        report = check(spec, least=Severity.ERROR)
        if not report.ok:
            raise CheckFailed(report)
        proof = proof_of(report)
    from specdsl.backends.settled_decisions import settled_decisions

    settled = settled_decisions(spec.circuit) if checked else frozenset()
    return Policy(spec.circuit, proof, spec, settled)


def proof_of(report: Report) -> str:
    """Return what a report proved, in a line: only errors that were excluded count."""
    proved = [
        check.code.name
        for check in report.checks
        if check.result == "proved" and check.code.severity is Severity.ERROR
    ]
    said = "no " + ", no ".join(proved) if proved else "nothing"
    waived = f"but for what is allowed: {', '.join(report.waived)}; " if report.waived else ""
    return f"{waived}{said}"


class Policy:
    """The decision function of a spec, run from the text of the emitted module. It is immutable,
    and safe to share between threads and processes.
    """

    def __init__(
        self,
        circuit: Circuit,
        proof: str = "not checked",
        spec: Spec | None = None,
        settled: frozenset[m.DecisionModel] = frozenset(),
    ) -> None:
        self._circuit = circuit
        self._settled = settled
        self._proof = proof
        self._spec = spec
        self._made: Tables | None = None
        self._decide: Callable[..., Decision] | None = None
        self._interpreted = 0
        self._making = RLock()

    @property
    def facts(self) -> tuple[m.Fact, ...]:
        """Return the declared facts."""
        return tuple(self._circuit.spec.facts)

    @property
    def source(self) -> str:
        """Return the text of the emitted module."""
        return join_pieces(module_pieces(self._circuit, self._proof, self._settled))

    @property
    def circuit(self) -> Circuit:
        """Return the meaning of its spec."""
        return self._circuit

    @property
    def model(self) -> m.SpecModel:
        """Return the typed model of its spec."""
        return self._circuit.spec

    @property
    def tables(self) -> Tables:
        """Return its decision tables."""
        return self._tables

    @cached_property
    def _decision_class(self) -> type[_PolicyDecision]:
        """Return the class of interpreted decisions."""
        return _policy_decision(self._circuit, self._tables)

    @property
    def _tables(self) -> Tables:
        """Return the tables; the first thread that needs them makes them while the others wait."""
        if self._made is None:
            with self._making:
                if self._made is None:
                    self._made = self._make_tables()
        return self._made

    def _make_tables(self) -> Tables:
        """Execute the text of the emitted tables."""
        made: Tables = self._execute(self.table_codes())["_make_tables"]()
        return made

    def table_codes(self) -> Iterator[CodeType]:
        """Yield the code that makes the tables, in the namespace of the runtime."""
        return self._compile(table_pieces(self._circuit, fast=False))

    def _compile(self, pieces: Iterable[str]) -> Iterator[CodeType]:
        return compile_pieces(pieces, f"<{self._circuit.spec.name}>")

    def _execute(self, codes: Iterable[CodeType], **more: Any) -> dict[str, Any]:
        """Execute emitted code; the runtime, which is a part of it, is imported instead."""
        names: dict[str, Any] = {**runtime_names(), **more}
        for code in codes:
            exec(code, names)
        return names

    def _make_decide(self) -> Callable[..., Decision]:
        """Execute the text of the emitted module but for the runtime."""
        pieces = (*fast_pieces(self._circuit, self._settled), *table_pieces(self._circuit))
        names = self._execute(self._compile(pieces), itemgetter=itemgetter, _new=object.__new__)
        tables = names["_TABLES"] = names["_make_tables"]()
        names["SpecDecision"] = _policy_decision(self._circuit, tables)
        found: Callable[..., Decision] = names["decide"]
        return found

    def trace(
        self, facts: Mapping[str, Any], says: Iterable[Any] = ()
    ) -> tuple[DecisionTrace, ...]:
        """Trace every decision, including failed ones. Raises `BadInput`."""
        return trace_situation(self._tables, facts, says)

    def replay_lazily(
        self, facts: Mapping[str, Any], says: Iterable[Any] = ()
    ) -> Mapping[str, DecisionTrace]:
        """Return the traces by name, computed when they are looked up. Raises `BadInput`."""
        return LazyTraces(self._tables, *read_situation(self._tables, facts, says))

    def decide(self, facts: Mapping[str, Any], says: Iterable[Any] = ()) -> Decision:
        """Return the decision of a situation.

        `says`: `Instruction`s or mappings, in the order in which they were given. Raises `BadInput`
        (a `ValueError`) that names every fault, and `Contradiction` if rules clash over a decision
        that has no `on conflict`.
        """
        decide = self._decide
        if decide is None:
            self._interpreted += 1  # A call that threads count once does not matter.
            if self._interpreted <= MOST_INTERPRETED:
                return self._decision_class.decide(facts, says)
            decide = self.prepare()
        return decide(facts, says)

    def prepare(self) -> Callable[..., Decision]:
        """Make the code of the decision function now. Otherwise the first calls are interpreted,
        since making it takes longer than a hundred of them.
        """
        with self._making:
            if self._decide is None:
                self._decide = self._make_decide()
            return self._decide

    def logged(
        self,
        sink: RecordSink | str | os.PathLike[str],
        *,
        labels: Mapping[str, str] = MappingProxyType({}),
        telemetry: bool = False,
        open_facts: bool = False,
    ) -> LoggedPolicy:
        """Return the policy with a log of its decisions. `sink`: from `specdsl.records.open_log`,
        or the folder to open one in. `labels`: what every line tells of this service. `telemetry`:
        each call is an OpenTelemetry span, too. `open_facts`: each line names the unknown facts
        that could have changed an outcome.
        """
        from specdsl.records.decision_span import DecisionTracer
        from specdsl.records.logged_policy import LoggedPolicy
        from specdsl.records.record_sink import RecordSink, open_log
        from specdsl.records.record_writer import RecordWriter

        opened = sink if isinstance(sink, RecordSink) else open_log(sink)
        find_open = self.open_facts if open_facts else None
        made = self._tables, self._record_layout, opened, dict(labels), self.trials, find_open
        return LoggedPolicy(self, RecordWriter(*made), DecisionTracer() if telemetry else None)

    @cached_property
    def trials(self) -> Mapping[str, Policy]:
        """Return, by the name of each trial rule, the policy in which it counts. One that clashes
        with the priorities has none.
        """
        loaded = None if self._spec is None else self._spec.loaded
        names = [one.name for one in self._circuit.spec.trials if not one.in_base]
        counted = {name: load_with_trial(loaded, name) for name in names if loaded is not None}
        return {
            name: Policy(one.circuit) for name, one in counted.items() if one.circuit is not None
        }

    @cached_property
    def _record_layout(self) -> RecordLayout:
        from specdsl.backends.python.module import spec_digest
        from specdsl.records.decision_record import RecordLayout

        return RecordLayout(self._circuit.spec, spec_digest(self._circuit.spec))

    def open_facts(
        self,
        facts: Mapping[str, Any],
        says: Iterable[Any] = (),
        looked_up: Collection[str] = (),
        decisions: Collection[str] | None = None,
    ) -> OpenFacts:
        """Return the names of the unknown facts that can still change an outcome, the most telling
        first; none once all outcomes are settled.

        A fact is unknown if it is not among the `facts`, or is None there; one that is `looked_up`
        is what the facts say, also if that is None. `decisions`: the ones whose outcomes count.
        Raises `BadInput`.
        """
        return self._open_facts.find(facts, says, looked_up, decisions)

    def decide_with(
        self,
        lookups: Mapping[str, Callable[[], Any]],
        known: Mapping[str, Any] = NO_FACTS,
        says: Iterable[Any] = (),
        decisions: Collection[str] | None = None,
    ) -> LookedUpDecision:
        """Return the decision, looking up facts that are not known: the most telling first, and
        none that can no longer change an outcome. The outcomes are those with all facts looked up.

        `lookups` has functions by the names of facts; one that returns None leaves its fact
        unknown. `decisions`: the ones to settle, if not all. Raises `LookupFailed` with the name of
        the fact if a function raises, and what `decide` raises.
        """
        return self._lookup_plan(lookups, known, says, decisions).decide()

    async def decide_with_async(
        self,
        lookups: Mapping[str, Callable[[], Any]],
        known: Mapping[str, Any] = NO_FACTS,
        says: Iterable[Any] = (),
        decisions: Collection[str] | None = None,
    ) -> LookedUpDecision:
        """Do the same as `decide_with`, with functions that may be asynchronous."""
        return await self._lookup_plan(lookups, known, says, decisions).decide_async()

    def _lookup_plan(
        self,
        lookups: Mapping[str, Callable[[], Any]],
        known: Mapping[str, Any],
        says: Iterable[Any],
        decisions: Collection[str] | None,
    ) -> LookupPlan:
        from specdsl.facts.fact_lookup import LookupPlan

        return LookupPlan(self._open_facts, self.trace, lookups, known, says, decisions)

    @cached_property
    def _open_facts(self) -> OpenFactsAnalysis:
        from specdsl.facts.open_facts import OpenFactsAnalysis

        return OpenFactsAnalysis(self._circuit, self._tables)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write an artifact, read back and proved to decide as the spec does: by the end of its
        name a module of Python (`.py`) or TypeScript (`.ts`), or a query of DuckDB (`.sql`). Raises
        `ValueError` for another one, and `UnsupportedArtifact`.
        """
        from specdsl.backends.registry import target_of_file

        text = target_of_file(path).emit(self._circuit, self._proof)
        Path(path).write_text(text, encoding="utf-8")

    def to_sql(
        self,
        dialect: str = "duckdb",
        table: str = "situations",
        keeps: Sequence[str] | None = None,
        says: bool = False,
    ) -> str:
        """Return a query that decides each row of a table: a column for each fact, NULL where it is
        unknown, and in the result `decidable` and for each decision its outcome and the flags
        `…_decided` and `…_conflicted`. `keeps`: the columns of the table that the result has, too
        (by default all). `says`: the table has a column of instructions, too; without it nobody
        gives any. Raises `UnsupportedArtifact`.
        """
        from specdsl.backends.sql.decision_query import QueryOptions, emit_query
        from specdsl.backends.sql.sql_dialects import dialect_named

        kept = None if keeps is None else tuple(keeps)
        options = QueryOptions(dialect_named(dialect), table, kept, says)
        return emit_query(self._circuit, options, self._proof, self._settled)

    def decide_many(self, table: Any) -> DecidedTable:
        """Decide each row of a table: an iterable of mappings, an Arrow table, or a frame of Polars
        or pandas, with a column for each fact and, if somebody gives instructions, `says`.
        """
        from specdsl.batch.frames import decide_table

        return decide_table(self.row_decider(), table)

    def row_decider(self) -> RowDecider:
        """Return what decides the rows of tables."""
        from specdsl.batch.row_decisions import RowDecider

        return RowDecider(self._circuit, self._settled, self.decide)

    def __repr__(self) -> str:
        return f"<Policy {self._circuit.spec.name}>"

    def __reduce__(self) -> Any:
        if self._spec is None:
            raise TypeError("a policy without its spec cannot be pickled")
        loaded = self._spec.loaded
        main, kept = loaded.files[0].source, loaded.kept
        assert kept is not None
        settled = tuple(sorted(decision.name for decision in self._settled))
        files = main.name, main.text, loaded.path, kept.found, kept.keys
        return _restore, (*files, self._proof, settled)


def _policy_decision(circuit: Circuit, tables: Tables) -> type[_PolicyDecision]:
    own = {"__slots__": (), "_tables": tables, "_circuit": circuit}
    return type("Decision", (_PolicyDecision,), own)


class _PolicyDecision(Decision):
    """A decision that can also tell which unknown facts matter."""

    __slots__ = ()
    _circuit: Circuit
    _trace = staticmethod(trace_values)

    @classmethod
    def decide(cls, facts: Any, says: Any) -> Decision:
        """Return the decision by the tables alone."""
        return decide_situation(cls._tables, cls, facts, says)

    def explain(self) -> Explanation:
        values, given = self._values, list(getattr(self, "_given", ()))
        if type(values) is tuple:
            values = exact_values(self._tables, values)
        return Explanation(self.traces, _unknowns(self._circuit, values, given, self.traces))

    def __reduce__(self) -> Any:
        return Decision, (self.traces,)


class LazyTraces(Mapping[str, DecisionTrace]):
    """The traces of a situation's decisions, each computed when it is looked up."""

    def __init__(
        self, tables: Tables, values: Mapping[str, Any], given: list[GivenInstruction]
    ) -> None:
        self._situation = (tables, values, given)
        self._rows = {row.name: row for row in tables.decisions}
        self._taken: dict[str, DecisionTrace] = {}

    def __getitem__(self, name: str) -> DecisionTrace:
        wanted = {name}
        for row in reversed(self._rows.values()):
            if row.name in wanted:
                wanted.update(row.reads)
        for row in self._rows.values():
            if row.name in wanted and row.name not in self._taken:
                self._taken[row.name] = self._trace_decision(row)
        return self._taken[name]

    def _trace_decision(self, row: DecisionRow) -> DecisionTrace:
        tables, values, given = self._situation
        outcomes = {earlier: self._taken[earlier].outcome for earlier in row.reads}
        known = {name: outcome for name, outcome in outcomes.items() if outcome is not None}
        if len(known) < len(outcomes):
            return DecisionTrace(row.name, None)
        return trace_decision(tables, row, values, known, given)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def compile_pieces(pieces: Iterable[str], name: str) -> Iterator[CodeType]:
    """Compile an emitted module piece by piece: the compiler needs forty times a text's memory. As
    in this module, annotations are not evaluated.
    """
    import builtins

    for piece in pieces:
        yield builtins.compile(piece, name, "exec")


def _restore(
    name: str,
    text: str,
    path: str,
    found: dict[str, tuple[str, str] | None],
    keys: dict[str, str],
    proof: str,
    settled: tuple[str, ...],
) -> Policy:
    """Return the policy of files as they were read elsewhere, where it was proved of the `settled`
    decisions that their rules do not conflict.
    """
    loaded = load_source(Source(name, text), path, MemoizedFiles(InMemoryFiles({}), found, keys))
    texts = {path: file[0] for path, file in found.items() if file is not None}
    spec = Spec(loaded, texts)
    known = frozenset(one for one in spec.model.decisions if one.name in settled)
    return Policy(spec.circuit, proof, spec, known)


# --- unknown facts -------------------------------------------------------------------------------


def _unknowns(
    circuit: Circuit,
    values: Mapping[str, Any],
    given: list[GivenInstruction],
    found: tuple[DecisionTrace, ...],
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return, by decision, the unknown facts that could change its outcome, each with the outcomes
    it could lead to.
    """
    with circuit.graph.scratch():
        return _sensitive_unknowns(circuit, values, given, found)


def _sensitive_unknowns(
    circuit: Circuit,
    values: Mapping[str, Any],
    given: list[GivenInstruction],
    found: tuple[DecisionTrace, ...],
) -> dict[str, dict[str, tuple[str, ...]]]:
    from specdsl.reasoning.domains.fact_classes import class_values

    spec, graph = circuit.spec, circuit.graph
    known = {fact: to_fact_value(fact, values[fact.name]) for fact in spec.facts}
    unknown = [fact for fact, value in known.items() if value is None]
    if not unknown:
        return {}
    steps = listed_instructions([to_model_instruction(spec, one) for one in given])
    told = {fact: value for fact, value in known.items() if value is not None}
    world = World(circuit, steps, substitute_facts(graph, told))
    every = [
        world.assumptions_hold(),
        *(o for d in spec.decisions for o in _taken_outcomes(world, d)),
    ]
    now = {taken.name: taken.outcome for taken in found}
    results: dict[str, dict[str, tuple[str, ...]]] = {}
    for fact in unknown:
        others = substitute_facts(graph, {one: None for one in unknown if one is not fact})
        alone = list(map(graph.rewriter(others), every))
        outcomes: dict[str, dict[str, None]] = {}
        for value in class_values(graph, alone, fact):
            possible, *rest = map(graph.rewriter(substitute_facts(graph, {fact: value})), alone)
            for decision in spec.decisions if possible == g.TRUE else ():
                shown, rest = rest[: len(decision.outcomes)], rest[len(decision.outcomes) :]
                outcome = decision.outcomes[shown.index(g.TRUE)] if g.TRUE in shown else None
                if outcome is not None and outcome != now[decision.name]:
                    outcomes.setdefault(decision.name, {})[outcome] = None
        for name, several in outcomes.items():
            results.setdefault(name, {})[fact.name] = tuple(several)
    return results


def _taken_outcomes(world: World, decision: m.DecisionModel) -> list[Literal]:
    """Return, by outcome, the literal that the decision is taken and has it."""
    resolution = world.resolution_of(decision)
    return [world.graph.all_of((resolution.taken, one)) for one in resolution.outcome]


def read_facts(circuit: Circuit, facts: Mapping[str, Any]) -> dict[m.Fact, FactValue]:
    """Read some facts as a decision function reads all of them, None for unknown; no assumption is
    tested. Raises `BadInput`.
    """
    tables = Policy(circuit)._tables
    rows = {name: row for name, row in tables.facts.items() if name in facts}
    some = dataclasses.replace(tables, facts=rows, assumes={})
    values, _ = read_situation(some, facts, ())
    return {
        fact: to_fact_value(fact, values[fact.name])
        for fact in circuit.spec.facts
        if fact.name in values
    }
