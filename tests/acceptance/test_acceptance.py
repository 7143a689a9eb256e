"""The shared suites as tests, in parts of 40 policies; skipped loudly where they are not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance import suites
from tests.acceptance.run import Options, judge

PART = 40
FOLDER = suites.folder()


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
    verdicts = [judge(policy, Options()) for policy in suites.read(path)[start : start + PART]]
    misses = [f"{verdict.id}: {miss}" for verdict in verdicts for miss in verdict.misses]
    assert not misses, "\n".join(misses)


def test_suites_are_there() -> None:
    if not suites.files(FOLDER):
        pytest.skip(f"no suites in {FOLDER.resolve()}: THE ACCEPTANCE SUITES WERE NOT RUN")
