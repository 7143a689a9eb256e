"""Specs of a git revision: `REVISION:PATH`, as git names a file of a commit."""

from __future__ import annotations

import os
import posixpath
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from subprocess import DEVNULL

import click

from specdsl.apps.cli.common import load_spec
from specdsl.base.limits import MAX_TEXT
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Source
from specdsl.pipeline import Loaded, load_source


def load_any(path: str) -> Loaded:
    """Load the spec of a file, of standard input (`-`), or of a file of a revision."""
    revision, colon, inner = path.partition(":")
    if not colon or path == "-" or os.path.exists(path):
        return load_spec(path)
    if revision.startswith("-"):
        raise click.UsageError(f"`{path}` cannot be found: no revision begins with `-`")
    return _load_revision(path, Revision(revision), inner)


@dataclass(frozen=True, slots=True)
class Revision:
    """The files of a commit, under keys of the form `REVISION:/path/from/the/top`."""

    name: str

    @property
    def root(self) -> str:
        return f"{self.name.replace('/', '∕')}:"

    def find(self, key: str) -> tuple[str, str] | None:
        """Return the text and an empty reason, or an empty text and the reason why it cannot be
        read; None if there is no such file.
        """
        top, _, path = key.partition("/")
        if top != self.root:
            return None
        data = _run_git("cat-file", "blob", f"{self.name}:{path}")
        if data is None:
            return None
        if len(data) > MAX_TEXT:
            return "", f"is larger than {MAX_TEXT >> 20} MiB"
        try:
            return data.decode("utf-8-sig"), ""
        except UnicodeDecodeError:
            return "", "is not UTF-8 text"

    def key(self, path: str) -> str:
        return path

    def similar_names(self, path: str) -> Iterable[str]:
        folder = posixpath.dirname(path.partition("/")[2])
        listed = _run_git("ls-tree", "--name-only", f"{self.name}:{folder}") or b""
        return [n for n in listed.decode("utf-8", "replace").splitlines() if n.endswith(".spec")]


def _load_revision(shown: str, revision: Revision, path: str) -> Loaded:
    if path.startswith(("./", "../")):  # Relative to the working folder, as in git.
        prefix = _working_prefix()
        path = posixpath.normpath(posixpath.join(prefix, path))
    key = f"{revision.root}/{path}"
    found = revision.find(key)
    if found is None or found[1]:
        raise click.UsageError(f"`{shown}` {_why_not_found(revision, path, found)}")
    return replace(load_source(Source(shown, found[0]), key, revision), path=shown)


def _why_not_found(revision: Revision, path: str, found: tuple[str, str] | None) -> str:
    if found is not None:
        return found[1]
    if _run_git("rev-parse", "--verify", "--quiet", f"{revision.name}^{{commit}}") is None:
        return f"cannot be found: `{revision.name}` is no revision of a repository here"
    prefix = _working_prefix()
    near = f"{prefix}{path}"
    if prefix and revision.find(f"{revision.root}/{near}"):
        return f"cannot be found: write `{revision.name}:{near}` or `{revision.name}:./{path}`"
    return "cannot be found in that revision"


def _working_prefix() -> str:
    """Return the path from the top of the repository to the working folder."""
    return os.fsdecode(_run_git("rev-parse", "--show-prefix") or b"").removesuffix("\n")


def _run_git(*words: str) -> bytes | None:
    """Return the output of git; None if it fails or is not installed. Only the first words can be
    options: a revision does not begin with `-`.
    """
    try:
        done = subprocess.run(["git", *words], capture_output=True, stdin=DEVNULL, check=False)
    except (OSError, ValueError):  # A name may have a character that no name can have.
        return None
    return done.stdout if done.returncode == 0 else None
