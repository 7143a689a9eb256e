"""The location of the user's caches, by the conventions of each platform."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path


def cache_folder(environment: Mapping[str, str], platform: str) -> Path | None:
    """Return the folder of this program's caches, which need not exist; None if SPECDSL_CACHE=0
    asks for none or the user has no home. SPECDSL_CACHE_DIR names another folder. `platform` is a
    value of `sys.platform`.
    """
    if environment.get("SPECDSL_CACHE") == "0":
        return None
    if given := environment.get("SPECDSL_CACHE_DIR"):
        return Path(given)
    base = _platform_cache_folder(environment, platform)
    return None if base is None else base / "specdsl"


def who_else_can_write(*folders: Path) -> str:
    """Explain who else could write reports into one of these folders, if they exist; empty if
    nobody can. A signature would not help, since anybody can make one.
    """
    for place in folders if os.name == "posix" else ():
        try:
            status = os.stat(place)
        except OSError:  # A folder that cannot be inspected is not read either.
            continue
        if status.st_uid not in (os.geteuid(), 0):
            return "it belongs to somebody else"
        if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            return "others can write there (`chmod go-w` makes it yours alone)"
    return ""


def _platform_cache_folder(environment: Mapping[str, str], platform: str) -> Path | None:
    match platform:
        case "win32":
            return _absolute_path(environment.get("LOCALAPPDATA"))
        case "darwin":
            return _home_path("Library", "Caches")
        case _:
            return _absolute_path(environment.get("XDG_CACHE_HOME")) or _home_path(".cache")


def _absolute_path(path: str | None) -> Path | None:
    """Return the path if it is absolute: the XDG specification ignores relative ones."""
    return Path(path) if path and Path(path).is_absolute() else None


def _home_path(*names: str) -> Path | None:
    try:
        return Path.home().joinpath(*names)
    except RuntimeError:
        return None
