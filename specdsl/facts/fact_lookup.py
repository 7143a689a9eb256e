"""Look-up of facts on demand: the most telling one first, until the decisions are settled."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from inspect import isawaitable, iscoroutine
from typing import Any

from specdsl.base.quick_dataclass import dataclass
from specdsl.facts.open_facts import OpenFactsAnalysis
from specdsl.runtime.plain_values import UnfitValue, list_items
from specdsl.runtime.read_situation import MAX_SAID
from specdsl.runtime.results import BadInput, Contradiction, Decision, DecisionTrace, Fault

Lookup = Callable[[], Any]
"""Finds the value of one fact; None if nobody knows."""
Tracer = Callable[[Mapping[str, Any], Iterable[Any]], tuple[DecisionTrace, ...]]
"""The decision function, as traces of all decisions."""


class LookupFailed(Exception):
    """The look-up of a fact raised an exception, which is the cause of this one: nothing is
    decided.
    """

    def __init__(self, fact: str, problem: str) -> None:
        super().__init__(f"{fact}: {problem}")
        self.fact = fact

    def __reduce__(self) -> Any:
        return type(self), (self.fact, str(self).removeprefix(f"{self.fact}: "))


class LookedUpDecision(Decision):
    """A decision for which facts were looked up: `looked_up` has their values, in the order of the
    look-ups.

    The outcomes are those of every situation with these facts. A required fact that could not
    change them was not looked up and has the value that `filled_in` says: another value may lead to
    the same outcomes for other reasons (`because`, `decided`, `conflicted`).
    """

    __slots__ = ("filled_in", "looked_up")

    def __init__(
        self,
        traces: tuple[DecisionTrace, ...],
        looked_up: Mapping[str, Any],
        filled_in: Mapping[str, Any],
    ) -> None:
        super().__init__(traces)
        self.looked_up = looked_up
        self.filled_in = filled_in

    def __reduce__(self) -> Any:
        return LookedUpDecision, (self.traces, self.looked_up, self.filled_in)


@dataclass(frozen=True, slots=True)
class LookupPlan:
    """A decision to be made with look-ups of facts that are not among the known ones."""

    analysis: OpenFactsAnalysis
    trace: Tracer
    lookups: Mapping[str, Lookup]
    known: Mapping[str, Any]
    says: Iterable[Any]
    decisions: Collection[str] | None = None

    def decide(self) -> LookedUpDecision:
        """Decide with look-ups that return their values. Raises `LookupFailed`."""
        found = _Progress(self)
        while (name := found.next_fact()) is not None:
            value = self._call(name)
            if isawaitable(value):
                if iscoroutine(value):
                    value.close()
                raise LookupFailed(name, "it has to be awaited: use `decide_with_async`")
            found.looked_up[name] = value
        return found.decision()

    async def decide_async(self) -> LookedUpDecision:
        """Decide with look-ups that return their values, or what is awaited for these."""
        found = _Progress(self)
        while (name := found.next_fact()) is not None:
            value = self._call(name)
            if isawaitable(value):
                try:
                    value = await value
                except Exception as problem:
                    raise _failure_of(name, problem) from problem
            found.looked_up[name] = value
        return found.decision()

    def _call(self, name: str) -> Any:
        try:
            return self.lookups[name]()
        except Exception as problem:
            raise _failure_of(name, problem) from problem


def _failure_of(name: str, problem: Exception) -> LookupFailed:
    return LookupFailed(name, f"its look-up raised {type(problem).__name__}")


class _Progress:
    """The look-ups of one plan that were made so far."""

    def __init__(self, plan: LookupPlan) -> None:
        self._plan = plan
        self._says = repeatable_instructions(plan.says)
        self._fixed = frozenset(plan.analysis.fact_names) - plan.lookups.keys()
        self.looked_up: dict[str, Any] = {}
        unknown = sorted(plan.lookups.keys() - set(plan.analysis.fact_names))
        if unknown:
            wanted = "a declared fact"
            raise BadInput(tuple(Fault(name, "there is no such fact", wanted) for name in unknown))

    def next_fact(self) -> str | None:
        """Return the fact to look up next; None if the decisions are settled. Raises `BadInput`,
        also for a value that a look-up returned.
        """
        plan = self._plan
        found = plan.analysis.find(
            self._facts, self._says, self._settled_facts, plan.decisions, first=True
        )
        return found[0] if found else None

    def decision(self) -> LookedUpDecision:
        """Return the decision. Raises `Contradiction`."""
        plan, facts = self._plan, self._facts
        rest = plan.analysis.complete(facts, self._says, self._settled_facts)
        traces = plan.trace({**facts, **rest}, self._says)
        if plan.decisions is not None:  # Others are not settled.
            traces = tuple(trace for trace in traces if trace.name in plan.decisions)
        if any(trace.outcome is None for trace in traces):
            raise Contradiction(traces)
        filled_in = {name: value for name, value in rest.items() if value is not None}
        return LookedUpDecision(traces, self.looked_up, filled_in)

    @property
    def _facts(self) -> Mapping[str, Any]:
        known = self._plan.known
        return {**known, **self.looked_up} if self.looked_up else known

    @property
    def _settled_facts(self) -> frozenset[str]:
        """Return the facts that are looked up, or never will be."""
        return self._fixed | self.looked_up.keys()


def repeatable_instructions(says: Iterable[Any]) -> Iterable[Any]:
    """Return instructions that can be read several times."""
    try:
        found = list_items(says, MAX_SAID, ordered=True)
    except UnfitValue:
        found = None
    return says if found is None else found  # What is no list is a fault when it is read.
