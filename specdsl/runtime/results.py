"""What a decision function returns and raises."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Instruction:
    """What somebody asks for: `by` a principal, an effect as in a spec (`"reply is untrue"`).

    `implied` where it was not stated but follows from context; `at` a level below the principal's
    own, where it asks for less than it could.
    """

    by: str
    effect: str
    implied: bool = False
    at: str | None = None


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a situation. `got` is what was given, as JSON can have it, long
    values cut."""

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
        found["got"] = self.got
        if self.suggestion:
            found["suggestion"] = self.suggestion
        return found


def one_line(text: str) -> str:
    """The text with a mark for each character that could act in a log or on a terminal."""
    return "".join(char if char.isprintable() else "�" for char in text)


class BadInput(ValueError):
    """A situation that cannot be decided. `faults` names everything that is wrong with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults

    def __reduce__(self) -> Any:
        return type(self), (self.faults,)

    def to_dict(self) -> dict[str, Any]:
        faults = [fault.to_dict() for fault in self.faults]
        return {"error": {"kind": "bad_input", "faults": faults}}


@dataclass(frozen=True)
class Part:
    """What became of one candidate: a rule, or an instruction (`principal` then names who).

    `status`: standing, overridden, superseded or ignored; `by`: what overrode it, or why it does
    not count. `excludes` and `lifts` name outcomes; `because` is the reason that a rule gives.
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
class Taken:
    """One decision: its outcome (None where it failed or was not taken) and how it came about.

    `clashes`: the rules of each minimal clash, of the fewest first; `complete`: these are all. What
    became of each candidate, `parts`, is worked out when it is asked for.
    """

    name: str
    outcome: str | None
    decided: bool = False
    conflicted: bool = False
    failed: bool = False
    because: tuple[str, ...] = ()
    clashes: tuple[frozenset[str], ...] = ()
    complete: bool = True
    explained: Callable[[], tuple[Part, ...]] = field(default=tuple, compare=False, repr=False)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        return self.explained()

    def __getstate__(self) -> dict[str, Any]:
        parts = self.parts
        return {**self.__dict__, "parts": parts, "explained": tuple}

    def to_dict(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome,
            "decided": self.decided,
            "conflicted": self.conflicted,
            "because": list(self.because),
        }


MOST_CLASHES = 50  # of one decision that a contradiction names


def _clashes_of(taken: Taken) -> list[list[str]]:
    """The rules of each, by name; those of the fewest first."""
    return sorted(map(sorted, taken.clashes), key=lambda names: (len(names), names))


def listed(names: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


class Contradiction(Exception):
    """Rules clash over a decision that has no `on conflict`.

    `clashes`: by decision the rules of each minimal clash, of the fewest first, and of each
    decision at most 50; `more`: there are others; `decisions`: the first of each decision; `taken`:
    those that could be decided; `not_taken`: those that read a contradictory one.
    """

    def __init__(self, traces: tuple[Taken, ...]) -> None:
        self.traces = traces
        failed = [t for t in traces if t.failed]
        found = {t.name: _clashes_of(t) for t in failed}
        self.clashes = {name: clashes[:MOST_CLASHES] for name, clashes in found.items()}
        self.more = not all(t.complete and len(t.clashes) <= MOST_CLASHES for t in failed)
        self.decisions = {name: clashes[0] for name, clashes in found.items()}
        self.taken = {t.name: t for t in traces if t.outcome is not None}
        self.not_taken = tuple(t.name for t in traces if t.outcome is None and not t.failed)
        said = [
            f"{name}: {listed(rules)} contradict each other"
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
    """Why each decision came out as it did. `unknown`: by decision, facts that are unknown and
    would change the outcome if they were known, each with the outcomes it could lead to."""

    traces: tuple[Taken, ...]
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
        return "\n".join(one_line(line) for taken in self.traces for line in self._lines(taken))

    def _lines(self, taken: Taken) -> Iterator[str]:
        yield f"{taken.name}: {_summary(taken)}"
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
            found = _clashes_of(taken)[:MOST_CLASHES]
            yield from (f"  contradiction between {listed(rules)}" for rules in found)
        for fact, outcomes in self.unknown.get(taken.name, {}).items():
            could = " or ".join(outcomes)
            yield f"  {fact} is unknown: if it were known, {could} could be the outcome"


def _summary(taken: Taken) -> str:
    if taken.failed:
        return "contradiction"
    if taken.outcome is None:
        return "not taken, because a decision that it reads failed"
    if taken.conflicted:
        return f"{taken.outcome}, settled by `on conflict`"
    if not taken.decided:
        return f"{taken.outcome}, the default"
    return f"{taken.outcome}, because of {' and '.join(dict.fromkeys(taken.because))}"


class Decision(Mapping[str, str]):
    """The outcome of each decision, by name; also as attributes (`d.reply`).

    `decided` says of each whether a rule or an instruction settled it (else it is the default);
    `conflicted` are those that `on conflict` settled; `because` the winners of each.
    """

    def __init__(self, traces: tuple[Taken, ...], explain: Any = None) -> None:
        self.traces = traces
        self._outcomes = {t.name: t.outcome or "" for t in traces}
        self._explain = explain

    @property
    def decided(self) -> dict[str, bool]:
        return {t.name: t.decided for t in self.traces}

    @property
    def conflicted(self) -> frozenset[str]:
        return frozenset(t.name for t in self.traces if t.conflicted)

    @property
    def because(self) -> dict[str, tuple[str, ...]]:
        return {t.name: t.because for t in self.traces}

    def explain(self) -> Explanation:
        """Winners, overridden, superseded and ignored candidates. `specdsl.Policy.decide` adds the
        unknown facts that matter; an emitted module cannot tell which values to try."""
        unknown = self._explain() if self._explain is not None else {}
        return Explanation(self.traces, unknown)

    def to_dict(self) -> dict[str, Any]:
        return {"decisions": {t.name: t.to_dict() for t in self.traces}}

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
        return len(self._outcomes)

    def __repr__(self) -> str:
        return f"Decision({', '.join(f'{k}={v!r}' for k, v in self._outcomes.items())})"

    def __reduce__(self) -> Any:
        return type(self), (self.traces,)
