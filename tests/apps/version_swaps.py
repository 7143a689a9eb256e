"""Threads and processes that decide while `specdsl.reload` swaps one version after the other.

    python -m tests.apps.version_swaps --versions 1000 --threads 8 --processes 4

Both outcomes of version n are named after n, so a decision tells which version made it: it is torn
if its outcomes are of two versions, wrong if that version decides otherwise, does not pass the
check, or was not in use during the call, and lost if the call raises or a version is never seen.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from threading import Thread
from typing import Any

import specdsl

SPEC = """\
spec doors version "{version}"
authority owner
fact late: bool
fact hour: int 0..23
decision front: open_{version} > shut_{version}
decision back: open_{version} > shut_{version}
rule late_front at owner when late or hour >= {hour} then front is shut_{version}
rule late_back at owner when late or hour >= {hour} then back is shut_{version}
"""
CLASH = "rule torn at owner when late then front is open_{version}\n"
PATIENCE = 60.0  # Seconds until a version that nobody has decided by is lost.
SWITCHING = 1e-5  # Seconds between two threads of a process: the shortest that Python takes.
DECISIONS, PAUSE = 20, 0.005
"""Decisions of a thread in a row, and seconds of rest, in which versions get their turn."""
MAX_SHOWN = 10


def passes_check(version: int) -> bool:
    """Every fifth version contradicts itself."""
    return version % 5 != 4


def write_version(path: Path, version: int) -> None:
    """Replaces the file at once, as editors and deployments do."""
    other = path.with_suffix(".new")
    text = SPEC + ("" if passes_check(version) else CLASH)
    other.write_text(text.format(version=version, hour=version % 24), encoding="utf-8")
    os.replace(other, path)


@dataclass
class DeciderFindings:
    """What one thread saw: how many decisions, by how many versions, and what is not right."""

    decisions: int = 0
    versions: int = 0
    wrong: list[str] = field(default_factory=list)


def decide_until(
    holder: specdsl.PolicyHolder, is_over: Callable[[], bool], note: Callable[[int], None]
) -> DeciderFindings:
    """Decides again and again, and notes each newer version that has decided."""
    found, newest, number = DeciderFindings(), -1, 0
    while not is_over():
        number += 1
        if number % DECISIONS == 0:
            time.sleep(PAUSE)
        facts = {"late": number % 3 == 0, "hour": number % 24}
        before = int(holder.policy.model.version)
        try:
            decision = dict(holder.decide(facts))
        except Exception as problem:
            found.wrong.append(f"lost: {problem!r} on {facts}")
            break
        after = int(holder.policy.model.version)
        version = int(decision["front"].partition("_")[2])
        found.decisions += 1
        found.wrong += [f"{what}: {decision}" for what in faults_of(decision, facts, version)]
        if not max(before, newest) <= version <= after:
            found.wrong.append(f"out of turn: {version}, in use are {before} to {after}")
        if version > newest:
            newest, found.versions = version, found.versions + 1
            note(version)
    return found


def faults_of(decision: dict[str, str], facts: dict[str, Any], version: int) -> Iterator[str]:
    """What is not right about a decision of this version."""
    if decision["back"] != decision["front"]:
        yield "torn"
    shut = facts["late"] or facts["hour"] >= version % 24
    if decision["front"] != f"{'shut' if shut else 'open'}_{version}":
        yield f"wrong for {facts}"
    if not passes_check(version):
        yield "of a version that does not pass"


@contextmanager
def frequent_switches() -> Iterator[None]:
    """Threads take turns as often as Python can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCHING)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def decide_in_process(path: str, place: int, seen: Any, over: Any, answers: Any) -> None:
    """A process with a holder of its own, which looks at the file by itself."""
    holder = specdsl.reload(path, interval=0.001)

    def note(version: int) -> None:
        seen[place] = version

    with frequent_switches():
        found = decide_until(holder, over.is_set, note)
    holder.stop()
    answers.put((found.decisions, found.versions, found.wrong[:MAX_SHOWN]))


@dataclass
class SwapFindings:
    """What all threads and processes saw."""

    deciders: list[DeciderFindings]
    lost: list[str]
    seconds: float

    @property
    def decisions(self) -> int:
        return sum(one.decisions for one in self.deciders)

    @property
    def wrong(self) -> list[str]:
        return [*self.lost, *(text for one in self.deciders for text in one.wrong)]


def run_swaps(versions: int, threads: int, processes: int) -> SwapFindings:
    """Swaps when everybody has decided by the version before."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, frequent_switches():
        path = Path(folder) / "doors.spec"
        write_version(path, 0)
        deciders = Deciders(path, threads, processes)
        lost = list(swap_versions(path, versions, deciders))
        found = deciders.stop()
    return SwapFindings(found, lost, time.monotonic() - started)


class Deciders:
    """Threads on one holder, and processes that have each their own."""

    def __init__(self, path: Path, threads: int, processes: int) -> None:
        context = get_context("spawn")
        self.holder = specdsl.reload(path, interval=None)
        self.over, self.answers = context.Event(), context.Queue()
        self.stopped = False
        self.seen = [-1] * threads
        self.seen_elsewhere: Any = context.Array("q", [-1] * max(1, processes), lock=False)
        self.found: list[DeciderFindings] = []
        self.threads = [Thread(target=self.decide, args=(place,)) for place in range(threads)]
        self.processes = [
            context.Process(
                target=decide_in_process,
                args=(str(path), place, self.seen_elsewhere, self.over, self.answers),
            )
            for place in range(processes)
        ]
        for thread in self.threads:
            thread.start()
        for process in self.processes:
            process.start()

    def decide(self, place: int) -> None:
        def note(version: int) -> None:
            self.seen[place] = version

        self.found.append(decide_until(self.holder, lambda: self.stopped, note))

    def behind(self, version: int) -> list[str]:
        """Those who have not yet decided by this version."""
        elsewhere = list(self.seen_elsewhere)[: len(self.processes)]
        return [
            *(f"thread {i}" for i, seen in enumerate(self.seen) if seen < version),
            *(f"process {i}" for i, seen in enumerate(elsewhere) if seen < version),
        ]

    def stop(self) -> list[DeciderFindings]:
        self.stopped = True
        self.over.set()
        for thread in self.threads:
            thread.join()
        told = [DeciderFindings(*self.answers.get(timeout=PATIENCE)) for _ in self.processes]
        for process in self.processes:
            process.join()
        return [*self.found, *told]


def swap_versions(path: Path, versions: int, deciders: Deciders) -> Iterator[str]:
    """Writes one version after the other, and yields what is lost."""
    expected = 0
    for version in range(versions + 1):
        if version:
            write_version(path, version)
            if deciders.holder.refresh() is not passes_check(version):
                yield f"version {version} is {'lost' if passes_check(version) else 'taken'}"
        expected = version if passes_check(version) else expected
        deadline = time.monotonic() + PATIENCE
        while behind := deciders.behind(expected):
            if time.monotonic() > deadline:
                yield f"lost: version {expected} in {', '.join(behind)}"
                return
            time.sleep(0.0005)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--versions", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--processes", type=int, default=4)
    given = parser.parse_args()
    found = run_swaps(given.versions, given.threads, given.processes)
    print(
        f"{found.decisions:,} decisions by {given.threads} threads and {given.processes} processes "
        f"while {given.versions:,} versions were swapped in {found.seconds:.0f} s: "
        f"{len(found.wrong)} wrong, torn or lost"
    )
    for one in found.wrong[:MAX_SHOWN]:
        print(" ", one)
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
