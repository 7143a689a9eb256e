"""Tree construction: lark's parse trees → nodes of the syntax tree."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from lark import Token, Tree

from specdsl.base.diagnostics import Diagnostic, Label, Note, fault
from specdsl.base.limits import MAX_LITERAL_DIGITS, MAX_PATTERN
from specdsl.base.source import Source, Span
from specdsl.frontend.syntax import literals
from specdsl.frontend.syntax import tree as t
from specdsl.frontend.syntax.keywords import LOWER_SNAKE
from specdsl.frontend.syntax.syntax_codes import LITERAL, REPEATED, SYNTAX, TOO_LARGE

KINDS = {"NUMBER": "number", "DATE": "date", "TIME": "time", "DURATION": "duration"}
READERS: dict[str, Callable[[str], Any]] = {
    "NUMBER": literals.parse_number,
    "DATE": literals.parse_date,
    "TIME": literals.parse_time,
    "DURATION": literals.parse_duration,
}
Parsed = Tree[Token] | Token
# Matches a run without blanks outside strings, or a comment.
WORD = re.compile(r'#[^\n]*|(?:"(?:\\.|[^"\\\n])*"|[^ \t\r\n"#])+')
SHARED = {"members": "names", "outcomes": "names", "chain": "names", "set": "set_literal"}
"""Rules whose nodes another rule's method builds."""


