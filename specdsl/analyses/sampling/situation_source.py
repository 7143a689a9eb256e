"""Source of situations about one decision: from random simulation, and from a solver for claims
that no sample satisfies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random

from specdsl.analyses.sampling.obligations import Obligation
from specdsl.frontend.model.nodes import DecisionModel, Fact
from specdsl.reasoning.domains.representatives import Representatives
from specdsl.reasoning.prover import Prover
from specdsl.reasoning.sat.engine import Answer
from specdsl.reasoning.simulation.repaired_samples import RepairingSampler
from specdsl.reasoning.simulation.samples import bit_runs
from specdsl.semantics.fact_values import FactValue
from specdsl.semantics.instruction_inputs import eligible_speakers
from specdsl.situations.situation import Situation, SpokenInstruction, complete_facts
from specdsl.verification.check_session import CheckSession

TRIES = 4
"""Samples that are biased towards one claim before the solver is asked."""


class SituationSource:
    """Draws situations about one decision. `obligations` are those of the decision."""

    def __init__(
        self, session: CheckSession, decision: DecisionModel, obligations: Sequence[Obligation]
    ) -> None:
        self._session, self._decision = session, decision
        silent = session.uninstructed_world
        self._possible = silent.assumptions_hold()
        self._claims = {one: one.claim((silent,)) for one in obligations}
        found, graph = silent.resolution_of(decision), session.circuit.graph
        stands = {rule.name: one.stands for rule, one in found.rules.items()}
        self._alone = {
            name: graph.all_of((literal, *(o ^ 1 for o in stands.values() if o != literal)))
            for name, literal in stands.items()
        }
        self._alone[""] = graph.all_of((found.taken, found.decided ^ 1))
        self._stands = {**stands, "": self._alone[""]}
        roots = (self._possible, *self._alone.values(), *self._claims.values(), *stands.values())
        self._rules = {rule.name: literal for rule, literal in found.applies.items()}
        self._sampler = RepairingSampler(graph, (*roots, *self._rules.values()))

    @property
    def columns(self) -> tuple[Representatives, ...]:
        """Return the facts that the decision reads, each with a value of every class."""
        return self._sampler.columns

    # --- claims ----------------------------------------------------------------------------------

    def sampled_claims(self) -> dict[Obligation, Situation]:
        """Return a situation without instructions for each claim that a sample satisfies."""
        wanted = [claim for claim in self._claims.values() for _ in range(TRIES)]
        found: dict[Obligation, Situation] = {}
        for batch in self._sampler.batches([(self._possible, claim) for claim in wanted]):
            possible = batch.mask_of(self._possible)
            for one, claim in self._claims.items():
                here = batch.mask_of(claim) & possible
                if one not in found and here:
                    point = (here & -here).bit_length() - 1
                    found[one] = self._situation(batch.facts_at(point))
        return found

    def settle_claims(
        self, obligations: Sequence[Obligation]
    ) -> Iterator[tuple[Obligation, Answer, Situation | None]]:
        """Yield for each claim whether some situation satisfies it, instructions included, and one
        that does.
        """
        session, decision = self._session, self._decision
        claims = [one.claim((session.world,)) for one in obligations]
        given = session.preconditions((decision,))
        prover = Prover(session.circuit.graph, (*given, *claims), session.limits)
        prover.assert_always(*given)
        for one, claim in zip(obligations, claims, strict=True):
            answer = prover.check(claim)
            found = session.situation(claim, (decision,)) if answer is Answer.SAT else None
            yield one, answer, found

    # --- random situations -----------------------------------------------------------------------

    @property
    def strata(self) -> tuple[str, ...]:
        """Return the names of the rules on the decision, and the empty name: nothing decides."""
        return tuple(self._stands)

    def draw(self, stratum: str, count: int) -> Iterator[Situation]:
        """Yield situations in which a rule stands, or nothing decides: first those in which no
        other rule stands, whose outcome hangs on that rule.
        """
        alone, stands = self._alone[stratum], self._stands[stratum]
        others = (literal ^ 1 for name, literal in self._rules.items() if name != stratum)
        size, wanted = self._sampler.batch_size, (self._possible, stands, *others)
        for start in range(0, count, size):
            batch = self._sampler.sample_repaired(wanted, min(size, count - start))
            possible = batch.mask_of(self._possible)
            first = batch.mask_of(alone) & possible
            for mask in (first, batch.mask_of(stands) & possible & ~first):
                for first_point, end in bit_runs(mask):
                    for point in range(first_point, end):
                        yield self._situation(batch.facts_at(point))

    def _situation(self, facts: Mapping[Fact, FactValue]) -> Situation:
        return Situation(facts, complete_facts(self._session.spec, facts))

    def random_instruction(self, chosen: Random) -> SpokenInstruction | None:
        """Return an instruction of somebody who may steer the decision; None if nobody may."""
        spec, decision = self._session.spec, self._decision
        speakers = [
            speaker for level in spec.levels for speaker in eligible_speakers(spec, decision, level)
        ]
        if not speakers:
            return None
        speaker = chosen.choice(speakers)
        outcome = 1 << chosen.randrange(len(decision.outcomes))
        permits = not speaker.implied and chosen.random() < 0.25
        if not permits and chosen.random() < 0.25 and len(decision.outcomes) > 1:
            outcome ^= decision.all_outcomes
        return SpokenInstruction(
            speaker.principal, speaker.implied, speaker.at, decision, permits, outcome
        )
