"""The clauses of conditions: what a `when` joins by `and`, and each `unless`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specdsl.model import nodes as m
from specdsl.smtlib.findings import Said
from specdsl.smtlib.parts import Part
from specdsl.smtlib.standing import missed
from specdsl.smtlib.without import conjuncts, without_clause

CODE = "dead-conjunct"


@dataclass(frozen=True, slots=True)
class Written:
    """A clause and the rules that have it: those of a policy, where it is the policy's."""

    keyword: str
    clause: m.Expr
    rules: list[m.Rule]

    @property
    def text(self) -> str:
        return f"{self.keyword} {self.clause.span.in_a_line}"


def clauses(spec: m.Spec, said: Said) -> Iterator[Part]:
    """Those of rules that would be missed. A policy's is left out of all its rules together."""
    for one in _written(spec):
        if not one.clause.span.source.shipped:
            names = sorted(rule.name for rule in one.rules)
            whose = f"rule `{names[0]}`" if len(names) == 1 else f"{len(names)} rules"
            yield Part(
                CODE,
                f"`{one.text}` of {whose}",
                one.clause.span,
                without_clause(spec, one.clause),
                said.has(CODE, rules=names, clause=one.text),
                _counts(said, one.rules),
            )


def _written(spec: m.Spec) -> Sequence[Written]:
    found: dict[int, Written] = {}
    for rule in spec.rules:
        whens = [("when", one) for when in rule.whens for one in conjuncts(when)]
        unlesses = [("unless", one) for one in rule.unlesses]
        for keyword, clause in (*whens, *unlesses):
            found.setdefault(id(clause), Written(keyword, clause, [])).rules.append(rule)
    return tuple(found.values())


def _counts(said: Said, rules: Sequence[m.Rule]) -> bool | None:
    answers = {missed(said, rule) for rule in rules}
    return next(answer for answer in (True, None, False) if answer in answers)
