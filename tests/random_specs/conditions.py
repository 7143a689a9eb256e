"""Random conditions and terms, in the forms that the language has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from tests.random_specs.drawing import Draw
from tests.random_specs.vocabulary import (
    CONSTANTS,
    PATTERNS,
    QUANTITIES,
    DecisionDraft,
    FactDraft,
    Vocabulary,
)

OPERATORS = ("<", "<=", ">", ">=", "=", "!=")
IF, OR, AND, NOT, TEST = range(5)
FORMS = (
    (AND, "_ and _"),
    (OR, "_ or _"),
    (NOT, "not _"),
    (NOT, "possibly _"),
    (IF, "_ if _ else _"),
)


@dataclass(frozen=True, slots=True)
class Conditions:
    """Draws conditions over a vocabulary. `read` are the decisions that they may read."""

    draw: Draw
    words: Vocabulary
    read: Sequence[DecisionDraft] = ()

    def condition(self, depth: int = 2) -> str:
        """Any, without brackets around it; nested no deeper than `depth`."""
        return self._drawn(depth)[1]

    def _drawn(self, depth: int) -> tuple[int, str]:
        """A condition, and how tightly it binds."""
        if depth == 0 or self.draw.chance(45):
            return TEST, self.test()
        binds, form = self.draw.pick(FORMS)
        holes = form.count("_")
        if binds in (OR, AND) and self.draw.chance(30):
            form, holes = f"{form} {form.split()[1]} _", holes + 1
        for _ in range(holes):
            form = form.replace("_", self._bound(depth - 1, binds).replace("_", "\0"), 1)
        return binds, form.replace("\0", "_")

    def _bound(self, depth: int, binds: int) -> str:
        """A condition that binds more tightly than what is around it, if need be by brackets."""
        found, text = self._drawn(depth)
        return f"({text})" if found <= binds or self.draw.chance(10) else text

    def test(self) -> str:
        """One test of a fact, a define or a decision."""
        return self.draw.pick(self._tests())()

    def _tests(self) -> list[Callable[[], str]]:
        facts = list(self.words.facts)
        tests: list[Callable[[], str]] = []
        for fact in facts:
            tests += [self._of_fact(fact)] * 3
            if fact.optional:
                tests.append(partial(self._known, fact))
        tests += [partial(self._outcome, decision) for decision in self.read] * 2
        tests += [partial(str, name) for name in self._bool_defines()]
        tests += [self._same for _ in self._twins()]
        return tests

    def _known(self, fact: FactDraft) -> str:
        return f"{fact.name} is {self.draw.pick(('known', 'unknown'))}"

    def _bool_defines(self) -> list[str]:
        defines = self.words.defines
        return [d.name for d in defines if d.kind == "bool" and d.reads <= len(self.read)]

    def _of_fact(self, fact: FactDraft) -> Callable[[], str]:
        match fact.kind:
            case "bool":
                return lambda: fact.name
            case "enum":
                return lambda: self._member(fact)
            case "set":
                return lambda: self._set(fact)
            case "text" | "text ignoring case":
                return lambda: self._text(fact)
            case _:
                return lambda: self._quantity(fact)

    def _outcome(self, decision: DecisionDraft) -> str:
        return self._is_or_in(decision.name, decision.outcomes)

    def _member(self, fact: FactDraft) -> str:
        return self._is_or_in(fact.name, fact.members)

    def _is_or_in(self, name: str, among: Sequence[str]) -> str:
        if self.draw.chance(60):
            return f"{name} {self.draw.pick(('is', 'is not'))} {self.draw.pick(among)}"
        listed = ", ".join(self.draw.some(among, 1, len(among)))
        return f"{name} {self.draw.pick(('in', 'not in'))} {{{listed}}}"

    def _set(self, fact: FactDraft) -> str:
        listed = ", ".join(self.draw.some(fact.members, 1, len(fact.members)))
        quantifier = self.draw.pick(("any", "all", "none"))
        forms = [
            f"{fact.name} has {self.draw.pick(fact.members)}",
            f"{fact.name} has {quantifier} of {{{listed}}}",
            f"{fact.name} {self.draw.pick(('=', '!='))} {{{self.draw.maybe(60, listed)}}}",
            f"size of {fact.name} {self.draw.pick(OPERATORS)} {self.draw.number(0, 2)}",
        ]
        for other in self.words.of_kind("enum", "set"):
            if other is not fact and set(other.members) == set(fact.members):
                forms += self._set_and(fact, other, quantifier)
        return self.draw.pick(forms)

    def _set_and(self, fact: FactDraft, other: FactDraft, quantifier: str) -> list[str]:
        if other.kind == "set":
            return [f"{fact.name} has {quantifier} of {other.name}"]
        listed = f"{{{other.name}, {self.draw.pick(fact.members)}}}"
        return [
            f"{other.name} in {fact.name}",
            f"{fact.name} has {other.name}",
            f"{fact.name} has {quantifier} of {listed}",
        ]

    def _text(self, fact: FactDraft) -> str:
        constants = CONSTANTS[fact.kind]
        listed = ", ".join(self.draw.some(constants, 1, 2))
        other = self.draw.pick([*constants, *(f.name for f in self.words.of_kind(fact.kind))])
        forms = [
            f'{fact.name} like "{self.draw.pick(PATTERNS[fact.kind])}"',
            f"{fact.name} {self.draw.pick(OPERATORS)} {other}",
            f"{fact.name} {self.draw.pick(('in', 'not in'))} {{{listed}}}",
        ]
        return self.draw.pick(forms)

    def _twins(self) -> list[tuple[str, str]]:
        """Pairs of facts that `=` compares as they are."""
        facts = self.words.of_kind("bool", "enum", "set")
        return [
            (a.name, b.name)
            for i, a in enumerate(facts)
            for b in facts[i + 1 :]
            if a.kind == b.kind and set(a.members) == set(b.members)
        ]

    def _same(self) -> str:
        one, other = self.draw.pick(self._twins())
        return f"{one} {self.draw.pick(('=', '!='))} {other}"

    # --- quantities ---

    def _quantity(self, fact: FactDraft) -> str:
        kind = fact.kind
        if self.draw.chance(15):
            listed = ", ".join(self.draw.some(CONSTANTS[kind], 1, 2))
            return f"{fact.name} {self.draw.pick(('in', 'not in'))} {{{listed}}}"
        left = fact.name if self.draw.chance(60) else self.term(kind, 1, fact.name)
        right = self.draw.pick(CONSTANTS[kind]) if self.draw.chance(60) else self.term(kind, 1)
        return f"{left} {self.draw.pick(OPERATORS)} {right}"

    def term(self, kind: str, depth: int = 2, base: str | None = None) -> str:
        """A term of a kind of quantity, with brackets where it needs them; `base` is in it."""
        one = base or self._plain(kind)
        if depth == 0:
            return one
        other = self.term(kind, depth - 1)
        forms = [
            f"{self.draw.pick(('min', 'max'))}({one}, {other})",
            f"({one} if {self._bound(0, IF)} else {other})",
        ]
        match kind:
            case "int" | "number":
                factor = self.draw.pick(("2", "-1", "0.5"))
                forms += [f"({one} + {other})", f"({one} - {other})", f"{factor} * {one}"]
                forms += [f"{one} / 2", f"-{one}"]
            case "duration":
                forms += [f"({one} + {other})", f"({one} - {other})", f"{one} * 2", f"-{one}"]
                forms += self._gaps()
            case _:
                forms.append(f"({one} {self.draw.pick('+-')} {self.term('duration', 0)})")
        return self.draw.pick(forms)

    def _plain(self, kind: str) -> str:
        kinds = ("int", "number") if kind in ("int", "number") else (kind,)
        named = [fact.name for fact in self.words.of_kind(*kinds)]
        named += [
            d.name for d in self.words.defines if d.kind in kinds and d.reads <= len(self.read)
        ]
        if kind in ("int", "number"):
            named += [f"size of {fact.name}" for fact in self.words.of_kind("set")]
        return self.draw.pick(named if named and self.draw.chance(60) else CONSTANTS[kind])

    def _gaps(self) -> list[str]:
        """Durations between two moments."""
        return [
            f"({fact.name} - {self._plain(fact.kind)})"
            for fact in self.words.of_kind("date", "time")
        ]


def kind_of_define(draw: Draw, words: Vocabulary) -> str:
    kinds = [fact.kind for fact in words.facts if fact.kind in QUANTITIES]
    return draw.pick(["bool", "bool", *kinds])
