"""A server under load while its policy is swapped again and again.

    python -m tests.guard.serving_load --requests 10000 --clients 8 --swaps 100 [--kills 3]

Version n of the policy allows amounts up to n, so an answer that names version n is right or
wrong by itself. Every request is logged by its number. With `--kills` the server is killed (-9)
while it answers and swaps, and another one goes on with the same file and log: what was answered
is in the log.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from specdsl.records import read

SPECDSL = Path(sys.executable).with_name("specdsl")
SPEC = """spec limits version "{version}"
authority owner
fact tool_name: {{pay}}
fact amount: int 0..1000
fact request: int 0..
decision call: allow > deny
rule limit at owner when amount > {version} then call is deny
"""
FAULTY = "rule torn at owner when amount > 5 then call is allow\n"


@dataclass
class Findings:
    """What the clients saw: `answered` are numbers of requests, `wrong` is what is not right."""

    answered: list[int] = field(default_factory=list)
    versions: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lost: int = 0
    seconds: float = 0.0
    lock: Lock = field(default_factory=Lock)
    swapped: Event = field(default_factory=Event)  # The first version is in use.

    def complain(self, what: str) -> None:
        with self.lock:
            self.wrong.append(what)

    def note_answers(self, numbers: list[int], version: int) -> None:
        with self.lock:
            self.answered += numbers
            self.versions[version] += len(numbers)

    @property
    def fine(self) -> bool:
        return not self.wrong and not self.lost


def write_version(path: Path, version: int, faulty: bool = False) -> None:
    """Replaces the file at once, as editors and deployments do."""
    new = path.with_suffix(".new")
    new.write_text(SPEC.format(version=version) + FAULTY * faulty, encoding="utf-8")
    os.replace(new, path)


def start_server(spec: Path, log: Path) -> tuple[subprocess.Popen[str], int]:
    options = ("--port", "0", "--interval", "0.02", "--log", str(log))
    process = subprocess.Popen(
        [SPECDSL, "serve", spec, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert "is answered at http://127.0.0.1:" in line, line
    return process, int(line.partition("127.0.0.1:")[2].partition("/")[0])


def question(number: int, amount: int) -> dict[str, Any]:
    return {
        "subject": {"type": "user", "id": "u"},
        "action": {"name": "pay"},
        "resource": {"type": "account", "id": "a", "properties": {"amount": amount}},
        "context": {"request": number},
    }


class LoadClient(Thread):
    """A client that asks its share of questions over one connection, some of them in batches."""

    def __init__(
        self, port: int, numbers: range, seed: int, found: Findings, killed: Event
    ) -> None:
        super().__init__()
        self.port, self.numbers, self.found, self.killed = port, list(numbers), found, killed
        self.random = random.Random(seed)
        self.newest = 0

    def run(self) -> None:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        half = len(self.numbers) // 2
        while self.numbers:
            if len(self.numbers) <= half:
                self.found.swapped.wait(60)  # Some questions are left for a second version.
            count = self.random.choice((1, 1, 1, 4))
            asked = [(number, self.random.randrange(200)) for number in self.numbers[:count]]
            del self.numbers[:count]
            try:
                self.ask(connection, asked)
            except (OSError, HTTPException, ValueError) as problem:
                if not self.killed.wait(1):
                    self.found.complain(f"no answer: {problem!r}")
                break
        connection.close()

    def ask(self, connection: HTTPConnection, asked: list[tuple[int, int]]) -> None:
        path, body = "/access/v1/evaluation", question(*asked[0])
        if len(asked) > 1:
            path, body = path + "s", {"evaluations": [question(*one) for one in asked]}
        headers = {"content-type": "application/json", "x-request-id": str(asked[0][0])}
        connection.request("POST", path, json.dumps(body), headers)
        response = connection.getresponse()
        found = json.loads(response.read())
        if response.status != 200 or response.headers["x-request-id"] != str(asked[0][0]):
            self.found.complain(f"{response.status} for {asked}")
        answers = found["evaluations"] if len(asked) > 1 else [found]
        self.judge(asked, answers)

    def judge(self, asked: list[tuple[int, int]], answers: list[dict[str, Any]]) -> None:
        versions = {int(one["context"]["policy"]["version"]) for one in answers}
        version = max(versions)
        right = [amount <= version for _, amount in asked]
        if len(versions) > 1 or version < self.newest:
            self.found.complain(f"torn: {versions} after {self.newest}")
        if [one["decision"] for one in answers] != right:
            self.found.complain(f"wrong: {asked} by {version}: {answers}")
        self.newest = version
        self.found.note_answers([number for number, _ in asked], version)


def version_in_use(port: int) -> tuple[int, bool]:
    """The version that decides, and whether a newer one was refused."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/status")
    found = json.loads(connection.getresponse().read())
    connection.close()
    return int(found["policy"]["version"]), bool(found["refused"])


