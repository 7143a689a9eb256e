"""Outcomes without their reasons: decisions of a validated situation, as fast as it goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter

from specdsl.runtime.decision_traces import trace_decisions
from specdsl.runtime.plain_values import exact_fraction
from specdsl.runtime.read_situation import (
    INSTRUCTION_FIELDS,
    GivenInstruction,
    read_instructions,
    read_situation,
)
from specdsl.runtime.resolution import DecisionResolution, place_instructions
from specdsl.runtime.results import (
    BadInput,
    Contradiction,
    Decision,
    DecisionTrace,
    Instruction,
    Result,
)
from specdsl.runtime.tables import DecisionRow, Tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    from specdsl.runtime.tables import Facts_, Outcomes_, Values_

    SpecDecisionType = TypeVar("SpecDecisionType", bound="Decision")
    AllResults = Callable[["Values_"], tuple["Result", ...]]

NOBODY: tuple[()] = ()
MOST_QUICK_SAID = 100
MOST_KNOWN = 1_000  # Instructions that are kept as they were read.
PLAIN_FIELDS = frozenset(INSTRUCTION_FIELDS)
MOST_RESOLVED = 6  # Decisions of which none is decided without the instructions about it.
OUTCOME_OF = itemgetter(0)
NOT_TAKEN: Result = (None, False, False)


def decide_situation(
    tables: Tables, kind: type[SpecDecisionType], facts: Any, says: Any
) -> SpecDecisionType:
    """Return the decision, of this class, of any situation. Raises `BadInput` and
    `Contradiction`.
    """
    values, given = read_situation(tables, facts, says)
    results = resolve_values(tables, values, quick_values(tables, values), given)
    return _make_decision(kind, results, values, given)


def read_values(tables: Tables, facts: Any) -> Any:
    """Return the values of facts as the fast functions take them or, where these cannot, by name.
    Raises `BadInput`.
    """
    values, _ = read_situation(tables, facts, ())
    return quick_values(tables, values) or values


def decide_told(
    tables: Tables,
    kind: type[SpecDecisionType],
    facts: Any,
    values: Any,
    says: Any,
    all_results: AllResults,
) -> SpecDecisionType:
    """Return the decision of facts that were read as these values, with instructions.
    `all_results`: the results without them.
    """
    given = _known_instructions(tables, says)
    if given is None:
        return decide_situation(tables, kind, facts, says)
    exact = exact_values(tables, values)
    without = all_results(values) if len(tables.decisions) > MOST_RESOLVED else None
    results = resolve_values(tables, exact, values, given, without)
    return _make_decision(kind, results, values, given)


def decide_record(
    tables: Tables, kind: type[SpecDecisionType], record: Any, says: Any
) -> SpecDecisionType:
    """Return the decision of facts that were read before, whatever they are."""
    values = record._values
    given = _known_instructions(tables, says)
    if given is None:
        given = read_instructions(tables, says)
    exact = exact_values(tables, values) if type(values) is tuple else values
    results = resolve_values(tables, exact, quick_values(tables, exact), given)
    return _make_decision(kind, results, values, given)


def _known_instructions(tables: Tables, says: Any) -> list[GivenInstruction] | None:
    """Return the instructions of a list of plain ones without a fault; None if it is another."""
    if (type(says) is not list and type(says) is not tuple) or len(says) > MOST_QUICK_SAID:
        return None
    found: list[GivenInstruction] = []
    for item in says:
        key: tuple[Any, ...]
        if type(item) is Instruction:
            key = item.by, item.effect, item.implied, item.at
        elif type(item) is dict and all(type(n) is str and n in PLAIN_FIELDS for n in item):
            key = tuple(map(item.get, INSTRUCTION_FIELDS))
        else:
            return None
        if not _is_plain(*key):
            return None
        one = tables.known_instructions.get(key)
        if one is None:
            try:
                (one,) = read_instructions(tables, [item])
            except BadInput:
                return None
            if len(tables.known_instructions) >= MOST_KNOWN:
                tables.known_instructions.clear()
            tables.known_instructions[key] = one
        found.append(one)
    return found


def _is_plain(by: Any, effect: Any, implied: Any, at: Any) -> bool:
    """Return whether the fields have exactly their types, which are compared by identity."""
    texts = type(by) is str and type(effect) is str and (at is None or type(at) is str)
    return texts and (implied is None or implied is False or implied is True)


def _make_decision(
    kind: type[SpecDecisionType],
    results: Sequence[Result],
    values: Any,
    given: Sequence[GivenInstruction] = (),
) -> SpecDecisionType:
    """Return the decision with these results. Raises `Contradiction` if one of them failed."""
    found = object.__new__(kind)
    found._results, found._values, found._given = tuple(results), values, given
    if None in map(OUTCOME_OF, results):
        raise Contradiction(found.traces)
    return found


def trace_values(
    tables: Tables, values: Any, given: Sequence[GivenInstruction]
) -> tuple[DecisionTrace, ...]:
    """Trace every decision of exact values by name, or of quick values in the order of facts."""
    if type(values) is tuple:
        values = exact_values(tables, values)
    return trace_decisions(tables, values, given)


def exact_values(tables: Tables, values: Sequence[Any]) -> dict[str, Any]:
    """Return the exact values by name, of quick ones in the order of the facts."""
    found = dict(zip(tables.facts, values, strict=True))
    for name in tables.numbers:
        if type(found[name]) is float:
            value = exact_fraction(repr(found[name]))
            found[name] = int(value) if value.denominator == 1 else value
    return found


def quick_values(tables: Tables, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Return the values as the fast functions take them: a number that is no integer as the float
    that prints as it. None if there is no such float.
    """
    found = list(values.values())
    for i, (row, value) in enumerate(zip(tables.facts.values(), found, strict=True)):
        if row.kind == "number" and not row.exact and type(value) not in (int, type(None)):
            found[i] = float(value)
            if exact_fraction(repr(found[i])) != value:
                return None
    return tuple(found)


