"""The clauses of conditions: what a `when` joins by `and`, and each `unless`; and what a clause
joins by `or`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specdsl.model import nodes as m
from specdsl.model.rows import cells
from specdsl.smtlib.findings import Said
from specdsl.smtlib.parts import Part
from specdsl.smtlib.standing import missed
from specdsl.smtlib.without import (
    alternatives,
    conjuncts,
    without_alternative,
    without_clause,
)

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

    @property
    def names(self) -> list[str]:
        return sorted(rule.name for rule in self.rules)


def clauses(spec: m.Spec, said: Said) -> Iterator[Part]:
    """Those of rules that would be missed, and of those that matter the alternatives. A policy's is
    left out of all its rules together."""
    form = cells(spec.rules)
    for one in _written(spec):
        if not one.clause.span.source.shipped:
            counts = _counts(said, one.rules)
            found = _is_found(said, one.names, clause=one.text)
            without = without_clause(spec, one.clause)
            is_form = one.clause.span in form  # no finding, even if nothing is otherwise
            asked = False if is_form else counts
            yield Part(CODE, _called(one, one.text), one.clause.span, without, found, asked)
            if not found:
                yield from _alternatives(spec, said, one, asked)


def _alternatives(spec: m.Spec, said: Said, one: Written, counts: bool | None) -> Iterator[Part]:
    found = list(alternatives(one.clause))
    for item in found if len(found) > 1 else ():
        text = f"or {item.span.in_a_line}"
        without = without_alternative(spec, one.clause, item)
        is_found = _is_found(said, one.names, clause=text, of=one.text)
        yield Part(CODE, _called(one, text), item.span, without, is_found, counts)


def _called(one: Written, text: str) -> str:
    whose = f"rule `{one.names[0]}`" if len(one.names) == 1 else f"{len(one.names)} rules"
    return f"`{text}` of {whose}"


def _is_found(said: Said, names: Sequence[str], **fields: str) -> bool:
    """There is a finding that says so of these rules, and maybe of others by themselves."""
    wanted = {"of": None, **fields}.items()
    return any(
        set(names) <= set(d.fields["rules"]) and all(d.fields.get(k) == v for k, v in wanted)
        for d in said.found(CODE)
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
