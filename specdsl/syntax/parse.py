"""Text → syntax tree. Every broken statement is reported once; the others are read all the same.

The text is cut into tokens, the tokens into statements at the keywords that begin one, and each
statement is parsed on its own (grammar/spec.lark). Bodies of policies are statements again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache

from lark import Lark, Token
from lark.exceptions import UnexpectedToken
from lark.parsers.lalr_interactive_parser import InteractiveParser

from specdsl.diagnostics import Code, Diagnostic, Label, Note, fault, sort_key
from specdsl.resources import grammar_text
from specdsl.source import Source, Span
from specdsl.syntax import tree as t
from specdsl.syntax.build import Builder
from specdsl.syntax.codes import RESERVED, SYNTAX, TOO_LARGE
from specdsl.syntax.unexpected import advice, expected, found, wants_only_name
from specdsl.syntax.words import OF_THEIR_PLACE, RESERVED_WORDS, STARTS

_RESERVED = "`{}` is a reserved word and cannot be a name"
MOST_NESTED = 100
MOST_OPERATORS = 150
MOST_TEXT = 64 * 1024 * 1024


def parse(source: Source) -> tuple[t.File, tuple[Diagnostic, ...]]:
    """The statements that can be read, all comments, and the faults of the others."""
    if len(source.text) > MOST_TEXT:
        problem = fault(TOO_LARGE, "the file is larger than 64 MiB", Span(source, 0, 1))
        return t.File(source, (), ()), (problem,)
    return _Parser(source).run()


@cache
def _lark() -> Lark:
    return Lark(
        grammar_text(),
        parser="lalr",
        lexer="basic",
        start=["statement", "policy", "junk"],
        keep_all_tokens=True,
        propagate_positions=False,
    )


@dataclass(slots=True)
class _Open:
    """A policy whose body is being read."""

    head: t.Policy | None
    start: Token
    body: list[t.Rule | t.Policy | t.Example | t.Assert]
    strays: list[tuple[t.Statement, Diagnostic]] = field(default_factory=list)


class _Parser:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.faults: list[Diagnostic] = []
        self.comments: list[t.Comment] = []
        self.statements: list[t.Statement] = []
        self.open: list[_Open] = []
        self.taken_for_name = -1  # where a keyword stands that was meant as a name

    def run(self) -> tuple[t.File, tuple[Diagnostic, ...]]:
        tokens = self._tokens()
        for unit in self._units(tokens):
            self._unit(unit)
        for policy in reversed(self.open):
            self._fault(SYNTAX, "this policy is not closed: a `}` is missing", policy.start)
            self._release(policy)
        while self.open:
            self._close(tokens[-1])
        self._one_head()
        file = t.File(self.source, tuple(self.statements), tuple(self.comments))
        return file, tuple(sorted(self.faults, key=sort_key))

    def _tokens(self) -> list[Token]:
        tokens: list[Token] = []
        for token in _lark().lex(self.source.text, dont_ignore=True):
            if token.type == "COMMENT":
                self._comment(token)
            elif not token.isspace():
                tokens.append(token)
        return tokens

    def _comment(self, token: Token) -> None:
        start = token.start_pos or 0
        line_start = self.source.text.rfind("\n", 0, start) + 1
        own_line = not self.source.text[line_start:start].strip()
        text = str(token).rstrip()
        span = Span(self.source, start, start + len(text))
        self.comments.append(t.Comment(text, span, own_line))

    # --- statements ---

    def _units(self, tokens: list[Token]) -> Iterator[list[Token]]:
        """Runs of tokens: a statement, a policy's head with its `{`, or a `}` that ends one."""
        unit: list[Token] = []
        depth = 0  # of the braces of sets in this statement
        for i, token in enumerate(tokens):
            if self._begins(token, unit):
                if unit:
                    yield unit
                unit, depth = [token], 0
            elif token == "{" and self._opens_body(tokens, i, unit):
                yield [*unit, token]
                unit, depth = [], 0
            elif token == "}" and depth == 0 and self.open_or_pending(unit):
                if unit:
                    yield unit
                yield [token]
                unit = []
            else:
                depth += (token == "{") - (token == "}")
                unit.append(token)
        if unit:
            yield unit

    @staticmethod
    def _begins(token: Token, unit: list[Token]) -> bool:
        """Whether a statement begins here (not so in `cannot change`, `without authority`)."""
        if str(token) not in STARTS or token.type in ("STRING", "NAME"):
            return False
        before = str(unit[-1]) if unit else ""
        return (before, str(token)) not in (("cannot", "change"), ("without", "authority"))

    @staticmethod
    def _opens_body(tokens: list[Token], i: int, unit: list[Token]) -> bool:
        """The brace after a policy's head, not that of a set in its condition."""
        if not unit or unit[0] != "policy":
            return False
        return str(unit[-1]) not in ("in", "of", "=", "!=") or unit[-1].type == "STRING"

    def open_or_pending(self, unit: list[Token]) -> bool:
        return bool(self.open) or not unit or unit[0] == "policy"

    def _unit(self, unit: list[Token]) -> None:
        first = unit[0]
        if first.start_pos == self.taken_for_name:
            return
        if first == "}" and len(unit) == 1:
            if self.open:
                self._close(first)
            else:
                self._fault(SYNTAX, "unexpected `}`: no policy is open here", first)
        elif first == "policy":
            self._policy(unit)
        elif (node := self._statement(unit)) is not None:
            self._add(node, first)

    def _release(self, policy: _Open) -> None:
        """Take what cannot stand in a policy as outside it: its brace is what is missing."""
        for node, problem in policy.strays:
            self.faults.remove(problem)
            self.statements.append(node)

    def _add(self, node: t.Statement, first: Token) -> None:
        if not self.open:
            self.statements.append(node)
        elif isinstance(node, t.Rule | t.Policy | t.Example | t.Assert):
            self.open[-1].body.append(node)
        else:
            self._fault(
                SYNTAX,
                f"`{first}` cannot stand inside a policy",
                first,
                Label(self._span(self.open[-1].start), "this policy is still open"),
                Note("help", "a policy holds rules, policies, examples and asserts"),
            )
            self.open[-1].strays.append((node, self.faults[-1]))

    def _policy(self, unit: list[Token]) -> None:
        opened = unit[-1] == "{"
        head = self._parse(unit[:-1] if opened else unit, "policy")
        if not opened:
            if head is not None:
                message = "a `{` is missing after the head of this policy"
                self._fault(SYNTAX, message, unit[0])
            return
        if len(self.open) == MOST_NESTED:
            self._fault(TOO_LARGE, f"policies are nested more than {MOST_NESTED} deep", unit[0])
        self.open.append(_Open(head if isinstance(head, t.Policy) else None, unit[0], []))

    def _close(self, end: Token) -> None:
        policy = self.open.pop()
        if policy.head is None or len(self.open) >= MOST_NESTED:
            return
        span = policy.head.span.to(self._span(end))
        node = replace(policy.head, body=tuple(policy.body), span=span)
        (self.open[-1].body if self.open else self.statements).append(node)

    def _one_head(self) -> None:
        heads = [s for s in self.statements if isinstance(s, t.SpecHead)]
        for again in heads[1:]:
            first = Label(heads[0].name.span, "the first")
            message = "a second `spec`: a file has one, at its start"
            self.faults.append(fault(SYNTAX, message, again.span, "again", first))
        if heads and self.statements[0] is not heads[0]:
            message = "`spec` comes first in a file"
            self.faults.append(fault(SYNTAX, message, heads[0].span))

    # --- one statement ---

    def _statement(self, unit: list[Token]) -> t.Statement | None:
        return self._parse(unit, "statement")

    def _parse(self, unit: list[Token], start: str) -> t.Statement | t.Policy | None:
        if self._too_large(unit):
            return None
        parser = _lark().parse_interactive(start=start)
        for i, token in enumerate(unit):
            try:
                parser.feed_token(_of_its_place(token, parser))
            except UnexpectedToken as error:
                self._unexpected(unit, i, _accepted(unit[:i], start, error))
                return None
        try:
            found = parser.feed_eof(unit[-1])  # type: ignore[no-untyped-call]
        except UnexpectedToken as error:
            self._unfinished(unit, _accepted(unit, start, error))
            return None
        builder = Builder(self.source)
        node = builder.build(found) if start == "policy" else builder.statement(found)
        self.faults += builder.faults
        return None if builder.faults and not isinstance(node, t.Policy) else node

    def _too_large(self, unit: list[Token]) -> bool:
        depth = prefixes = operators = branches = 0
        for token in unit:
            word = str(token) if token.type != "STRING" else ""
            depth += (word == "(") - (word == ")")
            prefixes = prefixes + 1 if word in ("not", "possibly", "-", "(") else 0
            operators += word in ("+", "-", "*", "/")
            branches += word == "else"
            if max(depth, prefixes, branches) > MOST_NESTED or operators > MOST_OPERATORS:
                message = "this expression is nested too deep or has too many operators"
                note = Note("help", "give its parts names with `define`")
                self._fault(TOO_LARGE, message, token, note)
                return True
        return False

    def _unexpected(self, unit: list[Token], i: int, accepted: frozenset[str]) -> None:
        token = unit[i]
        reserved = token.type not in ("NAME", "STRING") and token in RESERVED_WORDS
        help_ = advice(unit, i, accepted)
        if reserved and wants_only_name(accepted) and not help_.startswith("write"):
            self._fault(RESERVED, _RESERVED.format(token), token)
            return
        notes = [Note("help", help_)] if help_ else []
        self._fault(SYNTAX, found(unit, i, accepted), token, *notes)

    def _unfinished(self, unit: list[Token], accepted: frozenset[str]) -> None:
        first = unit[0]
        if wants_only_name(accepted) and self._next_is_meant_as_name(unit[-1]):
            return
        likely = expected(accepted)
        notes = [Note("help", f"after it may stand {likely}")] if likely else []
        message = f"this `{first}` is not complete" if first in STARTS else f"unexpected `{first}`"
        if first == "rule" and "then" not in map(str, unit):
            message = "this `rule` has no `then` and is not complete"
        self._fault(SYNTAX, message, unit[-1], *notes)

    def _next_is_meant_as_name(self, token: Token) -> bool:
        """Whether a reserved word follows on the line, where only a name can stand; says so."""
        end = token.end_pos or 0
        line = self.source.text[end : end + 200].partition("\n")[0].split()
        word = line[0].strip("{}:,>") if line else ""
        if word not in RESERVED_WORDS:
            return False
        at = self.taken_for_name = self.source.text.index(word, end)
        span = Span(self.source, at, at + len(word))
        self.faults.append(fault(RESERVED, _RESERVED.format(word), span))
        return True

    def _span(self, token: Token) -> Span:
        return Span(self.source, token.start_pos or 0, token.end_pos or 0)

    def _fault(self, code: Code, message: str, token: Token, *more: Label | Note) -> None:
        self.faults.append(fault(code, message, self._span(token), "", *more))


def _of_its_place(token: Token, parser: InteractiveParser) -> Token:
    """A name is the word of a clause where only that can stand."""
    if token.type != "NAME" or str(token) not in OF_THEIR_PLACE:
        return token
    word = token.upper()
    fits = word in parser.accepts()  # type: ignore[no-untyped-call]
    return Token.new_borrow_pos(word, str(token), token) if fits else token


def _accepted(before: list[Token], start: str, error: UnexpectedToken) -> frozenset[str]:
    """The kinds of words that can follow. The error itself names too many: the parser's tables
    merge what may follow in one place with what may in another."""
    parser = _lark().parse_interactive(start=start)
    try:
        for token in before:
            parser.feed_token(_of_its_place(token, parser))
    except UnexpectedToken:
        return frozenset(error.expected or ())
    return frozenset(parser.accepts())  # type: ignore[no-untyped-call]
