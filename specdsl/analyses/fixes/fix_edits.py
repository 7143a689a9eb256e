"""Clauses and statements put into a text, laid out as `specdsl fmt` does."""

from __future__ import annotations

import re
from collections.abc import Sequence

from specdsl.base.diagnostics import Edit
from specdsl.base.source import Source, Span
from specdsl.frontend.syntax import printing as p
from specdsl.frontend.syntax import tree as t

VALUES = (t.ValueNode, t.PriorityNode)
HEAD = (t.SpecHeadNode, t.UseNode, t.LayerNode, t.AuthorityNode, t.PrincipalNode, t.DelegateNode)
REST = re.compile(r"[ \t]*(#[^\r\n]*)?")  # what may stand between a clause and the end of its line


def priority_edit(file: t.File, lines: Sequence[str]) -> Edit | None:
    """Priorities below the last value or priority of the file, else below its head; None where it
    has neither."""
    anchors = [s for s in file.statements if isinstance(s, VALUES)]
    if anchors:
        return _below(anchors[-1].span, lines, "")
    heads = [s for s in file.statements if isinstance(s, HEAD)]
    if not heads:
        return None
    return _apart(_below(heads[-1].span, ["", *lines], ""))


def _apart(edit: Edit) -> Edit:
    """With an empty line before what follows."""
    source = edit.span.source
    rest = source.text[edit.span.end :]
    crowded = rest.strip() and not re.match(r"\r?\n[ \t]*\r?\n", rest)
    return Edit(edit.span, edit.text + _newline(source)) if crowded else edit


def assumption_edit(file: t.File, line: str) -> Edit | None:
    """An assumption below the last one of the file, else below its last fact."""
    assumptions = [s for s in file.statements if isinstance(s, t.AssumeNode)]
    if assumptions:
        return _below(assumptions[-1].span, [line], "")
    facts = [s for s in file.statements if isinstance(s, t.FactNode)]
    return _apart(_below(facts[-1].span, ["", line], "")) if facts else None


def override_edit(rule: t.RuleNode, *targets: str) -> Edit:
    """The rule overrides the targets too."""
    listed = _last(rule, ("overrides",))
    if listed is None:
        after = _last(rule, ("then",))
        assert after is not None
        words = [*(f"{target}," for target in targets[:-1]), targets[-1]]
        lines = p.fill_lines("overrides", words, len(_inside(rule, after)))
        return _added(rule, after, " ".join(("overrides", *words)), lines)
    source, end = listed.span.source, listed.span.end
    line, column = source.position(end)
    indent, text = _indent(source.line(line)), ""
    for target in targets:
        if column - 1 + len(f", {target}") <= p.WIDTH:
            text += f", {target}"
            column += len(f", {target}")
        else:
            text += f",{_newline(source)}{indent}  {target}"
            column = len(f"{indent}  {target}") + 1
    return Edit(Span(source, end, end), text)


def exception_edit(rule: t.RuleNode, condition: t.Expr) -> Edit:
    """The rule no longer applies where the condition is true."""
    after = _last(rule, ("when", "unless"))
    if after is None:
        return _first(rule, "unless", condition)
    return _added(
        rule,
        after,
        f"unless {p.print_expression(condition)}",
        _lines("unless", condition, _inside(rule, after)),
    )


def requirement_edit(rule: t.RuleNode, condition: t.Expr) -> Edit | None:
    """The rule only applies where the condition is true; None where that would lose a comment."""
    own = _last(rule, ("when",))
    if own is None:
        return _first(rule, "when", condition)
    if "#" in own.span.text or isinstance(own.value, tuple | t.Text):
        return None
    whole = t.LogicNode("and", (*_items(own.value), *_items(condition)), own.span)
    if not _starts_line(own.span) or _rest(own.span) is None:
        return Edit(own.span, f"when {p.print_expression(whole)}")
    indent = _inside(rule, own)
    newline = _newline(own.span.source)
    return Edit(own.span, f"{newline}{indent}".join(_lines("when", whole, indent)))


def _items(expr: t.Expr) -> tuple[t.Expr, ...]:
    return expr.items if isinstance(expr, t.LogicNode) and expr.op == "and" else (expr,)


def _lines(keyword: str, condition: t.Expr, indent: str) -> list[str]:
    """A clause in lines that fit."""
    lines = p.wrap_expression(condition, p.WIDTH - len(indent) - len(keyword) - 1)
    return [f"{keyword} {lines[0]}", *lines[1:]]


def _first(rule: t.RuleNode, keyword: str, condition: t.Expr) -> Edit:
    """A clause above the others."""
    start = rule.clauses[0].span
    here = Span(start.source, start.start, start.start)
    if not _starts_line(start):
        return Edit(here, f"{keyword} {p.print_expression(condition)} ")
    indent, newline = _inside(rule, rule.clauses[0]), _newline(start.source)
    lines = _lines(keyword, condition, indent)
    return Edit(here, "".join(f"{text}{newline}{indent}" for text in lines))


def _last(rule: t.RuleNode, keywords: tuple[str, ...]) -> t.ClauseNode | None:
    found = [clause for clause in rule.clauses if clause.keyword in keywords]
    return found[-1] if found else None


def _added(rule: t.RuleNode, after: t.ClauseNode | None, line: str, lines: Sequence[str]) -> Edit:
    """A clause on lines of its own after another, or on its line where something follows there."""
    assert after is not None
    end = after.span.end
    if _rest(after.span) is None:
        return Edit(Span(after.span.source, end, end), f" {line}")
    return _below(after.span, lines, _inside(rule, after))


def _below(span: Span, lines: Sequence[str], indent: str) -> Edit:
    """Lines below the one on which a span ends, and any comment there."""
    source = span.source
    at = span.end + (_rest(span) or 0)
    newline = _newline(source)
    text = "".join(newline + (indent + line if line else "") for line in lines)
    return Edit(Span(source, at, at), text)


def _rest(span: Span) -> int | None:
    """How long the rest of the line behind a span is; None where more than a comment follows."""
    text = span.source.text
    found = REST.match(text, span.end)
    assert found is not None
    ends = found.end() == len(text) or text[found.end()] in "\r\n"
    return found.end() - span.end if ends else None


def _inside(rule: t.RuleNode, clause: t.ClauseNode) -> str:
    """The indent of the clauses of a rule."""
    span = clause.span if _starts_line(clause.span) else rule.span
    indent = _indent(span.source.line(span.line))
    return indent if span is clause.span else f"{indent}  "


def _starts_line(span: Span) -> bool:
    return not span.source.line(span.line)[: span.column - 1].strip()


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _newline(source: Source) -> str:
    return "\r\n" if "\r\n" in source.text else "\n"
