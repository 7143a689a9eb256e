"""The program as a process: streams that are closed or full, and signals."""

from __future__ import annotations

import array
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.generate import spec

SPEC = (
    "authority owner\nfact a: bool\ndecision door: open > shut\nrule r at owner then door is shut\n"
)
LOUD = SPEC + "".join(f"rule r{i} at owner when a then door is open\n" for i in range(2))
SLOW = 60.0  # seconds in which what has been told to end must have ended
fcntl, termios = pytest.importorskip("fcntl"), pytest.importorskip("termios")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it is about POSIX")
linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc tells which workers there are")
RUN = [sys.executable, "-c", "from specdsl.apps.cli import main; main()"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parent.parent.parent))
    monkeypatch.setenv("SPECDSL_CACHE", "0")
    Path("a.spec").write_text(SPEC, encoding="utf-8")
    Path("loud.spec").write_text(LOUD, encoding="utf-8")


def shell(line: str) -> tuple[int, str]:
    """The status of a line in which `$S` is the program, and all that is printed."""
    program = f"{sys.executable} -c 'from specdsl.apps.cli import main; main()'"
    line = line.replace("$S", program)
    done = subprocess.run(
        ["bash", "-c", line], capture_output=True, text=True, timeout=SLOW, check=False
    )
    return done.returncode, done.stdout + done.stderr


def quiet(output: str) -> bool:
    return (
        "Traceback" not in output and "internal error" not in output and "Exception" not in output
    )


# --- streams -------------------------------------------------------------------------------------


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(("words", "status"), [("check a.spec", 0), ("graph gone.spec", 2)])
def test_a_closed_stream_changes_no_status(words: str, status: int, closed: str) -> None:
    found, output = shell(f"$S {words} {closed}")
    assert (found, quiet(output)) == (status, True), output


def test_with_all_streams_closed_a_finding_is_a_finding() -> None:
    assert shell("$S check loud.spec <&- >&- 2>&-") == (1, "")


def test_a_closed_stream_is_not_written_into_a_file() -> None:
    """The first file that is opened would get its number."""
    shell("$S compile a.spec -o out.py >&- 2>&-")
    shell("$S compile a.spec -o whole.py")
    assert Path("out.py").read_bytes() == Path("whole.py").read_bytes()
    assert Path("a.spec").read_text(encoding="utf-8") == SPEC


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk here")
@pytest.mark.parametrize("words", ["check a.spec", "compile a.spec", "--help"])
@pytest.mark.parametrize("unbuffered", ["", "PYTHONUNBUFFERED=1"])
def test_a_full_disk_is_an_error(words: str, unbuffered: str) -> None:
    status, output = shell(f"{unbuffered} $S {words} >/dev/full")
    assert (status, output) == (2, "specdsl: standard output: No space left on device\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk here")
def test_a_full_disk_at_standard_error_changes_no_status() -> None:
    for words, status in (("check a.spec", 0), ("nonsense", 2), ("compile loud.spec", 1)):
        found, output = shell(f"$S {words} 2>/dev/full")
        assert (found, quiet(output)) == (status, True)


@pytest.mark.parametrize("words", ["compile a.spec", "check loud.spec", "graph a.spec"])
def test_a_pipe_that_nobody_reads_ends_it_quietly(words: str) -> None:
    """The reader has gone before the first word."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer) as out:
        done = subprocess.run(
            [*RUN, *words.split()], stdout=out, stderr=subprocess.PIPE, timeout=SLOW, check=False
        )
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize(
    "words",
    ["check -", "fmt -", "decide a.spec --facts -", "decide a.spec --batch -", "diff a.spec -"],
)
def test_standard_input_that_cannot_be_read_is_said(words: str) -> None:
    for given in ("<&-", "0>out"):  # closed, or open for writing alone
        status, output = shell(f"$S {words} {given}")
        assert (status, quiet(output)) == (2, True), output
        assert "standard input" in output


@pytest.mark.parametrize(
    ("encoding", "words"),
    [("ascii", "check é→.spec"), ("utf-16", "fmt --diff é→.spec"), ("cp1252:strict", "check é→")],
)
def test_any_encoding_of_the_output_will_do(encoding: str, words: str) -> None:
    Path("é→.spec").write_text(LOUD.replace("rule r ", 'rule r "→ 🙂" '), encoding="utf-8")
    status, output = shell(f"PYTHONIOENCODING={encoding} $S {words} | tr -d '\\0' | cat -v")
    assert (status, quiet(output)) == (0, True), output


# --- signals -------------------------------------------------------------------------------------


def workers(process: subprocess.Popen[bytes]) -> list[int]:
    try:
        path = f"/proc/{process.pid}/task/{process.pid}/children"
        return [int(pid) for pid in Path(path).read_text(encoding="ascii").split()]
    except OSError:
        return []


def alive(pid: int) -> bool:
    """Whether it runs; one that has ended and is not yet taken away does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2][1] != "Z"
    except OSError:
        return False


