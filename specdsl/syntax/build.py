"""lark's parse trees → nodes of the syntax tree."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from lark import Token, Tree

from specdsl.diagnostics import Diagnostic, Label, Note, fault
from specdsl.limits import MOST_LITERAL_DIGITS, MOST_PATTERN
from specdsl.source import Source, Span
from specdsl.syntax import literals
from specdsl.syntax import tree as t
from specdsl.syntax.codes import LITERAL, REPEATED, SYNTAX, TOO_LARGE
from specdsl.syntax.words import LOWER_SNAKE

KINDS = {"NUMBER": "number", "DATE": "date", "TIME": "time", "DURATION": "duration"}
READERS: dict[str, Callable[[str], Any]] = {
    "NUMBER": literals.number,
    "DATE": literals.day,
    "TIME": literals.instant,
    "DURATION": literals.duration,
}
Parsed = Tree[Token] | Token
# a run without blanks outside strings, or a comment
WORD = re.compile(r'#[^\n]*|(?:"(?:\\.|[^"\\\n])*"|[^ \t\r\n"#])+')
NAMED = {"names": "listed", "members": "listed", "outcomes": "listed", "chain": "listed"}
NAMED |= {"set": "set_literal"}  # where the rule's own name is taken


class Builder:
    """Builds the nodes of one source; `faults` collects what is wrong with them."""

    def __init__(self, source: Source) -> None:
        self.file = source
        self.faults: list[Diagnostic] = []
        self.misspelt: list[t.Name] = []

    def statement(self, tree: Tree[Token]) -> Any:
        """The node of a `statement`."""
        return self.build(tree.children[0])

    def build(self, item: Parsed) -> Any:
        if isinstance(item, Token):
            return self.token(item)
        build = getattr(self, NAMED.get(str(item.data), str(item.data)))
        return build(item.children, self.span(item))

    # --- places ---

    def span(self, item: Parsed) -> Span:
        first, last = item, item
        while isinstance(first, Tree):
            first = first.children[0]
        while isinstance(last, Tree):
            last = next(c for c in reversed(last.children) if isinstance(c, Token) or c.children)
        return Span(self.file, first.start_pos or 0, last.end_pos or 0)

    def token(self, token: Token) -> Any:
        span = self.span(token)
        match token.type:
            case "NAME" | "MEMBER":
                return self.named(token, span)
            case "STRING":
                return t.Text(literals.unquoted(token), span)
            case kind if kind in KINDS:
                return self.literal(token, span)
            case _:
                return t.Name(str(token), span)

    def named(self, token: Token, span: Span) -> t.Name:
        name = t.Name(str(token), span)
        if not LOWER_SNAKE.fullmatch(token):
            self.misspelt.append(name)
        return name

    def literal(self, token: Token, span: Span) -> t.Literal:
        try:
            value = READERS[token.type](str(token))
        except literals.BadLiteral as problem:
            code = TOO_LARGE if len(token) > MOST_LITERAL_DIGITS else LITERAL
            self.faults.append(fault(code, str(problem), span))
            value = READERS["NUMBER"]("1")
        return t.Literal(KINDS[token.type], value, span)

    # --- picking ---

    @staticmethod
    def tokens(children: list[Parsed], kind: str) -> list[Token]:
        return [c for c in children if isinstance(c, Token) and c.type == kind]

    def names(self, children: list[Parsed]) -> list[t.Name]:
        found = (c for c in children if isinstance(c, Token) and c.type in ("NAME", "MEMBER"))
        return [self.token(token) for token in found]

    def text(self, children: list[Parsed]) -> t.Text | None:
        found = self.tokens(children, "STRING")
        return self.token(found[0]) if found else None

    def after(self, children: list[Parsed], word: str) -> Any:
        """What follows a keyword, or None where it is not there."""
        for word_token, item in pairwise(children):
            if isinstance(word_token, Token) and word_token.type == word.upper():
                return self.build(item)
        return None

    def sub(self, children: list[Parsed], data: str) -> Any:
        """What the child of that kind is, or None."""
        found = next((c for c in children if isinstance(c, Tree) and c.data == data), None)
        return None if found is None else self.build(found)

    # --- statements ---

    def spec(self, c: list[Parsed], span: Span) -> t.SpecHead:
        texts = [self.token(x) for x in self.tokens(c, "STRING")]
        version = self.after(c, "version")
        title = texts[0] if len(texts) > (version is not None) else None
        return t.SpecHead(self.names(c)[0], title, version, span)

    def use(self, c: list[Parsed], span: Span) -> t.Use:
        target = c[1]
        assert isinstance(target, Token)
        if target.type == "NAME":  # a file's name: how it is spelt is not for us to say
            return t.Use(t.Name(str(target), self.span(target)), span)
        return t.Use(self.build(target), span)

    def layer(self, c: list[Parsed], span: Span) -> t.Layer:
        text = self.text(c)
        assert text is not None
        return t.Layer(self.names(c)[0], text, bool(self.tokens(c, "TIGHTENING")), span)

    def authority(self, c: list[Parsed], span: Span) -> t.Authority:
        return t.Authority(self.sub(c, "chain"), self.text(c), span)

    def principal(self, c: list[Parsed], span: Span) -> t.Principal:
        name, level, *implied = self.names(c)
        return t.Principal(name, level, implied[0] if implied else None, self.text(c), span)

    def powerless(self, c: list[Parsed], span: Span) -> t.Principal:
        name = self.names(c)[0]
        return t.Principal(name, None, None, self.text(c), span)

    def delegate(self, c: list[Parsed], span: Span) -> t.Delegate:
        name, level = self.names(c)
        on = self.sub(c, "names") or ()
        return t.Delegate(name, level, on, self.after(c, "when"), self.text(c), span)

    def value(self, c: list[Parsed], span: Span) -> t.Value:
        return t.Value(self.names(c)[0], self.text(c), span)

    def priority(self, c: list[Parsed], span: Span) -> t.Priority:
        return t.Priority(self.sub(c, "chain"), self.text(c), span)

    def fact(self, c: list[Parsed], span: Span) -> t.Fact:
        names = self.sub(c, "names")
        type_tree = next(x for x in c[2:] if isinstance(x, Tree))
        kind = self.build(type_tree)
        optional = bool(self.tokens(c, "QUESTION"))
        secret = bool(self.tokens(c, "SECRET"))
        return t.Fact(names, kind, optional, secret, self.text(c), span)

    def plain_type(self, c: list[Parsed], span: Span) -> t.Type:
        limits = self.build(c[1]) if len(c) > 1 else None
        return t.Type(str(c[0]), (), limits, span)

    def folded_type(self, c: list[Parsed], span: Span) -> t.Type:
        limits = self.build(c[3]) if len(c) > 3 else None
        return t.Type("text", (), limits, span, ignoring_case=True)

    def enum_type(self, c: list[Parsed], span: Span) -> t.Type:
        return t.Type("enum", self.sub(c, "members"), None, span)

    def set_type(self, c: list[Parsed], span: Span) -> t.Type:
        return t.Type("set", self.sub(c, "members"), None, span)

    def range_from(self, c: list[Parsed], span: Span) -> t.Range:
        return t.Range(self.build(c[0]), self.build(c[2]) if len(c) > 2 else None, span)

    def range_to(self, c: list[Parsed], span: Span) -> t.Range:
        return t.Range(None, self.build(c[1]), span)

    def define(self, c: list[Parsed], span: Span) -> t.Define:
        return t.Define(self.names(c)[0], self.build(c[3]), self.doc(c[4:]), span)

    def assume(self, c: list[Parsed], span: Span) -> t.Assume:
        return t.Assume(self.names(c)[0], self.build(c[3]), self.doc(c[4:]), span)

    def doc(self, rest: list[Parsed]) -> t.Text | None:
        return self.text(rest)

    def decision(self, c: list[Parsed], span: Span) -> t.Decision:
        name, doc, outcomes = self.names(c)[0], self.text(c), self.sub(c, "outcomes")
        chosen, steered = self.after(c, "default"), self.sub(c, "steered")
        conflict = self.after(c, "conflict")
        return t.Decision(name, doc, outcomes, chosen, steered, conflict, span)

    def steered(self, c: list[Parsed], span: Span) -> tuple[t.Name, ...]:
        return () if self.tokens(c, "NOBODY") else self.build(c[2])

    def change(self, c: list[Parsed], span: Span) -> t.Change:
        what = self.text(c)
        assert what is not None
        notes: dict[str, t.Text] = {}
        for word, text in zip(c[3::2], c[4::2], strict=True):
            if str(word) in notes:
                message = f"`{word}` is there twice in this `change`"
                self.faults.append(fault(SYNTAX, message, self.span(word)))
            notes[str(word)] = self.build(text)
        return t.Change(self.build(c[1]), what, notes.get("credit"), notes.get("feedback"), span)

    def policy(self, c: list[Parsed], span: Span) -> t.Policy:
        """Its head: the parser puts the body in."""
        level, value = self.sub(c, "level"), self.sub(c, "purpose")
        when = self.after(c, "when")
        return t.Policy(self.names(c)[0], level, value, self.text(c), when, (), span)

    def rule(self, c: list[Parsed], span: Span) -> t.Rule:
        kinds = {"when", "unless", "then", "overrides", "because", "source"}
        clauses = tuple(self.build(x) for x in c if isinstance(x, Tree) and x.data in kinds)
        name = self.names(c)[0]
        self.once(name, clauses)
        level, value = self.sub(c, "level"), self.sub(c, "purpose")
        return t.Rule(name, level, value, self.text(c), clauses, span)

    def once(self, name: t.Name, clauses: tuple[t.Clause, ...]) -> None:
        seen: dict[str, t.Clause] = {}
        for clause in clauses:
            word = clause.keyword
            if word in seen and word != "unless":
                message = f"rule `{name.text}` has a second `{word}`"
                hint = {
                    "when": "put both conditions into one `when` with `and`",
                    "then": "put all effects into one `then` with `and`",
                }.get(word, f"put both into one `{word}`")
                first = Label(seen[word].span, "the first")
                note = Note("help", hint)
                self.faults.append(fault(REPEATED, message, clause.span, "again", first, note))
            seen.setdefault(word, clause)
        if "then" not in seen:
            message = f"rule `{name.text}` has no `then`"
            help_ = Note("help", "say what it asks for: `then DECISION is OUTCOME`")
            self.faults.append(fault(REPEATED, message, name.span, "", help_))

    def level(self, c: list[Parsed], span: Span) -> t.Name:
        return self.names(c)[0]

    purpose = level

    def clause(self, c: list[Parsed], span: Span) -> t.Clause:
        return t.Clause(str(c[0]), self.build(c[1]), span)

    when = unless = then = overrides = because = source = clause

    def effects(self, c: list[Parsed], span: Span) -> tuple[t.Effect, ...]:
        return tuple(self.build(x) for x in c if isinstance(x, Tree))

    def effect_is(self, c: list[Parsed], span: Span) -> t.Effect:
        return self._effect("is", c, span)

    def effect_is_not(self, c: list[Parsed], span: Span) -> t.Effect:
        return self._effect("is not", c, span)

    def effect_in(self, c: list[Parsed], span: Span) -> t.Effect:
        return t.Effect(self.names(c)[0], "in", self.sub(c, "members"), span)

    def effect_not_in(self, c: list[Parsed], span: Span) -> t.Effect:
        return t.Effect(self.names(c)[0], "not in", self.sub(c, "members"), span)

    def effect_may_be(self, c: list[Parsed], span: Span) -> t.Effect:
        return self._effect("may be", c, span)

    def _effect(self, verb: str, c: list[Parsed], span: Span) -> t.Effect:
        decision, *outcomes = self.names(c)
        return t.Effect(decision, verb, tuple(outcomes), span)

    # --- examples and asserts ---

    def example(self, c: list[Parsed], span: Span) -> t.Example:
        title = self.text(c)
        assert title is not None
        return t.Example(title, tuple(self.build(x) for x in c[2:]), span)

    def given(self, c: list[Parsed], span: Span) -> t.GivenClause:
        return t.GivenClause(tuple(self.build(x) for x in c if isinstance(x, Tree)), span)

    def given_true(self, c: list[Parsed], span: Span) -> t.Given:
        return t.Given(self.names(c)[0], True, span)

    def given_false(self, c: list[Parsed], span: Span) -> t.Given:
        return t.Given(self.names(c)[0], False, span)

    def given_member(self, c: list[Parsed], span: Span) -> t.Given:
        fact, member = self.names(c)
        return t.Given(fact, member, span)

    def given_unknown(self, c: list[Parsed], span: Span) -> t.Given:
        return t.Given(self.names(c)[0], None, span)

    def given_value(self, c: list[Parsed], span: Span) -> t.Given:
        value = self.build(c[2])
        if isinstance(value, t.Prefix):
            value = self._negative(value)
        return t.Given(self.names(c)[0], value, span)

    @staticmethod
    def _negative(prefix: t.Prefix) -> t.Literal | t.TextLiteral:
        literal = prefix.operand
        assert isinstance(literal, t.Literal | t.TextLiteral)
        if isinstance(literal, t.TextLiteral):
            return literal
        return t.Literal(literal.kind, -literal.value, prefix.span)

    def says(self, c: list[Parsed], span: Span) -> t.Says:
        return t.Says(self.token(c[0]), False, self.build(c[2]), self.after(c, "at"), span)  # type: ignore[arg-type]

    def implies(self, c: list[Parsed], span: Span) -> t.Says:
        return t.Says(self.token(c[0]), True, self.build(c[2]), self.after(c, "at"), span)  # type: ignore[arg-type]

    def expect(self, c: list[Parsed], span: Span) -> t.Expect:
        return t.Expect(self.build(c[1]), self.sub(c, "names") or (), span)

    def like_example(self, c: list[Parsed], span: Span) -> t.LikeExample:
        return t.LikeExample(self.build(c[1]), span)

    def talk(self, c: list[Parsed], span: Span) -> t.Talk:
        speaker, because = self.names(c)[0], self.after(c, "because")
        if because is not None and speaker.text != "bad":
            message = "`because` belongs to a line that starts with `bad:`"
            self.faults.append(fault(SYNTAX, message, because.span))
        return t.Talk(speaker, self.build(c[2]), because, span)

    def assertion(self, c: list[Parsed], span: Span) -> t.Assert:
        title = self.text(c)
        claim = next(self.build(x) for x in c if isinstance(x, Tree))
        first = c[1]
        start = self.span(first).start
        body = self.file.text[start : span.end]
        words = (match.group() for match in WORD.finditer(body))
        name = " ".join(word for word in words if not word.startswith("#"))
        return t.Assert(title, claim, self.after(c, "when"), name, span)

    def holds(self, c: list[Parsed], span: Span) -> t.Holds:
        return t.Holds(self.build(c[0]), span)

    def can_be(self, c: list[Parsed], span: Span) -> t.CanBe:
        decision, outcome = self.names(c)
        return t.CanBe(decision, outcome, span)

    def cannot_change(self, c: list[Parsed], span: Span) -> t.CannotChange:
        subject, decision = self.names(c)
        return t.CannotChange(subject, decision, span)

    # --- expressions ---

    def brackets(self, c: list[Parsed], span: Span) -> t.Expr:
        return self.build(c[1])  # type: ignore[no-any-return]

    def if_else(self, c: list[Parsed], span: Span) -> t.IfElse:
        return t.IfElse(self.build(c[0]), self.build(c[2]), self.build(c[4]), span)

    def or_(self, c: list[Parsed], span: Span) -> t.Logic:
        return t.Logic("or", tuple(self.build(x) for x in c[::2]), span)

    def and_(self, c: list[Parsed], span: Span) -> t.Logic:
        return t.Logic("and", tuple(self.build(x) for x in c[::2]), span)

    def not_(self, c: list[Parsed], span: Span) -> t.Prefix:
        return t.Prefix(str(c[0]), self.build(c[1]), span)

    possibly = negate = not_

    def compare(self, c: list[Parsed], span: Span) -> t.Compare:
        return t.Compare(str(c[1]), self.build(c[0]), self.build(c[2]), span)

    def is_(self, c: list[Parsed], span: Span) -> t.Is:
        return t.Is(self.build(c[0]), self.names(c[1:])[0], False, span)

    def is_not(self, c: list[Parsed], span: Span) -> t.Is:
        return t.Is(self.build(c[0]), self.names(c[1:])[0], True, span)

    def is_known(self, c: list[Parsed], span: Span) -> t.IsKnown:
        return t.IsKnown(self.build(c[0]), True, span)

    def is_unknown(self, c: list[Parsed], span: Span) -> t.IsKnown:
        return t.IsKnown(self.build(c[0]), False, span)

    def in_(self, c: list[Parsed], span: Span) -> t.In:
        return t.In(self.build(c[0]), self.build(c[-1]), False, span)

    def not_in(self, c: list[Parsed], span: Span) -> t.In:
        return t.In(self.build(c[0]), self.build(c[-1]), True, span)

    def has(self, c: list[Parsed], span: Span) -> t.Has:
        assert isinstance(c[2], Token)
        return t.Has(self.build(c[0]), "", self.named(c[2], self.span(c[2])), span)

    def has_of(self, c: list[Parsed], span: Span) -> t.Has:
        return t.Has(self.build(c[0]), str(c[2]), self.build(c[4]), span)

    def like(self, c: list[Parsed], span: Span) -> t.Like:
        pattern = t.Text(str(c[2])[1:-1], self.span(c[2]))
        if len(pattern.value) > MOST_PATTERN:
            message = f"a pattern has at most {MOST_PATTERN:,} characters"
            self.faults.append(fault(TOO_LARGE, message, pattern.span))
        return t.Like(self.build(c[0]), pattern, span)

    def arithmetic(self, c: list[Parsed], span: Span) -> t.Arithmetic:
        return t.Arithmetic(str(c[1]), self.build(c[0]), self.build(c[2]), span)

    def name(self, c: list[Parsed], span: Span) -> t.NameRef:
        assert isinstance(c[0], Token)
        return t.NameRef(self.named(c[0], span).text, span)

    def plain_literal(self, c: list[Parsed], span: Span) -> t.Literal | t.TextLiteral:
        found = self.build(c[0])
        if isinstance(found, t.Text):
            return t.TextLiteral(found.value, span)
        assert isinstance(found, t.Literal | t.TextLiteral)
        return found

    def size_of(self, c: list[Parsed], span: Span) -> t.SizeOf:
        return t.SizeOf(self.names(c)[0], span)

    def min_max(self, c: list[Parsed], span: Span) -> t.MinMax:
        return t.MinMax(str(c[0]), tuple(self.build(x) for x in c[2::2]), span)

    def set_literal(self, c: list[Parsed], span: Span) -> t.SetLiteral:
        items = tuple(self.build(x) for x in c[1:-1] if isinstance(x, Tree))
        found = tuple(self._negative(x) if isinstance(x, t.Prefix) else x for x in items)
        return t.SetLiteral(found, span)

    def listed(self, c: list[Parsed], span: Span) -> tuple[t.Name, ...]:
        return tuple(self.names(c))
