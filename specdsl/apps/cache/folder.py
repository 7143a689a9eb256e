"""The location of the user's caches, by the conventions of each platform."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def cache_folder() -> Path | None:
    """Return the folder of this program's caches, which need not exist; None if SPECDSL_CACHE=0
    asks for none or the user has no home. SPECDSL_CACHE_DIR names another folder.
    """
    if os.environ.get("SPECDSL_CACHE") == "0":
        return None
    if given := os.environ.get("SPECDSL_CACHE_DIR"):
        return Path(given)
    from platformdirs import user_cache_path

    try:
        folder: Path = user_cache_path("specdsl", appauthor=False, opinion=False)
    except (RuntimeError, ValueError, OSError):  # There is no home.
        return None
    return folder if folder.is_absolute() else None


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
