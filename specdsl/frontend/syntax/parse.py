"""Parser with error recovery: every broken statement is reported once, and the others are still
read.

The text is split into tokens, which are read as a sequence of statements (LALR, grammar/spec.lark).
A statement ends at a token that begins another one and cannot continue this one. Bodies of policies
are sequences of statements again.
"""

from __future__ import annotations

from dataclasses import field, replace
from typing import Any

from lark import Token
from lark.exceptions import UnexpectedToken

from specdsl.base.diagnostics import Code, Diagnostic, Label, Note, fault, sort_key
from specdsl.base.limits import MAX_NESTED, MAX_OPERATORS, MAX_TEXT
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Source, Span
from specdsl.frontend.syntax import parser_states as p
from specdsl.frontend.syntax import tree as t
from specdsl.frontend.syntax.build_tree import TreeBuilder
from specdsl.frontend.syntax.foreign_words import START_HELPS as OTHER_STARTS
from specdsl.frontend.syntax.keywords import RESERVED_WORDS, STATEMENT_KEYWORDS
from specdsl.frontend.syntax.lookahead import TokenStream
from specdsl.frontend.syntax.misused_words import TWO_MEANINGS, MisusedKeywords
from specdsl.frontend.syntax.parser_states import ParserStack
from specdsl.frontend.syntax.syntax_codes import SYNTAX, TOO_LARGE
from specdsl.frontend.syntax.syntax_errors import (
    advice_on_token,
    misplaced_keyword,
    name_missing_before,
    unexpected_token,
    unfinished_statement,
)
from specdsl.frontend.syntax.tokens import grammar, hidden_characters, split_tokens


def parse(source: Source) -> tuple[t.File, tuple[Diagnostic, ...]]:
    """Return the statements that can be read, all comments, and the faults of the other
    statements.
    """
    if len(source.text) > MAX_TEXT:
        problem = fault(TOO_LARGE, "the file is larger than 64 MiB", Span(source, 0, 1))
        return t.File(source, (), ()), (problem,)
    file, faults = _Parser(source, *split_tokens(source)).parse_file()
    return file, tuple(
        hidden_characters(source)
    ) or faults  # Characters that hide what is read come first.


def parse_part(source: Source, start: int, end: int) -> tuple[t.File, tuple[Diagnostic, ...]]:
    """Parse a part of a text that begins and ends with statements."""
    return _Parser(source, *split_tokens(source, start, end)).parse_file()


@dataclass(slots=True)
class _OpenPolicy:
    """A policy whose body is being read."""

    head: t.PolicyNode | None
    start: Span
    body: list[t.PolicyMember]
    strays: list[tuple[t.Statement, Diagnostic]] = field(default_factory=list)


