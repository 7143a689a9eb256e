"""Sessions of hooks, which run as a process for each call: notes in the user's cache folder."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from specdsl.apps.cache.folder import cache_folder, who_else_can_write
from specdsl.base.limits import MAX_NOTES_READ, MAX_OUTPUT_NOTED
from specdsl.guard.conversation import Conversation, output_text

FOLDER = "sessions"
DAY = 24 * 3600
KEPT = {".outputs": 7 * DAY, ".tools": 365 * DAY}
"""Seconds after which unused notes are deleted. Which tools were read is kept long, since a session
may be resumed: it would pass for one in which nothing was read."""


class StoredConversation(Conversation):
    """A conversation whose notes outlive the process. Calls that may be made are noted before they
    are, so that no output is overlooked where its event does not arrive.
    """

    def __init__(self, place: Path | None) -> None:
        """Read the notes at a place; None: there are none, and what was read is unknown."""
        super().__init__()
        self._place = place
        self._tools = None if place is None else frozenset(_read_lines(_tools_of(place)))
        for line in _read_newest(_outputs_of(place)) if place is not None else ():
            with suppress(ValueError, TypeError, KeyError):
                note = json.loads(line)
                super().hear_output(note["tool"], note["output"])

    @property
    def tools_read(self) -> frozenset[str] | None:
        return self._tools

    def expect_output(self, tool: str) -> None:
        """Note that a call is about to be made. Raises `OSError`."""
        if self._place is None or self._tools is None:
            return
        if tool in self._tools:
            os.utime(_tools_of(self._place))
        else:
            _delete_unused(self._place.parent)
            _append_line(_tools_of(self._place), json.dumps(tool))

    def hear_output(self, tool: str, output: Any) -> None:
        """Note what a tool gave back. Raises `OSError`."""
        if self._place is not None:
            self.expect_output(tool)
            note = {"tool": tool, "output": output_text(output)[:MAX_OUTPUT_NOTED]}
            _append_line(_outputs_of(self._place), json.dumps(note))


def open_session(name: Any) -> StoredConversation:
    """Return the conversation of a session by its name; without a name, or a folder of the user's
    own, nothing is noted. Raises `OSError`.
    """
    folder = cache_folder()
    if folder is None or not isinstance(name, str) or not name:
        return StoredConversation(None)
    place = folder / FOLDER
    if who_else_can_write(folder, place):
        return StoredConversation(None)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return StoredConversation(place / sha256(name.encode("utf-8", "replace")).hexdigest())


def _tools_of(place: Path) -> Path:
    return place.with_suffix(".tools")


def _outputs_of(place: Path) -> Path:
    return place.with_suffix(".outputs")


def _append_line(path: Path, line: str) -> None:
    """Append a line in one write, so that hooks that run at once keep apart."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{line}\n".encode())
    finally:
        os.close(descriptor)


def _read_lines(path: Path) -> Iterator[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    for line in text.splitlines():
        yield str(json.loads(line))


def _read_newest(path: Path) -> list[bytes]:
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - MAX_NOTES_READ))
            return file.read().splitlines()
    except FileNotFoundError:
        return []


def _delete_unused(folder: Path) -> None:
    now = time.time()
    with suppress(OSError), os.scandir(folder) as found:
        for entry in found:
            kept = KEPT.get(os.path.splitext(entry.name)[1])
            if kept is not None and entry.stat(follow_symlinks=False).st_mtime < now - kept:
                os.unlink(entry.path)
