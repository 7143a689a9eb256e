"""Conditions as tables: what each comes to for all outcomes of the decisions that it reads.

Two valuations with the same tables are decided alike, so one of them is enough: a *profile* has the
tables of all conditions of a spec, and there are far fewer profiles than valuations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from specdsl.frontend.model import nodes as m
from specdsl.semantics.reference.kleene import Valuation, evaluate
from specdsl.semantics.reference.read_facts import Value
from tests.bruteforce.valuations import Values
from tests.bruteforce.walk import decisions_of, facts_of

Truth = bool | None
Table = tuple[Truth, ...]
Profile = tuple[Table, ...]
Outcomes = Mapping[str, int]
"""By decision, the number of its outcome; what was not taken is not in it."""


class Conditions:
    """All conditions of a spec (or of several specs), each known by its own object."""

    def __init__(self, exprs: Iterable[m.Expr]) -> None:
        self.exprs = tuple({id(expr): expr for expr in exprs}.values())
        self._number = {id(expr): number for number, expr in enumerate(self.exprs)}
        self._facts = [tuple(fact.name for fact in facts_of(expr)) for expr in self.exprs]
        self._known: list[dict[tuple[Value, ...], Table]] = [{} for _ in self.exprs]

    def profile(self, values: Values) -> Profile:
        return tuple(self._table(number, values) for number in range(len(self.exprs)))

    def _table(self, number: int, values: Values) -> Table:
        key = tuple(values[name] for name in self._facts[number])
        known = self._known[number]
        if key not in known:
            known[key] = _evaluate(self.exprs[number], values)
        return known[key]

    def truth(self, profile: Profile, expr: m.Expr, outcomes: Outcomes) -> Truth:
        """What it comes to; every decision that it reads has to be in `outcomes`."""
        at = 0
        for decision in decisions_of(expr):
            at = at * len(decision.outcomes) + outcomes[decision.name]
        return profile[self._number[id(expr)]][at]


def _evaluate(expr: m.Expr, values: Values) -> Table:
    facts = {fact: values[fact.name] for fact in facts_of(expr)}
    decisions: Sequence[m.DecisionModel] = decisions_of(expr)
    table = []
    for chosen in product(*(decision.outcomes for decision in decisions)):
        found = evaluate(expr, Valuation(facts, dict(zip(decisions, chosen, strict=True))))
        assert found is None or isinstance(found, bool)
        table.append(found)
    return tuple(table)


def of_spec(spec: m.SpecModel) -> list[m.Expr]:
    """The conditions of rules, delegations and assertions."""
    found = [clause for rule in spec.rules for clause in (*rule.whens, *rule.unlesses)]
    found += [delegate.when for delegate in spec.delegates if delegate.when is not None]
    found += [one.when for one in spec.assertions if one.when is not None]
    found += [one.claim.expr for one in spec.assertions if isinstance(one.claim, m.Holds)]
    return found
