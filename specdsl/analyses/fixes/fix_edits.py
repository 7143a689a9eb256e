"""Edits that insert clauses and statements into a text, laid out as `specdsl fmt` does."""

from __future__ import annotations

import re
from collections.abc import Sequence

from specdsl.base.diagnostics import Edit
from specdsl.base.source import Source, Span
from specdsl.frontend.syntax import printing as p
from specdsl.frontend.syntax import tree as t

VALUE_NODES = (t.ValueNode, t.PriorityNode)
HEAD_NODES = (
    t.SpecHeadNode,
    t.UseNode,
    t.LayerNode,
    t.AuthorityNode,
    t.PrincipalNode,
    t.DelegateNode,
)
END_OF_LINE = re.compile(r"[ \t]*(#[^\r\n]*)?")  # Blanks and a comment.


def priority_edit(file: t.File, lines: Sequence[str]) -> Edit | None:
    """Insert priorities below the last value or priority of the file, else below its head; None if
    it has neither.
    """
    anchors = [s for s in file.statements if isinstance(s, VALUE_NODES)]
    if anchors:
        return _insert_lines_below(anchors[-1].span, lines, "")
    heads = [s for s in file.statements if isinstance(s, HEAD_NODES)]
    if not heads:
        return None
    return _with_blank_line(_insert_lines_below(heads[-1].span, ["", *lines], ""))


def _with_blank_line(edit: Edit) -> Edit:
    """Add an empty line before what follows, unless there is one."""
    source = edit.span.source
    rest = source.text[edit.span.end :]
    crowded = rest.strip() and not re.match(r"\r?\n[ \t]*\r?\n", rest)
    return Edit(edit.span, edit.text + _newline_of(source)) if crowded else edit


def assumption_edit(file: t.File, line: str) -> Edit | None:
    """Insert an assumption below the last one of the file, else below its last fact."""
    assumptions = [s for s in file.statements if isinstance(s, t.AssumeNode)]
    if assumptions:
        return _insert_lines_below(assumptions[-1].span, [line], "")
    facts = [s for s in file.statements if isinstance(s, t.FactNode)]
    return _with_blank_line(_insert_lines_below(facts[-1].span, ["", line], "")) if facts else None


def override_edit(rule: t.RuleNode, *targets: str) -> Edit:
    """Let the rule override the targets, too."""
    listed = _last_clause(rule, ("overrides",))
    if listed is None:
        after = _last_clause(rule, ("then",))
        assert after is not None
        words = [*(f"{target}," for target in targets[:-1]), targets[-1]]
        lines = p.fill_lines("overrides", words, len(_clause_indent(rule, after)))
        return _insert_clause_after(rule, after, " ".join(("overrides", *words)), lines)
    source, end = listed.span.source, listed.span.end
    line, column = source.position(end)
    indent, text = _indent_of(source.line(line)), ""
    for target in targets:
        if column - 1 + len(f", {target}") <= p.WIDTH:
            text += f", {target}"
            column += len(f", {target}")
        else:
            text += f",{_newline_of(source)}{indent}  {target}"
            column = len(f"{indent}  {target}") + 1
    return Edit(Span(source, end, end), text)


def exception_edit(rule: t.RuleNode, condition: t.Expr) -> Edit:
    """Keep the rule from applying where the condition is true."""
    after = _last_clause(rule, ("when", "unless"))
    if after is None:
        return _insert_first_clause(rule, "unless", condition)
    return _insert_clause_after(
        rule,
        after,
        f"unless {p.print_expression(condition)}",
        _clause_lines("unless", condition, _clause_indent(rule, after)),
    )


def requirement_edit(rule: t.RuleNode, condition: t.Expr) -> Edit | None:
    """Let the rule apply only where the condition is true; None if that would lose a comment."""
    own = _last_clause(rule, ("when",))
    if own is None:
        return _insert_first_clause(rule, "when", condition)
    if "#" in own.span.text or isinstance(own.value, tuple | t.Text):
        return None
    whole = t.LogicNode(
        "and", (*_conjuncts_of_tree(own.value), *_conjuncts_of_tree(condition)), own.span
    )
    if not _starts_line(own.span) or _comment_length(own.span) is None:
        return Edit(own.span, f"when {p.print_expression(whole)}")
    indent = _clause_indent(rule, own)
    newline = _newline_of(own.span.source)
    return Edit(own.span, f"{newline}{indent}".join(_clause_lines("when", whole, indent)))


def _conjuncts_of_tree(expr: t.Expr) -> tuple[t.Expr, ...]:
    return expr.items if isinstance(expr, t.LogicNode) and expr.op == "and" else (expr,)


def _clause_lines(keyword: str, condition: t.Expr, indent: str) -> list[str]:
    """Break a clause into lines that fit."""
    lines = p.wrap_expression(condition, p.WIDTH - len(indent) - len(keyword) - 1)
    return [f"{keyword} {lines[0]}", *lines[1:]]


def _insert_first_clause(rule: t.RuleNode, keyword: str, condition: t.Expr) -> Edit:
    """Insert a clause above the others."""
    start = rule.clauses[0].span
    here = Span(start.source, start.start, start.start)
    if not _starts_line(start):
        return Edit(here, f"{keyword} {p.print_expression(condition)} ")
    indent, newline = _clause_indent(rule, rule.clauses[0]), _newline_of(start.source)
    lines = _clause_lines(keyword, condition, indent)
    return Edit(here, "".join(f"{text}{newline}{indent}" for text in lines))


def _last_clause(rule: t.RuleNode, keywords: tuple[str, ...]) -> t.ClauseNode | None:
    found = [clause for clause in rule.clauses if clause.keyword in keywords]
    return found[-1] if found else None


def _insert_clause_after(
    rule: t.RuleNode, after: t.ClauseNode | None, line: str, lines: Sequence[str]
) -> Edit:
    """Insert a clause below another one, or on the same line if something follows there."""
    assert after is not None
    end = after.span.end
    if _comment_length(after.span) is None:
        return Edit(Span(after.span.source, end, end), f" {line}")
    return _insert_lines_below(after.span, lines, _clause_indent(rule, after))


def _insert_lines_below(span: Span, lines: Sequence[str], indent: str) -> Edit:
    """Insert lines below the one on which a span ends, and below a comment there."""
    source = span.source
    at = span.end + (_comment_length(span) or 0)
    newline = _newline_of(source)
    text = "".join(newline + (indent + line if line else "") for line in lines)
    return Edit(Span(source, at, at), text)


def _comment_length(span: Span) -> int | None:
    """Return the length of the comment behind a span; None if more than a comment follows."""
    text = span.source.text
    found = END_OF_LINE.match(text, span.end)
    assert found is not None
    ends = found.end() == len(text) or text[found.end()] in "\r\n"
    return found.end() - span.end if ends else None


def _clause_indent(rule: t.RuleNode, clause: t.ClauseNode) -> str:
    """Return the indent of the clauses of a rule."""
    span = clause.span if _starts_line(clause.span) else rule.span
    indent = _indent_of(span.source.line(span.line))
    return indent if span is clause.span else f"{indent}  "


def _starts_line(span: Span) -> bool:
    return not span.source.line(span.line)[: span.column - 1].strip()


def _indent_of(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _newline_of(source: Source) -> str:
    return "\r\n" if "\r\n" in source.text else "\n"
