"""Results and exceptions of decision functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@dataclass(frozen=True)
class Instruction:
    """An instruction: `by` is the principal, `effect` an effect as in a spec (`"reply is untrue"`).

    `implied`: it was not stated but follows from context. `at`: a level below the principal's own,
    for asking with less authority.
    """

    by: str
    effect: str
    implied: bool = False
    at: str | None = None


@dataclass(frozen=True)
class Fault:
    """A fault of a situation. `got` is the given value, as JSON can represent it, shortened."""

    name: str
    problem: str
    expected: str
    got: Any = None
    suggestion: str = ""

    def __str__(self) -> str:
        hint = f" (did you mean `{self.suggestion}`?)" if self.suggestion else ""
        return one_line(f"{self.name}: {self.problem}{hint}; expected {self.expected}")

    def to_dict(self) -> dict[str, Any]:
        found = {"name": self.name, "problem": self.problem, "expected": self.expected}
        suggestion = {"suggestion": self.suggestion} if self.suggestion else {}
        return {**found, "got": self.got, **suggestion}


def one_line(text: str) -> str:
    """Replace each character that could act in a log or on a terminal."""
    return "".join(char if char.isprintable() else "�" for char in text)


class BadInput(ValueError):
    """The situation is invalid. `faults` lists everything that is wrong with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults

    def __reduce__(self) -> Any:
        return type(self), (self.faults,)

    def to_dict(self) -> dict[str, Any]:
        faults = [fault.to_dict() for fault in self.faults]
        return {"error": {"kind": "bad_input", "faults": faults}}


@dataclass(frozen=True)
class CandidateTrace:
    """The trace of one candidate: a rule, or an instruction (`name` is then its principal).

    `status` is standing, overridden, superseded or ignored; `by` names what overrode it, or why it
    is ignored. `excludes` and `lifts` name outcomes; `because` is the reason that a rule gives.
    """

    name: str
    text: str
    rank: str
    status: str
    instruction: bool = False
    permits: bool = False
    excludes: tuple[str, ...] = ()
    lifts: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    because: str = ""

    def to_dict(self) -> dict[str, Any]:
        found = {"name": self.name, "says": self.text, "rank": self.rank, "by": list(self.by)}
        return {**found, "because": self.because} if self.because else found


@dataclass(frozen=True)
class DecisionTrace:
    """The trace of one decision: its outcome (None if it failed or was not taken) and how it came
    about.

    `clashes` has the rules of each minimal clash, smallest first; `complete` tells whether these
    are all. `parts`, the traces of its candidates, are computed when they are first read.
    """

    name: str
    outcome: str | None
    decided: bool = False
    conflicted: bool = False
    failed: bool = False
    because: tuple[str, ...] = ()
    clashes: tuple[frozenset[str], ...] = ()
    complete: bool = True

    @cached_property
    def parts(self) -> tuple[CandidateTrace, ...]:
        return tuple(vars(self).get("_compute_parts", tuple)())

    def with_parts(self, compute: Callable[[], Iterable[CandidateTrace]]) -> DecisionTrace:
        """Set what computes the parts, which is no field: it is neither compared nor shown."""
        vars(self)["_compute_parts"] = compute
        return self

    def __getstate__(self) -> dict[str, Any]:
        state = {**vars(self), "parts": self.parts}
        state.pop("_compute_parts", None)
        return state

    def to_dict(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome,
            "decided": self.decided,
            "conflicted": self.conflicted,
            "because": list(self.because),
        }


MAX_CLASHES = 50  # Clashes of one decision that a contradiction names.


def _clashes_of(taken: DecisionTrace) -> list[list[str]]:
    """Return the rules of each clash by name, the smallest clash first."""
    return sorted(map(sorted, taken.clashes), key=lambda names: (len(names), names))


