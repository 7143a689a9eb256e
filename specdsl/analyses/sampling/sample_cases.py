"""Stratified sampling of situations: what has to be shown first, then the same share for each rule.

A set of a seed is the same on every run. Each case is decided by the decision function itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from random import Random
from typing import Any

from specdsl.analyses.sampling.obligations import Obligation, sampling_obligations
from specdsl.analyses.sampling.sampled_set import SampledCase, SampledSet, SampledTwin, SettledClaim
from specdsl.analyses.sampling.situation_source import SituationSource
from specdsl.api import Policy, Spec, start_session
from specdsl.base.limits import MAX_DRAWING_ROUNDS, MAX_TWIN_TRIES
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Fact
from specdsl.reasoning.domains.representatives import Representatives
from specdsl.reasoning.sat.engine import Answer
from specdsl.runtime.results import BadInput, Contradiction, Decision, DecisionTrace
from specdsl.semantics.fact_values import FactValue
from specdsl.situations.situation import Situation, to_json

SPOKEN_SHARE = 0.25
"""Share of the random cases in which somebody gives an instruction, where somebody may."""


@dataclass(frozen=True, slots=True)
class SamplingOptions:
    """The options of a set. `held_out` is the share of regions that are kept for the test."""

    count: int
    seed: int = 0
    held_out: float = 0.2


def sample_cases(spec: Spec, options: SamplingOptions) -> SampledSet:
    """Draw a set of cases of a spec."""
    return _Sampling(spec, options).run()


class _Sampling:
    """A run of sampling, with the cases so far, each once."""

    def __init__(self, spec: Spec, options: SamplingOptions) -> None:
        self._options = options
        self._session = start_session(spec)
        self._policy = Policy(spec.circuit)
        self._chosen = Random(options.seed)
        self._cases: dict[str, SampledCase] = {}

    def run(self) -> SampledSet:
        obligations = list(sampling_obligations(self._session))
        sources = {
            d: SituationSource(self._session, d, [o for o in obligations if o.decision is d])
            for d in self._session.spec.decisions
        }
        answers, shown = self._settle(obligations, sources)
        room = [one for one in obligations if one in shown]
        for one in room[: self._options.count]:
            self._add(sources[one.decision], one.decision, shown[one], one.text)
        for source, decision, situation in self._random_situations(sources):
            self._add(source, decision, situation, "")
        texts = {answer: _texts_of(answers, answer) for answer in Answer}
        return SampledSet(
            tuple(self._cases.values()),
            self._held_out_regions(),
            {rule.name: rule for rule in self._session.spec.rules},
            min(len(room), self._options.count),
            texts[Answer.UNSAT],
            texts[Answer.UNDETERMINED],
            tuple(one.text for one in room[self._options.count :]),
            self._options.count,
            tuple(_settled_claims(obligations, answers, shown)),
        )

    def _settle(
        self, obligations: Sequence[Obligation], sources: Mapping[DecisionModel, SituationSource]
    ) -> tuple[dict[Obligation, Answer], dict[Obligation, Situation]]:
        """Return for each obligation whether it can be met, and situations that meet them."""
        answers: dict[Obligation, Answer] = {}
        shown: dict[Obligation, Situation] = {}
        for decision, source in sources.items():
            shown |= source.sampled_claims()
            left = [one for one in obligations if one.decision is decision and one not in shown]
            for one, answer, situation in source.settle_claims(left):
                answers[one] = answer
                if situation is not None:
                    shown[one] = situation
        return answers, shown

    # --- random cases ----------------------------------------------------------------------------

    def _random_situations(
        self, sources: Mapping[DecisionModel, SituationSource]
    ) -> Iterator[tuple[SituationSource, DecisionModel, Situation]]:
        """Yield situations until the set is full: in each round the same number for each rule."""
        strata = [(d, source, name) for d, source in sources.items() for name in source.strata]
        for _ in range(MAX_DRAWING_ROUNDS):
            missing = self._options.count - len(self._cases)
            before, share = len(self._cases), -(-missing // max(1, len(strata)))
            for decision, source, name in strata:
                wanted = min(len(self._cases) + share, self._options.count)
                for situation in source.draw(name, 2 * share):
                    if len(self._cases) >= wanted:
                        break
                    yield source, decision, self._with_instruction(source, situation)
            if len(self._cases) in (before, self._options.count):
                return

    def _with_instruction(self, source: SituationSource, situation: Situation) -> Situation:
        if self._chosen.random() >= SPOKEN_SHARE:
            return situation
        spoken = source.random_instruction(self._chosen)
        if spoken is None:
            return situation
        return Situation(situation.relevant_facts, situation.all_facts, (spoken,))

    # --- one case --------------------------------------------------------------------------------

    def _add(
        self, source: SituationSource, decision: DecisionModel, situation: Situation, shows: str
    ) -> None:
        """Add a case, unless it is there or the decision has no outcome in it."""
        read = {fact for column in source.columns for fact in column.facts}
        facts = {fact: value for fact, value in situation.all_facts.items() if fact in read}
        situation = Situation(facts, situation.all_facts, situation.instructions)
        key = f"{decision.name}: {situation}"
        if key in self._cases:
            return
        given = situation.to_replay()
        trace = self._trace(decision, given)
        if trace is None or trace.outcome is None:
            return
        self._cases[key] = SampledCase(
            decision,
            situation,
            trace.outcome,
            trace.because,
            _region_of(trace),
            self._twin(source.columns, trace, situation, given),
            shows,
        )

    def _decide(self, given: Mapping[str, Any]) -> Decision | Contradiction | None:
        """Return what is decided; None for a situation that the assumptions exclude."""
        try:
            return self._policy.decide(**given)
        except BadInput:
            return None
        except Contradiction as failed:
            return failed

    def _trace(self, decision: DecisionModel, given: Mapping[str, Any]) -> DecisionTrace | None:
        """Return what becomes of the decision."""
        found = self._decide(given)
        traces = () if found is None else found.traces
        return next((one for one in traces if one.name == decision.name), None)

    def _outcome(self, name: str, given: Mapping[str, Any]) -> str | None:
        """Return the outcome of a decision, if it has one."""
        match self._decide(given):
            case Contradiction() as failed:
                taken = failed.taken.get(name)
                return None if taken is None else taken.outcome
            case None:
                return None
            case found:
                return str(found[name])

    def _twin(
        self,
        columns: Sequence[Representatives],
        trace: DecisionTrace,
        situation: Situation,
        given: Mapping[str, Any],
    ) -> SampledTwin | None:
        changes = list(_single_changes(columns, situation))
        self._chosen.shuffle(changes)
        for fact, value in changes[:MAX_TWIN_TRIES]:
            shown = to_json(fact, value)
            changed = {**given, "facts": {**given["facts"], fact.name: shown}}
            outcome = self._outcome(trace.name, changed)
            if outcome is not None and outcome != trace.outcome:
                return SampledTwin(fact.name, shown, outcome)
        return None

    def _held_out_regions(self) -> frozenset[str]:
        """Return the regions that are kept for the test: at least one if there are two."""
        regions = {case.region for case in self._cases.values()}

        def place(region: str) -> str:
            return sha256(f"{self._options.seed} {region}".encode()).hexdigest()

        share = self._options.held_out
        count = min(max(1, round(share * len(regions))), len(regions) - 1) if share else 0
        return frozenset(sorted(regions, key=place)[:count] if share < 1 else regions)


def _single_changes(
    columns: Sequence[Representatives], situation: Situation
) -> Iterator[tuple[Fact, FactValue]]:
    """Yield each other value of each fact that the decision reads, once."""
    for column in columns:
        for place, fact in enumerate(column.facts):
            now = situation.all_facts[fact]
            yield from (
                (fact, value)
                for value in dict.fromkeys(values[place] for values in column.values)
                if value != now
            )


def _region_of(trace: DecisionTrace) -> str:
    """Return a name for the situations with this outcome in which the same candidates stand."""
    standing = sorted(part.name for part in trace.parts if part.status == "standing")
    text = " ".join([trace.name, trace.outcome or "", *standing])
    return f"{trace.name}-{trace.outcome}-{sha256(text.encode()).hexdigest()[:8]}"


def _settled_claims(
    obligations: Sequence[Obligation],
    answers: Mapping[Obligation, Answer],
    shown: Mapping[Obligation, Situation],
) -> Iterator[SettledClaim]:
    for one in obligations:
        settled = one in shown or answers[one] is Answer.UNSAT
        if one.rules is not None and settled:
            yield SettledClaim(one.decision, one.rules, one.text, shown.get(one))


def _texts_of(answers: Mapping[Obligation, Answer], wanted: Answer) -> tuple[str, ...]:
    return tuple(one.text for one, answer in answers.items() if answer is wanted)
