"""Times what an edit costs: of a policy of each shape one rule, one value, one fact, one decision
and one example are changed, and it is checked again with what is known of the one before: `python
-m benchmarks.edits`. The status is 1 where something was left unproved or stopped at the limit;
otherwise never for being slow."""

from __future__ import annotations

import argparse
import dataclasses
import multiprocessing
import random
import re
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Protocol

import specdsl
from benchmarks.checking import prepare
from benchmarks.policies import SHAPES, Policy, write_policy
from benchmarks.shapes import count_from, names_from
from specdsl.apps.cache import in_memory_cache
from specdsl.base.diagnostics import Report, Severity

RULES, LIMIT = 100, 120
LAST_OUTCOMES = re.compile(r"\b(\w+) > (\w+)\b(?! *>)")


class Session(Protocol):
    """What is measured: something that remembers what it has found of the texts before."""

    def find_errors(self, text: str) -> Report:
        """The errors of a text that has not been looked at before."""

    def find_all(self, text: str) -> Report:
        """All findings of the text whose errors were asked for last."""


class KnownUnits:
    """`specdsl.check` with what is known of the independent parts of the spec."""

    def __init__(self) -> None:
        self._known = in_memory_cache()

    def find_errors(self, text: str) -> Report:
        """The errors."""
        self._spec = specdsl.loads(text)
        return self._check(Severity.ERROR)

    def find_all(self, text: str) -> Report:
        """Errors, warnings and notes."""
        return self._check(Severity.NOTE)

    def _check(self, least: Severity) -> Report:
        return specdsl.check(self._spec, least=least, known=self._known(self._spec.loaded))


class Opened:
    """`specdsl.open`."""

    def find_errors(self, text: str) -> Report:
        """The errors."""
        if not hasattr(self, "_session"):
            self._session = specdsl.open(text)
            return self._session.errors
        return self._session.update(text)

    def find_all(self, text: str) -> Report:
        """Errors, warnings and notes."""
        return self._session.report


SESSIONS: Mapping[str, Callable[[], Session]] = {"units": KnownUnits, "session": Opened}
"""What can be measured, by name; the last one is measured unless another is asked for."""


