"""Rules that apply together, are not ordered, and leave no outcome.

Some situation has standing rules whose demands cannot be met together: a rule asks for one
outcome, a peer of it for another (or three of them each rule one out). Nothing in the spec says
which of them counts, so no decision is right. One finding is reported for each minimal set of
rules, with the simplest situation in which they meet, however many situations there are. Where
`on conflict` settles the decision it is a note, or a warning where the outcome that it names is
itself ruled out by what stands higher.

Mend it by ordering what the rules serve (`priority privacy > transparency`), by naming the
exception (`overrides answer_press`), by a condition that keeps them apart (`unless …`), or by
saying what happens then (`on conflict refused`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from specdsl.checks.context import Check, Context, Findings, replay_note, rule_label
from specdsl.checks.situations import Situation, Spoken, completed, effect_text
from specdsl.circuit.graph import FALSE, Graph, Input
from specdsl.circuit.instructions import PLACES, FreeInstructions, carriers
from specdsl.circuit.resolve import Resolution, Step, World
from specdsl.diagnostics import Code, Diagnostic, Label, Note, Severity
from specdsl.model.nodes import Decision, Level, Rule
from specdsl.solver.prover import Prover, Unsettled
from specdsl.solver.witness import MOST_GUESSES, Question, Witness, as_found, simplest

CODE = Code("SD301", "contradiction", Severity.ERROR, __doc__ or "")
MOST = 20_000  # sets of rules for one decision
MOST_SIMPLEST = 20  # of one decision, that are shown in the simplest situation
MOST_SIMPLE = 200  # that are shown in one of which no fact can be left out


@dataclass(frozen=True, slots=True)
class Member:
    """A restriction that may be part of a clash. `chosen` is free; `excludes` by outcome."""

    who: Rule | Level
    chosen: int
    excludes: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Clash:
    """A minimal clash in a world, as literals. `holds`: the chosen members are one."""

    members: tuple[Member, ...]
    holds: int

    def exactly(self, graph: Graph, rules: frozenset[Rule]) -> int:
        """The rules among the chosen are these."""
        return graph.all_of(
            m.chosen ^ (m.who not in rules) for m in self.members if isinstance(m.who, Rule)
        )


def run(context: Context) -> Findings:
    found: list[Diagnostic] = []
    unproved: list[str] = []
    for decision in context.spec.decisions:
        try:
            found += _Decision(context, decision).findings()
        except Unsettled:
            unproved.append(decision.name)
    return Findings(tuple(found), ", ".join(unproved))


CHECK = Check(CODE, run)


def clash_of(graph: Graph, resolution: Resolution, rules: Iterable[Rule] | None = None) -> Clash:
    """The minimal clashes of a resolution; with `rules`, those whose rules are exactly these."""
    name = resolution.decision.name
    members: list[Member] = []
    for rule, standing in resolution.rules.items():
        if any(e != FALSE for e in standing.excludes) and (rules is None or rule in set(rules)):
            chosen = graph.atom(Input(f"{name} clash {rule.name}")) if rules is None else 0
            members.append(Member(rule, chosen, standing.excludes))
    for i, (level, _, standing) in enumerate(resolution.steps):
        if any(e != FALSE for e in standing.excludes):
            chosen = graph.atom(Input(f"{name} clash instruction {i}"))
            members.append(Member(level, chosen, standing.excludes))
    return Clash(tuple(members), _minimal_clash(graph, resolution, members))


def _minimal_clash(graph: Graph, resolution: Resolution, members: Sequence[Member]) -> int:
    """Every outcome is excluded by a chosen one, and each excludes one that no other does."""
    outcomes = range(len(resolution.left))
    alone: list[list[int]] = [[] for _ in members]
    parts = [resolution.ready, resolution.conflicted]
    for o in outcomes:
        bits = [graph.all_of((m.chosen, m.excludes[o])) for m in members]
        parts.append(graph.any_of(bits))
        after = [FALSE] * (len(bits) + 1)
        for i in reversed(range(len(bits))):
            after[i] = graph.any_of((bits[i], after[i + 1]))
        before = FALSE
        for i, bit in enumerate(bits):
            if bit != FALSE:
                alone[i].append(graph.all_of((bit, before ^ 1, after[i + 1] ^ 1)))
            before = graph.any_of((before, bit))
    for member, own in zip(members, alone, strict=True):
        parts.append(graph.any_of((member.chosen ^ 1, *own)))
    return graph.all_of(parts)


class _Decision:
    """The contradictions of one decision."""

    def __init__(self, context: Context, decision: Decision) -> None:
        self.context = context
        self.graph = context.circuit.graph
        self.decision = decision
        # Two restrictions a level: one that is part of the clash, one that only clears its way.
        self.instructions = FreeInstructions(context.circuit, restrictions=2)
        self.world = World(context.circuit, self._steps)
        self.resolution = self.world.decide(decision)
        self.cone = context.before(decision)
        self.slots = [s for d in self.cone for s in self._of(d).slots.get(d, ())]
        self.valid = self.graph.all_of(slot.valid(self.graph) for slot in self.slots)

    def _of(self, decision: Decision) -> FreeInstructions:
        return self.instructions if decision is self.decision else self.context.instructions

    def _steps(self, world: World, decision: Decision, level: Level) -> Sequence[Step]:
        return self._of(decision).steps(world, decision, level)

    def findings(self) -> list[Diagnostic]:
        if self.resolution.conflicted == FALSE:
            return []
        clash = clash_of(self.graph, self.resolution)
        undone = self._undone()
        used = (slot.used for slot in self.slots)
        lent = (self.world.active(delegate) for delegate in self.context.spec.delegates)
        roots = (clash.holds, self.context.possible, self.valid, undone, *used, *lent)
        prover = Prover(self.graph, roots, self.context.limits)
        prover.always(self.context.possible, self.valid, clash.holds)
        found = self._sets(prover, clash)
        order = sorted(found, key=lambda rules: (len(rules), sorted(r.name for r in rules)))
        return [
            self._diagnostic(prover, clash, rules, undone, self._situation(rules, found[rules], i))
            for i, rules in enumerate(order)
        ]

    def _undone(self) -> int:
        """What `on conflict` names is not left by what stands above the clash."""
        settled = self.decision.on_conflict
        if settled is None:
            return FALSE
        return self.graph.any_of(
            self.graph.all_of((s.conflict, s.before[settled] ^ 1)) for s in self.resolution.levels
        )

    def _sets(self, prover: Prover, clash: Clash) -> dict[frozenset[Rule], Witness]:
        """The rules of each minimal clash, with a situation as it was found."""
        found: dict[frozenset[Rule], Witness] = {}
        rules = [m for m in clash.members if isinstance(m.who, Rule)]
        guard = self.graph.atom(Input(f"{self.decision.name} clash another"))
        while prover.settle(guard):
            here = frozenset(m.who for m in rules if prover.truth(m.chosen))
            found[here] = as_found(self.graph, self._question(clash), prover)  # type: ignore[index]
            another = self.graph.any_of((guard ^ 1, clash.exactly(self.graph, here) ^ 1))  # type: ignore[arg-type]
            prover.always(another)
            if len(found) > MOST:
                raise Unsettled
        return found

    def _question(self, clash: Clash) -> Question:
        used = tuple(slot.used for slot in self.slots)
        return Question(clash.holds, self.context.possible, self.valid, used)

    def _diagnostic(
        self,
        prover: Prover,
        clash: Clash,
        rules: frozenset[Rule],
        undone: int,
        situation: Situation,
    ) -> Diagnostic:
        here = clash.exactly(self.graph, rules)
        alone = [m.chosen ^ 1 for m in clash.members if isinstance(m.who, Level)]
        needs = not prover.settle(here, *alone)
        severity = Severity.ERROR
        if self.decision.on_conflict is not None:
            bad = undone != FALSE and prover.settle(here, undone)
            severity = Severity.WARNING if bad else Severity.NOTE
        places = self._places(prover, clash, here)
        return report(self.context, self.decision, rules, severity, situation, needs, places)

    def _places(self, prover: Prover, clash: Clash, here: int) -> tuple[str, ...]:
        """The places whose instructions can complete the clash, highest first."""
        found: list[str] = []
        instructions = [m.chosen for m in clash.members if isinstance(m.who, Level)]
        if not prover.settle(here, self.graph.any_of(instructions)):
            return ()
        for level in self.context.spec.levels:
            chosen = [m.chosen for m in clash.members if m.who is level]
            if not chosen:
                continue
            for place in PLACES:
                able = [
                    c for c in carriers(self.context.spec, self.decision, level) if c.place == place
                ]
                lent = self.graph.any_of(
                    0 if c.delegate is None else self.world.active(c.delegate) for c in able
                )
                if able and prover.settle(here, self.graph.any_of(chosen), lent):
                    found.append(f"{place} at {level.name}")
        return tuple(found)

    def _situation(self, rules: frozenset[Rule], found: Witness, number: int) -> Situation:
        """The simplest, as long as there are not too many; then one of which no fact can be left
        out, and at last the one found."""
        if number < MOST_SIMPLE:
            question = self._question(clash_of(self.graph, self.resolution, rules))
            guesses = MOST_GUESSES if number < MOST_SIMPLEST else 0
            limits = self.context.limits
            witness = simplest(self.graph, question, limits, self._simplifier, guesses)
            if witness is None:
                raise Unsettled
            found = witness
        says: tuple[Spoken, ...] = self.context.spoken(self.slots, found)
        return Situation(found.named, completed(self.context.spec, found.every), says)

    @cached_property
    def _simplifier(self) -> Prover:
        """A prover for all clashes, which knows of no clash."""
        excludes = [e for s in self.resolution.rules.values() for e in s.excludes]
        excludes += [e for _, _, s in self.resolution.steps for e in s.excludes]
        used = [slot.used for slot in self.slots]
        roots = (self.resolution.ready, self.context.possible, self.valid, *used, *excludes)
        return Prover(self.graph, roots, self.context.limits)


def report(
    context: Context,
    decision: Decision,
    rules: frozenset[Rule],
    severity: Severity,
    situation: Situation,
    needs: bool,
    places: tuple[str, ...],
) -> Diagnostic:
    """The finding as the author reads it; its situation is replayed first."""
    trace = context.replay(situation.to_replay())[decision.name]
    names = sorted(rule.name for rule in rules)
    if frozenset(names) not in trace.clashes:
        raise Unsettled
    ordered = sorted(rules, key=lambda r: (r.name_span.source.name, r.name_span.start))
    labels = [_label(rule, decision, primary=rule is ordered[-1]) for rule in ordered]
    listed = [f"`{name}`" for name in names]
    subject = f"{', '.join(listed[:-1])} and {listed[-1]}" if len(names) > 1 else listed[0]
    verb = "contradict each other" if len(names) > 1 else "contradicts instructions"
    notes = [Note("situation", str(situation)), *_whys(ordered, decision, needs, places)]
    notes += [*_helps(ordered, decision, severity), replay_note(context, situation)]
    return Diagnostic(
        CODE,
        f"{subject} {verb}"
        + (f" over `{decision.name}`" if len(context.spec.decisions) > 1 else ""),
        tuple(labels),
        tuple(notes),
        severity=severity,
        fields={
            "decision": decision.name,
            "rules": names,
            "situation": situation.to_json(),
            "replay": situation.to_replay(),
            "needs_instructions": needs,
            "places": list(places),
        },
    )


def _label(rule: Rule, decision: Decision, primary: bool) -> Label:
    effect = next(e for e in rule.effects if e.decision is decision)
    text = f"asks for `{effect_text(decision, effect.outcomes, effect.permits)}`"
    return rule_label(rule, text, primary)


def _whys(
    rules: Sequence[Rule], decision: Decision, needs: bool, places: tuple[str, ...]
) -> list[Note]:
    notes = [Note("why", _why(rules))]
    if places:
        how = "only with" if needs else "also with"
        notes.append(Note("instructions", f"{how} what is {' or '.join(places)}"))
    if decision.on_conflict is not None:
        settled = decision.outcomes[decision.on_conflict]
        notes.append(Note("note", f"`on conflict {settled}` settles it where that is left"))
    return notes


def _why(rules: Sequence[Rule]) -> str:
    levels = {rule.level for rule in rules}
    values = sorted({rule.value.name for rule in rules if rule.value is not None})
    rank = "same authority" if len(levels) == 1 else "the clash remains below what stands higher"
    if len(values) > 1:
        return f"{rank}; {' and '.join(f'`{v}`' for v in values)} are not ordered"
    if len(values) == 1 and all(rule.value for rule in rules):
        return f"{rank}, and all serve `{values[0]}`"
    return f"{rank}, and no order between what they serve"


def _helps(rules: Sequence[Rule], decision: Decision, severity: Severity) -> list[Note]:
    if severity is Severity.NOTE:
        return []
    last, first = rules[-1], rules[0]
    ways: list[str] = []
    values = {rule.value for rule in rules}
    if len(values) > 1 and None not in values and len({r.level for r in rules}) == 1:
        a, b = (r.value for r in (first, last))
        if a is not None and b is not None and a is not b:
            ways.append(f"order the two values      priority {a.name} > {b.name}")
    peers = [r for r in rules if r.level is last.level and r is not last]
    if peers:
        ways.append(f"name an exception         overrides {peers[0].name}")
    ways.append("keep them apart           unless … on one of them")
    if decision.on_conflict is None:
        ways.append(f"settle every clash        on conflict {decision.outcomes[-1]}")
    return [Note("help", "\n".join(ways))]
