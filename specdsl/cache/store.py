"""Entries of a cache as files of a folder, each under its key, sealed by a digest of what it holds.

Whatever goes wrong with a file or the folder, there is no entry, and no error.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from specdsl.limits import MOST_IN_ALL, MOST_IN_ENTRY

OURS = re.compile(r"[0-9a-f]{64}\.json|new-\w+\.tmp")


class Memory:
    """Entries for as long as this process runs; of too many, those go first that were used longest
    ago."""

    def __init__(self, most: int = MOST_IN_ALL) -> None:
        """`most`: bytes in all."""
        self._entries: dict[str, bytes] = {}
        self._left = most

    def read(self, key: str) -> bytes | None:
        """What was written under the key, if it is still there; it counts as used now."""
        found = self._entries.pop(key, None)
        if found is not None:
            self._entries[key] = found
        return found

    def write(self, key: str, body: bytes) -> None:
        """From now on it is there."""
        self._left += len(self._entries.pop(key, b"")) - len(body)
        self._entries[key] = body
        while self._left < 0:
            self._left += len(self._entries.pop(next(iter(self._entries))))


@dataclass(frozen=True, slots=True)
class Store:
    """The folder, which is made when something is first written. Keys are SHA-256 in hex."""

    folder: Path

    def read(self, key: str) -> bytes | None:
        """What was written under the key, if all of it is there; it counts as used now."""
        path = self._path(key)
        try:
            if not path.is_file():  # a pipe would keep us waiting
                return None
            with path.open("rb") as file:
                data = file.read(MOST_IN_ENTRY + 1)
        except OSError:
            return None
        seal, _, body = data.partition(b"\n")
        if len(data) > MOST_IN_ENTRY or seal != _seal(key, body):
            return None
        with suppress(OSError):
            os.utime(path)
        return body

    def write(self, key: str, body: bytes) -> None:
        """All of it or nothing, and nothing where it is too large; then removes what was not used
        for longest, until the folder has no more than MOST_IN_ALL."""
        data = _seal(key, body) + b"\n" + body
        if len(data) > MOST_IN_ENTRY:
            return
        with suppress(OSError):
            for folder in (self.folder.parent, self.folder):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._put(self._path(key), data)
            self._trim()

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    def _put(self, path: Path, data: bytes) -> None:
        """At no moment is there half a file under the path."""
        with NamedTemporaryFile(
            dir=self.folder, prefix="new-", suffix=".tmp", delete=False
        ) as file:
            try:
                file.write(data)
                file.close()
                os.replace(file.name, path)
            except BaseException:
                file.close()
                Path(file.name).unlink(missing_ok=True)
                raise

    def _trim(self) -> None:
        room = MOST_IN_ALL
        for _, size, path in sorted(self._entries(), reverse=True):
            room -= size
            if room < 0:
                with suppress(OSError):
                    os.unlink(path)

    def _entries(self) -> Iterator[tuple[int, int, str]]:
        """When each was last used, how large it is, and where. Other files are nobody's of ours."""
        with os.scandir(self.folder) as found:
            for entry in found:
                if OURS.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                    with suppress(OSError):  # another process may have removed it
                        status = entry.stat(follow_symlinks=False)
                        yield status.st_mtime_ns, status.st_size, entry.path


def _seal(key: str, body: bytes) -> bytes:
    return sha256(key.encode() + b"\n" + body).hexdigest().encode()
