"""Random rules and policies around them."""

from __future__ import annotations

from dataclasses import dataclass

from tests.random_specs.conditions import Conditions
from tests.random_specs.drawing import Draw
from tests.random_specs.vocabulary import DecisionDraft, Vocabulary


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """`level` and `value` as they come out, inherited or not; `first` is the number of its first
    decision: its conditions may read those before."""

    name: str
    level: str
    value: str
    decisions: frozenset[str]
    first: int
    clauses: tuple[str, ...]

    def text(self, level: bool = True, value: bool = True, overrides: str = "") -> str:
        head = f"rule {self.name}"
        head += f" at {self.level}" if level else ""
        head += f" for {self.value}" if value and self.value else ""
        clauses = [*self.clauses, *([f"overrides {overrides}"] if overrides else [])]
        return "\n".join([head, *(f"  {clause}" for clause in clauses)])


def rules(draw: Draw, words: Vocabulary, count: int) -> list[RuleDraft]:
    """`crowded`, in half of the cases: most of one level and on one decision, so that they meet."""
    crowded = draw.chance(50)
    home = (draw.pick(words.levels), draw.number(0, len(words.decisions) - 1))
    return [_rule(draw, words, f"rule_{i}", home if crowded else None) for i in range(count)]


def _rule(draw: Draw, words: Vocabulary, name: str, home: tuple[str, int] | None) -> RuleDraft:
    numbers = draw.some(range(len(words.decisions)), 1, 2 if draw.chance(25) else 1)
    level = draw.pick(words.levels)
    if home is not None and draw.chance(75):
        level, numbers = home[0], [home[1]]
    decisions = [words.decisions[number] for number in numbers]
    conditions = Conditions(draw, words, words.decisions[: min(numbers)])
    depth = 0 if home is not None and draw.chance(50) else draw.number(0, 2)
    clauses = [f"when {conditions.condition(depth)}"] if draw.chance(75) else []
    clauses += [f"unless {conditions.condition(draw.number(0, 1))}"] if draw.chance(25) else []
    clauses.append("then " + " and ".join(effect(draw, decision) for decision in decisions))
    clauses += ['because "it is so"'] if draw.chance(10) else []
    clauses += ['source "a book, page 3"'] if draw.chance(5) else []
    if draw.chance(20):
        draw.random.shuffle(clauses)
    value = draw.pick(words.values) if words.values and draw.chance(70) else ""
    asked = frozenset(decision.name for decision in decisions)
    return RuleDraft(name, level, value, asked, min(numbers), tuple(clauses))


def effect(draw: Draw, decision: DecisionDraft, permits: int = 20) -> str:
    """A restriction, or in so many of a hundred cases a permission."""
    name, outcomes = decision.name, decision.outcomes
    if draw.chance(permits):
        return f"{name} may be {' or '.join(draw.some(outcomes, 1, len(outcomes)))}"
    return restriction(draw, decision)


def restriction(draw: Draw, decision: DecisionDraft) -> str:
    """One that leaves an outcome, and not every one."""
    name, outcomes = decision.name, decision.outcomes
    if draw.chance(70):
        return f"{name} {draw.pick(('is', 'is', 'is not'))} {draw.pick(outcomes)}"
    listed = ", ".join(draw.some(outcomes, 1, len(outcomes) - 1))
    return f"{name} {draw.pick(('in', 'not in'))} {{{listed}}}"


def overridden(draw: Draw, found: list[RuleDraft], number: int) -> str:
    """Rules that this one may override: later ones of its level with a decision in common."""
    rule = found[number]
    able = [
        other.name
        for other in found[number + 1 :]
        if other.level == rule.level and other.decisions & rule.decisions
    ]
    return ", ".join(draw.some(able, 1, 2)) if able and draw.chance(35) else ""


def written(draw: Draw, words: Vocabulary, found: list[RuleDraft]) -> list[str]:
    """The rules as statements, some of them inside policies."""
    over = [overridden(draw, found, number) for number in range(len(found))]
    statements: list[str] = []
    at = 0
    while at < len(found):
        inside = draw.number(1, 3) if draw.chance(30) else 0
        if inside:
            here = list(zip(found[at : at + inside], over[at : at + inside], strict=True))
            statements.append(_policy(draw, words, f"section_{at}", here, 1))
        else:
            statements.append(found[at].text(overrides=over[at]))
        at += inside or 1
    return statements


def _policy(
    draw: Draw, words: Vocabulary, name: str, inside: list[tuple[RuleDraft, str]], depth: int
) -> str:
    """A policy around rules; what its head says is left out of those that inherit it."""
    first = inside[0][0]
    level = first.level if draw.chance(60) else ""
    value = first.value if draw.chance(50) else ""
    head = f"policy {name}" + (f" at {level}" if level else "")
    head += f" for {value}" if value else ""
    head += draw.maybe(20, ' "A section."')
    if draw.chance(40):
        read = words.decisions[: min(rule.first for rule, _ in inside)]
        head += f" when {Conditions(draw, words, read).condition(1)}"
    if depth and len(inside) > 1 and draw.chance(30):
        inner = [_policy(draw, words, f"{name}_inner", inside[1:], depth - 1)]
        inside = inside[:1]
    else:
        inner = []
    texts = [_inherits(rule, over, level, value) for rule, over in inside] + inner
    body = "\n".join(f"  {line}" for text in texts for line in text.split("\n"))
    return f"{head} {{\n{body}\n}}"


def _inherits(rule: RuleDraft, over: str, level: str, value: str) -> str:
    return rule.text(rule.level != level, rule.value != value, over)