@dataclasses.dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of CPU from the text to its errors, and from the text to all findings."""

    edit: str
    errors: float
    findings: float
    unproved: int


# --- edits ---------------------------------------------------------------------------------------


def change_rule(policy: Policy, draw: random.Random) -> Policy:
    """One rule asks for what another one of the same decision asks for."""
    rules = list(policy.rules)
    effects = [rule.effect for rule in rules]
    candidates = [
        (i, other)
        for i, one in enumerate(effects)
        for other in dict.fromkeys(effects)
        if other != one and other.split()[0] == one.split()[0]
    ]
    chosen, effect = draw.choice(candidates)
    rules[chosen] = dataclasses.replace(rules[chosen], effect=effect)
    return dataclasses.replace(policy, rules=tuple(rules))


def change_value(policy: Policy, draw: random.Random) -> Policy:
    """The last two values of the last order change places."""
    *first, (*higher, one, other) = policy.priorities
    return dataclasses.replace(policy, priorities=(*first, (*higher, other, one)))


def change_fact(policy: Policy, draw: random.Random) -> Policy:
    """One fact that was always known may be unknown."""
    facts = list(policy.facts)
    chosen = draw.choice([i for i, (_, kind) in enumerate(facts) if not kind.endswith("?")])
    names, kind = facts[chosen]
    *others, name = names.split(", ")
    left = [(", ".join(others), kind)] if others else []
    facts[chosen : chosen + 1] = [*left, (name, f"{kind}?")]
    return dataclasses.replace(policy, facts=tuple(facts))


def change_decision(policy: Policy, draw: random.Random) -> Policy:
    """The last two outcomes of one decision change places."""
    decisions = list(policy.decisions)
    chosen = draw.randrange(len(decisions))
    decisions[chosen] = LAST_OUTCOMES.sub(r"\2 > \1", decisions[chosen], count=1)
    return dataclasses.replace(policy, decisions=tuple(decisions))


def change_example(policy: Policy, draw: random.Random) -> Policy:
    """One example expects the contrary, which is not so."""
    first, *others = policy.examples
    expectation = first.expectation.replace(" is ", " is not ")
    return dataclasses.replace(
        policy, examples=(dataclasses.replace(first, expectation=expectation), *others)
    )


EDITS: Mapping[str, Callable[[Policy, random.Random], Policy]] = {
    "rule": change_rule,
    "value": change_value,
    "fact": change_fact,
    "decision": change_decision,
    "example": change_example,
}


# --- measuring -----------------------------------------------------------------------------------


def measure(policy: Policy, session: Session, seed: int) -> Iterator[Measured]:
    """The policy as it is, then each edit of it, and between them the policy as it was."""
    yield _timed("opened", session, policy.text)
    for name, edit in EDITS.items():
        yield _timed(name, session, edit(policy, random.Random(f"{name}/{seed}")).text)
        session.find_errors(policy.text)
        session.find_all(policy.text)


def _timed(edit: str, session: Session, text: str) -> Measured:
    start = time.process_time()
    first = session.find_errors(text)
    errors = time.process_time() - start
    last = session.find_all(text)
    findings = time.process_time() - start
    return Measured(edit, errors, findings, len({*first.unproved, *last.unproved}))


def measure_apart(shape: str, rules: int, seed: int, by: str, limit: int) -> list[Measured]:
    """In a process of its own: what it measured within so many seconds of CPU."""
    spawning = multiprocessing.get_context("spawn")
    reader, writer = spawning.Pipe(duplex=False)
    process = spawning.Process(target=_measure_in, args=(writer, shape, rules, seed, by, limit))
    process.start()
    writer.close()
    found: list[Measured] = []
    try:
        while True:
            found.append(reader.recv())
    except EOFError:
        process.join()
    return found


def _measure_in(writer: Connection, shape: str, rules: int, seed: int, by: str, limit: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
    prepare()
    for one in measure(write_policy(shape, rules, seed), SESSIONS[by](), seed):
        writer.send(one)


def row(shape: str, found: Sequence[Measured], limit: int) -> str:
    """A line of the table: for each edit the seconds to the errors and to all findings."""
    by_edit = {one.edit: one for one in found}
    cells = [_cell(by_edit.get(edit), len(found) == i, limit) for i, edit in enumerate(COLUMNS)]
    return f"| {shape} | {' | '.join(cells)} |"


COLUMNS = ("opened", *EDITS)


def _cell(one: Measured | None, stopped: bool, limit: int) -> str:
    """What comes after the one that was stopped was not tried."""
    if one is None:
        return f"> {limit}" if stopped else "–"
    unproved = f" ({one.unproved} unproved)" if one.unproved else ""
    return f"{one.errors:.2f} / {one.findings:.2f}{unproved}"


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__)
    shapes, by = ", ".join(SHAPES), [*SESSIONS]
    made.add_argument("--shapes", type=names_from(SHAPES), default=[*SHAPES], help=shapes)
    made.add_argument("--rules", type=count_from(12), default=RULES, metavar="N")
    made.add_argument("--seed", type=count_from(0), default=1, metavar="N")
    made.add_argument("--limit", type=count_from(1), default=LIMIT, metavar="SECONDS")
    made.add_argument("--by", choices=by, default=by[-1], help="what remembers the text before")
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """1 where not all was settled."""
    args = parser().parse_args(argv)
    print(f"| errors / all findings, CPU s | {' | '.join(COLUMNS)} |")
    print("| --- |" + " --- |" * len(COLUMNS))
    settled = True
    for shape in args.shapes:
        found = measure_apart(shape, args.rules, args.seed, args.by, args.limit)
        settled &= len(found) == len(COLUMNS) and not any(one.unproved for one in found)
        print(row(shape, found, args.limit), flush=True)
    return int(not settled)


if __name__ == "__main__":
    sys.exit(main())