def swap_policies(spec: Path, port: int, versions: range, found: Findings) -> None:
    """Writes one version after the other when the last one is in use; each fifth is preceded by one
    that does not pass, which must not be."""
    for version in versions:
        steps = [(version - 1, True)] if version % 5 == 0 else []
        for expected, faulty in [*steps, (version, False)]:
            write_version(spec, version, faulty)
            deadline = time.monotonic() + 60
            while version_in_use(port) != (expected, faulty):
                if time.monotonic() > deadline:
                    found.swapped.set()
                    return found.complain(f"version {version} is not in use after a minute")
                time.sleep(0.01)
        found.swapped.set()
    return None


def logged_requests(log: Path) -> Iterator[tuple[int, bool]]:
    """The number of each logged request, and whether its line has the outcome of its version."""
    for record in read(log):
        facts = record["input"]["facts"]
        outcome = "allow" if facts["amount"] <= int(record["version"]) else "deny"
        yield facts["request"], record["result"] == {"call": outcome}


def run_load(requests: int, clients: int, swaps: int, kills: int = 0, seed: int = 1) -> Findings:
    """Ask and swap, with one server after the other: each but the last is killed while it does."""
    found, rounds = Findings(), kills + 1
    started, share, steps = time.monotonic(), requests // rounds, swaps // rounds
    with tempfile.TemporaryDirectory() as folder:
        spec, log = Path(folder) / "limits.spec", Path(folder) / "log"
        for place in range(rounds):
            numbers = range(place * share, (place + 1) * share)
            versions = range(place * steps + 1, (place + 1) * steps + 1)
            write_version(spec, place * steps)
            server, port = start_server(spec, log)
            work = Round(numbers, versions, place < kills, seed + place * clients)
            run_round(server, port, spec, work, clients, found)
        found.seconds = time.monotonic() - started
        check_log(log, found)
    return found


@dataclass(frozen=True)
class Round:
    """The questions and versions of one server, and whether it is killed in between."""

    numbers: range
    versions: range
    is_killed: bool
    seed: int


def run_round(
    server: subprocess.Popen[str],
    port: int,
    spec: Path,
    work: Round,
    clients: int,
    found: Findings,
) -> None:
    """Ask all questions of a round while its versions are swapped."""
    killed, share = Event(), len(work.numbers) // clients
    found.swapped.clear()
    workers = [
        LoadClient(port, work.numbers[i * share : (i + 1) * share], work.seed + i, found, killed)
        for i in range(clients)
    ]
    for worker in workers:
        worker.start()
    killer = Thread(target=kill_in_between, args=(server, work, found, killed))
    if work.is_killed:
        killer.start()
    try:
        swap_policies(spec, port, work.versions, found)
    except (OSError, HTTPException, ValueError) as problem:
        if not killed.wait(1):
            found.complain(f"no status: {problem!r}")
    for worker in workers:
        worker.join()
    if work.is_killed:
        killer.join()
    server.send_signal(signal.SIGKILL)
    server.communicate()


def kill_in_between(
    server: subprocess.Popen[str], work: Round, found: Findings, killed: Event
) -> None:
    """Kill a server that has swapped, when some questions of the round are left."""
    found.swapped.wait(60)
    start, some = len(found.answered), max(1, len(work.numbers) // 4)
    while len(found.answered) < start + some and server.poll() is None:
        time.sleep(0.001)
    killed.set()
    server.send_signal(signal.SIGKILL)


def check_log(log: Path, found: Findings) -> None:
    """Every request that was answered has one line, with the right outcome."""
    lines = Counter(number for number, _ in logged_requests(log))
    wrong = [number for number, is_right in logged_requests(log) if not is_right]
    twice = [number for number, count in lines.items() if count > 1]
    found.lost = len(set(found.answered).difference(lines))
    if wrong or twice:
        found.complain(f"lines: {wrong[:3]} wrong, {twice[:3]} twice")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--swaps", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=0)
    given = parser.parse_args()
    found = run_load(given.requests, given.clients, given.swaps, given.kills, given.seed)
    print(
        f"{len(found.answered)} of {given.requests} questions answered in {found.seconds:.1f} s by "
        f"{len(found.versions)} versions; {len(found.wrong)} wrong or torn, {found.lost} lines lost"
    )
    for one in found.wrong[:10]:
        print(" ", one)
    missing = 0 if given.kills else given.requests - len(found.answered)
    return 0 if found.fine and not missing else 1


if __name__ == "__main__":
    sys.exit(main())
