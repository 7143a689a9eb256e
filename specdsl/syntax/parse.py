"""Text → syntax tree. Every broken statement is reported once; the others are read all the same.

The text is cut into words, and these are read as one statement after the other (grammar/spec.lark).
A statement ends where a word stands that begins one and cannot go on with this one. Bodies of
policies are statements again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from lark.exceptions import UnexpectedToken

from specdsl.diagnostics import Code, Diagnostic, Label, Note, fault, sort_key
from specdsl.limits import MOST_NESTED, MOST_OPERATORS, MOST_TEXT
from specdsl.source import Source, Span
from specdsl.syntax import place as p
from specdsl.syntax import tree as t
from specdsl.syntax.ahead import Words
from specdsl.syntax.build import Builder
from specdsl.syntax.codes import SYNTAX, TOO_LARGE
from specdsl.syntax.meant import STARTS as OTHER_STARTS
from specdsl.syntax.misused import TWO_MEANINGS, Misused
from specdsl.syntax.place import Place
from specdsl.syntax.tokens import cut, grammar, hidden
from specdsl.syntax.unexpected import advice, found, lacking, misplaced, unfinished
from specdsl.syntax.words import RESERVED_WORDS, STARTS


def parse(source: Source) -> tuple[t.File, tuple[Diagnostic, ...]]:
    """The statements that can be read, all comments, and the faults of the others."""
    if len(source.text) > MOST_TEXT:
        problem = fault(TOO_LARGE, "the file is larger than 64 MiB", Span(source, 0, 1))
        return t.File(source, (), ()), (problem,)
    file, faults = _Parser(source).run()
    return file, tuple(hidden(source)) or faults  # first what is not seen as it is read


@dataclass(slots=True)
class _Open:
    """A policy whose body is being read."""

    head: t.Policy | None
    start: Span
    body: list[t.Rule | t.Policy | t.Example | t.Assert]
    strays: list[tuple[t.Statement, Diagnostic]] = field(default_factory=list)


class _Parser:
    def __init__(self, source: Source) -> None:
        self.source = source
        words, self.comments = cut(source)
        self.words = Words(source, words)
        self.faults: list[Diagnostic] = []
        self.statements: list[t.Statement] = []
        self.misspelt: list[t.Name] = []
        self.open: list[_Open] = []
        self.misused = Misused(source, words)

    def run(self) -> tuple[t.File, tuple[Diagnostic, ...]]:
        at = 0
        while at < len(self.words):
            at = self._next(at)
        for policy in reversed(self.open):
            message = "this policy is not closed: a `}` is missing"
            self.faults.append(fault(SYNTAX, message, policy.start))
            self._release(policy)
        while self.open:
            self._close(self.words.span(len(self.words) - 1))
        self._one_head()
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

    def _next(self, at: int) -> int:
        """Reads what begins at a word; where the next begins."""
        if self.words[at] != "}":
            return self._statement(at)
        if self.open:
            self._close(self.words.span(at))
            return at + 1
        self._fault(SYNTAX, "unexpected `}`: no policy is open here", at)
        return self.words.next_start(at, at + 1)

    def _statement(self, at: int) -> int:
        parser = grammar().parse_interactive(start=p.rule_of(self.words[at]))
        place = p.of_parser(parser)
        for i in range(at, len(self.words)):
            word = self.words[i]
            kind = place.kind(word, self.words.at(i + 1))
            if i > at and self._ends(at, i, kind, place):
                return self._finish(at, i, parser, place)
            if kind not in p.NAMED and word in RESERVED_WORDS and not place.lists(kind):
                kind = self._misuse(at, i, place) or kind
            elif word in TWO_MEANINGS and self.words[at] == TWO_MEANINGS[word]:
                self._two_meanings(at, i, kind)
            try:
                parser.feed_token(self.words.keep(i, kind))
            except UnexpectedToken:
                return self._broken(at, i)
        return self._finish(at, len(self.words), parser, place)

    def _ends(self, at: int, i: int, kind: str, place: Place) -> bool:
        """Whether the statement that begins at `at` ends before word `i`."""
        word = self.words[i]
        if word in STARTS:
            return kind not in p.NAMED and not place.fits(kind)
        if word == "}":
            return bool(self.open) and not place.fits("RBRACE") and not self.words.depth(at, i)
        if word == "{":
            return self.words[at] == "policy" and not place.fits("LBRACE")
        strange = kind == "NAME" or word.lower() in OTHER_STARTS
        if not strange or self.words[at] == "policy" or place.fits(kind):
            return False
        return self.words.dedented(at, i) and place.fits("$END")

    def _finish(self, at: int, end: int, parser: Any, place: Place) -> int:
        """Adds the statement of the words from `at` to `end`; where the next begins."""
        whole, is_policy = place.fits("$END"), self.words[at] == "policy"
        node = self._built(at, end, parser) if whole else None
        if not whole:
            self._unfinished(at, end, place)
        if is_policy and self.words.at(end) == "{":
            self._enter(node if isinstance(node, t.Policy) else None, at)
            return end + 1
        if is_policy and whole:
            self._fault(SYNTAX, "a `{` is missing after the head of this policy", at)
        elif node is not None:
            self._add(node, at)
        return end

    def _built(self, at: int, end: int, parser: Any) -> t.Statement | None:
        if self._too_large(at, end):
            return None
        builder = Builder(self.source)
        tree = parser.feed_eof(self.words[end - 1])
        is_policy = self.words[at] == "policy"
        node: t.Statement = builder.build(tree) if is_policy else builder.statement(tree)
        self.faults += builder.faults
        self.misspelt += builder.misspelt
        return None if builder.faults and not is_policy else node

    def _too_large(self, at: int, end: int) -> bool:
        depth = prefixes = operators = branches = 0
        for i in range(at, end):
            kind = self.words[i].type
            depth += (kind == "LPAR") - (kind == "RPAR")
            prefixes = prefixes + 1 if kind in ("NOT", "POSSIBLY", "MINUS", "LPAR") else 0
            operators += kind in ("PLUS", "MINUS", "STAR", "SLASH")
            branches += kind == "ELSE"
            if max(depth, prefixes, branches) > MOST_NESTED or operators > MOST_OPERATORS:
                message = "this expression is nested too deep or has too many operators"
                self._fault(
                    TOO_LARGE, message, i, Note("help", "give its parts names with `define`")
                )
                return True
        return False

    # --- policies ---

    def _enter(self, head: t.Policy | None, at: int) -> None:
        if len(self.open) == MOST_NESTED:
            self._fault(TOO_LARGE, f"policies are nested more than {MOST_NESTED} deep", at)
        self.open.append(_Open(head, self.words.span(at), []))

    def _close(self, end: Span) -> None:
        policy = self.open.pop()
        if policy.head is None or len(self.open) >= MOST_NESTED:
            return
        node = replace(policy.head, body=tuple(policy.body), span=policy.head.span.to(end))
        (self.open[-1].body if self.open else self.statements).append(node)

    def _add(self, node: t.Statement, at: int) -> None:
        if not self.open:
            self.statements.append(node)
        elif isinstance(node, t.Rule | t.Policy | t.Example | t.Assert):
            self.open[-1].body.append(node)
        else:
            message = f"`{self.words[at]}` cannot stand inside a policy"
            around = Label(self.open[-1].start, "this policy is still open")
            help_ = Note("help", "a policy holds rules, policies, examples and asserts")
            self._fault(SYNTAX, message, at, around, help_)
            self.open[-1].strays.append((node, self.faults[-1]))

    def _release(self, policy: _Open) -> None:
        """Take what cannot stand in a policy as outside it: its brace is what is missing."""
        for node, problem in policy.strays:
            self.faults.remove(problem)
            self.statements.append(node)

    def _one_head(self) -> None:
        heads = [s for s in self.statements if isinstance(s, t.SpecHead)]
        for again in heads[1:]:
            first = Label(heads[0].name.span, "the first")
            message = "a second `spec`: a file has one, at its start"
            self.faults.append(fault(SYNTAX, message, again.span, "again", first))
        if heads and self.statements[0] is not heads[0]:
            message = "`spec` comes first in a file"
            self.faults.append(fault(SYNTAX, message, heads[0].span))

    # --- broken statements ---

    def _broken(self, at: int, i: int) -> int:
        """Says what is wrong at word `i`, once; where the next statement begins."""
        for k in self.words.taken_in(at, i):
            self._unfinished(at, k, p.past(self.words.unit(at, k)))
            return k
        self._unexpected(at, i)
        end = self.words.next_start(at, i)
        if self.words.at(end) == "{":
            self._enter(None, at)
            return end + 1
        while self.words.at(end) == "}" and not self.open:
            end = self.words.next_start(at, end + 1)
        return end

    def _unexpected(self, at: int, i: int) -> None:
        unit, here = self.words.unit(at, i + 7), i - at
        places = {k: p.past(unit[:k]) for k in (here - 1, here) if k >= 0}
        for k in (here - 1, here):
            if k > 0 and self.words.name_missing(places[k], at + k):
                self._blame(at, at + k, lacking(unit[k], places[k].accepted()))
                if k == 1:  # where its name stands
                    self.misused.nameless.append(unit[k])
                return
        accepted = places[here].accepted()
        if (wrong := misplaced(unit, here)) is not None:
            self._blame(at, i - 1, *wrong)
        else:
            self._blame(at, i, found(unit, here, accepted), advice(unit, here, accepted))

    def _unfinished(self, at: int, end: int, place: Place) -> None:
        unit = self.words.unit(at, end)
        self._blame(at, end - 1, *unfinished(unit, place.accepted()))

    def _blame(self, at: int, i: int, message: str, help_: str = "") -> None:
        """A fault of syntax at word `i`, unless a reserved word that leads to it is the reason."""
        notes = [Note("help", help_)] if help_ else []
        problem = fault(SYNTAX, message, self.words.span(i), "", *notes)
        self.misused.suspect(self.words.unit(max(at - 2, 0), i + 2), problem)

    def _misuse(self, at: int, i: int, place: Place) -> str:
        """What a reserved word is taken for where only a name can stand; it is a fault."""
        named, unit, accepted = place.named(), self.words.unit(at, i + 1), place.accepted()
        if not named or not accepted <= {named, "STRING"}:
            return ""
        declares = named == "NAME" or unit[0] in ("fact", "decision")
        meant = advice(unit, i - at, accepted).startswith("write")
        if not declares or meant or self.words.name_missing(place, i):
            return ""
        self.misused.add(unit)
        return named

    def _two_meanings(self, at: int, i: int, kind: str) -> None:
        """Counts a principal `nobody` and an outcome `decided` as misused."""
        if kind == "MEMBER" or (i == at + 1 and self.words[at] == "principal"):
            self.misused.add(self.words.unit(at, i + 1))

    def _fault(self, code: Code, message: str, i: int, *more: Label | Note) -> None:
        self.faults.append(fault(code, message, self.words.span(i), "", *more))
