"""The shared suites as tests, in parts of 40 policies; skipped loudly where they are not there.

Of the random policies it is every other one; `make acceptance` goes through all.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance import suites
from tests.acceptance.run import Options, judge
from tests.seeds import TIMES

PART = 40
FOLDER = suites.folder()
STEPS = {"random.dev.jsonl": 2 if TIMES == 1 else 1}
"""Of a suite that takes minutes of the processor, every how many policies are judged."""


def _parts() -> list[tuple[Path, int]]:
    return [
        (path, start)
        for path in suites.files(FOLDER)
        for start in range(0, path.read_bytes().count(b"\n"), PART)
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "start"), _parts(), ids=lambda part: part.name if isinstance(part, Path) else part
)
def test_suite(path: Path, start: int) -> None:
    policies = suites.read(path)[start : start + PART : STEPS.get(path.name, 1)]
    verdicts = [judge(policy, Options()) for policy in policies]
    misses = [f"{verdict.id}: {miss}" for verdict in verdicts for miss in verdict.misses]
    assert not misses, "\n".join(misses)


def test_suites_are_there() -> None:
    if not suites.files(FOLDER):
        pytest.skip(f"no suites in {FOLDER.resolve()}: THE ACCEPTANCE SUITES WERE NOT RUN")
