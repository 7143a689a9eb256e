"""`specdsl check --watch`, run as a person runs it: files change, the new report comes."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from specdsl.apps.cli.watch import watch_files
from specdsl.apps.config import Config

ROOT = Path(__file__).resolve().parents[2]
FINE = (
    "authority owner fact late: bool rule accept at owner when not late then answer is yes\n"
    "decision answer: yes > no\n"
    "rule refuse at owner when late then answer is no\n"
)
CLASH = FINE + "rule allow at owner when vip then answer is yes fact vip: bool\n"
PATIENCE = 300.0  # seconds; far more than it takes


def interruptible() -> None:
    """In the child: Ctrl-C counts, also where the tests run in the background of a shell that
    has it ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Watching:
    """A process that watches. Both of its outputs are read as one, as on a screen."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: queue.Queue[str] = queue.Queue()

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)

    def report(self) -> str:
        """All up to the line that says what is watched."""
        found = ""
        while not found.endswith("; Ctrl-C ends it\n"):
            try:
                found += self.lines.get(timeout=PATIENCE)
            except queue.Empty:
                pytest.fail(f"nothing more came after:\n{found}")
        return found

    def quiet(self, seconds: float) -> bool:
        time.sleep(seconds)
        return self.lines.empty()


NO_EVENTS = 'raise ModuleNotFoundError("No module named `watchfiles`")'


@pytest.fixture(params=["events", "polling"])
def libraries(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The folders in which Python looks for libraries: with `watchfiles`, and as without it."""
    found = [str(ROOT)]
    if request.param == "polling":
        folder = tmp_path_factory.mktemp("libraries")
        (folder / "watchfiles.py").write_text(NO_EVENTS, encoding="utf-8")
        found.insert(0, str(folder))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(found))


@contextmanager
def watching(folder: Path, *words: str) -> Iterator[Watching]:
    """Ends it, however the test went."""
    command = [
        sys.executable,
        "-c",
        "from specdsl.apps.cli import main; main()",
        "check",
        "--watch",
    ]
    with subprocess.Popen(
        [*command, *words],
        cwd=folder,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        preexec_fn=interruptible,  # noqa: PLW1509  # it calls nothing that locks
    ) as process:
        one = Watching(process)
        reader = threading.Thread(target=one.read)
        reader.start()
        try:
            yield one
        finally:
            process.kill()
            reader.join()


@pytest.mark.usefixtures("libraries")
def test_a_change_is_checked_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    spec = tmp_path / "a.spec"
    spec.write_text(CLASH, encoding="utf-8")
    with watching(tmp_path, "a.spec", "--output-format", "concise") as one:
        assert one.report() == (
            "a.spec:4:6: error[SD301] `allow` and `refuse` contradict each other over `answer`\n"
            "1 file, 3 rules: 1 contradiction, 0 unproved\n"
            "\n"
            "watching 1 file; Ctrl-C ends it\n"
        )
        spec.write_text(FINE, encoding="utf-8")
        assert one.report() == (
            "changed: a.spec\n"
            "\n"
            "1 file, 2 rules: no contradiction, 0 unproved\n"
            "\n"
            "watching 1 file; Ctrl-C ends it\n"
        )
        one.process.send_signal(signal.SIGINT)
        assert one.process.wait(PATIENCE) == 130
        assert one.lines.get(timeout=PATIENCE) == "\n"
        assert one.lines.empty(), "no trace of where it was"


@pytest.mark.usefixtures("libraries")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: (f / "a.spec").write_bytes(b"\xff\xfe"), "`a.spec` is not UTF-8 text"),
        (lambda f: (f / "a.spec").unlink(), "waiting for a .spec file"),
        (lambda f: (f / "a.spec").write_text("rule", encoding="utf-8"), "SD001"),
        (lambda f: (f / "new.spec").write_text(CLASH, encoding="utf-8"), "new.spec:4:6: error"),
        (lambda f: (f / "specdsl.toml").write_text("x = ["), "specdsl.toml: "),
        (lambda f: (f / "specdsl.toml").write_text("select = ['ded-rule']"), "no code `ded-rule`"),
    ],
    ids=["bytes", "gone", "broken", "new", "bad settings", "unknown code"],
)
def test_nothing_that_a_folder_gets_ends_it(
    tmp_path: Path, change: Callable[[Path], object], said: str
) -> None:
    folder = tmp_path / "specs"
    folder.mkdir()
    (folder / "a.spec").write_text(FINE, encoding="utf-8")
    with watching(tmp_path, "specs", "--output-format", "concise") as one:
        assert "no contradiction" in one.report()
        change(folder)
        assert said in one.report()
        (folder / "specdsl.toml").unlink(missing_ok=True)
        (folder / "new.spec").unlink(missing_ok=True)
        if (folder / "a.spec").is_file() and (folder / "a.spec").read_bytes() == FINE.encode():
            assert "1 file, 2 rules: no contradiction" in one.report()
        (folder / "a.spec").write_text(FINE + "# again\n", encoding="utf-8")
        assert "1 file, 2 rules: no contradiction" in one.report()
        assert one.process.poll() is None


