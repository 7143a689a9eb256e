"""What was acknowledged is in the log, whatever happens to the process or the disk."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Event

import pytest

import specdsl
from specdsl.records import RecordSink, UnreadLine, open_log, read
from specdsl.records.log_folder import LogFolder
from specdsl.records.read_records import TORN
from tests.records.logging_process import SPEC

POLICY = specdsl.compile(specdsl.loads(SPEC))
ROOT = Path(__file__).resolve().parents[2]


def ids_in(folder: Path) -> list[str]:
    """The ids in a log, of which only the last line of a file may be torn."""
    unread: list[UnreadLine] = []
    found = [record["decision_id"] for record in read(folder, unread.append)]
    assert {one.problem for one in unread} <= {TORN}
    return found


def test_killed_at_any_moment_no_acknowledged_line_is_lost(tmp_path: Path) -> None:
    drawing = random.Random(7)
    command = [sys.executable, "-m", "tests.records.logging_process", str(tmp_path)]
    acknowledged: list[str] = []
    for _ in range(3):
        running = [
            subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)
        ]
        for process in running:
            assert process.stdout is not None
            acknowledged.append(process.stdout.readline().strip())
        time.sleep(drawing.uniform(0, 0.3))
        for process in running:
            process.kill()
            lines, _ = process.communicate()
            acknowledged += lines.split("\n")[:-1]  # What is printed may be torn, too.
    written = ids_in(tmp_path)
    assert len(acknowledged) > 100
    assert set(acknowledged) <= set(written)
    assert len(written) == len(set(written))
    assert list(tmp_path.glob("*.gz"))


def test_a_torn_line_is_told_and_passed_over(tmp_path: Path) -> None:
    with_log = POLICY.logged(tmp_path)
    with_log.decide({"amount": 1})
    with_log.sink.close()
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    for size in range(0, len(whole), 9):
        path.write_bytes(whole + whole[:size])
        assert len(ids_in(path)) == 1
    path.write_bytes(whole[:9] + b"\n\0\0\0\n[]\n\n" + whole)
    unread: list[UnreadLine] = []
    assert len(list(read(path, unread.append))) == 1
    assert [(one.line, one.problem) for one in unread] == [
        (1, "it is no JSON"),
        (2, "it is no JSON"),
        (3, "it is no JSON object"),
    ]


def test_of_a_file_and_its_compressed_copy_each_line_is_read_once(tmp_path: Path) -> None:
    sink = open_log(tmp_path, max_bytes=1, batch=1)
    logged = POLICY.logged(sink)
    given = [logged.decide_and_record({"amount": 1}).decision_id for _ in range(5)]
    assert sink.close()
    assert ids_in(tmp_path) == given
    packed = sorted(tmp_path.glob("*.gz"))
    assert len(packed) == 4
    packed[0].with_suffix("").write_bytes(b'{"decision_id": "again"}\n')
    (tmp_path / "x.jsonl.gz.part").write_bytes(packed[0].read_bytes()[:20])
    assert ids_in(tmp_path) == given
    packed[1].write_bytes(packed[1].read_bytes()[:-9])
    unread: list[UnreadLine] = []
    assert len(list(read(tmp_path, unread.append))) == 5
    assert [one.problem[:23] for one in unread] == ["the rest cannot be read"]


class FailingFolder(LogFolder):
    """A folder on a disk that is full twice, once in the middle of a batch."""

    failures = 2

    def _write_bytes(self, data: bytes) -> None:
        if self.failures:
            self.failures -= 1
            os.write(self._file, data[: len(data) // 2])
            raise OSError("no space left")
        super()._write_bytes(data)


def test_a_batch_that_fails_is_written_later_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("specdsl.records.record_sink.RETRY", 0.01)
    sink = RecordSink(lambda: FailingFolder(tmp_path))
    logged = POLICY.logged(sink)
    given = [logged.decide_and_record({"amount": n}) for n in range(9)]
    assert all(one.receipt.wait(10) for one in given)
    assert ids_in(tmp_path) == [one.decision_id for one in given]
    assert sink.failure is None
    assert sink.close()


class StuckWriter:
    """A writer that waits until it may write."""

    def __init__(self) -> None:
        self.may_write, self.lines = Event(), list[bytes]()

    def write_batch(self, lines: Sequence[bytes]) -> None:
        self.may_write.wait(10)
        self.lines += lines

    def close(self) -> None:
        """Nothing is open."""


def test_a_full_queue_refuses_at_once_and_the_next_line_says_how_many() -> None:
    writer = StuckWriter()
    sink = RecordSink(lambda: writer, capacity=3, batch=1, patience=0)
    logged = POLICY.logged(sink)
    receipts = [logged.decide_and_record({"amount": n}).receipt for n in range(20)]
    accepted = [one for one in receipts if one.accepted]
    assert 3 <= len(accepted) <= 4  # One may be with the writer.
    assert not any(one.acknowledged for one in receipts)
    assert not receipts[-1].wait()
    assert sink.refused == 20 - len(accepted)
    writer.may_write.set()
    assert all(one.wait(10) for one in accepted)
    assert not any(one.acknowledged for one in receipts if not one.accepted)
    logged.decide({"amount": 1})
    assert sink.close()
    told = [json.loads(line)["refused_before"] for line in writer.lines]
    assert len(told) == len(accepted) + 1
    assert told[-1] > 0
    assert sum(told) == sink.refused


def test_a_sink_that_cannot_write_gives_up_when_it_is_closed(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("no folder")
    sink = RecordSink(lambda: LogFolder(tmp_path / "log"))
    found = POLICY.logged(sink).decide_and_record({"amount": 1})
    future = found.receipt.to_future()
    assert not sink.close(0.2)
    assert isinstance(sink.failure, OSError)
    assert future.result(10) is False
    assert not POLICY.logged(sink).decide_and_record({"amount": 1}).receipt.accepted


def test_a_forked_process_has_a_file_of_its_own(tmp_path: Path) -> None:
    code = (
        "import os, sys, specdsl\n"
        "from tests.records.logging_process import SPEC\n"
        "logged = specdsl.compile(specdsl.loads(SPEC)).logged(sys.argv[1])\n"
        "logged.decide({'amount': 1})\n"
        "logged.flush()\n"
        "logged.decide({'amount': 2})\n"
        "child = os.fork()\n"
        "logged.decide({'amount': 3})\n"
        "assert child == 0 or os.waitpid(child, 0)[1] == 0\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=True, timeout=60)
    assert len(list(tmp_path.iterdir())) == 2
    amounts = [record["input"]["facts"]["amount"] for record in read(tmp_path)]
    assert sorted(amounts) == [1, 2, 3, 3]
    assert len(ids_in(tmp_path)) == len(set(ids_in(tmp_path)))
