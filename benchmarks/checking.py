"""One generated spec, from its text to the report, stage by stage."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from importlib import import_module

from benchmarks.generate import Generated, spec, tangle
from benchmarks.stages import Stage, Stopwatch, children, peak
from specdsl.api import replay
from specdsl.apps.cli import relax_garbage_collection
from specdsl.base.diagnostics import Report, Severity
from specdsl.base.source import Source
from specdsl.checks import Progress, check
from specdsl.checks.catalogue import codes
from specdsl.checks.suppression import suppress
from specdsl.frontend.model.files import InMemoryFiles, gather_files
from specdsl.frontend.model.resolve_names import resolve_spec
from specdsl.frontend.ranking.build_ranks import rank_rules
from specdsl.frontend.syntax.tree import File
from specdsl.semantics.circuit import Circuit
from specdsl.semantics.lower import lower_spec

IMPORTED_LATE = (
    "pysat.solvers",
    "specdsl.reasoning.sat.linear_arithmetic",
    "specdsl.reasoning.sat.z3_conjunctions",
    "specdsl.second_opinion.opinion_codes",
)


@dataclass(frozen=True, slots=True)
class Task:
    """What to measure: so many rules of a seed, `tangled` or with planted findings only, and the
    checks that find something of severity `least` or a worse one, in at most `jobs` processes."""

    rules: int
    seed: int
    least: Severity
    tangled: bool = False
    jobs: int = 1

    @property
    def generated(self) -> Generated:
        return (tangle if self.tangled else spec)(self.rules, self.seed)


@dataclass(frozen=True, slots=True)
class Measured:
    """`parse` is the text read; `stages` is from there to the report. `memory`: the peak of the
    whole process, in MiB. `found`: how many findings by code. `wrong`: in words, what is not found
    though it was planted, and what is found though it was not."""

    task: Task
    parse: Stage
    stages: tuple[Stage, ...]
    memory: float
    found: tuple[tuple[str, int], ...]
    by_chance: int
    wrong: tuple[str, ...]
    unproved: tuple[str, ...]


def measure(task: Task) -> Measured:
    """In this process, whose peak of memory is taken: run it in one of its own."""
    prepare()
    generated = task.generated
    stages, report = timed(generated.text, task.least, task.jobs)
    wrong = () if task.tangled else faults(generated, report)
    unproved = tuple(result.code.name for result in report.unproved)
    found = counts(report)
    chance = dict(found).get("unreachable-rule", 0) - len(generated.shadowed)
    return Measured(task, stages[0], stages[1:], peak(), found, chance, wrong, unproved)


def prepare() -> None:
    """Imports everything, so that no stage pays for it; otherwise as the command line has it."""
    relax_garbage_collection()
    for module in IMPORTED_LATE:
        import_module(module)


def timed(text: str, least: Severity, jobs: int = 1) -> tuple[tuple[Stage, ...], Report]:
    """The stages, parsing first, and the report."""
    watch = Stopwatch()
    with watch.counting():
        circuit, files = _made(text, watch)
        watch.start("decision function")
        run, progress = replay(circuit), _starting(watch)
        found = check(circuit, run, progress=progress, least=least, jobs=jobs)
        watch.start("what comments allow")
        report = suppress(found, files, codes(), circuit.spec)
        stages = watch.stop()
    beside = Stage("other processes meanwhile", children(), 0.0, 0)
    return (*stages, beside) if jobs > 1 else stages, report


def _starting(watch: Stopwatch) -> Progress:
    return lambda name, done, of: watch.start(name.split(" of ")[0])


def _made(text: str, watch: Stopwatch) -> tuple[Circuit, tuple[File, ...]]:
    watch.start("parse")
    gathered, faults, trees = gather_files(
        Source("bench.spec", text), "bench.spec", InMemoryFiles({})
    )
    assert not faults
    watch.start("resolve")
    model, faults = resolve_spec(gathered, "bench", None)
    assert model is not None, faults
    watch.start("rank")
    ranks, faults = rank_rules(model)
    assert ranks is not None, faults
    watch.start("lower")
    circuit, faults = lower_spec(model, ranks)
    assert circuit is not None, faults
    return circuit, tuple(trees.values())


def counts(report: Report) -> tuple[tuple[str, int], ...]:
    """By code, in the order of the alphabet."""
    found: Counter[str] = Counter()
    for finding in report.findings:
        found[finding.code.name] += 1
    return tuple(sorted(found.items()))


def faults(generated: Generated, report: Report) -> tuple[str, ...]:
    """In words: what was planted and is not reported, and errors that were not planted. Of rules
    that can never take effect chance may have made more."""
    clashes = {frozenset(names) for names in _rules(report, "contradiction")}
    planted = {frozenset(pair) for pair in generated.clashes}
    hidden = {names[0] for names in _rules(report, "unreachable-rule")}
    known = {"contradiction", "unreachable-rule"}
    others = {f.code.name for f in report.findings if f.severity is Severity.ERROR} - known
    lost = [f"missing: the contradiction of {_listed(pair)}" for pair in planted - clashes]
    more = [f"not planted: a contradiction of {_listed(pair)}" for pair in clashes - planted]
    reach = [f"missing: {name} is unreachable" for name in {*generated.shadowed} - hidden]
    return tuple(sorted([*lost, *more, *reach, *(f"not planted: {name}" for name in others)]))


def _rules(report: Report, name: str) -> list[tuple[str, ...]]:
    """The rules of each finding of a code, none for one that stands for many."""
    found = [finding for finding in report.findings if finding.code.name == name]
    return [tuple(finding.fields.get("rules", ("many",))) for finding in found]


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))