@pytest.mark.usefixtures("libraries")
def test_files_that_a_spec_uses_count_and_so_does_one_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "user.spec").write_text('use "../base/b.spec"\n', encoding="utf-8")
    with watching(tmp_path, "specs/user.spec", "--output-format", "concise") as one:
        assert "`../base/b.spec` cannot be found" in one.report()
        (tmp_path / "base").mkdir()
        base = tmp_path / "base" / "b.spec"
        base.write_text(CLASH, encoding="utf-8")
        assert "base/b.spec:4:6: error[SD301]" in one.report()
        base.write_text(FINE, encoding="utf-8")
        assert "2 files, 2 rules: no contradiction" in one.report()


@pytest.mark.usefixtures("libraries")
def test_what_is_known_of_earlier_rounds_changes_nothing(tmp_path: Path) -> None:
    """Not what is found after an edit, nor its mends."""
    spec = tmp_path / "a.spec"
    shut = "decision gate: open > shut\nrule close at owner when late then gate is shut\n"
    spec.write_text(CLASH + shut, encoding="utf-8")
    with watching(tmp_path, "a.spec", "--no-cache") as one:
        one.report()
        spec.write_text(CLASH + shut.replace("late", "vip"), encoding="utf-8")
        found = one.report()
    again = subprocess.run(
        [sys.executable, "-c", "from specdsl.apps.cli import main; main()", "check", "a.spec"],
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SPECDSL_CACHE": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    assert "SD301" in again.stdout
    assert found == f"changed: a.spec\n\n{again.stdout}\nwatching 1 file; Ctrl-C ends it\n"


@pytest.mark.usefixtures("libraries")
def test_a_file_that_is_written_again_as_it_was_is_no_change(tmp_path: Path) -> None:
    spec = tmp_path / "a.spec"
    spec.write_text(FINE, encoding="utf-8")
    with watching(tmp_path, "a.spec") as one:
        one.report()
        spec.write_text(FINE, encoding="utf-8")
        os.utime(spec, (0, 0))
        assert one.quiet(1.5)


@pytest.mark.usefixtures("libraries")
def test_reports_for_programs_follow_each_other_on_standard_output(tmp_path: Path) -> None:
    spec = tmp_path / "a.spec"
    spec.write_text(CLASH, encoding="utf-8")
    words = ("a.spec", "--output-format", "concise", "--report", "json=now.json")
    with watching(tmp_path, *words) as one:
        one.report()
        assert len(found(tmp_path / "now.json")) == 1
        spec.write_text(FINE, encoding="utf-8")
        one.report()
        assert found(tmp_path / "now.json") == []


def found(path: Path) -> list[object]:
    return json.loads(path.read_text(encoding="utf-8"))["findings"]  # type: ignore[no-any-return]


@pytest.mark.usefixtures("libraries")
def test_standard_input_cannot_be_watched(tmp_path: Path) -> None:
    with watching(tmp_path, "-") as one:
        assert one.process.wait(PATIENCE) == 2


def test_an_internal_error_does_not_end_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(paths: object) -> None:
        raise ZeroDivisionError("inside")

    def interrupted(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("specdsl.apps.cli.watch.load_all", broken)
    monkeypatch.setattr("specdsl.apps.cli.watch._wait_for_change", interrupted)
    with pytest.raises(SystemExit) as stopped:
        watch_files(("a.spec",), Config, lambda runs, config: None)
    assert stopped.value.code == 130
    said = capsys.readouterr().err
    assert "internal error (ZeroDivisionError: inside)" in said
    assert "watching 0 files" in said


PROOF = """\
import os, signal, threading
import z3
from specdsl.reasoning.sat.z3_numbers import make_z3_solver
from specdsl.reasoning.sat.engine import Limits

context = z3.Context()
solver = make_z3_solver(Limits(work=2**32 - 1, seconds=2.0), context)
holes = range(11)  # one more pigeon than holes: far more than two seconds of work
at = [[z3.Bool(f"{p} in {h}", context) for h in holes] for p in range(12)]
solver.add([z3.Or(row) for row in at])
solver.add([z3.Or(z3.Not(a[h]), z3.Not(b[h])) for h in holes for a in at for b in at if a is not b])
threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
try:
    print("answered", solver.check())
except KeyboardInterrupt:
    print("interrupted")
"""


def test_ctrl_c_during_a_proof_is_not_taken_for_an_answer() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROOF],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=interruptible,  # it calls nothing that locks
    )
    assert done.stdout == "interrupted\n"