class TreeBuilder:
    """Builds the nodes of one source; `faults` collects their errors. A method `build_RULE` builds
    the node of the grammar's rule.
    """

    def __init__(self, source: Source) -> None:
        self.file = source
        self.faults: list[Diagnostic] = []
        self.misspelt: list[t.Name] = []

    def build_statement(self, tree: Tree[Token]) -> Any:
        """Return the node of a `statement`."""
        return self.build(tree.children[0])

    def build(self, item: Parsed) -> Any:
        if isinstance(item, Token):
            return self.token(item)
        rule = str(item.data).strip("_")
        build = getattr(self, f"build_{SHARED.get(rule, rule)}")
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
                return self.name_of_token(token, span)
            case "STRING":
                return t.Text(literals.unquote_text(token), span)
            case kind if kind in KINDS:
                return self.literal(token, span)
            case _:
                return t.Name(str(token), span)

    def name_of_token(self, token: Token, span: Span) -> t.Name:
        name = t.Name(str(token), span)
        if not LOWER_SNAKE.fullmatch(token):
            self.misspelt.append(name)
        return name

    def literal(self, token: Token, span: Span) -> t.QuantityLiteral:
        try:
            value = READERS[token.type](str(token))
        except literals.BadLiteral as problem:
            code = TOO_LARGE if len(token) > MAX_LITERAL_DIGITS else LITERAL
            self.faults.append(fault(code, str(problem), span))
            value = READERS["NUMBER"]("1")
        return t.QuantityLiteral(KINDS[token.type], value, span)

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

    def node_after(self, children: list[Parsed], word: str) -> Any:
        """Return what follows a keyword, or None without it."""
        for word_token, item in pairwise(children):
            if isinstance(word_token, Token) and word_token.type == word.upper():
                return self.build(item)
        return None

    def child_node(self, children: list[Parsed], data: str) -> Any:
        """Return the node of the child of a rule, or None without one."""
        found = next((c for c in children if isinstance(c, Tree) and c.data == data), None)
        return None if found is None else self.build(found)

    # --- statements ---

    def build_spec(self, c: list[Parsed], span: Span) -> t.SpecHeadNode:
        texts = [self.token(x) for x in self.tokens(c, "STRING")]
        version = self.node_after(c, "version")
        title = texts[0] if len(texts) > (version is not None) else None
        return t.SpecHeadNode(self.names(c)[0], title, version, span)

    def build_use(self, c: list[Parsed], span: Span) -> t.UseNode:
        target = c[1]
        assert isinstance(target, Token)
        if target.type == "NAME":  # The spelling of a file's name is free.
            return t.UseNode(t.Name(str(target), self.span(target)), span)
        return t.UseNode(self.build(target), span)

    def build_layer(self, c: list[Parsed], span: Span) -> t.LayerNode:
        text = self.text(c)
        assert text is not None
        return t.LayerNode(self.names(c)[0], text, bool(self.tokens(c, "TIGHTENING")), span)

    def build_authority(self, c: list[Parsed], span: Span) -> t.AuthorityNode:
        return t.AuthorityNode(self.child_node(c, "chain"), self.text(c), span)

    def build_principal(self, c: list[Parsed], span: Span) -> t.PrincipalNode:
        name, level, *implied = self.names(c)
        return t.PrincipalNode(name, level, implied[0] if implied else None, self.text(c), span)

    def build_powerless(self, c: list[Parsed], span: Span) -> t.PrincipalNode:
        name = self.names(c)[0]
        return t.PrincipalNode(name, None, None, self.text(c), span)

    def build_delegate(self, c: list[Parsed], span: Span) -> t.DelegateNode:
        name, level = self.names(c)
        on = self.child_node(c, "names") or ()
        return t.DelegateNode(name, level, on, self.node_after(c, "when"), self.text(c), span)

    def build_value(self, c: list[Parsed], span: Span) -> t.ValueNode:
        return t.ValueNode(self.names(c)[0], self.text(c), span)

    def build_priority(self, c: list[Parsed], span: Span) -> t.PriorityNode:
        return t.PriorityNode(self.child_node(c, "chain"), self.text(c), span)

    def build_fact(self, c: list[Parsed], span: Span) -> t.FactNode:
        names = self.child_node(c, "names")
        type_tree = next(x for x in c[2:] if isinstance(x, Tree))
        kind = self.build(type_tree)
        optional = bool(self.tokens(c, "QUESTION"))
        secret, judged = bool(self.tokens(c, "SECRET")), bool(self.tokens(c, "JUDGED"))
        return t.FactNode(names, kind, optional, secret, judged, self.text(c), span)

    def build_plain_type(self, c: list[Parsed], span: Span) -> t.TypeNode:
        limits = self.build(c[1]) if len(c) > 1 else None
        return t.TypeNode(str(c[0]), (), limits, span)

    def build_folded_type(self, c: list[Parsed], span: Span) -> t.TypeNode:
        limits = self.build(c[3]) if len(c) > 3 else None
        return t.TypeNode("text", (), limits, span, ignoring_case=True)

    def build_enum_type(self, c: list[Parsed], span: Span) -> t.TypeNode:
        return t.TypeNode("enum", self.child_node(c, "members"), None, span)

    def build_set_type(self, c: list[Parsed], span: Span) -> t.TypeNode:
        return t.TypeNode("set", self.child_node(c, "members"), None, span)

    def build_range_from(self, c: list[Parsed], span: Span) -> t.RangeNode:
        return t.RangeNode(self.build(c[0]), self.build(c[2]) if len(c) > 2 else None, span)

    def build_range_to(self, c: list[Parsed], span: Span) -> t.RangeNode:
        return t.RangeNode(None, self.build(c[1]), span)

    def build_define(self, c: list[Parsed], span: Span) -> t.DefineNode:
        return t.DefineNode(self.names(c)[0], self.build(c[3]), self.doc(c[4:]), span)

    def build_assume(self, c: list[Parsed], span: Span) -> t.AssumeNode:
        return t.AssumeNode(self.names(c)[0], self.build(c[3]), self.doc(c[4:]), span)

    def doc(self, rest: list[Parsed]) -> t.Text | None:
        return self.text(rest)

    def build_decision(self, c: list[Parsed], span: Span) -> t.DecisionNode:
        name, doc, outcomes = self.names(c)[0], self.text(c), self.child_node(c, "outcomes")
        chosen, steered = self.node_after(c, "default"), self.child_node(c, "steered")
        conflict = self.node_after(c, "conflict")
        return t.DecisionNode(name, doc, outcomes, chosen, steered, conflict, span)

    def build_steered(self, c: list[Parsed], span: Span) -> tuple[t.Name, ...]:
        return () if self.tokens(c, "NOBODY") else self.build(c[2])

    def build_change(self, c: list[Parsed], span: Span) -> t.ChangeNode:
        what = self.text(c)
        assert what is not None
        notes: dict[str, t.Text] = {}
        for word, text in zip(c[3::2], c[4::2], strict=True):
            if str(word) in notes:
                message = f"`{word}` is there twice in this `change`"
                self.faults.append(fault(SYNTAX, message, self.span(word)))
            notes[str(word)] = self.build(text)
        return t.ChangeNode(
            self.build(c[1]), what, notes.get("credit"), notes.get("feedback"), span
        )

    def build_policy(self, c: list[Parsed], span: Span) -> t.PolicyNode:
        """Return the head; the parser adds the body."""
        level, value = self.child_node(c, "level"), self.child_node(c, "purpose")
        when = self.node_after(c, "when")
        return t.PolicyNode(self.names(c)[0], level, value, self.text(c), when, (), span)

    def build_rule(self, c: list[Parsed], span: Span) -> t.RuleNode:
        kinds = {"when", "unless", "then", "overrides", "because", "source"}
        clauses = tuple(self.build(x) for x in c if isinstance(x, Tree) and x.data in kinds)
        name = self.names(c)[0]
        self.check_clauses(name, clauses)
        level, value = self.child_node(c, "level"), self.child_node(c, "purpose")
        return t.RuleNode(name, level, value, self.text(c), clauses, span)

    def build_trial(self, c: list[Parsed], span: Span) -> t.TrialRuleNode:
        return t.TrialRuleNode(self.build(c[1]), span)

    def check_clauses(self, name: t.Name, clauses: tuple[t.ClauseNode, ...]) -> None:
        seen: dict[str, t.ClauseNode] = {}
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

    def build_level(self, c: list[Parsed], span: Span) -> t.Name:
        return self.names(c)[0]

    build_purpose = build_level

    def build_clause(self, c: list[Parsed], span: Span) -> t.ClauseNode:
        return t.ClauseNode(str(c[0]), self.build(c[1]), span)

    build_when = build_unless = build_then = build_overrides = build_because = build_source = (
        build_clause
    )

    def build_effects(self, c: list[Parsed], span: Span) -> tuple[t.EffectNode, ...]:
        return tuple(self.build(x) for x in c if isinstance(x, Tree))

    def build_effect_is(self, c: list[Parsed], span: Span) -> t.EffectNode:
        return self._effect_of_names("is", c, span)

    def build_effect_is_not(self, c: list[Parsed], span: Span) -> t.EffectNode:
        return self._effect_of_names("is not", c, span)

    def build_effect_in(self, c: list[Parsed], span: Span) -> t.EffectNode:
        return t.EffectNode(self.names(c)[0], "in", self.child_node(c, "members"), span)

    def build_effect_not_in(self, c: list[Parsed], span: Span) -> t.EffectNode:
        return t.EffectNode(self.names(c)[0], "not in", self.child_node(c, "members"), span)

    def build_effect_may_be(self, c: list[Parsed], span: Span) -> t.EffectNode:
        return self._effect_of_names("may be", c, span)

    def _effect_of_names(self, verb: str, c: list[Parsed], span: Span) -> t.EffectNode:
        decision, *outcomes = self.names(c)
        return t.EffectNode(decision, verb, tuple(outcomes), span)

    # --- examples and asserts ---

    def build_example(self, c: list[Parsed], span: Span) -> t.ExampleNode:
        title = self.text(c)
        assert title is not None
        return t.ExampleNode(title, tuple(self.build(x) for x in c[2:]), span)

    def build_given(self, c: list[Parsed], span: Span) -> t.GivenClauseNode:
        return t.GivenClauseNode(tuple(self.build(x) for x in c if isinstance(x, Tree)), span)

    def build_given_true(self, c: list[Parsed], span: Span) -> t.GivenNode:
        return t.GivenNode(self.names(c)[0], True, span)

    def build_given_false(self, c: list[Parsed], span: Span) -> t.GivenNode:
        return t.GivenNode(self.names(c)[0], False, span)

    def build_given_member(self, c: list[Parsed], span: Span) -> t.GivenNode:
        fact, member = self.names(c)
        return t.GivenNode(fact, member, span)

    def build_given_unknown(self, c: list[Parsed], span: Span) -> t.GivenNode:
        return t.GivenNode(self.names(c)[0], None, span)

    def build_given_value(self, c: list[Parsed], span: Span) -> t.GivenNode:
        value = self.build(c[2])
        if isinstance(value, t.PrefixNode):
            value = self._negate_literal(value)
        return t.GivenNode(self.names(c)[0], value, span)

    @staticmethod
    def _negate_literal(prefix: t.PrefixNode) -> t.QuantityLiteral | t.TextLiteral:
        literal = prefix.operand
        assert isinstance(literal, t.QuantityLiteral | t.TextLiteral)
        if isinstance(literal, t.TextLiteral):
            return literal
        return t.QuantityLiteral(literal.kind, -literal.value, prefix.span)

    def build_says(self, c: list[Parsed], span: Span) -> t.SaysNode:
        return t.SaysNode(self.token(c[0]), False, self.build(c[2]), self.node_after(c, "at"), span)  # type: ignore[arg-type]

    def build_implies(self, c: list[Parsed], span: Span) -> t.SaysNode:
        return t.SaysNode(self.token(c[0]), True, self.build(c[2]), self.node_after(c, "at"), span)  # type: ignore[arg-type]

    def build_expect(self, c: list[Parsed], span: Span) -> t.ExpectNode:
        return t.ExpectNode(self.build(c[1]), self.child_node(c, "names") or (), span)

    def build_like_example(self, c: list[Parsed], span: Span) -> t.LikeExampleNode:
        return t.LikeExampleNode(self.build(c[1]), span)

    def build_talk(self, c: list[Parsed], span: Span) -> t.TalkNode:
        speaker, because = self.names(c)[0], self.node_after(c, "because")
        if because is not None and speaker.text != "bad":
            message = "`because` belongs to a line that starts with `bad:`"
            self.faults.append(fault(SYNTAX, message, because.span))
        return t.TalkNode(speaker, self.build(c[2]), because, span)

    def build_assertion(self, c: list[Parsed], span: Span) -> t.AssertNode:
        title = self.text(c)
        claim = next(self.build(x) for x in c if isinstance(x, Tree))
        first = c[1]
        start = self.span(first).start
        body = self.file.text[start : span.end]
        words = (match.group() for match in WORD.finditer(body))
        name = " ".join(word for word in words if not word.startswith("#"))
        return t.AssertNode(title, claim, self.node_after(c, "when"), name, span)

    def build_holds(self, c: list[Parsed], span: Span) -> t.HoldsNode:
        return t.HoldsNode(self.build(c[0]), span)

    def build_can_be(self, c: list[Parsed], span: Span) -> t.CanBeNode:
        decision, outcome = self.names(c)
        return t.CanBeNode(decision, outcome, span)

    def build_cannot_change(self, c: list[Parsed], span: Span) -> t.CannotChangeNode:
        subject, decision = self.names(c)
        return t.CannotChangeNode(subject, decision, span)

    # --- expressions ---

    def build_brackets(self, c: list[Parsed], span: Span) -> t.Expr:
        return self.build(c[1])  # type: ignore[no-any-return]

    def build_if_else(self, c: list[Parsed], span: Span) -> t.IfElseNode:
        return t.IfElseNode(self.build(c[0]), self.build(c[2]), self.build(c[4]), span)

    def build_or(self, c: list[Parsed], span: Span) -> t.LogicNode:
        return t.LogicNode("or", tuple(self.build(x) for x in c[::2]), span)

    def build_and(self, c: list[Parsed], span: Span) -> t.LogicNode:
        return t.LogicNode("and", tuple(self.build(x) for x in c[::2]), span)

    def build_not(self, c: list[Parsed], span: Span) -> t.PrefixNode:
        return t.PrefixNode(str(c[0]), self.build(c[1]), span)

    build_possibly = build_negate = build_not

    def build_compare(self, c: list[Parsed], span: Span) -> t.CompareNode:
        return t.CompareNode(str(c[1]), self.build(c[0]), self.build(c[2]), span)

    def build_is(self, c: list[Parsed], span: Span) -> t.IsNode:
        return t.IsNode(self.build(c[0]), self.names(c[1:])[0], False, span)

    def build_is_not(self, c: list[Parsed], span: Span) -> t.IsNode:
        return t.IsNode(self.build(c[0]), self.names(c[1:])[0], True, span)

    def build_is_known(self, c: list[Parsed], span: Span) -> t.IsKnownNode:
        return t.IsKnownNode(self.build(c[0]), True, span)

    def build_is_unknown(self, c: list[Parsed], span: Span) -> t.IsKnownNode:
        return t.IsKnownNode(self.build(c[0]), False, span)

    def build_in(self, c: list[Parsed], span: Span) -> t.InNode:
        return t.InNode(self.build(c[0]), self.build(c[-1]), False, span)

    def build_not_in(self, c: list[Parsed], span: Span) -> t.InNode:
        return t.InNode(self.build(c[0]), self.build(c[-1]), True, span)

    def build_has(self, c: list[Parsed], span: Span) -> t.HasNode:
        assert isinstance(c[2], Token)
        return t.HasNode(self.build(c[0]), "", self.name_of_token(c[2], self.span(c[2])), span)

    def build_has_of(self, c: list[Parsed], span: Span) -> t.HasNode:
        return t.HasNode(self.build(c[0]), str(c[2]), self.build(c[4]), span)

    def build_like(self, c: list[Parsed], span: Span) -> t.LikeNode:
        pattern = t.Text(str(c[2])[1:-1], self.span(c[2]))
        if len(pattern.value) > MAX_PATTERN:
            message = f"a pattern has at most {MAX_PATTERN:,} characters"
            self.faults.append(fault(TOO_LARGE, message, pattern.span))
        return t.LikeNode(self.build(c[0]), pattern, span)

    def build_arithmetic(self, c: list[Parsed], span: Span) -> t.ArithmeticNode:
        return t.ArithmeticNode(str(c[1]), self.build(c[0]), self.build(c[2]), span)

    def build_name(self, c: list[Parsed], span: Span) -> t.NameRef:
        assert isinstance(c[0], Token)
        return t.NameRef(self.name_of_token(c[0], span).text, span)

    def build_plain_literal(self, c: list[Parsed], span: Span) -> t.QuantityLiteral | t.TextLiteral:
        found = self.build(c[0])
        if isinstance(found, t.Text):
            return t.TextLiteral(found.value, span)
        assert isinstance(found, t.QuantityLiteral | t.TextLiteral)
        return found

    def build_size_of(self, c: list[Parsed], span: Span) -> t.SizeOfNode:
        return t.SizeOfNode(self.names(c)[0], span)

    def build_min_max(self, c: list[Parsed], span: Span) -> t.MinMaxNode:
        return t.MinMaxNode(str(c[0]), tuple(self.build(x) for x in c[2::2]), span)

    def build_set_literal(self, c: list[Parsed], span: Span) -> t.SetLiteral:
        items = tuple(self.build(x) for x in c[1:-1] if isinstance(x, Tree))
        found = tuple(self._negate_literal(x) if isinstance(x, t.PrefixNode) else x for x in items)
        return t.SetLiteral(found, span)

    def build_names(self, c: list[Parsed], span: Span) -> tuple[t.Name, ...]:
        return tuple(self.names(c))
