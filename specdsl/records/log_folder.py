"""Folder of log files: batches of lines that are safe once written, rotation, compression.

Each writer has files of its own, so any number of processes may write to one folder. A file that is
complete is compressed under another name, which it gets when its contents are safe, and then
removed; until then both have the same lines, and readers take the compressed one.
"""

from __future__ import annotations

import gzip
import os
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from uuid import uuid4

from specdsl.base.limits import MAX_LOG_BYTES
from specdsl.base.safe_files import sync_folder

PLAIN, COMPRESSED, UNFINISHED = ".jsonl", ".jsonl.gz", ".part"


class LogFolder:
    """The files that one writer has in a folder. Used by one thread at a time."""

    def __init__(
        self,
        folder: str | os.PathLike[str],
        max_bytes: int = MAX_LOG_BYTES,
        compress: bool = True,
        sync: bool = True,
    ) -> None:
        self._folder = Path(folder)
        self._max_bytes, self._compress, self._sync = max_bytes, compress, sync
        started = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        self._writer = f"{started}-{os.getpid()}-{uuid4().hex[:8]}"
        self._count = 0
        self._path: Path | None = None
        self._file = -1
        self._size = 0
        self._compressing: Thread | None = None

    def write_batch(self, lines: Sequence[bytes]) -> None:
        """Write the lines, all of them or none; when this returns, they are safe. Raises
        `OSError`.
        """
        if self._path is not None and self._size >= self._max_bytes:
            self._finish_file()
        if self._path is None:
            self._begin_file()
        data = b"".join(lines)
        try:
            self._write_bytes(data)
        except OSError:
            self._drop_unsafe_bytes()
            raise
        self._size += len(data)

    def _write_bytes(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._file, rest) :]
        if self._sync:
            os.fsync(self._file)

    def _begin_file(self) -> None:
        path = self._folder / f"{self._writer}-{self._count:06}{PLAIN}"
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        self._path, self._size, self._count = path, 0, self._count + 1
        if self._sync:
            sync_folder(self._folder)

    def _drop_unsafe_bytes(self) -> None:
        """Cut off what a failed write left; a file that cannot be cut is used no more."""
        try:
            os.ftruncate(self._file, self._size)
        except OSError:
            self._close_file()

    def _close_file(self) -> Path | None:
        path, self._path = self._path, None
        if path is not None:
            with suppress(OSError):
                os.close(self._file)
        return path

    def _finish_file(self) -> None:
        path = self._close_file()
        if path is not None and self._compress:
            self._await_compression()
            self._compressing = Thread(
                target=compress_file, args=(path,), name="specdsl-compress", daemon=True
            )
            self._compressing.start()

    def _await_compression(self) -> None:
        if self._compressing is not None:
            self._compressing.join()
            self._compressing = None

    def close(self) -> None:
        """Close the file; the last one stays as it is, uncompressed."""
        self._close_file()
        self._await_compression()


def compress_file(path: Path) -> None:
    """Replace a complete file by a compressed one. If that fails, the file stays."""
    target = path.with_name(path.name.removesuffix(PLAIN) + COMPRESSED)
    unfinished = target.with_name(target.name + UNFINISHED)
    try:
        with path.open("rb") as source, unfinished.open("wb") as file:
            with gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as packed:
                shutil.copyfileobj(source, packed)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, target)
        sync_folder(path.parent)
        path.unlink()
    except OSError:
        with suppress(OSError):
            unfinished.unlink()
