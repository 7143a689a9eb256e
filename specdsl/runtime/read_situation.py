"""Input validation: situations as callers give them → values and instructions, or every fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from specdsl.runtime.casefold import fold_case
from specdsl.runtime.plain_values import (
    UnfitValue,
    compiled_pattern,
    list_items,
    mapping_entries,
    plain_value,
    printable_text,
    printable_value,
    supported_value,
)
from specdsl.runtime.quantities import exact_quantity, quantity_text
from specdsl.runtime.results import BadInput, Fault
from specdsl.runtime.tables import DecisionRow, FactRow, PrincipalRow, Tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fractions import Fraction
    from typing import Any

MAX_MEMBERS = 10_000  # Members of a set as given, repetitions included.
MAX_NAMES = 10_000  # Names of facts that are not declared.
MAX_SAID = 10_000  # Instructions.
MAX_COMPARED = 10_000  # Comparisons of misspelt names with declared ones.
SECRET = "(secret)"
PERHAPS_SECRET = "(perhaps secret)"
WORD = r"[ \t\n\r]*([A-Za-z_][A-Za-z0-9_]*|[{},])"  # Of an effect.
RESERVED = (  # Words of the language, which cannot name a decision.
    " all and any because else expect given has if implies in is known like max min none not or "
    "overrides possibly says size then unknown unless when "
)
NO_OUTCOMES = frozenset(("known", "not", "unknown"))


@dataclass(frozen=True)
class GivenInstruction:
    """A validated instruction: levels are ranks, and bit i of `outcomes` is outcome i."""

    by: str
    decision: str
    outcomes: int
    permits: bool
    implied: bool
    at: int | None
    text: str


class FaultCollector:
    """Collects the faults of a situation.

    `secrets`: the spec has secret facts. Their values may stand in wrong places, so no value is
    shown that was not recognised as something else.
    """

    def __init__(self, secrets: bool) -> None:
        self.secrets, self.compared = secrets, 0
        self.found: list[Fault] = []

    def add_fault(
        self, name: str, problem: str, expected: str, got: Any = None, suggestion: str = ""
    ) -> None:
        """Add a fault of a value that stands where such a value belongs."""
        told = printable_value(got, parts=not self.secrets)
        self.found.append(Fault(name, problem, expected, told, suggestion))

    def add_misplaced(
        self, name: str, problem: str, expected: str, got: Any, suggestion: str = ""
    ) -> None:
        """Add a fault of a value that stands where none belongs: it may be a secret one."""
        self.add_fault(name, problem, expected, PERHAPS_SECRET if self.secrets else got, suggestion)

    def suggest_name(self, name: Any, names: Iterable[str]) -> str:
        """Return the declared name that may have been meant; empty if none is similar."""
        several = list(names)
        self.compared += len(several)
        if not isinstance(name, str) or self.compared > MAX_COMPARED:
            return ""
        from difflib import get_close_matches

        plainly = {_normalize_name(one): one for one in several}
        found = get_close_matches(_normalize_name(name[:80]), list(plainly), n=1)
        return plainly[found[0]] if found else ""


def _normalize_name(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "")


def read_situation(
    tables: Tables, facts: Mapping[str, Any], says: Iterable[Any]
) -> tuple[dict[str, Any], list[GivenInstruction]]:
    """Read facts and instructions, each of them once. Raises `BadInput` with every fault."""
    faults = FaultCollector(any(row.secret for row in tables.facts.values()))
    values = _read_facts(tables, facts, faults)
    given = _read_instructions(tables, says, faults)
    if not faults.found:
        for name, holds in tables.assumes.items():
            if not holds(values, {}):
                faults.add_fault(name, "this assumption is false here", "what it assumes")
    if faults.found:
        raise BadInput(tuple(faults.found))
    return values, given


# --- facts ---------------------------------------------------------------------------------------


def _read_facts(tables: Tables, facts: Any, faults: FaultCollector) -> dict[str, Any]:
    given = _values_by_fact(tables, facts, faults)
    if given is None:
        return {}
    values: dict[str, Any] = {}
    for name, row in tables.facts.items():
        got = given.get(name)
        values[name] = None
        if got is not None:
            try:
                values[name] = _read_value(row, got)
            except UnfitValue as problem:
                _add_unfit_value(name, row, got, problem, faults)
        elif not row.optional:
            faults.add_fault(name, "it is missing", expected_values(row))
    return values


def _values_by_fact(tables: Tables, facts: Any, faults: FaultCollector) -> dict[str, Any] | None:
    """Return the given values by fact; None if they are no mapping."""
    wanted = "names with values"
    try:
        pairs = mapping_entries(facts, len(tables.facts) + MAX_NAMES)
    except UnfitValue as problem:
        faults.add_misplaced("facts", str(problem), wanted, facts)
        return None
    if pairs is None:
        faults.add_misplaced("facts", "the facts are no mapping", wanted, facts)
        return None
    found: dict[str, Any] = {}
    for name, got in pairs:
        if not isinstance(name, str) or name not in tables.facts:
            hint = faults.suggest_name(name, tables.facts)
            faults.add_misplaced(
                _printable_name(name), "there is no such fact", "a declared fact", got, hint
            )
        elif name in found:
            faults.add_misplaced(name, "it is given twice", "one value", got)
        else:
            found[name] = got
    return found


def _add_unfit_value(
    name: str, row: FactRow, got: Any, problem: UnfitValue, faults: FaultCollector
) -> None:
    if row.secret:
        faults.add_fault(name, "its value does not fit", expected_values(row), SECRET)
    else:
        hint = faults.suggest_name(problem.meant, row.members) if problem.meant else ""
        faults.add_fault(name, str(problem), expected_values(row), got, hint)


def _printable_name(name: Any) -> str:
    return printable_text(name) if type(name) is str else str(printable_value(name))


def expected_values(row: FactRow) -> str:
    """Describe the values that a fact can have."""
    words = {
        "bool": "true or false",
        "int": "a whole number",
        "number": "a number",
        "text": "a text",
        "enum": "one of " + ", ".join(row.members),
        "set": "any of " + ", ".join(row.members),
        "date": "a date such as 2025-12-18",
        "time": "a time with an offset such as 2025-12-18T15:00:00Z",
        "duration": "a duration such as PT24H",
    }[row.kind]
    words += "".join(
        f" {word} {quantity_text(row.kind, end)}"
        for word, end in (("from", row.low), ("to", row.high))
        if end is not None
    )
    return words + (", or null where it is unknown" if row.optional else "")


def _read_value(row: FactRow, got: Any) -> Any:
    if row.kind == "set":
        return _read_set(row, got)
    value = plain_value(got)
    match row.kind:
        case "bool":
            if not isinstance(value, bool):
                raise UnfitValue("it is not true or false")
            return value
        case "text":
            if not isinstance(value, str):
                raise UnfitValue("it is not a text")
            return fold_case(value) if row.ignoring_case else value
        case "enum":
            return _read_member(row, value)
        case _:
            return _read_quantity(row, value)


def _read_member(row: FactRow, value: Any) -> str:
    if not isinstance(value, str):
        raise UnfitValue("it is not the name of a member")
    if value not in row.members:
        raise UnfitValue(f"it has no member `{printable_text(value)}`", value)
    return value


def _read_set(row: FactRow, got: Any) -> frozenset[str]:
    found = list_items(got, MAX_MEMBERS)
    if found is None:
        raise UnfitValue("it is not a list of members")
    return frozenset(_read_member(row, plain_value(item)) for item in found)


def _read_quantity(row: FactRow, got: Any) -> Fraction | int:
    value = exact_quantity(row.kind, got)
    if (row.low is not None and value < row.low) or (row.high is not None and value > row.high):
        raise UnfitValue("it is out of range")
    return int(value) if value.denominator == 1 else value


def read_instructions(tables: Tables, says: Any) -> list[GivenInstruction]:
    """Read instructions alone. Raises `BadInput` with every fault."""
    faults = FaultCollector(any(row.secret for row in tables.facts.values()))
    given = _read_instructions(tables, says, faults)
    if faults.found:
        raise BadInput(tuple(faults.found))
    return given


# --- instructions --------------------------------------------------------------------------------


def _read_instructions(tables: Tables, says: Any, faults: FaultCollector) -> list[GivenInstruction]:
    wanted = "a list of instructions"
    try:
        found = list_items(says, MAX_SAID, ordered=True)
    except UnfitValue as problem:
        faults.add_misplaced("says", str(problem), wanted, says)
        return []
    if found is None:
        faults.add_misplaced("says", "the instructions are no list", wanted, says)
        return []
    given = (_read_instruction(tables, item, faults) for item in found)
    return [one for one in given if one is not None]


INSTRUCTION_FIELDS = ("by", "effect", "implied", "at")


def _read_instruction(tables: Tables, item: Any, faults: FaultCollector) -> GivenInstruction | None:
    before = len(faults.found)
    parts = _instruction_fields(item, faults)
    if parts is None:
        return None
    by: Any
    effect: Any
    by, effect, implied, at = (parts.get(name) for name in INSTRUCTION_FIELDS)
    name = _printable_name(by)
    who = tables.principals.get(by) if isinstance(by, str) else None
    if who is None:
        hint = faults.suggest_name(by, tables.principals)
        faults.add_fault(name, "there is no such principal", "a declared one", by, hint)
    if implied is None:
        implied = False
    if not isinstance(implied, bool):
        faults.add_fault(name, "`implied` is not true or false", "true or false", implied)
    decision, outcomes, permits = _parse_effect(tables, name, effect, faults)
    rank = _level_rank(tables, name, at, faults)
    if rank is not None and who is not None:
        top = highest_level(tables, by, who, implied is True, decision)
        if top is not None and rank < top:
            problem = f"it speaks at `{at}`, above `{tables.levels[top]}`"
            faults.add_fault(name, problem, f"a level from `{tables.levels[top]}` down", at)
    if len(faults.found) > before or decision is None:
        return None
    text = " ".join(effect.split())
    return GivenInstruction(by, decision.name, outcomes, permits, implied is True, rank, text)


def _instruction_fields(item: Any, faults: FaultCollector) -> dict[str, Any] | None:
    """Return the fields of an instruction as plain values; None if it is no instruction."""
    try:
        # An emitted module has its own class `Instruction`.
        if getattr(type(item), "__match_args__", ()) == INSTRUCTION_FIELDS:
            pairs: Any = [(name, getattr(item, name)) for name in INSTRUCTION_FIELDS]
        else:
            pairs = mapping_entries(item, MAX_NAMES)
    except Exception:
        pairs = None
    if pairs is None:
        faults.add_misplaced("says", "it is no instruction", "an Instruction or a mapping", item)
        return None
    parts = {name: supported_value(got) for name, got in pairs if isinstance(name, str)}
    seen: set[str] = set()
    for name, got in pairs:
        known = isinstance(name, str) and name in INSTRUCTION_FIELDS
        if not known or name in seen:
            problem = f"it has `{name}` twice" if known else f"it has no `{_printable_name(name)}`"
            faults.add_misplaced(
                _printable_name(parts.get("by")), problem, ", ".join(INSTRUCTION_FIELDS), got
            )
        elif known:
            seen.add(name)
    return parts


def highest_level(
    tables: Tables, by: str, who: PrincipalRow, implied: bool, decision: DecisionRow | None
) -> int | None:
    """Return the rank of the highest level at which a principal may speak; None if there is no
    limit, since all of its instructions are ignored.
    """
    if who.level is not None:
        return who.implied if implied and who.implied is not None else who.level
    if decision is None:
        return None
    lent = [d.level for d in tables.delegates if d.principal == by and decision.name in d.decisions]
    return min(lent, default=None)


def _level_rank(tables: Tables, by: str, at: Any, faults: FaultCollector) -> int | None:
    if at is None:
        return None
    if isinstance(at, str) and at in tables.levels:
        return tables.levels.index(at)
    hint = faults.suggest_name(at, tables.levels)
    faults.add_fault(by, "there is no such level", "one of " + ", ".join(tables.levels), at, hint)
    return None


def _parse_effect(
    tables: Tables, by: str, effect: Any, faults: FaultCollector
) -> tuple[DecisionRow | None, int, bool]:
    """Return the decision (None for an invalid effect), the outcomes as a mask, and whether they
    are permitted.
    """
    parts = _effect_parts(effect)
    if parts is None:
        faults.add_fault(by, "it is no effect", "such as `reply is declined`", effect)
        return None, 0, False
    name, how, named = parts
    row = next((d for d in tables.decisions if d.name == name), None)
    if row is None:
        hint = faults.suggest_name(name, [d.name for d in tables.decisions])
        faults.add_fault(
            _printable_name(name), "there is no such decision", "a declared one", effect, hint
        )
        return None, 0, False
    wrong = [outcome for outcome in named if outcome not in row.outcomes]
    for outcome in dict.fromkeys(wrong):
        hint = faults.suggest_name(outcome, row.outcomes)
        problem = f"it has no outcome `{_printable_name(outcome)}`"
        faults.add_fault(name, problem, "one of " + ", ".join(row.outcomes), effect, hint)
    excludes = how in ("is not", "not in")
    bits = (1 << i for i, outcome in enumerate(row.outcomes) if (outcome in named) != excludes)
    mask, permits = sum(bits), how == "may be"
    if not wrong and not permits and mask in (0, (1 << len(row.outcomes)) - 1):
        what = "every outcome" if mask else "no outcome"
        faults.add_fault(name, f"it leaves {what}", "a restriction", effect)
    return row, mask, permits


def _effect_parts(effect: Any) -> tuple[str, str, list[str]] | None:
    """Return the name of the decision, the words between, and the outcomes; None if it is no
    effect.
    """
    if not isinstance(effect, str) or len(effect) > 100_000:
        return None
    pattern = compiled_pattern(WORD)
    words, between = pattern.findall(effect), ","
    match words:
        case [name, "is", "not", outcome]:
            how, inner = "is not", [outcome]
        case [name, "is", outcome]:
            how, inner = "is", [outcome]
        case [name, "in", "{", *inner, "}"]:
            how = "in"
        case [name, "not", "in", "{", *inner, "}"]:
            how = "not in"
        case [name, "may", "be", _, *_]:
            how, inner, between = "may be", words[3:], "or"
        case _:
            return None
    named = inner[::2]
    fits = not inner or (len(inner) % 2 == 1 and set(inner[1::2]) <= {between})
    fits = fits and all(one.isidentifier() for one in (name, *named))
    fits = fits and NO_OUTCOMES.isdisjoint(named) and f" {name} " not in RESERVED
    blank = not pattern.sub("", effect).strip(" \t\n\r")
    return (name, how, named) if fits and blank else None
