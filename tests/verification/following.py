"""What a finding says could go, taken out of the text of a spec: literally, as a reader would."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeVar

from specdsl.base.diagnostics import Diagnostic
from specdsl.base.source import Span
from specdsl.checks.check_support import BECAUSE_NAMES_IT, NAMES_IT
from specdsl.checks.deletable_rules import STILL_NEEDED
from specdsl.frontend.model import nodes as m
from specdsl.frontend.syntax import tree as t
from specdsl.pipeline import Loaded

S = TypeVar("S", bound=t.Statement)
Edit = tuple[int, int, str]
IDLE = (
    "redundant-rule",
    "idle-permission",
    "idle-priority",
    "idle-override",
    "idle-fact",
    "idle-level",
    "dead-conjunct",
    "dead-rule",
    "unreachable-rule",
)


def followed(loaded: Loaded, finding: Diagnostic) -> str | None:
    """The text without what could go; None where the finding says to mend it rather."""
    return _Following(loaded, finding).text()


class _Following:
    def __init__(self, loaded: Loaded, finding: Diagnostic) -> None:
        assert loaded.spec is not None
        assert finding.primary is not None
        self.spec: m.SpecModel = loaded.spec
        self.statements = list(_all(loaded.files[0].statements))
        self.source = loaded.files[0].source
        self.finding = finding
        self.place = finding.primary.span

    def text(self) -> str | None:
        helps = [note.text for note in self.finding.notes if note.title == "help"]
        if any(text.startswith("correct what reads it") or STILL_NEEDED in text for text in helps):
            return None
        edits = [*self._own(), *self._named()]
        text = self.source.text
        for start, end, new in sorted(set(edits), reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def _own(self) -> Iterator[Edit]:
        fields = self.finding.fields
        match self.finding.code.name:
            case "redundant-rule" | "dead-rule" | "unreachable-rule":
                yield from self._rules([fields["rules"][0]])
            case "idle-permission":
                yield from self._effect(fields["rules"][0])
            case "idle-priority":
                yield from self._pair()
            case "idle-override":
                yield from self._override()
            case "idle-fact":
                yield from self._fact(fields["fact"])
            case "idle-level":
                yield from self._level(fields["level"])
            case "dead-conjunct":
                yield _condition(self.source.text, self.place)

    def _rules(self, names: Sequence[str]) -> Iterator[Edit]:
        for one in self.statements:
            if isinstance(one, t.RuleNode) and one.name.text in names:
                yield one.span.start, one.span.end, ""

    def _effect(self, name: str) -> Iterator[Edit]:
        rule = next(r for r in self.spec.rules if r.name == name)
        if len(rule.effects) == 1:
            yield from self._rules([name])
            return
        kept = [e.span.text for e in rule.effects if e.span != self.place]
        start, end = rule.effects[0].span.start, rule.effects[-1].span.end
        yield start, end, " and ".join(kept)

    def _pair(self) -> Iterator[Edit]:
        one = self._around(t.PriorityNode)
        names = [name.text for name in one.values]
        at = next(i for i, name in enumerate(one.values) if name.span.start == self.place.start)
        chains = [names[: at + 1], names[at + 1 :]]
        said = " ".join(f"priority {' > '.join(c)}" for c in chains if len(c) > 1)
        yield one.span.start, one.span.end, said

    def _override(self) -> Iterator[Edit]:
        yield self._unnamed(self._around(t.RuleNode), self.place)

    def _fact(self, name: str) -> Iterator[Edit]:
        one = self._around(t.FactNode)
        kept = [n.text for n in one.names if n.text != name]
        if kept:
            yield one.names[0].span.start, one.names[-1].span.end, ", ".join(kept)
        else:
            yield one.span.start, one.span.end, ""

    def _level(self, name: str) -> Iterator[Edit]:
        one = self._around(t.AuthorityNode)
        kept = [n.text for n in one.levels if n.text != name]
        if kept:
            yield one.levels[0].span.start, one.levels[-1].span.end, " > ".join(kept)
        else:
            yield one.span.start, one.span.end, ""
        there = [rule.name for rule in self.spec.rules if rule.level.name == name]
        yield from self._rules(there)
        for policy in self.statements:
            if isinstance(policy, t.PolicyNode) and policy.level and policy.level.text == name:
                start = self.source.text.rindex("at", 0, policy.level.span.start)
                yield start, policy.level.span.end, ""

    def _named(self) -> Iterator[Edit]:
        """What goes with it: names after `overrides` and `because`, and what else names a fact."""
        for label in self.finding.labels:
            if label.text in (NAMES_IT, BECAUSE_NAMES_IT):
                yield self._going(label.span)

    def _going(self, span: Span) -> Edit:
        gone = [rule.name for rule in self.spec.rules if self._goes(rule)]
        around = [s for s in self.statements if s.span.start <= span.start < s.span.end]
        one = max(around, key=lambda s: s.span.start)
        match one:
            case t.RuleNode():
                return self._unnamed(one, span)
            case t.ExampleNode():
                clause = next(c for c in one.clauses if c.span.start <= span.start < c.span.end)
                return _of_example(clause, span, gone)
            case _:
                return one.span.start, one.span.end, ""

    def _goes(self, rule: m.Rule) -> bool:
        fields = self.finding.fields
        return rule.name == fields.get("rules", [""])[0] or rule.level.name == fields.get("level")

    def _unnamed(self, rule: t.RuleNode, span: Span) -> Edit:
        """Without a name after `overrides`."""
        clause = next(c for c in rule.clauses if c.span.start <= span.start < c.span.end)
        assert isinstance(clause.value, tuple)
        kept = [n.span.text for n in clause.value if n.span.start != span.start]
        said = f"overrides {', '.join(kept)}" if kept else ""
        return clause.span.start, clause.span.end, said

    def _around(self, kind: type[S]) -> S:
        return next(
            s
            for s in self.statements
            if isinstance(s, kind) and s.span.start <= self.place.start < s.span.end
        )


def _of_example(clause: object, span: Span, gone: Sequence[str]) -> Edit:
    match clause:
        case t.GivenClauseNode(items=items):
            kept = [item.span.text for item in items if item.span.start != span.start]
            said = f"given {', '.join(kept)}" if kept else ""
            return clause.span.start, clause.span.end, said
        case t.ExpectNode(because=because):
            kept = [name.text for name in because if name.text not in gone]
            said = f"because {', '.join(kept)}" if kept else ""
            return clause.effect.span.end, clause.span.end, f" {said}"
        case t.TalkNode():
            return clause.text.span.end, clause.span.end, ""
    raise AssertionError(clause)


def _all(statements: Sequence[t.Statement]) -> Iterator[t.Statement]:
    for one in statements:
        yield one
        if isinstance(one, t.PolicyNode):
            yield from _all(one.body)


def _condition(text: str, place: Span) -> Edit:
    """A clause, with the word that joins it to the others, or its keyword where it is alone.
    Brackets around it go with it."""
    start, end = place.start, place.end
    while True:
        before, after = text[:start].rstrip(), text[end:].lstrip()
        if before.endswith("(") and after.startswith(")"):
            start, end = len(before) - 1, len(text) - len(after) + 1
            continue
        break
    if word := re.search(r"\b(and|or)\Z", before):
        return word.start(), end, ""
    if word := re.match(r"(and|or)\b", after):
        return start, len(text) - len(after) + word.end(), ""
    word = re.search(r"\b(when|unless)\Z", before)
    assert word is not None, (before[-40:], after[:40])
    return word.start(), end, ""
