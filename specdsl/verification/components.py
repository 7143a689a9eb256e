"""Independent components of a spec: decisions and rules whose findings depend on nothing else.

Each decision is a component, with the rules that concern it alone. Rules with effects on several
decisions, or in a conditional policy whose rules have, are components of their own; so all findings
about a rule or a condition are found in one component. It is checked with its cone of influence, as
if that were the whole spec. Components can be distributed to forked processes, which start with
everything that has been computed so far.
"""

from __future__ import annotations

import io
import os
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Generic, TypeVar

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, PolicyBlock, Rule, SpecModel
from specdsl.frontend.ranking.ranks import RankedLevel, Ranks
from specdsl.frontend.ranking.value_order import ValueOrder, value_graph
from specdsl.reasoning.sat.engine import Limits
from specdsl.verification.child_processes import end_with_parent, without_interrupts
from specdsl.verification.cone_of_influence import cone_of_influence, decisions_in_order

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class Component:
    """Decisions and rules whose findings are looked for together, in the cone of influence of all
    that they concern: `spec`, with the ranks of its decisions."""

    decisions: tuple[DecisionModel, ...]
    rules: tuple[Rule, ...]
    spec: SpecModel
    levels: Mapping[DecisionModel, tuple[RankedLevel, ...]]

    @property
    def concerned_decisions(self) -> tuple[DecisionModel, ...]:
        """Return the decisions, and the ones that the rules have effects on."""
        found = {effect.decision for rule in self.rules for effect in rule.effects}
        return decisions_in_order(self.spec, found.union(self.decisions))


@dataclass(frozen=True, eq=False)
class ComponentTask:
    """A component and how it is checked: all input of its checks besides the decision function,
    which the component determines. The findings depend on nothing else."""

    component: Component
    fills: bool  # the spec has further facts that are always known
    limits: Limits
    brief: bool
    note_lines: bool
    errors_only: bool
    few_situations: bool
    first_only: bool


Work = Callable[[Component], Iterator[Result]]


def independent_components(spec: SpecModel, ranks: Ranks) -> tuple[Component, ...]:
    """Return a component for each decision, with the rules that concern it alone, and then one for
    all rules that tie the same decisions."""
    order = ValueOrder(value_graph(spec))
    alone, tied = _grouped_rules(spec)
    parts = [((one,), alone.get(one, ())) for one in spec.decisions]
    found: list[Component] = []
    for decisions, rules in (*parts, *(((), group) for group in tied)):
        members = {*decisions, *(effect.decision for rule in rules for effect in rule.effects)}
        cone = cone_of_influence(spec, ranks, members, order)
        found.append(Component(decisions, tuple(rules), *cone))
    return tuple(found)


def _grouped_rules(
    spec: SpecModel,
) -> tuple[Mapping[DecisionModel, Sequence[Rule]], Sequence[Sequence[Rule]]]:
    """Return the rules that concern one decision alone, by decision, and the others, in groups that
    have no decision in common: those with effects on several decisions, and those in a conditional
    policy whose rules have."""
    under: dict[PolicyBlock, set[DecisionModel]] = {}
    for rule in spec.rules:
        for policy in _conditional_policies(rule):
            under.setdefault(policy, set()).update(effect.decision for effect in rule.effects)
    alone: dict[DecisionModel, list[Rule]] = {}
    groups: dict[DecisionModel, list[Rule]] = {}
    for rule in spec.rules:
        about = {effect.decision for effect in rule.effects}
        about.update(*(under[policy] for policy in _conditional_policies(rule)))
        if len(about) == 1:
            alone.setdefault(rule.effects[0].decision, []).append(rule)
            continue
        merged = {id(groups[one]): groups[one] for one in about if one in groups}
        rules = [*chain(*merged.values()), rule]
        ends = {one for one, group in groups.items() if id(group) in merged}
        groups.update(dict.fromkeys(about | ends, rules))
    place = {rule: i for i, rule in enumerate(spec.rules)}
    tied = {id(group): sorted(group, key=place.__getitem__) for group in groups.values()}
    return alone, sorted(tied.values(), key=lambda group: place[group[0]])


def _conditional_policies(rule: Rule) -> Iterator[PolicyBlock]:
    """Yield the policies around the rule that have a condition."""
    policy = rule.policy
    while policy is not None:
        if policy.when is not None:
            yield policy
        policy = policy.parent


def balance_load(every: Sequence[Component], jobs: int) -> tuple[tuple[Component, ...], ...]:
    """Distribute components to at most `jobs` shares of about as many rules each; to one if
    processes cannot be forked."""
    if jobs < 2 or not every or not _can_fork():
        return (tuple(every),)
    found: list[list[Component]] = [[] for _ in range(min(jobs, len(every)))]
    for component in sorted(every, key=_load_of, reverse=True):
        min(found, key=lambda share: sum(map(_load_of, share))).append(component)
    return tuple(map(tuple, found))


def _can_fork() -> bool:
    import multiprocessing  # It takes a tenth of the start, and few specs need it.

    forks = "fork" in multiprocessing.get_all_start_methods()
    return forks and not multiprocessing.current_process().daemon


def _load_of(component: Component) -> int:
    return 1 + len(component.spec.rules)


class ForkedWorker(Generic[Result]):
    """A forked process that works on some components, in rounds."""

    def __init__(
        self, work: Work[Result], share: Sequence[Component], shared: Sequence[object], rounds: int
    ) -> None:
        """Start the process. `shared` are objects that both processes have; they are not sent."""
        from multiprocessing import get_context

        self._work, self._share, self._shared, self._rounds = work, share, shared, rounds
        self._rounds_done, self._own_work = 0, list[Iterator[Result]]()
        sys.stdout.flush()
        sys.stderr.flush()
        forking = get_context("fork")
        self._reader, writer = forking.Pipe(duplex=False)
        target, parent = self._send, os.getpid()
        self._process = forking.Process(target=target, args=(writer, parent), daemon=True)
        with without_interrupts():
            self._process.start()
        writer.close()

    def _send(self, writer: Connection, parent: int) -> None:
        """Work and send results, in the child process, which then ends without clean-up."""
        try:
            end_with_parent(parent)
            working = [self._work(component) for component in self._share]
            for _ in range(self._rounds):
                file = io.BytesIO()
                _Pickler(file, self._shared).dump([next(one) for one in working])
                writer.send_bytes(file.getvalue())
        finally:
            os._exit(0)

    def results(self) -> dict[Component, Result]:
        """Return the next results by component; they are computed here if the process died."""
        try:
            sent = io.BytesIO(self._reader.recv_bytes())
            found: list[Result] = _Unpickler(sent, self._shared).load()
        except EOFError:
            found = self._work_here()
        self._rounds_done += 1
        return dict(zip(self._share, found, strict=True))

    def _work_here(self) -> list[Result]:
        """Compute the results, all rounds in order, so that they are the same."""
        if not self._own_work:
            self._own_work = [
                islice(self._work(component), self._rounds_done, None) for component in self._share
            ]
        return [next(one) for one in self._own_work]

    def stop(self) -> None:
        self._process.kill()
        self._process.join()
        self._reader.close()


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, shared: Sequence[object]) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self._places = {id(one): i for i, one in enumerate(shared)}

    def persistent_id(self, obj: object) -> int | None:
        return self._places.get(id(obj))


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, shared: Sequence[object]) -> None:
        super().__init__(file)
        self._shared = shared

    def persistent_load(self, pid: int) -> object:
        return self._shared[pid]
