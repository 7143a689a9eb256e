"""Where a user's caches are, by the rules of the platform."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path


def folder(environment: Mapping[str, str], platform: str) -> Path | None:
    """The folder of this program's caches, which need not exist; None where SPECDSL_CACHE=0 asks
    for none or the user has no home. `platform` is a value of `sys.platform`. SPECDSL_CACHE_DIR
    names another folder."""
    if environment.get("SPECDSL_CACHE") == "0":
        return None
    if given := environment.get("SPECDSL_CACHE_DIR"):
        return Path(given)
    base = _base(environment, platform)
    return None if base is None else base / "specdsl"


def shared(*folders: Path) -> str:
    """In words, who else could put reports into one of these folders, as far as they exist; nothing
    where nobody could. A seal of ours would not tell: anybody can make it."""
    for place in folders if os.name == "posix" else ():
        try:
            status = os.stat(place)
        except OSError:  # then nothing is read there either
            continue
        if status.st_uid not in (os.geteuid(), 0):
            return "it belongs to somebody else"
        if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            return "others can write there (`chmod go-w` makes it yours alone)"
    return ""


def _base(environment: Mapping[str, str], platform: str) -> Path | None:
    match platform:
        case "win32":
            return _absolute(environment.get("LOCALAPPDATA"))
        case "darwin":
            return _below_home("Library", "Caches")
        case _:
            return _absolute(environment.get("XDG_CACHE_HOME")) or _below_home(".cache")


def _absolute(path: str | None) -> Path | None:
    """The XDG rules say that one that is relative does not count."""
    return Path(path) if path and Path(path).is_absolute() else None


def _below_home(*names: str) -> Path | None:
    try:
        return Path.home().joinpath(*names)
    except RuntimeError:
        return None
