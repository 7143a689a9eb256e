"""Events of files end a wait; without them, files are looked at now and then."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from specdsl.apps.cli.file_events import file_events

PATIENCE = 300.0  # Seconds: far more than an event takes.


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "a.spec").write_text("# now\n"),
        lambda folder: (folder / "a.spec").unlink(),
        lambda folder: (folder / "a.spec").rename(folder / "b.spec"),
        lambda folder: (folder / "new.spec").touch(),
        lambda folder: (folder / "inside").mkdir(),
    ],
    ids=["written", "deleted", "renamed", "made", "folder"],
)
def test_each_kind_of_change_ends_the_wait(
    tmp_path: Path, change: Callable[[Path], object]
) -> None:
    """Also one that comes before the wait begins."""
    (tmp_path / "a.spec").write_text("# before\n")
    with file_events([str(tmp_path)], longest=PATIENCE) as wait:
        change(tmp_path)
        start = time.monotonic()
        wait()
        assert time.monotonic() - start < PATIENCE


def test_to_read_files_is_no_change(tmp_path: Path) -> None:
    """Or each look would end the next wait."""
    file = tmp_path / "a.spec"
    file.write_text("# before\n")
    with file_events([str(tmp_path)], longest=0.6) as wait:
        for _ in range(2):
            file.read_text()
            list(tmp_path.iterdir())
            start = time.monotonic()
            wait()
            assert time.monotonic() - start >= 0.6


def test_without_a_folder_to_listen_to_files_are_polled(tmp_path: Path) -> None:
    with file_events([str(tmp_path / "missing")], longest=PATIENCE) as wait:
        wait()
    with file_events([], longest=0.0) as wait:
        wait()
