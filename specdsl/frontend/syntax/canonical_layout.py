"""Formatter: the canonical layout of a spec. Meaning, comments and their places stay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import assert_never

from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import HasSpan, Source, Span
from specdsl.frontend.syntax import printing as p
from specdsl.frontend.syntax import tree as t
from specdsl.frontend.syntax.build_tree import WORD
from specdsl.frontend.syntax.parse import parse

GROUPS = {
    t.SpecHeadNode: 0,
    t.UseNode: 1,
    t.LayerNode: 1,
    t.AuthorityNode: 2,
    t.PrincipalNode: 2,
    t.DelegateNode: 2,
    t.ValueNode: 3,
    t.PriorityNode: 3,
    t.FactNode: 4,
    t.DefineNode: 5,
    t.AssumeNode: 5,
    t.DecisionNode: 6,
    t.AssertNode: 7,
    t.ChangeNode: 8,
}
BLOCKS = (t.RuleNode, t.TrialRuleNode, t.PolicyNode, t.ExampleNode)


@dataclass(frozen=True, slots=True)
class LayoutPiece:
    """Lines that come from one stretch of the source. `apart`: a blank line must precede them;
    `close`: none may, even if the author wrote one; `inner`: the indent of comments before them.
    """

    lines: tuple[str, ...]
    start: int
    end: int
    indent: int
    apart: bool = False
    close: bool = False
    inner: int = 0


def format_text(source: Source) -> str:
    """Return the text in its canonical layout, or unchanged if it does not parse."""
    file, faults = parse(source)
    if faults:
        return source.text
    pieces = list(_body_pieces(file.statements, 0))
    lines = _weave(source, pieces, file.comments)
    return "\n".join(lines) + "\n" if lines else ""


# --- comments and blank lines --------------------------------------------------------------------


def _weave(source: Source, pieces: list[LayoutPiece], comments: Sequence[t.Comment]) -> list[str]:
    """Return the lines of the pieces, with each comment before or behind its piece."""
    lines: list[str] = []
    before, behind, rest = _assign_comments(pieces, comments)
    for i, piece in enumerate(pieces):
        _append_leading(source, lines, piece, before[i])
        pad = "  " * piece.indent
        texts = [pad + line for line in piece.lines]
        if behind[i] is not None:
            texts[-1] += f"  {behind[i]}"
        lines += texts
    for comment in rest:
        if lines and _blank_before(source, comment.span.start):
            lines.append("")
        lines.append(_comment_text(comment))
    return lines


def _assign_comments(
    pieces: list[LayoutPiece], comments: Sequence[t.Comment]
) -> tuple[list[list[t.Comment]], list[str | None], list[t.Comment]]:
    """Return, for each piece, the comments above it and the one behind it; and the comments at the
    end.
    """
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
            behind[last] = _comment_text(comment)
        elif at < len(pieces):
            before[at].append(comment)
        else:
            rest.append(comment)
    return before, behind, rest


def _append_leading(
    source: Source, lines: list[str], piece: LayoutPiece, comments: list[t.Comment]
) -> None:
    """Append the comments above a piece, and the blank lines in between."""
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
        lines.append("  " * piece.inner + _comment_text(comment))
    lines += [""] * gaps[-1]


def _blank_before(source: Source, offset: int) -> bool:
    gap = source.text[:offset][-400:]
    gap = gap[len(gap.rstrip()) :]
    return gap.count("\n") > 1


def _comment_text(comment: t.Comment) -> str:
    return comment.text.rstrip()


# --- statements ----------------------------------------------------------------------------------


def _body_pieces(statements: Sequence[t.Statement], indent: int) -> Iterator[LayoutPiece]:
    """Yield the pieces of adjacent statements."""
    last: t.Statement | None = None
    for statement in statements:
        apart = last is not None and (
            isinstance(statement, BLOCKS)
            or isinstance(last, BLOCKS)
            or GROUPS[type(last)] != GROUPS[type(statement)]
        )
        yield from _statement_pieces(statement, indent, apart, first=last is None and indent > 0)
        last = statement


def _statement_pieces(
    statement: t.Statement, indent: int, apart: bool, first: bool
) -> Iterator[LayoutPiece]:
    span = statement.span
    match statement:
        case t.RuleNode():
            yield from _rule_pieces("rule", statement, span, indent, apart, first)
        case t.TrialRuleNode(rule=rule):
            yield from _rule_pieces("trial rule", rule, span, indent, apart, first)
        case t.ExampleNode(title, parts):
            yield _head_piece([f"example {title.span.text}"], span, parts, indent, apart, first)
            for part in parts:
                yield _inner_piece(_example_lines(part, indent + 1), part.span, indent + 1)
        case t.PolicyNode(body=body):
            end = _body_start(statement)
            lines = tuple(_policy_head(statement, indent))
            yield LayoutPiece(lines, span.start, end, indent, apart, first, indent)
            yield from _body_pieces(body, indent + 1)
            yield LayoutPiece(("}",), span.end - 1, span.end, indent, False, True, indent + 1)
        case _:
            lines = tuple(_simple_lines(statement, indent))
            yield LayoutPiece(lines, span.start, span.end, indent, apart, first, indent)


def _rule_pieces(
    keyword: str, rule: t.RuleNode, span: Span, indent: int, apart: bool, first: bool
) -> Iterator[LayoutPiece]:
    head = [_named_head(keyword, rule)]
    yield _head_piece(head, span, rule.clauses, indent, apart, first)
    for clause in rule.clauses:
        yield _inner_piece(_clause_lines(clause, indent + 1), clause.span, indent + 1)


def _head_piece(
    lines: list[str], span: Span, parts: Sequence[HasSpan], indent: int, apart: bool, first: bool
) -> LayoutPiece:
    """Return the head of a rule or an example, which ends where its first clause starts."""
    end = span.end
    if parts:
        text = span.source.text[span.start : parts[0].span.start]
        pieces = [m for m in WORD.finditer(text) if not m.group().startswith("#")]
        end = span.start + pieces[-1].end()
    return LayoutPiece(tuple(lines), span.start, end, indent, apart, first, indent)


def _inner_piece(lines: Sequence[str], span: Span, indent: int) -> LayoutPiece:
    return LayoutPiece(tuple(lines), span.start, span.end, indent, False, True, indent)


def _body_start(policy: t.PolicyNode) -> int:
    """Return the offset behind the `{` that opens the body."""
    start = policy.when.span.end if policy.when else policy.span.start
    for match in re.finditer(r'#[^\n]*|"(?:\\.|[^"\\\n])*"|\{', policy.span.source.text[start:]):
        if match.group() == "{":
            return start + match.end()
    return policy.span.end


def _named_head(keyword: str, item: t.RuleNode | t.PolicyNode) -> str:
    level = f" at {item.level.text}" if item.level else ""
    value = f" for {item.value.text}" if item.value else ""
    return f"{keyword} {item.name.text}{level}{value}{_doc_text(item.doc)}"


def _doc_text(doc: t.Text | None) -> str:
    return f" {doc.span.text}" if doc else ""


def _policy_head(policy: t.PolicyNode, indent: int) -> list[str]:
    head = _named_head("policy", policy)
    if policy.when is None:
        return [f"{head} {{"]
    line = f"{head} when {p.print_expression(policy.when)} {{"
    if len(line) + 2 * indent <= p.WIDTH:
        return [line]
    lines = _conditional_lines("  when", policy.when, indent)
    return [head, *lines[:-1], f"{lines[-1]} {{"]


def _conditional_lines(start: str, expr: t.Expr, indent: int) -> list[str]:
    """Return a clause such as `when EXPR`, wrapped at `and` and `or` if it is too long
    for a line.
    """
    first, *rest = p.wrap_expression(expr, p.WIDTH - 2 * indent - len(start) - 1)
    pad = " " * (len(start) - len(start.lstrip()))
    return [f"{start} {first}", *(pad + line for line in rest)]


def _clause_lines(clause: t.ClauseNode, indent: int) -> list[str]:
    word = clause.keyword
    match clause.value:
        case t.Text(span=span):
            return [f"{word} {span.text}"]
        case tuple() as items if word == "then":
            texts = [p.print_effect(item) for item in items if isinstance(item, t.EffectNode)]
            parts = [("and " if i else "") + text for i, text in enumerate(texts)]
            return p.fill_lines(word, parts, 2 * indent)
        case tuple() as items:
            texts = [item.text for item in items if isinstance(item, t.Name)]
            return p.fill_lines(word, p.append_separator(texts, ","), 2 * indent)
        case expr:
            return _conditional_lines(word, expr, indent)


def _example_lines(
    part: t.GivenClauseNode | t.SaysNode | t.ExpectNode | t.TalkNode | t.LikeExampleNode,
    indent: int,
) -> list[str]:
    match part:
        case t.GivenClauseNode(items):
            return p.fill_lines(
                "given", p.append_separator([p.print_given(i) for i in items], ","), 2 * indent
            )
        case t.SaysNode(who, implied, effect, level):
            verb = "implies" if implied else "says"
            at = f" at {level.text}" if level else ""
            return [f"{who.text} {verb} {p.print_effect(effect)}{at}"]
        case t.ExpectNode(effect, because):
            return [f"expect {p.print_effect(effect)}" + _because_text(because)]
        case t.TalkNode(speaker, text, reason):
            return [
                f"{speaker.text}: {text.span.text}" + _because_text((reason,) if reason else ())
            ]
        case t.LikeExampleNode(title):
            return [f"like {title.span.text}"]
        case _:
            assert_never(part)


def _because_text(names: Sequence[t.Name]) -> str:
    return f" because {p.print_names(names)}" if names else ""


def _simple_lines(
    item: t.SpecHeadNode
    | t.UseNode
    | t.LayerNode
    | t.AuthorityNode
    | t.PrincipalNode
    | t.DelegateNode
    | t.ValueNode
    | t.PriorityNode
    | t.FactNode
    | t.DefineNode
    | t.AssumeNode
    | t.DecisionNode
    | t.AssertNode
    | t.ChangeNode,
    indent: int,
) -> list[str]:
    match item:
        case t.SpecHeadNode(name, title, version):
            return [
                f"spec {name.text}{_doc_text(title)}"
                + (f" version{_doc_text(version)}" * bool(version))
            ]
        case t.UseNode(target):
            return [f"use {target.span.text}"]
        case t.LayerNode(level, base, tightening):
            return [f"layer {level.text} on {base.span.text}{' tightening' * tightening}"]
        case t.AuthorityNode(levels, doc):
            return _lines_with_doc(f"authority {p.print_chain(levels)}", doc, indent)
        case t.PrincipalNode(name, level, implied, doc):
            at = f"at {level.text}" if level else "without authority"
            by = f" implied at {implied.text}" if implied else ""
            return _lines_with_doc(f"principal {name.text} {at}{by}", doc, indent)
        case t.DelegateNode(principal, level, decisions, when, doc):
            on = f" on {p.print_names(decisions)}" if decisions else ""
            head = f"delegate {principal.text} at {level.text}{on}"
            return _lines_with_condition(head, "when", when, doc, indent)
        case t.ValueNode(name, doc):
            return _lines_with_doc(f"value {name.text}", doc, indent)
        case t.PriorityNode(values, doc):
            return _lines_with_doc(f"priority {p.print_chain(values)}", doc, indent)
        case t.FactNode():
            return _fact_lines(item, indent)
        case t.DefineNode(name, expr, doc):
            return _definition_lines(f"define {name.text} =", expr, doc, indent)
        case t.AssumeNode(name, expr, doc):
            return _definition_lines(f"assume {name.text}:", expr, doc, indent)
        case t.DecisionNode():
            return _decision_lines(item, indent)
        case t.AssertNode():
            return _assert_lines(item, indent)
        case t.ChangeNode(date, what, credit, feedback):
            by = f" credit{_doc_text(credit)}" if credit else ""
            after = f" feedback{_doc_text(feedback)}" if feedback else ""
            return [f"change {date.span.text}{_doc_text(what)}{by}{after}"]
        case _:
            assert_never(item)


def _lines_with_condition(
    head: str, word: str, when: t.Expr | None, doc: t.Text | None, indent: int
) -> list[str]:
    if when is None:
        return _lines_with_doc(head, doc, indent)
    line = f"{head} {word} {p.print_expression(when)}{_doc_text(doc)}"
    if len(line) + 2 * indent <= p.WIDTH:
        return [line]
    lines = _conditional_lines(f"  {word}", when, indent)
    return [head, *lines, *([f"  {doc.span.text}"] if doc else [])]


def _lines_with_doc(line: str, doc: t.Text | None, indent: int) -> list[str]:
    """Return the line with its documentation behind it, or below it if that is too long."""
    if doc and len(line) + len(_doc_text(doc)) + 2 * indent > p.WIDTH:
        return [line, f"  {doc.span.text}"]
    return [line + _doc_text(doc)]


def _definition_lines(head: str, expr: t.Expr, doc: t.Text | None, indent: int) -> list[str]:
    *lines, last = _conditional_lines(head, expr, indent)
    return [*lines, *_lines_with_doc(last, doc, indent)]


def _fact_lines(fact: t.FactNode, indent: int) -> list[str]:
    marks = f"{'?' * fact.optional}{' secret' * fact.secret}{' judged' * fact.judged}"
    text = f"{p.type_text(fact.type)}{marks}"
    words = f"{p.print_names(fact.names)}: {text}".split()
    return p.fill_lines("fact", [*words, *([fact.doc.span.text] if fact.doc else [])], 2 * indent)


def _decision_lines(item: t.DecisionNode, indent: int) -> list[str]:
    head = f"decision {item.name.text}{_doc_text(item.doc)}:"
    words = [f"> {n.text}" if i else n.text for i, n in enumerate(item.outcomes)]
    if item.default:
        words.append(f"default {item.default.text}")
    if item.steered is not None:
        words.append(f"steered by {p.print_names(item.steered) or 'nobody'}")
    if item.on_conflict:
        words.append(f"on conflict {item.on_conflict.text}")
    if len(" ".join((head, *words))) + 2 * indent <= p.WIDTH:
        return [" ".join((head, *words))]
    first, *rest = words
    return [head, *p.fill_lines(f"  {first}", rest, 2 * indent)]


def _assert_lines(item: t.AssertNode, indent: int) -> list[str]:
    """Return the lines of an assert. One without a title is named by its own text, so its
    words stay.
    """
    if item.title is None:
        words = [m.group() for m in WORD.finditer(item.span.text)]
        words = [word for word in words if not word.startswith("#")]
        return p.fill_lines(words[0], words[1:], 2 * indent)
    head = f"assert {item.title.span.text}:"
    claim = item.claim
    match claim:
        case t.HoldsNode(expr):
            text = p.print_expression(expr)
        case t.CanBeNode(decision, outcome):
            text = f"{decision.text} can be {outcome.text}"
        case t.CannotChangeNode(subject, decision):
            text = f"{subject.text} cannot change {decision.text}"
        case _:
            assert_never(claim)
    when = f" when {p.print_expression(item.when)}" if item.when else ""
    if len(f"{head} {text}{when}") + 2 * indent <= p.WIDTH:
        return [f"{head} {text}{when}"]
    lines = (
        _conditional_lines("  ", claim.expr, indent)
        if isinstance(claim, t.HoldsNode)
        else [f"  {text}"]
    )
    lines = ["  " + line.lstrip() if i == 0 else line for i, line in enumerate(lines)]
    return [head, *lines, *(_conditional_lines("  when", item.when, indent) if item.when else [])]