def resolve_values(
    tables: Tables,
    values: Facts_,
    quick: Values_ | None,
    given: Sequence[GivenInstruction],
    without: Sequence[Result] | None = None,
) -> list[Result]:
    """Return the result of each decision of a validated situation; `quick`: the values as the fast
    functions take them. Of the results `without` instructions only those are changed that the
    instructions concern, and those of decisions that read one which comes to another outcome.
    """
    rows, positions = tables.decisions, tables.positions
    found = list(without or [NOT_TAKEN] * len(rows))
    todo = {positions[one.decision] for one in given} if without else set(range(len(rows)))
    for i, row in enumerate(rows):
        if i not in todo:
            continue
        before = found[i][0]
        outcomes: dict[str, Any] = {name: found[positions[name]][0] for name in row.reads}
        said = [one for one in given if one.decision == row.name]
        if None in outcomes.values():
            found[i] = NOT_TAKEN
        elif quick is None or said or row.decide is None:
            found[i] = _resolve_quickly(tables, row, values, outcomes, said)
        else:
            found[i] = row.decide(quick, *outcomes.values())
        if without and found[i][0] != before:
            todo.update(j for j, other in enumerate(rows) if row.name in other.reads)
    return found


def resolve_rules(tables: Tables, number: int, quick: Values_, *read: str | None) -> Result:
    """Return the result of a decision by its tables, where nobody gives an instruction; `read`: the
    outcomes of the decisions that it reads.
    """
    row = tables.decisions[number]
    outcomes: dict[str, Any] = dict(zip(row.reads, read, strict=True))
    return _resolve_quickly(tables, row, exact_values(tables, quick), outcomes, ())


def _resolve_quickly(
    tables: Tables,
    row: DecisionRow,
    values: Facts_,
    outcomes: Outcomes_,
    given: Sequence[GivenInstruction],
) -> Result:
    """Return the result of one decision, with instructions."""
    placed = place_instructions(tables, row, values, outcomes, given)[0] if given else []
    applying = row.applies(values, outcomes)
    applying.sort()
    return DecisionResolution(row).resolve(row, applying, placed)
