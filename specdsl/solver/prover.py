"""Yes-or-no questions about literals, answered by Z3 over all situations.

A `Prover` is made for some literals of a graph. It knows what values the facts below them can
have (`domains`), so every answer is about situations that exist. Nobody outside sees Z3.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import TypeVar

import z3

from specdsl.circuit import graph as g
from specdsl.circuit.terms import DAY
from specdsl.circuit.values import FactValue, simplicity
from specdsl.model.nodes import Fact, Kind
from specdsl.solver.domains import Cut, Domains, cuts_of, interval_value, range_cuts, split
from specdsl.solver.texts import TextAtom, TextGroup, TooManyTexts, classes

K = TypeVar("K")


class Answer(Enum):
    YES = "some situation has it"
    NO = "no situation has it"
    UNSETTLED = "given up"


@dataclass(frozen=True, slots=True)
class Limits:
    """For one question. `work` is deterministic for a build of the solver, `seconds` a backstop."""

    work: int = 40_000_000
    seconds: float = 20.0


class Unsettled(Exception):
    """A question on which everything depends was given up."""


class Prover:
    """Answers about the literals below `roots`."""

    def __init__(self, graph: g.Graph, roots: Iterable[int], limits: Limits) -> None:
        self.graph = graph
        self.domains: Domains = split(graph.atoms_of(roots))
        self._context = z3.Context()
        self._solver = z3.SimpleSolver(ctx=self._context)
        self._solver.set("random_seed", 0)
        self._solver.set("rlimit", limits.work)
        self._solver.set("timeout", int(limits.seconds * 1000))
        self._true = z3.BoolVal(True, self._context)
        self._nodes: dict[int, z3.BoolRef] = {0: self._true}
        self._names: dict[int, z3.BoolRef] = {}
        self._numbers: dict[Fact, z3.ArithRef] = {}
        self._bools: dict[str, z3.BoolRef] = {}
        self._groups: list[TextGroup] = []
        self._equal: dict[tuple[Fact, FactValue], z3.BoolRef] = {}
        self._vague = False  # some text facts were too many to tell apart
        self._model: z3.ModelRef | None = None
        self._ranges = self._declare()

    def hurry(self, work: int) -> None:
        """From now on give up on a question after so much work."""
        self._solver.set("rlimit", work)

    # --- questions ---

    def ask(self, *literals: int, also: Sequence[z3.BoolRef] = ()) -> Answer:
        """Whether some situation has all the literals."""
        if g.FALSE in literals:
            return Answer.NO
        assumed = [self._name(literal) for literal in literals if literal != g.TRUE]
        result = self._solver.check(*assumed, *also, *(r for _, r in self._ranges))
        if result == z3.unsat:
            return Answer.NO
        if result == z3.sat and not self._vague:
            self._model = self._solver.model()
            return Answer.YES
        return Answer.UNSETTLED

    def settle(self, *literals: int, also: Sequence[z3.BoolRef] = ()) -> bool:
        """The same as a bool; raises `Unsettled` where it was given up."""
        answer = self.ask(*literals, also=also)
        if answer is Answer.UNSETTLED:
            raise Unsettled
        return answer is Answer.YES

    def core(self, hard: Sequence[int], soft: Sequence[int]) -> tuple[list[int], list[Fact]]:
        """Of literals that no situation has together: a minimal part of `soft` (as indices), and
        the facts whose ranges are needed, such that with `hard` still no situation has them."""
        fixed = [self._name(literal) for literal in hard if literal != g.TRUE]
        parts: list[tuple[int | Fact, z3.BoolRef]] = [
            (i, self._name(literal)) for i, literal in enumerate(soft) if literal != g.TRUE
        ]
        kept = self._minimal(fixed, [*self._ranges, *parts])
        return (
            [key for key in kept if isinstance(key, int)],
            [key for key in kept if isinstance(key, Fact)],
        )

    def _minimal(self, fixed: list[z3.BoolRef], parts: Sequence[tuple[K, z3.BoolRef]]) -> list[K]:
        """Deletion from the last: what is left out first is least likely to be kept."""
        result = self._solver.check(*fixed, *(literal for _, literal in parts))
        if result != z3.unsat:
            raise Unsettled
        parts = self._in_core(parts)
        i = 0
        while i < len(parts):
            trial = [*parts[:i], *parts[i + 1 :]]
            if self._solver.check(*fixed, *(literal for _, literal in trial)) == z3.unsat:
                parts = self._in_core(trial)
                i = min(i, len(parts))
            else:
                i += 1
        return [key for key, _ in parts]

    def _in_core(self, parts: Sequence[tuple[K, z3.BoolRef]]) -> list[tuple[K, z3.BoolRef]]:
        names = {literal.get_id() for literal in self._solver.unsat_core()}
        return [part for part in parts if part[1].get_id() in names]

    def needed(self, hard: Sequence[int], parts: Sequence[tuple[K, z3.BoolRef]]) -> tuple[K, ...]:
        """Of things with extras for `ask`, with which no situation has `hard`: those of which none
        can be left out. All of them where that cannot be settled."""
        fixed = [self._name(lit) for lit in hard if lit != g.TRUE] + [r for _, r in self._ranges]
        try:
            return tuple(self._minimal(fixed, parts))
        except Unsettled:
            return tuple(key for key, _ in parts)

    def fresh(self, stem: str) -> z3.BoolRef:
        """A new unknown of the asker's own."""
        return z3.FreshBool(stem, self._context)

    def extra(self, literal: int) -> z3.BoolRef:
        """A literal as an extra for `ask`."""
        return self._true if literal == g.TRUE else self._name(literal)

    def believes(self, name: z3.BoolRef) -> bool:
        """The truth of one of the asker's own unknowns in the situation of the last YES."""
        return self._evaluates(name)

    def most_named(self, names: Iterable[z3.BoolRef], count: int) -> z3.BoolRef:
        """At most `count` of the unknowns hold: an extra for `ask`."""
        return self._at_most(list(names), count)

    def learn(self, guard: z3.BoolRef, choices: Sequence[z3.BoolRef]) -> None:
        """From now on, where `guard` is assumed, one of the choices holds."""
        self._solver.add(z3.Implies(guard, z3.Or(*choices)))

    def at_most(self, literals: Sequence[int], count: int) -> z3.BoolRef:
        """At most `count` of the literals hold: an extra for `ask`."""
        return self._at_most([self._name(literal) for literal in literals], count)

    def _at_most(self, bits: list[z3.BoolRef], count: int) -> z3.BoolRef:
        if not bits or count >= len(bits):
            return self._true
        name = z3.FreshBool("most", self._context)
        self._solver.add(z3.Implies(name, z3.AtMost(*bits, count)))
        return name

    def always(self, *literals: int) -> None:
        """From now on these hold."""
        self._solver.add(*(self._node(literal) for literal in literals))

    # --- what a situation of the last YES looks like ---

    def truth(self, literal: int) -> bool:
        """The truth of a literal in the situation of the last YES."""
        assert self._model is not None
        return bool(z3.is_true(self._model.eval(self._node(literal), model_completion=True)))

    def value(self, fact: Fact) -> FactValue:
        """The simplest value of the fact's class in the situation of the last YES."""
        if fact.optional and not self.truth(self.graph.atom(g.Known(fact))):
            return None
        match fact.type.kind:
            case Kind.BOOL:
                return self.truth(self.graph.atom(g.IsTrue(fact)))
            case Kind.ENUM:
                return self._member(fact)
            case Kind.SET:
                return frozenset(
                    i for i in self.domains.members.get(fact, ()) if self._bit(fact, i)
                )
            case Kind.TEXT:
                return self._text(fact)
            case _:
                return self._quantity(fact)

    def _bit(self, fact: Fact, member: int) -> bool:
        make = g.HasMember if fact.type.kind is Kind.SET else g.IsMember
        return self.truth(self.graph.atom(make(fact, member)))

    def _member(self, fact: Fact) -> int:
        tested = self.domains.members.get(fact, ())
        chosen = [i for i in tested if self._bit(fact, i)]
        if chosen:
            return chosen[0]
        return next((i for i in range(len(fact.type.members)) if i not in tested), 0)

    def _text(self, fact: Fact) -> str:
        for group in self._groups:
            if fact in group.facts:
                holds = {
                    i for i, atom in enumerate(group.atoms) if self.truth(self.graph.atom(atom))
                }
                found = next(c for c in group.classes if c.holds == holds)
                return found.texts[group.facts.index(fact)]
        return ""

    def _quantity(self, fact: Fact) -> Fraction:
        if fact in self._numbers:
            assert self._model is not None
            number = self._model.eval(self._numbers[fact], model_completion=True)
            return Fraction(
                number.as_fraction() if z3.is_rational_value(number) else number.as_long()
            ) * _unit(fact)
        return interval_value(fact, *self.interval(fact))

    def interval(self, fact: Fact) -> tuple[Cut | None, Cut | None]:
        """The neighbouring cuts between which the quantity lies."""
        after: Cut | None = None
        for cut in self.domains.cuts.get(fact, ()):
            if self._evaluates(self._cut(fact, cut)):
                return after, cut
            after = cut
        return after, None

    def _evaluates(self, expr: z3.BoolRef) -> bool:
        assert self._model is not None
        return bool(z3.is_true(self._model.eval(expr, model_completion=True)))

    # --- the same value again, and the values to try ---

    def equals(self, fact: Fact, value: FactValue) -> z3.BoolRef:
        """An extra for `ask`: the fact has this value (or one of the same class)."""
        found = self._equal.get((fact, value))
        if found is None:
            known = self._node(self.graph.atom(g.Known(fact))) if fact.optional else self._true
            same = z3.Not(known) if value is None else z3.And(known, *self._same(fact, value))
            found = self._equal[fact, value] = self._named(same)
        return found

    def _same(self, fact: Fact, value: FactValue) -> list[z3.BoolRef]:
        match value:
            case bool():
                bit = self._node(self.graph.atom(g.IsTrue(fact)))
                return [bit if value else z3.Not(bit)]
            case Fraction():
                return self._same_quantity(fact, value)
            case int():
                return [
                    self._signed(g.IsMember(fact, i), i == value)
                    for i in self.domains.members.get(fact, ())
                ]
            case frozenset():
                return [
                    self._signed(g.HasMember(fact, i), i in value)
                    for i in self.domains.members.get(fact, ())
                ]
            case _:
                assert isinstance(value, str)
                return self._same_text(fact, value)

    def _signed(self, atom: g.Atom, positive: bool) -> z3.BoolRef:
        bit = self._node(self.graph.atom(atom))
        return bit if positive else z3.Not(bit)

    def _same_quantity(self, fact: Fact, value: Fraction) -> list[z3.BoolRef]:
        if fact in self._numbers:
            return [self._numbers[fact] == _number(value / _unit(fact), self._context)]
        return [
            self._cut(fact, cut) if _within(value, cut) else z3.Not(self._cut(fact, cut))
            for cut in self.domains.cuts.get(fact, ())
        ]

    def _same_text(self, fact: Fact, value: str) -> list[z3.BoolRef]:
        from specdsl.circuit.values import Facts

        own = [
            atom
            for group in self._groups
            for atom in group.atoms
            if not isinstance(atom, g.TextRelation) and atom.fact is fact
        ]
        return [self._signed(atom, Facts({fact: value}).holds(atom)) for atom in own]

    def simplest_values(self, fact: Fact) -> list[FactValue]:
        """A value of each class of the fact, the simplest first; unknown last."""
        known: list[FactValue]
        match fact.type.kind:
            case Kind.BOOL:
                known = [False, True]
            case Kind.ENUM:
                known = list(range(len(fact.type.members)))
            case Kind.SET:
                known = _subsets(self.domains.members.get(fact, ()))
            case Kind.TEXT:
                found = {
                    c.texts[grp.facts.index(fact)]
                    for grp in self._groups
                    if fact in grp.facts
                    for c in grp.classes
                }
                texts = sorted(found or {""}, key=lambda text: (len(text), text))
                known = list(texts)
            case _:
                known = list(self._simplest_numbers(fact))
        return [*known, None] if fact.optional else known

    def _simplest_numbers(self, fact: Fact) -> list[Fraction]:
        cuts = (None, *self.domains.cuts.get(fact, ()), None)
        numbers = {interval_value(fact, *p) for p in pairwise(cuts) if _in_range(fact, p)}
        if fact.type.kind in (Kind.DATE, Kind.TIME):
            return sorted(numbers)
        return sorted(numbers, key=simplicity)

    # --- facts ---

    def _declare(self) -> list[tuple[Fact, z3.BoolRef]]:
        for fact in sorted(self.domains.related, key=lambda fact: fact.name):
            self._numbers[fact] = self._number_of(fact)
        for fact, members in self.domains.members.items():
            if fact.type.kind is Kind.ENUM:
                self._one_hot(fact, members)
        for fact, cuts in self.domains.cuts.items():
            if fact not in self._numbers and fact.type.kind is not Kind.SET:
                chain = [self._cut(fact, cut) for cut in cuts]
                for lower, higher in pairwise(chain):
                    self._solver.add(z3.Implies(lower, higher))
        for facts, atoms in self.domains.texts:
            self._tell_texts(facts, atoms)
        return [(f, self._range(f)) for f in self.domains.facts if range_cuts(f)]

    def _number_of(self, fact: Fact) -> z3.ArithRef:
        if fact.type.kind is Kind.SET:
            bits = [
                self._node(self.graph.atom(g.HasMember(fact, i)))
                for i in self.domains.members[fact]
            ]
            size = z3.Int(f"size {fact.name}", self._context)
            one, zero = z3.IntVal(1, self._context), z3.IntVal(0, self._context)
            self._solver.add(size == z3.Sum([z3.If(bit, one, zero) for bit in bits]))
            return size
        whole = fact.type.kind in (Kind.INT, Kind.DATE)
        return (z3.Int if whole else z3.Real)(f"number {fact.name}", self._context)

    def _one_hot(self, fact: Fact, members: tuple[int, ...]) -> None:
        bits = [self._node(self.graph.atom(g.IsMember(fact, i))) for i in members]
        if len(bits) > 1:
            self._solver.add(z3.AtMost(*bits, 1))
        if len(bits) == len(fact.type.members):
            self._solver.add(z3.Or(*bits))

    def _tell_texts(self, facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...]) -> None:
        try:
            group = classes(facts, atoms)
        except TooManyTexts:
            self._vague = True
            return
        self._groups.append(group)
        bits = [self._node(self.graph.atom(atom)) for atom in atoms]
        self._solver.add(
            z3.Or(
                *(
                    z3.And(*(b if i in c.holds else z3.Not(b) for i, b in enumerate(bits)))
                    for c in group.classes
                )
            )
        )

    def _range(self, fact: Fact) -> z3.BoolRef:
        """A name for `the fact is in its range`."""
        limits: list[z3.BoolRef] = []
        for end, inside in ((fact.type.low, False), (fact.type.high, True)):
            if end is not None:
                cut = (end, True) if inside else range_cuts(fact)[0]
                limits.append(self._cut(fact, cut) if inside else z3.Not(self._cut(fact, cut)))
        name = z3.Bool(f"range {fact.name}", self._context)
        self._solver.add(z3.Implies(name, z3.And(*limits)))
        return name

    def _cut(self, fact: Fact, cut: Cut) -> z3.BoolRef:
        """The fact (of a set, its size) is on the lower side of the cut."""
        value, inclusive = cut
        if fact in self._numbers:
            number = self._numbers[fact]
            bound = _number(value / _unit(fact), self._context)
            return number <= bound if inclusive else number < bound
        if fact.type.kind is Kind.SET:
            bits = [
                self._node(self.graph.atom(g.HasMember(fact, i)))
                for i in self.domains.members[fact]
            ]
            if value < 0:
                return z3.BoolVal(False, self._context)
            return z3.AtMost(*bits, int(value)) if value < len(bits) else self._true
        return self._bool(f"cut {fact.name} {value} {inclusive}")

    def _bool(self, name: str) -> z3.BoolRef:
        if name not in self._bools:
            self._bools[name] = z3.Bool(name, self._context)
        return self._bools[name]

    # --- literals ---

    def _name(self, literal: int) -> z3.BoolRef:
        """A constant that stands for the literal."""
        name = self._names.get(literal)
        if name is None:
            name = self._names[literal] = self._named(self._node(literal))
        return name

    def _named(self, expr: z3.BoolRef) -> z3.BoolRef:
        name = z3.FreshBool("q", self._context)
        self._solver.add(name == expr)
        return name

    def _node(self, literal: int) -> z3.BoolRef:
        root = literal >> 1
        stack = [root]
        while stack:
            node = stack[-1]
            if node in self._nodes:
                stack.pop()
                continue
            todo = [lit >> 1 for lit in self.graph.inputs[node] if lit >> 1 not in self._nodes]
            if todo:
                stack.extend(todo)
                continue
            atom = self.graph.atoms[node]
            if atom is not None:
                self._nodes[node] = self._atom(node, atom)
                continue
            parts = [self._nodes[lit >> 1] for lit in self.graph.inputs[node]]
            signed = [
                z3.Not(p) if lit & 1 else p
                for p, lit in zip(parts, self.graph.inputs[node], strict=True)
            ]
            named = z3.Bool(f"n{node}", self._context)
            self._solver.add(named == z3.And(*signed))
            self._nodes[node] = named
        found = self._nodes[root]
        return z3.Not(found) if literal & 1 else found

    def _atom(self, node: int, atom: g.Atom) -> z3.BoolRef:
        match atom:
            case g.Linear(((variable, _),), op, bound):
                fact = variable.fact if isinstance(variable, g.Size) else variable
                found = [self._cut(fact, cut) for cut in cuts_of(variable, op, bound)]
                return z3.And(z3.Not(found[0]), found[1]) if op == "=" else found[0]
            case g.Linear():
                return self._relation(atom)
            case g.Outcome():
                raise AssertionError("an outcome is put in by a world")
            case _:
                return self._bool(f"a{node}")

    def _relation(self, atom: g.Linear) -> z3.BoolRef:
        """Σ c·x op b over whole coefficients."""
        weights = [
            (self._numbers[v.fact if isinstance(v, g.Size) else v], c * _unit(v))
            for v, c in atom.terms
        ]
        scale = lcm(atom.bound.denominator, *(c.denominator for _, c in weights))
        total = z3.Sum([number * int(c * scale) for number, c in weights])
        bound = int(atom.bound * scale)
        match atom.op:
            case "=":
                return total == bound
            case "<":
                return total < bound
            case _:
                return total <= bound


def _unit(variable: Fact | g.Size) -> Fraction:
    """Of what the solver's number counts: dates in days."""
    date = isinstance(variable, Fact) and variable.type.kind is Kind.DATE
    return DAY if date else Fraction(1)


def _number(value: Fraction, context: z3.Context) -> z3.ArithRef:
    if value.denominator == 1:
        return z3.IntVal(int(value), context)
    return z3.RealVal(f"{value.numerator}/{value.denominator}", context)


def _within(value: Fraction, cut: Cut) -> bool:
    return value <= cut[0] if cut[1] else value < cut[0]


def _in_range(fact: Fact, pair: tuple[Cut | None, Cut | None]) -> bool:
    value = interval_value(fact, *pair)
    low, high = fact.type.low, fact.type.high
    return (low is None or value >= low) and (high is None or value <= high)


def _subsets(members: Sequence[int]) -> list[FactValue]:
    """All subsets of up to ten members, small ones first."""
    if len(members) > 10:
        members = members[:10]
    masks = sorted(
        range(1 << len(members)),
        key=lambda m: (m.bit_count(), [-(m >> i & 1) for i in range(len(members))]),
    )
    return [frozenset(x for i, x in enumerate(members) if mask >> i & 1) for mask in masks]
