"""Stores of cache entries: a folder with one sealed file for each key, or memory.

If a file or the folder fails in any way, the entry does not exist; no error is raised.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from specdsl.base.limits import MAX_IN_ALL, MAX_IN_ENTRY
from specdsl.base.quick_dataclass import dataclass

ENTRY_NAME = re.compile(r"[0-9a-f]{64}\.json|new-\w+\.tmp")


class MemoryStore:
    """A store that lives as long as this process and evicts the least recently used entries."""

    def __init__(self, most: int = MAX_IN_ALL) -> None:
        """Limit the store to `most` bytes."""
        self._entries: dict[str, bytes] = {}
        self._left = most

    def read(self, key: str) -> bytes | None:
        """Return the entry of the key, if it is still there, and mark it as used."""
        found = self._entries.pop(key, None)
        if found is not None:
            self._entries[key] = found
        return found

    def write(self, key: str, body: bytes) -> None:
        self._left += len(self._entries.pop(key, b"")) - len(body)
        self._entries[key] = body
        while self._left < 0:
            self._left += len(self._entries.pop(next(iter(self._entries))))


@dataclass(frozen=True, slots=True)
class FolderStore:
    """A folder, created by the first write. Keys are SHA-256 in hexadecimal."""

    folder: Path

    def read(self, key: str) -> bytes | None:
        """Return the entry of the key, if it is there and intact, and mark it as used."""
        path = self._entry_path(key)
        try:
            if not path.is_file():  # Reading a pipe would block.
                return None
            with path.open("rb") as file:
                data = file.read(MAX_IN_ENTRY + 1)
        except OSError:
            return None
        seal, _, body = data.partition(b"\n")
        if len(data) > MAX_IN_ENTRY or seal != _seal(key, body):
            return None
        with suppress(OSError):
            os.utime(path)
        return body

    def write(self, key: str, body: bytes) -> None:
        """Write the entry atomically, unless it is too large; then evict the least recently used
        ones until the folder holds at most MAX_IN_ALL bytes.
        """
        data = _seal(key, body) + b"\n" + body
        if len(data) > MAX_IN_ENTRY:
            return
        with suppress(OSError):
            for folder in (self.folder.parent, self.folder):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write_atomically(self._entry_path(key), data)
            self._evict_least_recent()

    def _entry_path(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    def _write_atomically(self, path: Path, data: bytes) -> None:
        """Replace the file atomically."""
        from tempfile import NamedTemporaryFile  # Readers do without its slow import.

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

    def _evict_least_recent(self) -> None:
        room = MAX_IN_ALL
        for _, size, path in sorted(self._list_entries(), reverse=True):
            room -= size
            if room < 0:
                with suppress(OSError):
                    os.unlink(path)

    def _list_entries(self) -> Iterator[tuple[int, int, str]]:
        """Yield the time of last use, the size and the path of each entry. Foreign files
        are ignored.
        """
        with os.scandir(self.folder) as found:
            for entry in found:
                if ENTRY_NAME.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                    with suppress(OSError):  # Another process may have removed it.
                        status = entry.stat(follow_symlinks=False)
                        yield status.st_mtime_ns, status.st_size, entry.path


def _seal(key: str, body: bytes) -> bytes:
    return sha256(key.encode() + b"\n" + body).hexdigest().encode()
