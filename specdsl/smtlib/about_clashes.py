"""Contradictions: each set of rules that is reported clashes somewhere, and no other does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from specdsl.model.nodes import Decision, Rule, Spec
from specdsl.smtlib.findings import Said
from specdsl.smtlib.question import Answer, Question, Wording, question
from specdsl.smtlib.situations import free
from specdsl.smtlib.text import NotAsked, Script, all_of, any_of, implies, negated
from specdsl.smtlib.world import Bits, World

CODE = "contradiction"


def questions(spec: Spec, said: Said) -> Iterator[Question | tuple[str, str]]:
    for decision in spec.decisions if said.ran(CODE) else ():
        try:
            yield from _of(spec, said, decision)
        except NotAsked as reason:
            yield f"contradictions of `{decision.name}`", str(reason)


def _of(spec: Spec, said: Said, decision: Decision) -> Iterator[Question | tuple[str, str]]:
    script, world = free(spec, [decision], crowded=decision)
    chosen = _clash(script, world, decision)
    found = [d.fields for d in said.found(CODE) if d.fields["decision"] == decision.name]
    sets = [frozenset(fields["rules"]) for fields in found if "rules" in fields]
    for names in sets:
        yield question(_exists(decision, sorted(names)), script, (_exactly(chosen, names),), "sat")
    if len(sets) < len(found):
        yield f"further contradictions of `{decision.name}`", "not all are listed one by one"
        return
    others = tuple(negated(_exactly(chosen, names)) for names in sets)
    expected: Answer | None = "unsat" if said.settled(CODE) else None
    yield question(_no_other(decision, bool(sets)), script, others, expected)


def _exists(decision: Decision, names: Sequence[str]) -> Wording:
    listed = ", ".join(f"`{name}`" for name in names)
    return Wording(
        CODE,
        f"the contradiction of {listed} over `{decision.name}`",
        "are they, somewhere, the rules of a minimal set of standing restrictions that leaves "
        "no outcome?",
        "they contradict each other",
        "they never do",
        decision.span,
    )


def _no_other(decision: Decision, some: bool) -> Wording:
    other = "other " if some else ""
    return Wording(
        CODE,
        f"no {other}contradiction over `{decision.name}`",
        f"is there a minimal set of standing restrictions that leaves no outcome, with {other}"
        + ("rules than those reported?" if some else "any rules?"),
        "there is a contradiction that is not reported",
        f"there is no {other}contradiction",
        decision.span,
    )


def _exactly(chosen: Mapping[Rule, str], names: frozenset[str]) -> str:
    return all_of(c if rule.name in names else negated(c) for rule, c in chosen.items())


def _clash(script: Script, world: World, decision: Decision) -> Mapping[Rule, str]:
    """Asserts that the chosen restrictions are a minimal clash; by rule, that it is chosen."""
    here = world.decide(decision)
    script.comment("a minimal set of standing restrictions that leaves no outcome")
    chosen: dict[Rule, str] = {}
    members: list[tuple[str, Bits]] = []
    for rule, standing in here.rules.items():
        if standing.restricts != "false":
            chosen[rule] = script.declare(f"clash.rule.{rule.name}", "Bool")
            members.append((chosen[rule], standing.excludes))
    for number, standing in enumerate(here.instructions, 1):
        if standing.restricts != "false":
            name = script.declare(f"clash.instruction.{number}", "Bool")
            members.append((name, standing.excludes))
    script.claim(here.conflicted)
    for claim in _minimal(members, len(decision.outcomes)):
        script.claim(claim)
    return chosen


def _minimal(members: Sequence[tuple[str, Bits]], outcomes: int) -> Iterator[str]:
    """Each outcome is excluded by one that is chosen, and each that is chosen excludes one that no
    other does: without it, that one would be left."""
    for o in range(outcomes):
        yield any_of(all_of((name, excludes[o])) for name, excludes in members)
    for name, excludes in members:
        alone = (
            all_of(
                (excludes[o], *(negated(all_of((n, e[o]))) for n, e in members if n is not name))
            )
            for o in range(outcomes)
        )
        yield implies(name, any_of(alone))
