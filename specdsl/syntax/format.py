"""The one canonical layout of a spec: `format_text`. Meaning, comments and their places stay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from specdsl.source import Source, Span
from specdsl.syntax import printing as p
from specdsl.syntax import tree as t
from specdsl.syntax.build import WORD
from specdsl.syntax.parse import parse

GROUPS = {
    t.SpecHead: 0,
    t.Use: 1,
    t.Layer: 1,
    t.Authority: 2,
    t.Principal: 2,
    t.Delegate: 2,
    t.Value: 3,
    t.Priority: 3,
    t.Fact: 4,
    t.Define: 5,
    t.Assume: 5,
    t.Decision: 6,
    t.Assert: 7,
    t.Change: 8,
}
BLOCKS = (t.Rule, t.Policy, t.Example)


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines that come from one stretch of the source. `apart`: a blank line must precede;
    `close`: none may, the author's is dropped; `inner`: the indent of comments before it."""

    lines: tuple[str, ...]
    start: int
    end: int
    indent: int
    apart: bool = False
    close: bool = False
    inner: int = 0


def format_text(source: Source) -> str:
    """The text in its canonical layout; as it is where it does not parse."""
    file, faults = parse(source)
    if faults:
        return source.text
    pieces = list(_body(file.statements, 0))
    lines = _weave(source, pieces, file.comments)
    return "\n".join(lines) + "\n" if lines else ""


# --- comments and blank lines --------------------------------------------------------------------


def _weave(source: Source, pieces: list[Piece], comments: Sequence[t.Comment]) -> list[str]:
    """The lines of the pieces with each comment before or behind the piece that it belongs to."""
    lines: list[str] = []
    before, behind, rest = _placed(pieces, comments)
    for i, piece in enumerate(pieces):
        _leading(source, lines, piece, before[i])
        pad = "  " * piece.indent
        texts = [pad + line for line in piece.lines]
        if behind[i] is not None:
            texts[-1] += f"  {behind[i]}"
        lines += texts
    for comment in rest:
        if lines and _blank_before(source, comment.span.start):
            lines.append("")
        lines.append(_comment(comment))
    return lines


def _placed(
    pieces: list[Piece], comments: Sequence[t.Comment]
) -> tuple[list[list[t.Comment]], list[str | None], list[t.Comment]]:
    """For each piece the comments above it and the one behind it; and those after the last."""
    before: list[list[t.Comment]] = [[] for _ in pieces]
    behind: list[str | None] = [None] * len(pieces)
    rest: list[t.Comment] = []
    at = 0
    for comment in comments:
        start = comment.span.start
        while at < len(pieces) and pieces[at].start < start:
            at += 1
        last = at - 1
        if at and start < pieces[last].end:
            before[last].append(comment)
        elif at and not comment.own_line and behind[last] is None:
            behind[last] = _comment(comment)
        elif at < len(pieces):
            before[at].append(comment)
        else:
            rest.append(comment)
    return before, behind, rest


def _leading(source: Source, lines: list[str], piece: Piece, comments: list[t.Comment]) -> None:
    """Append the comments above a piece, and the blank lines between."""
    places = [*(c.span.start for c in comments), piece.start]
    gaps = [bool(lines) and not piece.close and _blank_before(source, place) for place in places]
    if piece.close:
        gaps[:-1] = [_blank_before(source, place) for place in places[:-1]]
    if lines and piece.apart and not any(gaps):
        gaps[0] = True
    if not lines or (lines[-1].endswith("{") and piece.inner == piece.indent and not piece.apart):
        gaps[0] = False
    for comment, gap in zip(comments, gaps, strict=False):
        lines += [""] * gap
        lines.append("  " * piece.inner + _comment(comment))
    lines += [""] * gaps[-1]


def _blank_before(source: Source, offset: int) -> bool:
    gap = source.text[:offset][-400:]
    gap = gap[len(gap.rstrip()) :]
    return gap.count("\n") > 1


def _comment(comment: t.Comment) -> str:
    return comment.text.rstrip()


# --- statements ----------------------------------------------------------------------------------


def _body(statements: Sequence[t.Statement], indent: int) -> Iterator[Piece]:
    """The pieces of statements that stand together."""
    last: t.Statement | None = None
    for statement in statements:
        apart = last is not None and (
            isinstance(statement, BLOCKS)
            or isinstance(last, BLOCKS)
            or GROUPS[type(last)] != GROUPS[type(statement)]
        )
        yield from _statement(statement, indent, apart, first=last is None and indent > 0)
        last = statement