def join_names(names: Iterable[str]) -> str:
    """Join names as `a`, `a and b`, `a, b and c`."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


class Contradiction(Exception):
    """Rules clash over a decision that has no `on conflict`.

    `clashes` has, by decision, the rules of each minimal clash, smallest first and at most 50;
    `more` tells whether there are others; `decisions` has the first clash of each decision; `taken`
    are the decisions that have an outcome, and `not_taken` the ones that read a contradictory one.
    """

    def __init__(self, traces: tuple[DecisionTrace, ...]) -> None:
        self.traces = traces
        failed = [t for t in traces if t.failed]
        found = {t.name: _clashes_of(t) for t in failed}
        self.clashes = {name: clashes[:MAX_CLASHES] for name, clashes in found.items()}
        self.more = not all(t.complete and len(t.clashes) <= MAX_CLASHES for t in failed)
        self.decisions = {name: clashes[0] for name, clashes in found.items()}
        self.taken = {t.name: t for t in traces if t.outcome is not None}
        self.not_taken = tuple(t.name for t in traces if t.outcome is None and not t.failed)
        said = [
            f"{name}: {join_names(rules)} contradict each other"
            for name, clashes in self.clashes.items()
            for rules in clashes
        ]
        super().__init__("; ".join([*said, "and more"] if self.more else said))

    def __reduce__(self) -> Any:
        return type(self), (self.traces,)

    def to_dict(self) -> dict[str, Any]:
        found = {
            "kind": "contradiction",
            "decisions": self.decisions,
            "taken": {name: t.to_dict() for name, t in self.taken.items()},
            "not_taken": list(self.not_taken),
            "clashes": self.clashes,
        }
        return {"error": {**found, "more": True} if self.more else found}


@dataclass(frozen=True)
class Explanation:
    """Why each decision has its outcome. `unknown` has, by decision, the unknown facts that could
    change the outcome, each with the outcomes it could lead to.
    """

    traces: tuple[DecisionTrace, ...]
    unknown: Mapping[str, Mapping[str, tuple[str, ...]]]

    def to_dict(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for taken in self.traces:
            parts = {
                status: [part.to_dict() for part in taken.parts if part.status == status]
                for status in ("standing", "overridden", "superseded", "ignored")
            }
            unknown = {k: list(v) for k, v in self.unknown.get(taken.name, {}).items()}
            found[taken.name] = {**taken.to_dict(), **parts, "unknown": unknown}
        return {"decisions": found}

    def __str__(self) -> str:
        return "\n".join(
            one_line(line) for taken in self.traces for line in self._explanation_lines(taken)
        )

    def _explanation_lines(self, taken: DecisionTrace) -> Iterator[str]:
        yield f"{taken.name}: {_outcome_summary(taken)}"
        width = max((len(part.name) for part in taken.parts), default=0)
        for part in taken.parts:
            wins = "wins" if part.name in taken.because and part.status == "standing" else ""
            state = wins or part.status
            if part.by:
                joined = ", ".join(part.by)
                state += f" by {joined}" if part.status != "ignored" else f": {joined}"
            yield f"  {part.name:<{width}}  {part.rank}  ->  {part.text}  {state}"
            if wins and part.because:
                yield f"  {'':<{width}}  {part.because}"
        if taken.failed:
            found = _clashes_of(taken)[:MAX_CLASHES]
            yield from (f"  contradiction between {join_names(rules)}" for rules in found)
        for fact, outcomes in self.unknown.get(taken.name, {}).items():
            could = " or ".join(outcomes)
            yield f"  {fact} is unknown: if it were known, {could} could be the outcome"


def _outcome_summary(taken: DecisionTrace) -> str:
    if taken.failed:
        return "contradiction"
    if taken.outcome is None:
        return "not taken, because a decision that it reads failed"
    if taken.conflicted:
        return f"{taken.outcome}, settled by `on conflict`"
    if not taken.decided:
        return f"{taken.outcome}, the default"
    return f"{taken.outcome}, because of {' and '.join(dict.fromkeys(taken.because))}"


Result = tuple[str | None, bool, bool]
"""The outcome of a decision (None: it failed or was not taken), and whether it is decided and
conflicted."""


class Decision(Mapping[str, str]):
    """The outcome of each decision, by name; also as attributes (`d.reply`).

    `decided` tells of each decision whether a rule or an instruction settled it (if not, it is the
    default); `conflicted` are the ones that `on conflict` settled; `because` has the winners of
    each. What explains it is computed when it is first asked for.
    """

    __slots__ = ("_explain", "_given", "_names", "_results", "_traces", "_values")
    # A subclass has the tables of its spec, and what makes traces: its instances need none.
    _tables: Any = None
    _trace: Any = None
    _results: tuple[Result, ...]
    _values: Any
    _given: Any

    def __init__(self, traces: tuple[DecisionTrace, ...], explain: Any = None) -> None:
        self._traces = traces
        self._results = tuple((t.outcome or "", t.decided, t.conflicted) for t in traces)
        self._explain = explain

    @property
    def traces(self) -> tuple[DecisionTrace, ...]:
        found: tuple[DecisionTrace, ...] | None = getattr(self, "_traces", None)
        if found is None:
            found = self._traces = self._trace(
                self._tables, self._values, getattr(self, "_given", ())
            )
        return found

    @property
    def _decisions(self) -> Sequence[str]:
        """Return the names of the decisions, in the order of their results."""
        found = self._traces if self._tables is None else self._tables.decisions
        return [one.name for one in found]

    @property
    def decided(self) -> dict[str, bool]:
        return {name: found[1] for name, found in zip(self._decisions, self._results, strict=True)}

    @property
    def conflicted(self) -> frozenset[str]:
        found = zip(self._decisions, self._results, strict=True)
        return frozenset(name for name, result in found if result[2])

    @property
    def because(self) -> dict[str, tuple[str, ...]]:
        return {t.name: t.because for t in self.traces}

    def explain(self) -> Explanation:
        """Explain the winners and the overridden, superseded and ignored candidates.
        `specdsl.Policy.decide` adds the unknown facts that matter, which an emitted module cannot
        compute.
        """
        compute = getattr(self, "_explain", None)
        unknown = compute() if compute is not None else {}
        return Explanation(self.traces, unknown)

    def to_dict(self) -> dict[str, Any]:
        return {"decisions": {t.name: t.to_dict() for t in self.traces}}

    @property
    def _outcomes(self) -> dict[str, str]:
        found: dict[str, str] | None = getattr(self, "_names", None)
        if found is None:
            results = zip(self._decisions, self._results, strict=True)
            found = self._names = {name: result[0] or "" for name, result in results}
        return found

    def __getitem__(self, name: str) -> str:
        return self._outcomes[name]

    def __getattr__(self, name: str) -> str:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._outcomes[name]
        except KeyError:
            raise AttributeError(f"there is no decision `{name}`") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._outcomes)

    def __len__(self) -> int:
        return len(self._results)

    def __repr__(self) -> str:
        return f"Decision({', '.join(f'{k}={v!r}' for k, v in self._outcomes.items())})"

    def __reduce__(self) -> Any:
        return type(self), (self.traces,)
