"""Situations as callers give them → values and instructions, or all that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from specdsl.runtime.folding import folded
from specdsl.runtime.quantities import quantity, told
from specdsl.runtime.results import BadInput, Fault
from specdsl.runtime.tables import DecisionRow, FactRow, PrincipalRow, Tables
from specdsl.runtime.taking import Strange, Unfit, entries, items, named, plain, shown

MOST_MEMBERS = 10_000  # of a set as given, repetitions included
MOST_NAMES = 10_000  # of facts, beside those that are declared
MOST_SAID = 10_000  # instructions
MOST_COMPARED = 10_000  # names with those that could have been meant
SECRET = "(secret)"
PERHAPS_SECRET = "(perhaps secret)"
EFFECT = re.compile(
    r"[ \t\n\r]*([A-Za-z_][A-Za-z0-9_]*)[ \t\n\r]+(?:"
    r"(?P<is>is(?:[ \t\n\r]+not)?)[ \t\n\r]+([A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<in>(?:not[ \t\n\r]+)?in)[ \t\n\r]*\{([^{}]*)\}"
    r"|(?P<may>may[ \t\n\r]+be)[ \t\n\r]+"
    r"([A-Za-z_][A-Za-z0-9_]*(?:[ \t\n\r]+or[ \t\n\r]+[A-Za-z_][A-Za-z0-9_]*)*)"
    r")[ \t\n\r]*"
)
BLANKS = " \t\n\r"
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
RESERVED = re.compile(  # words of the language, which name no decision
    "all|and|any|because|else|expect|given|has|if|implies|in|is|known|like|max|min|none|not|or"
    "|overrides|possibly|says|size|then|unknown|unless|when"
)
NO_OUTCOMES = re.compile("known|not|unknown")


@dataclass(frozen=True)
class Given:
    """An instruction as read: ranks of levels; bit i of `outcomes` is outcome i."""

    by: str
    decision: str
    outcomes: int
    permits: bool
    implied: bool
    at: int | None
    text: str


@dataclass
class Faults:
    """All that is wrong. `secrets`: the spec has secret facts, whose values may stand anywhere
    but where they should be; then no value is told that was not read as something else."""

    secrets: bool
    found: list[Fault] = field(default_factory=list)
    compared: int = 0

    def add(
        self, name: str, problem: str, expected: str, got: Any = None, suggestion: str = ""
    ) -> None:
        """`got` was given where it may be."""
        told = shown(got, parts=not self.secrets)
        self.found.append(Fault(name, problem, expected, told, suggestion))

    def stray(self, name: str, problem: str, expected: str, got: Any, suggestion: str = "") -> None:
        """`got` was given where nothing may be."""
        self.add(name, problem, expected, PERHAPS_SECRET if self.secrets else got, suggestion)

    def close(self, name: Any, names: Iterable[str]) -> str:
        """The name that could have been meant, or nothing."""
        several = list(names)
        self.compared += len(several)
        if not isinstance(name, str) or self.compared > MOST_COMPARED:
            return ""
        plainly = {_plainly(one): one for one in several}
        found = get_close_matches(_plainly(name[:80]), list(plainly), n=1)
        return plainly[found[0]] if found else ""


def _plainly(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "")


def read(
    tables: Tables, facts: Mapping[str, Any], says: Iterable[Any]
) -> tuple[dict[str, Any], list[Given]]:
    """Facts and instructions, each looked at once; raises `BadInput` with every fault."""
    faults = Faults(any(row.secret for row in tables.facts.values()))
    values = _facts(tables, facts, faults)
    given = _instructions(tables, says, faults)
    if not faults.found:
        for name, holds in tables.assumes.items():
            if not holds(values, {}):
                faults.add(name, "this assumption is false here", "what it assumes")
    if faults.found:
        raise BadInput(tuple(faults.found))
    return values, given


# --- facts ---------------------------------------------------------------------------------------


def _facts(tables: Tables, facts: Any, faults: Faults) -> dict[str, Any]:
    given = _given(tables, facts, faults)
    if given is None:
        return {}
    values: dict[str, Any] = {}
    for name, row in tables.facts.items():
        got = given.get(name)
        values[name] = None
        if got is not None:
            try:
                values[name] = _value(row, got)
            except Unfit as problem:
                _unfit(name, row, got, problem, faults)
        elif not row.optional:
            faults.add(name, "it is missing", expected(row))
    return values


def _given(tables: Tables, facts: Any, faults: Faults) -> dict[str, Any] | None:
    """What is given for each fact; None where it is no mapping."""
    wanted = "names with values"
    try:
        pairs = entries(facts, len(tables.facts) + MOST_NAMES)
    except Unfit as problem:
        faults.stray("facts", str(problem), wanted, facts)
        return None
    if pairs is None:
        faults.stray("facts", "the facts are no mapping", wanted, facts)
        return None
    found: dict[str, Any] = {}
    for name, got in pairs:
        if not isinstance(name, str) or name not in tables.facts:
            hint = faults.close(name, tables.facts)
            faults.stray(_named(name), "there is no such fact", "a declared fact", got, hint)
        elif name in found:
            faults.stray(name, "it is given twice", "one value", got)
        else:
            found[name] = got
    return found


def _unfit(name: str, row: FactRow, got: Any, problem: Unfit, faults: Faults) -> None:
    if row.secret:
        faults.add(name, "its value does not fit", expected(row), SECRET)
    else:
        hint = faults.close(problem.meant, row.members) if problem.meant else ""
        faults.add(name, str(problem), expected(row), got, hint)


def _named(name: Any) -> str:
    return named(name) if type(name) is str else str(shown(name))


def expected(row: FactRow) -> str:
    """What a fact may be, in words."""
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
        f" {word} {told(row.kind, end)}"
        for word, end in (("from", row.low), ("to", row.high))
        if end is not None
    )
    return words + (", or null where it is unknown" if row.optional else "")


def _value(row: FactRow, got: Any) -> Any:
    if row.kind == "set":
        return _set(row, got)
    value = plain(got)
    match row.kind:
        case "bool":
            if not isinstance(value, bool):
                raise Unfit("it is not true or false")
            return value
        case "text":
            if not isinstance(value, str):
                raise Unfit("it is not a text")
            return folded(value) if row.ignoring_case else value
        case "enum":
            return _member(row, value)
        case _:
            return _quantity(row, value)


def _member(row: FactRow, value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit("it is not the name of a member")
    if value not in row.members:
        raise Unfit(f"it has no member `{named(value)}`", value)
    return value


def _set(row: FactRow, got: Any) -> frozenset[str]:
    found = items(got, MOST_MEMBERS)
    if found is None:
        raise Unfit("it is not a list of members")
    return frozenset(_member(row, plain(item)) for item in found)


def _quantity(row: FactRow, got: Any) -> Fraction | int:
    value = quantity(row.kind, got)
    if (row.low is not None and value < row.low) or (row.high is not None and value > row.high):
        raise Unfit("it is out of range")
    return int(value) if value.denominator == 1 else value


# --- instructions --------------------------------------------------------------------------------


def _instructions(tables: Tables, says: Any, faults: Faults) -> list[Given]:
    wanted = "a list of instructions"
    try:
        found = items(says, MOST_SAID, ordered=True)
    except Unfit as problem:
        faults.stray("says", str(problem), wanted, says)
        return []
    if found is None:
        faults.stray("says", "the instructions are no list", wanted, says)
        return []
    given = (_instruction(tables, item, faults) for item in found)
    return [one for one in given if one is not None]


FIELDS = ("by", "effect", "implied", "at")


def _instruction(tables: Tables, item: Any, faults: Faults) -> Given | None:
    before = len(faults.found)
    parts = _fields(item, faults)
    if parts is None:
        return None
    by: Any
    effect: Any
    by, effect, implied, at = (parts.get(name) for name in FIELDS)
    name = _named(by)
    who = tables.principals.get(by) if isinstance(by, str) else None
    if who is None:
        hint = faults.close(by, tables.principals)
        faults.add(name, "there is no such principal", "a declared one", by, hint)
    if implied is None:
        implied = False
    if not isinstance(implied, bool):
        faults.add(name, "`implied` is not true or false", "true or false", implied)
    decision, outcomes, permits = _effect(tables, name, effect, faults)
    rank = _level(tables, name, at, faults)
    if rank is not None and who is not None:
        top = highest(tables, by, who, implied is True, decision)
        if top is not None and rank < top:
            problem = f"it speaks at `{at}`, above `{tables.levels[top]}`"
            faults.add(name, problem, f"a level from `{tables.levels[top]}` down", at)
    if len(faults.found) > before or decision is None:
        return None
    text = " ".join(effect.split())
    return Given(by, decision.name, outcomes, permits, implied is True, rank, text)


def _fields(item: Any, faults: Faults) -> dict[str, Any] | None:
    """The fields of an instruction, plain; None where it is none."""
    try:
        if tuple(getattr(type(item), "__dataclass_fields__", ())) == FIELDS:  # of any module
            pairs: Any = [(name, getattr(item, name)) for name in FIELDS]
        else:
            pairs = entries(item, MOST_NAMES)
    except Exception:
        pairs = None
    if pairs is None:
        faults.stray("says", "it is no instruction", "an Instruction or a mapping", item)
        return None
    parts = {name: _readable(got) for name, got in pairs if isinstance(name, str)}
    seen: set[str] = set()
    for name, got in pairs:
        known = isinstance(name, str) and name in FIELDS
        if not known or name in seen:
            problem = f"it has `{name}` twice" if known else f"it has no `{_named(name)}`"
            faults.stray(_named(parts.get("by")), problem, ", ".join(FIELDS), got)
        elif known:
            seen.add(name)
    return parts


def _readable(got: Any) -> Any:
    """The plain value, or what is none."""
    try:
        return plain(got)
    except Unfit:
        return Strange(type(got))


def highest(
    tables: Tables, by: str, who: PrincipalRow, implied: bool, decision: DecisionRow | None
) -> int | None:
    """The rank of the highest level at which somebody may speak; None if that is not limited,
    since all that it says is ignored."""
    if who.level is not None:
        return who.implied if implied and who.implied is not None else who.level
    if decision is None:
        return None
    lent = [d.level for d in tables.delegates if d.principal == by and decision.name in d.decisions]
    return min(lent, default=None)


def _level(tables: Tables, by: str, at: Any, faults: Faults) -> int | None:
    if at is None:
        return None
    if isinstance(at, str) and at in tables.levels:
        return tables.levels.index(at)
    hint = faults.close(at, tables.levels)
    faults.add(by, "there is no such level", "one of " + ", ".join(tables.levels), at, hint)
    return None


def _effect(
    tables: Tables, by: str, effect: Any, faults: Faults
) -> tuple[DecisionRow | None, int, bool]:
    """The decision (None where there is none), what it names and whether it permits that."""
    fits = isinstance(effect, str) and len(effect) <= 100_000
    found = EFFECT.fullmatch(effect) if fits else None
    named = _outcomes(found) if found else None
    fits = named is not None and not any(map(NO_OUTCOMES.fullmatch, named))
    if found is None or named is None or not fits or RESERVED.fullmatch(found.group(1)):
        faults.add(by, "it is no effect", "such as `reply is declined`", effect)
        return None, 0, False
    name = found.group(1)
    decision = next((d for d in tables.decisions if d.name == name), None)
    if decision is None:
        hint = faults.close(name, [d.name for d in tables.decisions])
        faults.add(_named(name), "there is no such decision", "a declared one", effect, hint)
        return None, 0, False
    permits = found.group("may") is not None
    excludes = "not" in (found.group("is") or found.group("in") or "")
    return decision, _mask(decision, named, permits, excludes, effect, faults), permits


def _mask(
    decision: DecisionRow,
    named: list[str],
    permits: bool,
    excludes: bool,
    effect: str,
    faults: Faults,
) -> int:
    """The outcomes that an effect restricts to or permits."""
    wrong = [o for o in named if o not in decision.outcomes]
    for outcome in dict.fromkeys(wrong):
        hint = faults.close(outcome, decision.outcomes)
        problem = f"it has no outcome `{_named(outcome)}`"
        expected_ = "one of " + ", ".join(decision.outcomes)
        faults.add(decision.name, problem, expected_, effect, hint)
    mask = sum(1 << i for i, outcome in enumerate(decision.outcomes) if outcome in named)
    every = (1 << len(decision.outcomes)) - 1
    mask = every & ~mask if excludes else mask
    if not wrong and not permits and mask in (0, every):
        what = "no outcome" if mask == 0 else "every outcome"
        faults.add(decision.name, f"it leaves {what}", "a restriction", effect)
    return mask


def _outcomes(found: re.Match[str]) -> list[str] | None:
    """The names in an effect; None where the list is no list of names."""
    if found.group("is"):
        return [found.group(3)]
    if found.group("may"):
        return re.split(r"[ \t\n\r]+or[ \t\n\r]+", found.group(7))
    names = [name.strip(BLANKS) for name in found.group(5).split(",")]
    if names == [""]:
        return []
    return names if all(NAME.fullmatch(name) for name in names) else None