def _statement(statement: t.Statement, indent: int, apart: bool, first: bool) -> Iterator[Piece]:
    span = statement.span
    match statement:
        case t.Rule(clauses=clauses):
            yield _head(_rule_head(statement), span, clauses, indent, apart, first)
            for clause in clauses:
                yield _inside(_clause(clause, indent + 1), clause.span, indent + 1)
        case t.Example(title, parts):
            yield _head([f"example {title.span.text}"], span, parts, indent, apart, first)
            for part in parts:
                yield _inside(_part(part, indent + 1), part.span, indent + 1)
        case t.Policy(body=body):
            end = _body_start(statement)
            lines = tuple(_policy_head(statement, indent))
            yield Piece(lines, span.start, end, indent, apart, first, indent)
            yield from _body(body, indent + 1)
            yield Piece(("}",), span.end - 1, span.end, indent, False, True, indent + 1)
        case _:
            lines = tuple(_simple(statement, indent))
            yield Piece(lines, span.start, span.end, indent, apart, first, indent)


def _head(
    lines: list[str], span: Span, parts: Sequence[object], indent: int, apart: bool, first: bool
) -> Piece:
    """The head of a rule or an example, which ends where its first clause starts."""
    end = span.end
    if parts:
        text = span.source.text[span.start : parts[0].span.start]  # type: ignore[attr-defined]
        pieces = [m for m in WORD.finditer(text) if not m.group().startswith("#")]
        end = span.start + pieces[-1].end()
    return Piece(tuple(lines), span.start, end, indent, apart, first, indent)


def _inside(lines: Sequence[str], span: Span, indent: int) -> Piece:
    return Piece(tuple(lines), span.start, span.end, indent, False, True, indent)


def _body_start(policy: t.Policy) -> int:
    """Just behind the `{` that opens the body."""
    start = policy.when.span.end if policy.when else policy.span.start
    for match in re.finditer(r'#[^\n]*|"(?:\\.|[^"\\\n])*"|\{', policy.span.source.text[start:]):
        if match.group() == "{":
            return start + match.end()
    return policy.span.end


def _named(keyword: str, item: t.Rule | t.Policy) -> str:
    level = f" at {item.level.text}" if item.level else ""
    value = f" for {item.value.text}" if item.value else ""
    return f"{keyword} {item.name.text}{level}{value}{_doc(item.doc)}"


def _doc(doc: t.Text | None) -> str:
    return f" {doc.span.text}" if doc else ""


def _rule_head(rule: t.Rule) -> list[str]:
    return [_named("rule", rule)]


def _policy_head(policy: t.Policy, indent: int) -> list[str]:
    head = _named("policy", policy)
    if policy.when is None:
        return [f"{head} {{"]
    line = f"{head} when {p.expression(policy.when)} {{"
    if len(line) + 2 * indent <= p.WIDTH:
        return [line]
    lines = _conditional("  when", policy.when, indent)
    return [head, *lines[:-1], f"{lines[-1]} {{"]


def _conditional(start: str, expr: t.Expr, indent: int) -> list[str]:
    """`when EXPR` and the like, wrapped at `and` and `or` where it is too long for a line."""
    first, *rest = p.wrapped(expr, p.WIDTH - 2 * indent - len(start) - 1)
    pad = " " * (len(start) - len(start.lstrip()))
    return [f"{start} {first}", *(pad + line for line in rest)]


def _clause(clause: t.Clause, indent: int) -> list[str]:
    word = clause.keyword
    match clause.value:
        case t.Text(span=span):
            return [f"{word} {span.text}"]
        case tuple() as items if word == "then":
            texts = [p.effect(item) for item in items if isinstance(item, t.Effect)]
            parts = [("and " if i else "") + text for i, text in enumerate(texts)]
            return p.filled(word, parts, 2 * indent)
        case tuple() as items:
            texts = [item.text for item in items if isinstance(item, t.Name)]
            return p.filled(word, p.separated(texts, ","), 2 * indent)
        case expr:
            return _conditional(word, expr, indent)


def _part(
    part: t.GivenClause | t.Says | t.Expect | t.Talk | t.LikeExample, indent: int
) -> list[str]:
    match part:
        case t.GivenClause(items):
            return p.filled("given", p.separated([p.given(i) for i in items], ","), 2 * indent)
        case t.Says(who, implied, effect, level):
            verb = "implies" if implied else "says"
            at = f" at {level.text}" if level else ""
            return [f"{who.text} {verb} {p.effect(effect)}{at}"]
        case t.Expect(effect, because):
            return [f"expect {p.effect(effect)}" + _because(because)]
        case t.Talk(speaker, text, reason):
            return [f"{speaker.text}: {text.span.text}" + _because((reason,) if reason else ())]
        case t.LikeExample(title):
            return [f"like {title.span.text}"]
        case _:
            assert_never(part)


def _because(names: Sequence[t.Name]) -> str:
    return f" because {p.names(names)}" if names else ""


