"""Codes of results: a decision's outcome and flags as one small integer of a query.

The code of an outcome is four times its number, plus 1 if it is decided, plus 2 if `on conflict`
settled it. One more outcome, with that flag, stands for a contradiction that nothing settles. NULL
is a decision that is not taken.
"""

from __future__ import annotations

from collections.abc import Sequence

from specdsl.backends.sql import sql_terms as s
from specdsl.frontend.model.nodes import DecisionModel

DECIDED, SETTLED = 1, 2


def result_code(outcome: int, decided: bool = True, conflicted: bool = False) -> int:
    return 4 * outcome + decided * DECIDED + conflicted * SETTLED


def failed_code(decision: DecisionModel) -> int:
    """Return the code where rules contradict each other, and nothing settles it."""
    return result_code(len(decision.outcomes), False, True)


def fallback_code(decision: DecisionModel) -> int:
    """Return the code where nothing decides."""
    return result_code(decision.fallback, decided=False)


def most_preferred_code(
    left: s.Sql, order: Sequence[int], decided: bool, conflicted: bool = False
) -> s.Sql:
    """Return the code of the first outcome of the order that is left in a mask."""
    codes = {one: s.integer(result_code(one, decided, conflicted)) for one in order}
    *others, last = order
    cases = [(s.has_bits(left.copy(), 1 << one), codes[one]) for one in others]
    return s.case_of(cases, codes[last])


def outcome_text(decision: DecisionModel, code: s.Sql) -> s.Sql:
    """Return the name of the outcome with a code; NULL if there is none."""
    cases: list[s.Case] = []
    for outcome, name in enumerate(decision.outcomes):
        flags = ((False, False), (True, False), (True, True))
        codes = [s.integer(result_code(outcome, *both)) for both in flags]
        test = s.one_of(code.copy(), codes)
        cases.append((test, s.text(name)))
    return s.case_of(cases)


def flag_test(code: s.Sql, flag: int) -> s.Sql:
    """Return whether the code has a flag."""
    return s.has_bits(code.copy(), flag)
