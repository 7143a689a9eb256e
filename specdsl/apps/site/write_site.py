"""Writing of a site into a folder of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from specdsl.base.plain_text import json_text

MANIFEST = "specdsl-site.json"
"""Lists the files of a site, so that the next one removes what it no longer has."""


class ForeignFolder(ValueError):
    """The folder holds files that no site has put there."""


def write_site(folder: Path, files: Mapping[str, str]) -> None:
    """Write a site, replacing an earlier one. Raises `ForeignFolder` if the folder is neither empty
    nor a site, and `OSError`.
    """
    older = _files_of_site(folder)
    for path in sorted(older - set(files), reverse=True):
        _remove_file(folder, path)
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    listed = json_text({"files": sorted(files)}, indent=1)
    (folder / MANIFEST).write_text(f"{listed}\n", encoding="utf-8")


def _files_of_site(folder: Path) -> set[str]:
    """Return the files of the site in a folder."""
    if not folder.exists() or not any(folder.iterdir()):
        return set()
    try:
        listed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
        return {path for path in listed if _is_inner_path(path)}
    except (OSError, ValueError, TypeError, KeyError):
        raise ForeignFolder from None


def _is_inner_path(path: object) -> bool:
    if not isinstance(path, str):
        return False
    pure = PurePosixPath(path)
    return not pure.is_absolute() and ".." not in pure.parts and "\\" not in path


def _remove_file(folder: Path, path: str) -> None:
    """Remove a file, and the folders that are empty then."""
    target = folder / path
    target.unlink(missing_ok=True)
    for inner in target.relative_to(folder).parents[:-1]:
        parent = folder / inner
        if parent.is_dir() and not any(parent.iterdir()):
            parent.rmdir()