def _simple(
    item: t.SpecHead
    | t.Use
    | t.Layer
    | t.Authority
    | t.Principal
    | t.Delegate
    | t.Value
    | t.Priority
    | t.Fact
    | t.Define
    | t.Assume
    | t.Decision
    | t.Assert
    | t.Change,
    indent: int,
) -> list[str]:
    match item:
        case t.SpecHead(name, title, version):
            return [f"spec {name.text}{_doc(title)}" + (f" version{_doc(version)}" * bool(version))]
        case t.Use(target):
            return [f"use {target.span.text}"]
        case t.Layer(level, base, tightening):
            return [f"layer {level.text} on {base.span.text}{' tightening' * tightening}"]
        case t.Authority(levels, doc):
            return _documented(f"authority {p.chain(levels)}", doc, indent)
        case t.Principal(name, level, implied, doc):
            at = f"at {level.text}" if level else "without authority"
            by = f" implied at {implied.text}" if implied else ""
            return _documented(f"principal {name.text} {at}{by}", doc, indent)
        case t.Delegate(principal, level, decisions, when, doc):
            on = f" on {p.names(decisions)}" if decisions else ""
            head = f"delegate {principal.text} at {level.text}{on}"
            return _with_condition(head, "when", when, doc, indent)
        case t.Value(name, doc):
            return _documented(f"value {name.text}", doc, indent)
        case t.Priority(values, doc):
            return _documented(f"priority {p.chain(values)}", doc, indent)
        case t.Fact():
            return _fact(item, indent)
        case t.Define(name, expr, doc):
            return _defined(f"define {name.text} =", expr, doc, indent)
        case t.Assume(name, expr, doc):
            return _defined(f"assume {name.text}:", expr, doc, indent)
        case t.Decision():
            return _decision(item, indent)
        case t.Assert():
            return _assert(item, indent)
        case t.Change(date, what, credit, feedback):
            by = f" credit{_doc(credit)}" if credit else ""
            after = f" feedback{_doc(feedback)}" if feedback else ""
            return [f"change {date.span.text}{_doc(what)}{by}{after}"]
        case _:
            assert_never(item)


def _with_condition(
    head: str, word: str, when: t.Expr | None, doc: t.Text | None, indent: int
) -> list[str]:
    if when is None:
        return _documented(head, doc, indent)
    line = f"{head} {word} {p.expression(when)}{_doc(doc)}"
    if len(line) + 2 * indent <= p.WIDTH:
        return [line]
    lines = _conditional(f"  {word}", when, indent)
    return [head, *lines, *([f"  {doc.span.text}"] if doc else [])]


def _documented(line: str, doc: t.Text | None, indent: int) -> list[str]:
    """The line with its documentation after it, or below where that is too long."""
    if doc and len(line) + len(_doc(doc)) + 2 * indent > p.WIDTH:
        return [line, f"  {doc.span.text}"]
    return [line + _doc(doc)]


def _defined(head: str, expr: t.Expr, doc: t.Text | None, indent: int) -> list[str]:
    *lines, last = _conditional(head, expr, indent)
    return [*lines, *_documented(last, doc, indent)]


def _fact(fact: t.Fact, indent: int) -> list[str]:
    text = f"{p.type_text(fact.type)}{'?' * fact.optional}{' secret' * fact.secret}"
    words = f"{p.names(fact.names)}: {text}".split()
    return p.filled("fact", [*words, *([fact.doc.span.text] if fact.doc else [])], 2 * indent)


def _decision(item: t.Decision, indent: int) -> list[str]:
    head = f"decision {item.name.text}{_doc(item.doc)}:"
    words = [f"> {n.text}" if i else n.text for i, n in enumerate(item.outcomes)]
    if item.default:
        words.append(f"default {item.default.text}")
    if item.steered is not None:
        words.append(f"steered by {p.names(item.steered) or 'nobody'}")
    if item.on_conflict:
        words.append(f"on conflict {item.on_conflict.text}")
    if len(" ".join((head, *words))) + 2 * indent <= p.WIDTH:
        return [" ".join((head, *words))]
    first, *rest = words
    return [head, *p.filled(f"  {first}", rest, 2 * indent)]


def _assert(item: t.Assert, indent: int) -> list[str]:
    """One without a title is named by its own text, so that its words stay as they are."""
    if item.title is None:
        words = [m.group() for m in WORD.finditer(item.span.text)]
        words = [word for word in words if not word.startswith("#")]
        return p.filled(words[0], words[1:], 2 * indent)
    head = f"assert {item.title.span.text}:"
    claim = item.claim
    match claim:
        case t.Holds(expr):
            text = p.expression(expr)
        case t.CanBe(decision, outcome):
            text = f"{decision.text} can be {outcome.text}"
        case t.CannotChange(subject, decision):
            text = f"{subject.text} cannot change {decision.text}"
        case _:
            assert_never(claim)
    when = f" when {p.expression(item.when)}" if item.when else ""
    if len(f"{head} {text}{when}") + 2 * indent <= p.WIDTH:
        return [f"{head} {text}{when}"]
    lines = _conditional("  ", claim.expr, indent) if isinstance(claim, t.Holds) else [f"  {text}"]
    lines = ["  " + line.lstrip() if i == 0 else line for i, line in enumerate(lines)]
    return [head, *lines, *(_conditional("  when", item.when, indent) if item.when else [])]
