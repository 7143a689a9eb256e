"""Small random specs and edits of them, as lists of statements with names, and their situations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from random import Random
from typing import Any

import specdsl
from specdsl.compare.edits import EditKind, SpecEdit
from specdsl.compare.kinds import DifferenceKind, classify_difference, outcome_preference
from specdsl.compare.results import Result
from specdsl.compare.worlds import decision_named
from specdsl.policy import Policy, Spec
from specdsl.runtime.results import DecisionTrace

HEAD = """
authority root > dev > user
value up value down
fact p, q: bool
fact r: bool?
fact kind: {x, y, z}
define odd = p and not q
"""
PEOPLE = {
    "boss": ("principal boss at root", "principal boss at root implied at dev"),
    "coder": ("principal coder at dev", "principal coder at dev implied at user"),
    "asker": ("principal asker at user", "principal asker at dev"),
    "tool": ("principal tool without authority",),
}
OUTCOMES = ("a", "b", "c")
OTHERS = (OUTCOMES, ("a", "c", "b"), ("z", "a", "b", "c"), ("a", "b", "c", "z"), ("a", "c"))
CONDITIONS = ("p", "not q", "r", "possibly r", "kind is x", "kind in {y, z}", "odd", "r is unknown")
EFFECTS = ("is a", "is b", "is c", "is not a", "is not c", "in {b, c}", "may be b", "may be a or c")

Statements = dict[str, str]
"""By name (`rule r1`, `decision d`, …) the text of a statement."""


def spec(random: Random) -> Statements:
    """A random spec; it may contradict itself, and need not load."""
    found = {f"principal {name}": random.choice(ways) for name, ways in PEOPLE.items()}
    found["decision d"] = _decision(random, "d")
    found["decision e"] = _decision(random, "e")
    for i in range(random.randint(2, 5)):
        found[f"rule r{i}"] = _rule(random, i)
    if random.random() < 0.5:
        found["priority"] = "priority up > down"
    if random.random() < 0.5:
        found["delegate"] = _delegate(random)
    return found


def edited(random: Random, old: Statements) -> Statements:
    """The same with one to three statements changed, added or taken away."""
    new = dict(old)
    for _ in range(random.randint(1, 3)):
        match random.choice(["rule"] * 3 + ["decision", "delegate", "priority", "principal"]):
            case "rule":
                i = random.randrange(6)
                new[f"rule r{i}"] = _rule(random, i)
                if random.random() < 0.3:
                    del new[f"rule r{i}"]
            case "decision":
                which = random.choice("de")
                new[f"decision {which}"] = _decision(random, which, random.choice(OTHERS))
            case "principal":
                who = random.choice(sorted(PEOPLE))
                new[f"principal {who}"] = random.choice(PEOPLE[who])
            case "delegate":
                new["delegate"] = _delegate(random)
            case _:
                if new.pop("priority", None) is None:
                    new["priority"] = random.choice(["priority up > down", "priority down > up"])
    return new


def _decision(random: Random, name: str, outcomes: tuple[str, ...] = OUTCOMES) -> str:
    steered = random.choice(["", "", " steered by coder, asker, tool", " steered by nobody"])
    settled = random.choice(["", f" on conflict {outcomes[1]}", " on conflict c"])
    default = random.choice(["", "", f" default {outcomes[1]}", f" default {outcomes[-1]}"])
    return f"decision {name}: {' > '.join(outcomes)}{default}{steered}{settled}"


def _delegate(random: Random) -> str:
    level, on = random.choice(["dev", "user"]), random.choice(["d, e", "d"])
    return f"delegate tool at {level} on {on} when {random.choice(CONDITIONS)}"


def _rule(random: Random, i: int) -> str:
    head = f"rule r{i} at {random.choice(['root', 'dev', 'dev', 'user'])}"
    value = random.choice(["", " for up", " for down"])
    when = " and ".join(random.sample(CONDITIONS, random.randint(1, 2)))
    unless = f" unless {random.choice(CONDITIONS)}" if random.random() < 0.3 else ""
    which = random.choice("de")
    if which == "e" and random.random() < 0.5:
        when += f" and d {random.choice(['is a', 'is not b'])}"
    over = f" overrides r{random.randrange(i)}" if i and random.random() < 0.2 else ""
    return f"{head}{value} when {when}{unless} then {which} {random.choice(EFFECTS)}{over}"


def text(statements: Statements) -> str:
    return HEAD + "\n".join(statements.values()) + "\n"


def load(statements: Statements) -> Spec | None:
    """None where it does not load."""
    try:
        return specdsl.loads(text(statements))
    except specdsl.SpecError:
        return None


def pair(seed: int) -> tuple[Statements, Statements]:
    """Two specs that load."""
    random = Random(seed)
    while True:
        old = spec(random)
        new = edited(random, old)
        if load(old) is not None and load(new) is not None:
            return old, new


# --- situations ----------------------------------------------------------------------------------


def facts() -> Iterator[dict[str, Any]]:
    """All of them."""
    for p, q, r, member in product([False, True], [False, True], [False, True, None], "xyz"):
        yield {"p": p, "q": q, "r": r, "kind": member}


def instruction(random: Random) -> dict[str, Any]:
    """Anything that anybody may say; now and then bad input."""
    found: dict[str, Any] = {"by": random.choice(["boss", "coder", "asker", "tool"])}
    found["effect"] = f"{random.choice('dde')} {random.choice(EFFECTS)}"
    found["implied"] = random.random() < 0.3
    if random.random() < 0.3:
        found["at"] = random.choice(["root", "dev", "user"])
    return found


def running(spec: Spec) -> Callable[[Mapping[str, Any]], Mapping[str, DecisionTrace]]:
    """The decision function. Raises `BadInput` where what it is given is no situation."""
    policy = Policy(spec.circuit)
    return lambda one: policy.replayed(one["facts"], one.get("says", ()))


@dataclass(eq=False)
class Deciding:
    """Both decision functions."""

    old: Spec
    new: Spec

    def __post_init__(self) -> None:
        self.runs = running(self.old), running(self.new)

    def both(self, situation: Mapping[str, Any]) -> dict[str, tuple[Result, Result]] | None:
        """By decision its two results; None for what is bad input to one of them."""
        try:
            one, two = (run(situation) for run in self.runs)
        except ValueError:
            return None
        return {name: (_result(one[name]), _result(two[name])) for name in one}


def kind_of(both: Deciding, name: str, old: Result, new: Result) -> DifferenceKind:
    """The kind of difference of one of the decisions."""
    one, two = (decision_named(s.model, name) for s in (both.old, both.new))
    return classify_difference(old, new, outcome_preference(one, two))


def _result(taken: Any) -> Result:
    return Result(taken.outcome or "", taken.decided, taken.conflicted, taken.failed)


def mixed(old: Statements, new: Statements, edits: Iterable[SpecEdit]) -> Statements:
    """The old statements with some of the edits made."""
    found = dict(old)
    for edit in edits:
        one_of_a_kind = edit.kind in ("priority", "delegate")
        key = edit.kind if one_of_a_kind else f"{edit.kind} {edit.name}"
        match edit.edit_kind:
            case EditKind.REMOVED:
                del found[key]
            case EditKind.ADDED if one_of_a_kind:
                found[f"{key} added"] = new[key]
            case _:
                found[key] = new[key]
    return found
