"""Examples that fail, assertions that are refuted, layers that loosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specdsl.frontend.model import nodes as m
from specdsl.semantics.reference.answer import ReferenceAnswer
from specdsl.semantics.reference.decide import CallInterpreter
from specdsl.semantics.reference.read_instructions import ReadInstruction
from tests.bruteforce.conditions import Outcomes, Profile
from tests.bruteforce.machine import FAILED
from tests.bruteforce.meaning import Meaning
from tests.bruteforce.study import Study
from tests.bruteforce.valuations import Values
from tests.bruteforce.walk import decisions_of
from tests.bruteforce.worlds import Side, Vector, outcomes

# --- examples ------------------------------------------------------------------------------------


def failing_examples(study: Study) -> Iterator[str]:
    """Titles of those that some completion breaks, or that have none."""
    for example in study.written.examples:
        completions = list(_completions(study, example))
        if not completions or not all(_holds(study, example, one) for one in completions):
            yield example.title


def _completions(study: Study, example: m.Example) -> Iterator[Values]:
    """Legal valuations with what is given, one for each profile. What no condition reads is not in
    them, and any value of it does."""
    given = {g.fact.name: _named(g) for g in example.given}
    seen: set[Profile] = set()
    for values, profile in zip(study.valuations, study.profiles, strict=True):
        fits = all(values[name] == given[name] for name in given if name in values)
        if fits and profile not in seen:
            seen.add(profile)
            yield values


def _named(given: m.Given) -> object:
    """The value, members by their names."""
    members = given.fact.type.members
    match given.fact.type.kind, given.value:
        case m.Kind.ENUM, int() as number:
            return members[number]
        case m.Kind.SET, frozenset() as numbers:
            return frozenset(members[number] for number in numbers)
        case _, value:
            return value


def _holds(study: Study, example: m.Example, values: Values) -> bool:
    """Asked of the reference interpreter."""
    spec = study.written
    says = tuple(_instruction(i, said) for i, said in enumerate(example.says))
    facts = {fact: values.get(fact.name) for fact in spec.facts}
    answer = CallInterpreter(spec, facts, says).decide_all()
    return all(_meets(answer, one) for one in example.expectations)


def _instruction(position: int, said: m.ExampleInstruction) -> ReadInstruction:
    effect = said.effect
    named = _names(effect.decision, effect.outcomes)
    given = (said.principal, effect.decision, named, effect.permits, said.implied, said.at)
    return ReadInstruction(position, *given)


def _names(decision: m.DecisionModel, mask: int) -> frozenset[str]:
    return frozenset(name for i, name in enumerate(decision.outcomes) if mask >> i & 1)


def _meets(answer: ReferenceAnswer, expected: m.Expectation) -> bool:
    verdict = answer[expected.effect.decision.name]
    named = {one.name for one in expected.because}
    outcome = _names(expected.effect.decision, expected.effect.outcomes)
    return verdict.outcome in outcome and named <= set(verdict.because)


# --- assertions ----------------------------------------------------------------------------------


def refuted(study: Study) -> Iterator[str]:
    """Titles."""
    for one in study.spec.assertions:
        match one.claim:
            case m.CannotChange():
                wrong = _changed(study, one, one.claim)
            case m.CanBe():
                wrong = not any(_shown(study, one, one.claim))
            case m.Holds() | m.IsDecided():
                wrong = any(_broken(study, one))
        if wrong:
            yield one.title


def _in_scope(study: Study, when: m.Expr | None, profile: Profile, taken: Outcomes) -> bool:
    """`when` is true, and what it reads was taken."""
    if when is None:
        return True
    return _taken(when, taken) and study.conditions.truth(profile, when, taken) is True


def _taken(expr: m.Expr, taken: Outcomes) -> bool:
    return all(decision.name in taken for decision in decisions_of(expr))


def _scope(study: Study, one: m.Assertion) -> Iterator[tuple[Profile, Vector]]:
    for profile, vectors in study.vectors:
        for vector in vectors:
            if _in_scope(study, one.when, profile, outcomes(vector)):
                yield profile, vector


def _broken(study: Study, one: m.Assertion) -> Iterator[bool]:
    """A situation in which what is claimed is not true, and all that it reads was taken."""
    for profile, vector in _scope(study, one):
        taken = outcomes(vector)
        match one.claim:
            case m.Holds(expr):
                true = not _taken(expr, taken) or study.conditions.truth(profile, expr, taken)
                yield true is not True
            case m.IsDecided(decision):
                result = vector[decision.name]
                yield result.outcome >= 0 and not result.decided


def _shown(study: Study, one: m.Assertion, claim: m.CanBe) -> Iterator[bool]:
    for _, vector in _scope(study, one):
        yield vector[claim.decision.name].outcome == claim.outcome


def _changed(study: Study, one: m.Assertion, claim: m.CannotChange) -> bool:
    """Two situations in scope, all else equal, with another outcome; failing is one of its own,
    and so is not being taken."""
    name = claim.decision.name
    names = {name, *(d.name for d in decisions_of(one.when))} if one.when else {name}
    for first, second, subject in _two(study, claim.subject):
        for s, t in study.explorer.pairs(first, second, subject, names):
            both = (first.profile, s), (second.profile, t)
            differ = s[name].outcome != t[name].outcome
            if differ and all(_in_scope(study, one.when, p, outcomes(v)) for p, v in both):
                return True
    return False


def _two(study: Study, subject: m.Fact | m.Principal) -> Iterable[tuple[Side, Side, str | None]]:
    if isinstance(subject, m.Principal):
        return ((side, side, subject.name) for side in study.sides())
    return ((one, two, None) for one, two in study.otherwise(subject))


# --- layers --------------------------------------------------------------------------------------


def loosens(study: Study) -> Iterator[str]:
    """Decisions of the base with a more preferred outcome with the layer than without it."""
    layer = study.spec.layer
    if layer is None or not layer.tightening:
        return
    base = study.variant(layer.base)
    for decision in layer.base.decisions:
        if any(_loosened(study, base, profile, decision.name) for profile in study.distinct):
            yield decision.name


def _loosened(study: Study, base: Meaning, profile: Profile, name: str) -> bool:
    alone, layered = Side(base, profile), Side(study.meaning, profile)
    pairs = study.explorer.pairs(alone, layered, None, {name})
    return any(FAILED < t[name].outcome < s[name].outcome for s, t in pairs)
