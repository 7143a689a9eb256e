"""The units of a spec: decisions of which findings can be looked for one unit at a time.

Decisions on which one rule has effects, or rules under one condition, are in one unit, so that all
that is found of a rule or a condition is found in one. A unit is looked at together with what bears
on it, as if that were the whole spec: what is found depends on nothing else. Units can be shared
out among processes, which are forked: they start with all that has been made so far.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import pickle
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from multiprocessing.connection import Connection
from typing import Generic, TypeVar

from specdsl.frontend.model.nodes import Decision, PolicyBlock, Rule, Spec
from specdsl.frontend.model.traversal import decisions_read
from specdsl.frontend.ranking.ranks import RankedLevel
from specdsl.reasoning.sat.engine import Limits
from specdsl.verification.child_processes import end_with_parent, without_interrupts

Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class Component:
    """`spec`: the decisions with all that they read, and the rules on these; no examples and no
    assertions."""

    decisions: tuple[Decision, ...]
    spec: Spec


@dataclass(frozen=True, eq=False)
class ComponentTask:
    """A unit and how it is looked at: all that its checks get, besides the decision function, which
    says what the unit says. What is found of it may depend on nothing else."""

    component: Component
    levels: Mapping[Decision, tuple[RankedLevel, ...]]  # the ranks of all its decisions
    path: str
    limits: Limits
    brief: bool
    note_lines: bool
    errors_only: bool


Work = Callable[[Component], Iterator[Result]]


def independent_components(spec: Spec) -> tuple[Component, ...]:
    """In the order of their first decisions."""
    tied = _tied_decisions(spec)
    found = {id(members): members for members in tied.values()}
    return tuple(
        Component(_in_spec_order(spec, members), _cone_of_influence(spec, tied, members))
        for members in found.values()
    )


def _tied_decisions(spec: Spec) -> dict[Decision, set[Decision]]:
    """With each decision those that are tied to it, directly or not: by effects of one rule, or by
    rules under the condition of one policy."""
    found = {decision: {decision} for decision in spec.decisions}
    under: dict[PolicyBlock, Decision] = {}
    for rule in spec.rules:
        first = rule.effects[0].decision
        ties = [effect.decision for effect in rule.effects[1:]]
        ties += [under.setdefault(policy, first) for policy in _conditional_policies(rule)]
        for other in ties:
            mine, others = found[first], found[other]
            if mine is not others:
                mine |= others
                found.update(dict.fromkeys(others, mine))
    return found


def _conditional_policies(rule: Rule) -> Iterator[PolicyBlock]:
    """The policies around it that have a condition."""
    policy = rule.policy
    while policy is not None:
        if policy.when is not None:
            yield policy
        policy = policy.parent


def _in_spec_order(spec: Spec, some: Collection[Decision]) -> tuple[Decision, ...]:
    return tuple(decision for decision in spec.decisions if decision in some)


def _cone_of_influence(
    spec: Spec, tied: Mapping[Decision, set[Decision]], members: set[Decision]
) -> Spec:
    """What bears on the decisions: with those that they read come those that are tied to them."""
    read = decisions_read(*(assume.expr for assume in spec.assumes))
    cone: set[Decision] = set()
    stack = [*members, *read]
    while stack:
        decision = stack.pop()
        if decision not in cone:
            cone.add(decision)
            stack += [*spec.reads[decision], *tied[decision]]
    rules = tuple(rule for rule in spec.rules if rule.effects[0].decision in cone)
    kept = frozenset(rules)
    return replace(
        spec,
        decisions=_in_spec_order(spec, cone),
        reads={decision: read for decision, read in spec.reads.items() if decision in cone},
        delegates=tuple(d for d in spec.delegates if not cone.isdisjoint(d.decisions)),
        policies=_enclosing_policies(spec, rules),
        rules=rules,
        overrides=tuple(o for o in spec.overrides if {o.rule, o.target} <= kept),
        examples=(),
        assertions=(),
        changes=(),
    )


def _enclosing_policies(spec: Spec, rules: Iterable[Rule]) -> tuple[PolicyBlock, ...]:
    """The policies around the rules."""
    found: set[PolicyBlock] = set()
    for rule in rules:
        policy = rule.policy
        while policy is not None and policy not in found:
            found.add(policy)
            policy = policy.parent
    return tuple(policy for policy in spec.policies if policy in found)


def balance_load(every: Sequence[Component], jobs: int) -> tuple[tuple[Component, ...], ...]:
    """Of about as many rules each, at most so many; one where no process can be forked."""
    forks = "fork" in multiprocessing.get_all_start_methods()
    if jobs < 2 or not every or not forks or multiprocessing.current_process().daemon:
        return (tuple(every),)
    found: list[list[Component]] = [[] for _ in range(min(jobs, len(every)))]
    for unit in sorted(every, key=_load_of, reverse=True):
        min(found, key=lambda share: sum(map(_load_of, share))).append(unit)
    return tuple(map(tuple, found))


def _load_of(unit: Component) -> int:
    return 1 + len(unit.spec.rules)


class ForkedWorker(Generic[Result]):
    """A process that works on some units beside this one, in rounds."""

    def __init__(
        self, work: Work[Result], share: Sequence[Component], same: Sequence[object], rounds: int
    ) -> None:
        """`same`: what both processes have; it is not sent."""
        self._work, self._share, self._same, self._rounds = work, share, same, rounds
        self._done, self._here = 0, list[Iterator[Result]]()
        sys.stdout.flush()
        sys.stderr.flush()
        forking = multiprocessing.get_context("fork")
        self._reader, writer = forking.Pipe(duplex=False)
        target, parent = self._send, os.getpid()
        self._process = forking.Process(target=target, args=(writer, parent), daemon=True)
        with without_interrupts():
            self._process.start()
        writer.close()

    def _send(self, writer: Connection, parent: int) -> None:
        """In the other process, of which nothing is left to be done at its end."""
        try:
            end_with_parent(parent)
            working = [self._work(unit) for unit in self._share]
            for _ in range(self._rounds):
                file = io.BytesIO()
                _Pickler(file, self._same).dump([next(one) for one in working])
                writer.send_bytes(file.getvalue())
        finally:
            os._exit(0)

    def results(self) -> dict[Component, Result]:
        """Those of the next round, by unit; worked out here where the process came to an end."""
        try:
            sent = io.BytesIO(self._reader.recv_bytes())
            found: list[Result] = _Unpickler(sent, self._same).load()
        except EOFError:
            found = self._worked_out_here()
        self._done += 1
        return dict(zip(self._share, found, strict=True))

    def _worked_out_here(self) -> list[Result]:
        """All from the first round on, so that it is the same."""
        if not self._here:
            self._here = [islice(self._work(unit), self._done, None) for unit in self._share]
        return [next(one) for one in self._here]

    def stop(self) -> None:
        self._process.kill()
        self._process.join()
        self._reader.close()


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, same: Sequence[object]) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self._places = {id(one): i for i, one in enumerate(same)}

    def persistent_id(self, obj: object) -> int | None:
        return self._places.get(id(obj))


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, same: Sequence[object]) -> None:
        super().__init__(file)
        self._same = same

    def persistent_load(self, pid: int) -> object:
        return self._same[pid]
