"""Reader of the functions of emitted TypeScript modules: text → literals over all situations.

It knows the statements and expressions that are emitted, with the meaning that JavaScript and the
shared part give them, and rejects all others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from specdsl.backends.typescript.typescript_tokens import TokenReader, UnreadableText
from specdsl.frontend.model.nodes import QUANTITIES, DecisionModel, Fact, Kind, SpecModel
from specdsl.semantics import aig as g
from specdsl.semantics.lower_terms import (
    Affine,
    compare_quantities,
    compare_text_terms,
    weighted_sum,
)

COMPARISONS = {"isBelow": "<", "isAtMost": "<=", "isAbove": ">", "isAtLeast": ">=", "isEqual": "="}
ORDERS = {"comesBefore": "<", "comesNotAfter": "<="}
VARIABLE = re.compile("c[1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class Guarded:
    """A quantity, and the literal that it is known."""

    known: g.Literal
    value: Affine


Numbers = dict[int, g.Literal]  # The rules that apply, each under its literal.


@dataclass(eq=False)
class TypescriptReader(TokenReader):
    """Reads a function of one module from a place in its text. `decisions`: the ones that were
    taken when it is called; `chunks`: what each function that was read before adds to the rules.
    """

    spec: SpecModel
    graph: g.AndInverterGraph
    decisions: tuple[DecisionModel, ...]
    chunks: Mapping[str, Numbers]
    names: dict[str, g.Literal] = field(default_factory=dict)

    # --- statements ---

    def read_condition(self, name: str, signature: str) -> g.Literal:
        """Return the literal that a function returns."""
        self._read_head(name, signature)
        while self.reads_token("const"):
            self._read_variable()
        self.expect_return()
        found = self._either()
        self.expect_tokens(";", "}")
        return found

    def read_rules(self, name: str, signature: str) -> Numbers:
        """Return the numbers that a function adds to the rules found."""
        self._read_head(name, signature)
        returns = signature.endswith("number[]")
        if returns:
            self.expect_tokens("const", "found", ":", "number", "[", "]", "=", "[", "]", ";")
        found: Numbers = {}
        while self.peek_token() != ("return" if returns else "}"):
            self._read_statement(g.TRUE, found)
        if returns:
            self.expect_return()
            self.expect_tokens("found", ";")
        self.expect_tokens("}")
        return found

    def _read_head(self, name: str, signature: str) -> None:
        """Read the comment before a function and its head, which is held letter by letter."""
        self.peek_token()
        head = f"function {name}{signature} {{"
        if not self.text.startswith(head, self.at):
            raise UnreadableText(self.at, f"no `{name}` as it is written for this spec")
        self.at += len(head)

    def _read_statement(self, path: g.Literal, found: Numbers) -> None:
        if self.reads_token("const"):
            self._read_variable()
        elif self.reads_token("if"):
            self.expect_tokens("(")
            inner = self.graph.all_of((path, self._either()))
            self.expect_tokens(")")
            self._read_block(inner, found)
        else:
            self._read_call(path, found)

    def _read_block(self, path: g.Literal, found: Numbers) -> None:
        if not self.reads_token("{"):
            self._read_call(path, found)
            return
        self.enter_brackets()
        while not self.reads_token("}"):
            if self.peek_token() == "const":
                raise UnreadableText(self.at, "a variable in a block")
            self._read_statement(path, found)
        self.depth -= 1

    def _read_call(self, path: g.Literal, found: Numbers) -> None:
        start = self.at
        name = self.next_token()
        if name == "found":
            self.expect_tokens(".", "push", "(")
            number = self.next_token("number")
            if not number.isdigit():
                raise UnreadableText(start, "a position of this kind")
            added: Numbers = {int(number): g.TRUE}
            self.expect_tokens(")", ";")
        elif name in self.chunks:
            added = dict(self.chunks[name])
            self.expect_tokens("(", "f", ",", "d", ",", "found", ")", ";")
        else:
            raise UnreadableText(start, "a statement of this kind")
        for position, literal in added.items():
            if position in found:
                raise UnreadableText(start, "a rule twice")
            found[position] = self.graph.all_of((path, literal))

    def _read_variable(self) -> None:
        start = self.at
        name = self.next_token("word")
        if not VARIABLE.fullmatch(name) or name in self.names:
            raise UnreadableText(start, f"a variable `{name}`")
        self.expect_tokens("=")
        found = self._either()
        self.expect_tokens(";")
        self.names[name] = found

    # --- conditions ---

    def _either(self) -> g.Literal:
        found = [self._both()]
        while self.reads_token("||"):
            found.append(self._both())
        return self.graph.any_of(found)

    def _both(self) -> g.Literal:
        found = [self._operand()]
        while self.reads_token("&&"):
            found.append(self._operand())
        return self.graph.all_of(found)

    def _operand(self) -> g.Literal:
        if self.reads_token("!"):
            self.enter_brackets()
            found = self._operand() ^ 1
            self.depth -= 1
            return found
        if self.reads_token("("):
            self.enter_brackets()
            found = self._either()
            self.expect_tokens(")")
            self.depth -= 1
            return found
        start = self.at
        name = self.next_token("word")
        if name in ("true", "false"):
            return g.TRUE if name == "true" else g.FALSE
        if name in self.names:
            return self.names[name]
        test = self._tests().get(name)
        if test is None:
            raise UnreadableText(start, f"`{name}`")
        self.expect_tokens("(")
        found = test()
        self.expect_tokens(")")
        return found

    def _tests(self) -> dict[str, Callable[[], g.Literal]]:
        compared = {name: lambda op=op: self._comparison(op) for name, op in COMPARISONS.items()}
        ordered = {name: lambda op=op: self._order(op) for name, op in ORDERS.items()}
        return {
            **compared,
            **ordered,
            "isKnown": lambda: self._is_known(self._fact()),
            "is": self._identity,
            "has": self._membership,
            "isLike": self._match,
        }

    def _identity(self) -> g.Literal:
        subject = self._subject()
        self.expect_tokens(",")
        start = self.at
        if isinstance(subject, DecisionModel):
            return self._member(subject, subject.outcomes)
        match subject.type.kind:
            case Kind.BOOL:
                value = self.next_token("word")
                if value not in ("true", "false"):
                    raise UnreadableText(start, "a comparison of this kind")
                literal = self.graph.atom(g.IsTrue(subject)) ^ (value == "false")
                return self._known_and(literal, subject)
            case Kind.ENUM:
                return self._known_and(self._member(subject, subject.type.members), subject)
            case Kind.TEXT:
                return self._text_comparison(subject, "=")
        raise UnreadableText(start, "a comparison of this kind")

    def _member(self, subject: Fact | DecisionModel, members: tuple[str, ...]) -> g.Literal:
        name = self.read_string()
        if name not in members:
            return g.FALSE
        number = members.index(name)
        if isinstance(subject, DecisionModel):
            return self.graph.atom(g.Outcome(subject, number))
        if subject.type.kind is Kind.SET:
            return self.graph.atom(g.HasMember(subject, number))
        return self.graph.atom(g.IsEnumMember(subject, number))

    def _membership(self) -> g.Literal:
        fact = self._fact(Kind.SET)
        self.expect_tokens(",")
        return self._known_and(self._member(fact, fact.type.members), fact)

    def _match(self) -> g.Literal:
        fact = self._fact(Kind.TEXT)
        self.expect_tokens(",")
        return self._known_and(self.graph.atom(g.TextMatches(fact, self.read_string())), fact)

    def _order(self, op: str) -> g.Literal:
        fact = self._fact(Kind.TEXT)
        self.expect_tokens(",")
        return self._text_comparison(fact, op)

    def _text_comparison(self, fact: Fact, op: str) -> g.Literal:
        if self.peek_token() == "f":
            other = self._fact(Kind.TEXT)
            literal = compare_text_terms(self.graph, fact, op, other)
            return self._known_and(literal, fact, other)
        return self._known_and(compare_text_terms(self.graph, fact, op, self.read_string()), fact)

    def _comparison(self, op: str) -> g.Literal:
        left = self._quantity()
        self.expect_tokens(",")
        bound = self.read_constant()
        literal = compare_quantities(self.graph, left.value, op, Affine((), bound))
        return self.graph.all_of((left.known, literal))

    # --- terms ---

    def _quantity(self) -> Guarded:
        start = self.at
        match self.peek_token():
            case "sumOf":
                return self._sum()
            case "sizeOf":
                self.expect_tokens("sizeOf", "(")
                fact = self._fact(Kind.SET)
                self.expect_tokens(")")
                return Guarded(
                    self._is_known(fact), Affine(((g.Size(fact), Fraction(1)),), Fraction(0))
                )
        fact = self._fact()
        if fact.type.kind not in QUANTITIES:
            raise UnreadableText(start, "a number of this kind")
        return Guarded(self._is_known(fact), Affine(((fact, Fraction(1)),), Fraction(0)))

    def _sum(self) -> Guarded:
        self.expect_tokens("sumOf", "(")
        parts: list[tuple[Fraction, Guarded]] = []
        while not parts or self.reads_token(","):
            self.expect_tokens("[")
            factor = self.read_constant()
            self.expect_tokens(",")
            self.enter_brackets()
            parts.append((factor, self._quantity()))
            self.depth -= 1
            self.expect_tokens("]")
        self.expect_tokens(")")
        known = self.graph.all_of(part.known for _, part in parts)
        return Guarded(known, weighted_sum((factor, part.value) for factor, part in parts))

    def _subject(self) -> Fact | DecisionModel:
        if self.peek_token() != "d":
            return self._fact()
        self.expect_tokens("d", ".")
        start = self.at
        name = self.next_token("word")
        for decision in self.decisions:
            if decision.name == name:
                return decision
        raise UnreadableText(start, f"`{name}`")

    def _fact(self, kind: Kind | None = None) -> Fact:
        self.expect_tokens("f", ".")
        start = self.at
        name = self.next_token("word")
        for fact in self.spec.facts:
            if fact.name == name and kind in (None, fact.type.kind):
                return fact
        raise UnreadableText(start, f"`{name}`")

    def _is_known(self, fact: Fact) -> g.Literal:
        return self.graph.atom(g.Known(fact)) if fact.optional else g.TRUE

    def _known_and(self, literal: g.Literal, *facts: Fact) -> g.Literal:
        return self.graph.all_of((*map(self._is_known, facts), literal))