def awaited(holds: Callable[[], object]) -> bool:
    end = time.monotonic() + SLOW
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


@pytest.fixture
def checking() -> Iterator[subprocess.Popen[bytes]]:
    """A check with a worker that has hardly begun, in a group of processes of its own."""
    Path("big.spec").write_text(spec(400).text, encoding="utf-8")
    with subprocess.Popen(
        [*RUN, "check", "big.spec", "--jobs", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert awaited(lambda: workers(process))
        yield process
        process.kill()


@linux
@pytest.mark.parametrize("name", ["SIGTERM", "SIGKILL", "SIGHUP"])
def test_workers_end_with_their_parent(checking: subprocess.Popen[bytes], name: str) -> None:
    left = workers(checking)
    assert left
    checking.send_signal(signal.Signals[name])
    assert checking.wait(SLOW) == -signal.Signals[name]
    assert awaited(lambda: not any(alive(pid) for pid in left))


@linux
def test_ctrl_c_ends_a_check_and_its_workers(checking: subprocess.Popen[bytes]) -> None:
    left = workers(checking)
    os.killpg(checking.pid, signal.SIGINT)
    said = checking.communicate(timeout=SLOW)[1].decode()
    assert (checking.returncode, said.strip()) == (130, "specdsl: interrupted")
    assert awaited(lambda: not any(alive(pid) for pid in left))


def unread(pipe: object) -> bool:
    """Whether something of what was written to a pipe has not been read."""
    count = array.array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, count)
    return bool(count[0])


@pytest.mark.parametrize(
    "words",
    ["check -", "fmt -", "decide a.spec --facts -", "decide a.spec --batch -", "diff - a.spec"],
)
def test_ctrl_c_ends_what_waits_for_input(words: str) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*RUN, *words.split()], stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0
    ) as process:
        assert process.stdin is not None
        process.stdin.write(b"# ")
        assert awaited(lambda: not unread(process.stdin))
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=SLOW)
    assert (process.returncode, said.decode().strip()) == (130, "specdsl: interrupted")


def test_ctrl_c_in_the_solver_is_ctrl_c() -> None:
    """MiniSat catches the signal itself, and says so by an error of its own."""
    code = (
        "import signal, threading, os, time\n"
        "from specdsl.semantics.aig import AndInverterGraph\n"
        "from specdsl.reasoning.sat.engine import Limits\n"
        "from specdsl.reasoning.sat.minisat_engine import LazySmtEngine\n"
        "engine, n = LazySmtEngine(Limits(work=10**12), AndInverterGraph()), 11\n"
        "v = [[engine.new_variable() for _ in range(n - 1)] for _ in range(n)]\n"
        "for row in v: engine.add_clause(row)\n"
        "for h in range(n - 1):\n"
        "    for i in range(n):\n"
        "        for j in range(i): engine.add_clause([-v[i][h], -v[j][h]])\n"
        "pid = os.getpid()\n"
        "if os.fork() == 0:\n"
        "    time.sleep(0.5)\n"
        "    os.kill(pid, signal.SIGINT)\n"
        "    os._exit(0)\n"
        "try:\n"
        "    engine.solve([])\n"
        "    time.sleep(60)\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted', flush=True)\n"
        "    os._exit(0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=SLOW, check=False
    )
    assert done.stdout == "interrupted\n", done.stderr