class _Parser:
    def __init__(self, source: Source, words: list[Token], comments: list[t.Comment]) -> None:
        self.source = source
        self.comments = comments
        self.words = TokenStream(source, words)
        self.faults: list[Diagnostic] = []
        self.statements: list[t.Statement] = []
        self.misspelt: list[t.Name] = []
        self.open: list[_OpenPolicy] = []
        self.misused = MisusedKeywords(source, words)

    def parse_file(self) -> tuple[t.File, tuple[Diagnostic, ...]]:
        at = 0
        while at < len(self.words):
            at = self._read_next(at)
        for policy in reversed(self.open):
            message = "this policy is not closed: a `}` is missing"
            self.faults.append(fault(SYNTAX, message, policy.start))
            self._release_strays(policy)
        while self.open:
            self._close_policy(self.words.span(len(self.words) - 1))
        self._check_heads()
        self.faults += self.misused.faults()
        names = tuple(self.misspelt)
        file = t.File(
            self.source,
            tuple(self.statements),
            tuple(self.comments),
            names,
            frozenset(self.misused.declared),
            tuple(self.misused.suspects),
        )
        return file, tuple(sorted(self.faults, key=sort_key))

    # --- statements ---

    def _read_next(self, at: int) -> int:
        """Read what begins at a token; return where the next statement begins."""
        if self.words[at] != "}":
            return self._read_statement(at)
        if self.open:
            self._close_policy(self.words.span(at))
            return at + 1
        self._add_fault(SYNTAX, "unexpected `}`: no policy is open here", at)
        return self.words.next_start(at, at + 1)

    def _read_statement(self, at: int) -> int:
        parser = grammar().parse_interactive(start=p.start_rule_of(self.words[at]))
        place = p.stack_of_parser(parser)
        for i in range(at, len(self.words)):
            word = self.words[i]
            kind = place.kind_of(word, self.words.token_at(i + 1))
            if i > at and self._ends_before(at, i, kind, place):
                return self._finish_statement(at, i, parser, place)
            if kind not in p.NAME_KINDS and word in RESERVED_WORDS and not place.has_entry(kind):
                kind = self._read_as_name(at, i, place) or kind
            elif word in TWO_MEANINGS and self.words[at] == TWO_MEANINGS[word]:
                self._check_two_meanings(at, i, kind)
            try:
                parser.feed_token(self.words.keep_as(i, kind))
            except UnexpectedToken:
                return self._recover_from(at, i)
        return self._finish_statement(at, len(self.words), parser, place)

    def _ends_before(self, at: int, i: int, kind: str, place: ParserStack) -> bool:
        """Return whether the statement that begins at `at` ends before token `i`."""
        word = self.words[i]
        if word in STATEMENT_KEYWORDS:
            return kind not in p.NAME_KINDS and not place.can_follow(kind)
        if word == "}":
            return (
                bool(self.open)
                and not place.can_follow("RBRACE")
                and not self.words.open_braces(at, i)
            )
        if word == "{":
            return self.words[at] == "policy" and not place.can_follow("LBRACE")
        strange = kind == "NAME" or word.lower() in OTHER_STARTS
        if not strange or self.words[at] == "policy" or place.can_follow(kind):
            return False
        return self.words.is_dedented(at, i) and place.can_follow("$END")

    def _finish_statement(self, at: int, end: int, parser: Any, place: ParserStack) -> int:
        """Add the statement of the tokens from `at` to `end`; return where the next one begins."""
        whole, is_policy = place.can_follow("$END"), self.words[at] == "policy"
        node = self._build_node(at, end, parser) if whole else None
        if not whole:
            self._report_unfinished(at, end, place)
        if is_policy and self.words.token_at(end) == "{":
            self._enter_policy(node if isinstance(node, t.PolicyNode) else None, at)
            return end + 1
        if is_policy and whole:
            self._add_fault(SYNTAX, "a `{` is missing after the head of this policy", at)
        elif node is not None:
            self._add_statement(node, at)
        return end

    def _build_node(self, at: int, end: int, parser: Any) -> t.Statement | None:
        if self._report_too_large(at, end):
            return None
        builder = TreeBuilder(self.source)
        tree = parser.feed_eof(self.words[end - 1])
        is_policy = self.words[at] == "policy"
        node: t.Statement = builder.build(tree) if is_policy else builder.build_statement(tree)
        self.faults += builder.faults
        self.misspelt += builder.misspelt
        return None if builder.faults and not is_policy else node

    def _report_too_large(self, at: int, end: int) -> bool:
        depth = prefixes = operators = branches = 0
        for i in range(at, end):
            kind = self.words[i].type
            depth += (kind == "LPAR") - (kind == "RPAR")
            prefixes = prefixes + 1 if kind in ("NOT", "POSSIBLY", "MINUS", "LPAR") else 0
            operators += kind in ("PLUS", "MINUS", "STAR", "SLASH")
            branches += kind == "ELSE"
            if max(depth, prefixes, branches) > MAX_NESTED or operators > MAX_OPERATORS:
                message = "this expression is nested too deep or has too many operators"
                self._add_fault(
                    TOO_LARGE, message, i, Note("help", "give its parts names with `define`")
                )
                return True
        return False

    # --- policies ---

    def _enter_policy(self, head: t.PolicyNode | None, at: int) -> None:
        if len(self.open) == MAX_NESTED:
            self._add_fault(TOO_LARGE, f"policies are nested more than {MAX_NESTED} deep", at)
        self.open.append(_OpenPolicy(head, self.words.span(at), []))

    def _close_policy(self, end: Span) -> None:
        policy = self.open.pop()
        if policy.head is None or len(self.open) >= MAX_NESTED:
            return
        node = replace(policy.head, body=tuple(policy.body), span=policy.head.span.to(end))
        (self.open[-1].body if self.open else self.statements).append(node)

    def _add_statement(self, node: t.Statement, at: int) -> None:
        if not self.open:
            self.statements.append(node)
        elif isinstance(node, t.PolicyMember):
            self.open[-1].body.append(node)
        else:
            message = f"`{self.words[at]}` cannot stand inside a policy"
            around = Label(self.open[-1].start, "this policy is still open")
            help_ = Note("help", "a policy holds rules, policies, examples and asserts")
            self._add_fault(SYNTAX, message, at, around, help_)
            self.open[-1].strays.append((node, self.faults[-1]))

    def _release_strays(self, policy: _OpenPolicy) -> None:
        """Move statements that cannot stand in a policy out of it: its closing brace is missing."""
        for node, problem in policy.strays:
            self.faults.remove(problem)
            self.statements.append(node)

    def _check_heads(self) -> None:
        heads = [s for s in self.statements if isinstance(s, t.SpecHeadNode)]
        for again in heads[1:]:
            first = Label(heads[0].name.span, "the first")
            message = "a second `spec`: a file has one, at its start"
            self.faults.append(fault(SYNTAX, message, again.span, "again", first))
        if heads and self.statements[0] is not heads[0]:
            message = "`spec` comes first in a file"
            self.faults.append(fault(SYNTAX, message, heads[0].span))

    # --- broken statements ---

    def _recover_from(self, at: int, i: int) -> int:
        """Report once what is wrong at token `i`; return where the next statement begins."""
        for k in self.words.swallowed_starts(at, i):
            self._report_unfinished(at, k, p.stack_after(self.words.unit(at, k)))
            return k
        self._report_unexpected(at, i)
        end = self.words.next_start(at, i)
        if self.words.token_at(end) == "{":
            self._enter_policy(None, at)
            return end + 1
        while self.words.token_at(end) == "}" and not self.open:
            end = self.words.next_start(at, end + 1)
        return end

    def _report_unexpected(self, at: int, i: int) -> None:
        unit, here = self.words.unit(at, i + 7), i - at
        places = {k: p.stack_after(unit[:k]) for k in (here - 1, here) if k >= 0}
        for k in (here - 1, here):
            if k > 0 and self.words.is_name_missing(places[k], at + k):
                self._add_suspect(
                    at, at + k, name_missing_before(unit[k], places[k].accepted_kinds())
                )
                if k == 1:  # The name of the statement stands there.
                    self.misused.nameless.append(unit[k])
                return
        accepted = places[here].accepted_kinds()
        if (wrong := misplaced_keyword(unit, here)) is not None:
            self._add_suspect(at, i - 1, *wrong)
        else:
            self._add_suspect(
                at, i, unexpected_token(unit, here, accepted), advice_on_token(unit, here, accepted)
            )

    def _report_unfinished(self, at: int, end: int, place: ParserStack) -> None:
        unit = self.words.unit(at, end)
        self._add_suspect(at, end - 1, *unfinished_statement(unit, place.accepted_kinds()))

    def _add_suspect(self, at: int, i: int, message: str, help_: str = "") -> None:
        """Add a syntax fault at token `i`, unless a reserved word that leads to it explains it."""
        notes = [Note("help", help_)] if help_ else []
        problem = fault(SYNTAX, message, self.words.span(i), "", *notes)
        self.misused.add_suspect(self.words.unit(max(at - 2, 0), i + 2), problem)

    def _read_as_name(self, at: int, i: int, place: ParserStack) -> str:
        """Return the kind of name as which a reserved word is used if only a name is accepted; this
        is a fault.
        """
        named, unit, accepted = (
            place.name_kind(),
            self.words.unit(at, i + 1),
            place.accepted_kinds(),
        )
        if not named or not accepted <= {named, "STRING"}:
            return ""
        declares = named == "NAME" or unit[0] in ("fact", "decision")
        meant = advice_on_token(unit, i - at, accepted).startswith("write")
        if not declares or meant or self.words.is_name_missing(place, i):
            return ""
        self.misused.add_use(unit)
        return named

    def _check_two_meanings(self, at: int, i: int, kind: str) -> None:
        """Count a principal `nobody` and an outcome `decided` as misused."""
        if kind == "MEMBER" or (i == at + 1 and self.words[at] == "principal"):
            self.misused.add_use(self.words.unit(at, i + 1))

    def _add_fault(self, code: Code, message: str, i: int, *more: Label | Note) -> None:
        self.faults.append(fault(code, message, self.words.span(i), "", *more))
