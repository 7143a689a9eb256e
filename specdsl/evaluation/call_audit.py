"""Audit of tool calls that were made: what a policy says of each, as far as its facts are settled.

A call is judged from the facts that the records and the conversation settle. Where every completion
of the others has one outcome, that is the verdict; else the call is *open*, and the facts that can
still change it are named. A call that is not denied is a *near miss* where the agent had not looked
up facts that decide it: it was right by luck.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from typing import Any, Protocol

from specdsl.api import Policy, Spec, read_facts
from specdsl.base.quick_dataclass import dataclass
from specdsl.evaluation.trajectories import (
    ExecutedCall,
    ToolRequest,
    Trajectory,
    executed_calls,
)
from specdsl.runtime.results import BadInput, Contradiction
from specdsl.semantics.aig import TRUE
from specdsl.semantics.substitution import substitute_facts
from specdsl.situations.situation import default_of, to_json

OPEN, CONTRADICTION = "open", "contradiction"


@dataclass(frozen=True, slots=True)
class SettledFacts:
    """The facts of a call that are settled. `unseen` are those of them that only the records have:
    the agent had not looked them up. `problem`: why no facts can be given.
    """

    known: Mapping[str, Any]
    unseen: frozenset[str] = frozenset()
    problem: str = ""


class CallRecords(Protocol):
    """The records around one conversation, as they are after the calls so far."""

    def settled_facts(self, call: ExecutedCall) -> SettledFacts | None:
        """Return the facts of a call; None if it changes nothing."""

    def subject(self, request: ToolRequest) -> Mapping[str, str | None]:
        """Return what the call is about, by names of the domain."""

    def apply(self, request: ToolRequest, answer: str | None) -> None:
        """Change the records as the call did. `answer` is what the tool said, if it ran."""


class CallDomain(Protocol):
    """A domain whose calls are audited: it opens the records of a conversation."""

    def open_records(self) -> CallRecords: ...


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """What a policy says of a call: an outcome, *contradiction*, or *open*, with the rules that
    give it in every completion, the facts that can still change it, and the ones that the agent had
    not looked up though they decide. `problem`: why nothing could be decided.
    """

    verdict: str
    because: tuple[str, ...] = ()
    open_facts: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class AuditedCall:
    """A call of a conversation, with its verdict. `index`: the position of its message, or of the
    expected action. `reward`: of the conversation.
    """

    task_id: int | str
    trial: int
    index: int
    tool: str
    subject: Mapping[str, str | None]
    verdict: AuditVerdict
    reward: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        verdict = self.verdict
        found: dict[str, Any] = {
            "task_id": self.task_id,
            "trial": self.trial,
            "index": self.index,
            "tool": self.tool,
            **self.subject,
            "verdict": verdict.verdict,
            "because": list(verdict.because),
            "open_facts": list(verdict.open_facts),
            "unchecked": list(verdict.unchecked),
            "reward": self.reward,
        }
        return found | ({"problem": verdict.problem} if verdict.problem else {})


@dataclass(frozen=True, slots=True)
class CallAudit:
    """The executed calls of conversations and the actions that their tasks expected."""

    conversations: int
    executed: tuple[AuditedCall, ...]
    expected: tuple[AuditedCall, ...]


class CallAuditor:
    """Judges calls by one decision of a spec, which need not pass the check. `against`: the outcome
    of a call that breaks it.
    """

    def __init__(self, spec: Spec, decision: str, against: str) -> None:
        self._circuit, self._decision, self._against = spec.circuit, decision, against
        self._policy = Policy(spec.circuit)
        self._judged: dict[Hashable, AuditVerdict] = {}

    def audit(self, trajectories: Iterable[Trajectory], domain: CallDomain) -> CallAudit:
        """Judge every executed call that changes something, and every expected action; where
        several conversations have one task, its actions once.
        """
        talks = list(trajectories)
        executed = [call for talk in talks for call in self._judge_executed(talk, domain)]
        tasks = {talk.task_id: talk for talk in talks}
        expected = [call for talk in tasks.values() for call in self._judge_expected(talk, domain)]
        return CallAudit(len(talks), tuple(executed), tuple(expected))

    def _judge_executed(self, talk: Trajectory, domain: CallDomain) -> Iterator[AuditedCall]:
        records = domain.open_records()
        for call in executed_calls(talk):
            facts = None if call.failed else records.settled_facts(call)
            if facts is not None:
                yield self._judge_call(talk, call, records, facts, talk.reward)
                records.apply(call.request, call.answer)

    def _judge_expected(self, talk: Trajectory, domain: CallDomain) -> Iterator[AuditedCall]:
        """Judge the actions that a task expects. Nothing was said before them."""
        records = domain.open_records()
        for index, request in enumerate(talk.expected):
            call = ExecutedCall(index, request, "", ())
            facts = records.settled_facts(call)
            if facts is not None:
                yield self._judge_call(talk, call, records, facts, None)
                records.apply(request, None)

    def _judge_call(
        self,
        talk: Trajectory,
        call: ExecutedCall,
        records: CallRecords,
        facts: SettledFacts,
        reward: float | None,
    ) -> AuditedCall:
        where = talk.task_id, talk.trial, call.index, call.request.tool
        return AuditedCall(*where, records.subject(call.request), self.judge(facts), reward)

    # --- one call --------------------------------------------------------------------------------

    def judge(self, facts: SettledFacts) -> AuditVerdict:
        """Return the verdict on a call with these facts."""
        if facts.problem:
            return AuditVerdict(OPEN, problem=facts.problem)
        known = tuple(sorted((name, repr(value)) for name, value in facts.known.items()))
        key = known, facts.unseen
        if key not in self._judged:
            self._judged[key] = self._judge(facts)
        return self._judged[key]

    def _judge(self, facts: SettledFacts) -> AuditVerdict:
        try:
            open_facts = self._open_facts(facts.known)
            verdict, because = (OPEN, ()) if open_facts else self._settled_outcome(facts.known)
        except BadInput as problem:
            return AuditVerdict(OPEN, problem=str(problem))
        if verdict in (self._against, CONTRADICTION):
            return AuditVerdict(verdict, because)
        seen = {k: v for k, v in facts.known.items() if k not in facts.unseen}
        unchecked = tuple(f for f in self._open_facts(seen) if f in facts.unseen)
        return AuditVerdict(verdict, because, open_facts, unchecked)

    def _open_facts(self, known: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(
            self._policy.open_facts(known, looked_up=tuple(known), decisions=(self._decision,))
        )

    def _settled_outcome(self, known: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
        """Return the outcome that all completions have, with the rules that stand and that apply
        in all of them.
        """
        facts = {fact.name: to_json(fact, default_of(fact)) for fact in self._policy.facts}
        try:
            traces = self._policy.decide({**facts, **known}).traces
        except Contradiction as failed:
            traces = failed.traces
        trace = next(one for one in traces if one.name == self._decision)
        standing = [part.name for part in trace.parts if part.status == "standing"]
        return trace.outcome or CONTRADICTION, self._applying_rules(known, standing)

    def _applying_rules(self, known: Mapping[str, Any], names: Collection[str]) -> tuple[str, ...]:
        """Return those of the rules that apply whatever the other facts are."""
        circuit = self._circuit
        with circuit.graph.scratch():
            values = read_facts(circuit, known)
            rewrite = circuit.graph.rewriter(substitute_facts(circuit.graph, values))
            applying = {r.name for r, of in circuit.rules.items() if rewrite(of.applies) == TRUE}
        return tuple(name for name in names if name in applying)
