"""All files of a spec: what `use` and `layer` bring in, each read once."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Protocol

from specdsl.diagnostics import Diagnostic, Label, did_you_mean, fault
from specdsl.limits import MOST_BESIDE, MOST_FILES_DEEP, MOST_TEXT
from specdsl.model.codes import CYCLE, DUPLICATE, NO_FILE, UNREADABLE
from specdsl.resources import library_names, library_path, library_text
from specdsl.source import Source, Span
from specdsl.syntax import tree as t
from specdsl.syntax.codes import TOO_LARGE
from specdsl.syntax.misused import unexplained
from specdsl.syntax.parse import parse
from specdsl.syntax.spelling import misspelt

NO_STATEMENT = "has no statement that can be read, so it is no spec"


class Files(Protocol):
    """Where files are found."""

    def find(self, path: str) -> tuple[str, str] | None:
        """The text and nothing, or nothing and why it cannot be had; None where there is none."""

    def key(self, path: str) -> str:
        """The same for all paths of one file."""

    def beside(self, path: str) -> Iterable[str]:
        """Names that could have been meant."""


@dataclass(frozen=True, slots=True)
class Disk:
    """Files of the file system; with a `root` only those in that folder, links followed."""

    root: str | None = None

    def find(self, path: str) -> tuple[str, str] | None:
        if not inside(path, self.root):
            return "", f"is outside of the root folder `{self.root}`, so it is not read"
        try:
            file = Path(path)
            if file.exists() and not file.is_file():
                return "", "is a folder" if file.is_dir() else "is no file"
            with file.open("rb") as opened:  # no more of it than is allowed
                data = opened.read(MOST_TEXT + 1)
            return decoded(data)
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            return "", "cannot be read"

    def key(self, path: str) -> str:
        try:
            return os.path.realpath(path)
        except (OSError, ValueError):
            return path

    def beside(self, path: str) -> Iterable[str]:
        if not inside(path, self.root):
            return []
        try:
            found = islice(Path(path).parent.glob("*.spec"), MOST_BESIDE)
            return [file.name for file in found]
        except (OSError, ValueError):
            return []


def inside(path: str, folder: str | None) -> bool:
    """Whether a file is in a folder, links followed; every one is where no folder is given."""
    if folder is None:
        return True
    try:
        real, root = os.path.realpath(path), os.path.realpath(folder)
        return os.path.commonpath([real, root]) == root
    except (OSError, ValueError):
        return False


@dataclass(frozen=True, slots=True)
class Texts:
    """Files given as texts by their path."""

    texts: Mapping[str, str]

    def find(self, path: str) -> tuple[str, str] | None:
        text = self.texts.get(path)
        return None if text is None else (text, "")

    def key(self, path: str) -> str:
        return path

    def beside(self, path: str) -> Iterable[str]:
        return self.texts


@dataclass(frozen=True, slots=True)
class Kept:
    """Files as they were when they were first asked for: what was answered once is answered again,
    also where there is no file any more."""

    below: Files
    found: dict[str, tuple[str, str] | None] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    def find(self, path: str) -> tuple[str, str] | None:
        if path not in self.found:
            self.found[path] = self.below.find(path)
        return self.found[path]

    def key(self, path: str) -> str:
        if path not in self.keys:
            self.keys[path] = self.below.key(path)
        return self.keys[path]

    def beside(self, path: str) -> Iterable[str]:
        return self.below.beside(path)


def decoded(data: bytes) -> tuple[str, str]:
    """The text and nothing, or nothing and why it cannot be had."""
    if len(data) > MOST_TEXT:
        return "", f"is larger than {MOST_TEXT >> 20} MiB"
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return "", "is not UTF-8 text"


@dataclass(frozen=True, slots=True)
class Unit:
    """One file, in the order in which each comes after those that it uses. `in_base`: it belongs
    to the base of the layer that the main file is."""

    tree: t.File
    in_base: bool


@dataclass(frozen=True, slots=True)
class Gathered:
    """`layer` is that of the main file; `base` the key under which its base was read, and its
    source."""

    units: tuple[Unit, ...]
    layer: t.Layer | None
    base: tuple[str, Source] | None
    layers: tuple[tuple[t.File, t.Layer], ...]


def gather(
    main: Source, key: str, files: Files
) -> tuple[Gathered, tuple[Diagnostic, ...], dict[str, t.File]]:
    """The main file and all that it brings in, and the faults found on the way."""
    work = _Gathering(files)
    work.visit(key, main, [])
    tree = work.trees[key]
    layers = [s for s in tree.statements if isinstance(s, t.Layer)]
    for again in layers[1:]:
        first = Label(layers[0].span, "the first")
        message = "a second `layer`: a file is a layer on one base"
        work.faults.append(fault(DUPLICATE, message, again.span, "again", first))
    layer = layers[0] if layers else None
    below = work.target(key, layer.base) if layer else ""
    in_base = work.reach(below) if layer else set()
    base = (below, work.trees[below].source) if below in work.trees else None
    units = tuple(Unit(work.trees[k], k in in_base) for k in work.order)
    found = tuple((u.tree, s) for u in units for s in u.tree.statements if isinstance(s, t.Layer))
    faults = (
        *unexplained(work.faults, work.trees.values()),
        *misspelt([work.trees[key] for key in work.order]),
    )
    return Gathered(units, layer, base, found), faults, work.trees


def unread(
    found: tuple[str, str] | None, named: str, span: Span, beside: Iterable[str] = ()
) -> Diagnostic:
    """The fault of a file that `Files.find` has no text of. `beside`: what may have been meant."""
    if found is not None:
        return fault(UNREADABLE, f"`{named}` {found[1]}", span)
    return fault(NO_FILE, f"`{named}` cannot be found{did_you_mean(named, beside)}", span)


def foreign(tree: t.File, faults: tuple[Diagnostic, ...]) -> bool:
    """Whether a text may be anything but a spec: then nothing of it is shown."""
    return bool(faults) and not tree.statements


def named_text(named: t.Name | t.Text) -> str:
    return named.text if isinstance(named, t.Name) else named.value


class _Gathering:
    def __init__(self, files: Files) -> None:
        self.files = files
        self.trees: dict[str, t.File] = {}
        self.order: list[str] = []
        self.uses: dict[str, list[str]] = {}
        self.keys: dict[str, str] = {}  # one file may be named by several paths
        self.faults: list[Diagnostic] = []

    def visit(
        self, key: str, source: Source, path: list[str], named: t.Name | t.Text | None = None
    ) -> None:
        """Reads the file and first those that it brings in; at most MOST_FILES_DEEP deep.
        `named`: where another names it."""
        self.keys.setdefault(self.files.key(key), key)
        tree, faults = parse(source)
        self.trees[key] = tree
        if named is not None and foreign(tree, faults):
            faults = (unread(("", NO_STATEMENT), named_text(named), named.span),)
        self.faults += faults
        self.uses[key] = []
        for statement in tree.statements:
            if isinstance(statement, t.Use | t.Layer):
                self.follow(key, statement, [*path, key])
        self.order.append(key)

    def follow(self, key: str, statement: t.Use | t.Layer, path: list[str]) -> None:
        named = statement.target if isinstance(statement, t.Use) else statement.base
        target = self.target(key, named)
        if target in path:
            self._cycle(named, [*path[path.index(target) :], target])
            return
        if target in self.trees:
            self.uses[key].append(target)
            return
        if len(path) > MOST_FILES_DEEP:
            message = f"files use each other more than {MOST_FILES_DEEP} deep"
            self.faults.append(fault(TOO_LARGE, message, named.span))
            return
        source = self._read(named, target)
        if source is not None:
            self.uses[key].append(target)
            self.visit(target, source, path, named)

    def target(self, key: str, named: t.Name | t.Text) -> str:
        """The key of a file that another names."""
        if isinstance(named, t.Name):
            path = str(library_path(named.text))
        else:
            path = posixpath.normpath(posixpath.join(posixpath.dirname(key), named.value))
        return self.keys.setdefault(self.files.key(path), path)

    def _cycle(self, named: t.Name | t.Text, keys: list[str]) -> None:
        way = " → ".join(f"`{posixpath.basename(key)}`" for key in keys)
        self.faults.append(fault(CYCLE, f"files use each other in a circle: {way}", named.span))

    def _read(self, named: t.Name | t.Text, target: str) -> Source | None:
        if isinstance(named, t.Name):
            text = library_text(named.text)
            if text is not None:
                return Source(f"rules/{named.text}.spec", text, shipped=True)
            hint = did_you_mean(named.text, library_names())
            message = f"there is no library `{named.text}`{hint}"
            self.faults.append(fault(NO_FILE, message, named.span))
            return None
        found = self.files.find(target)
        if found is not None and not found[1]:
            return Source(target, found[0])
        self.faults.append(unread(found, named.value, named.span, self.files.beside(target)))
        return None

    def reach(self, key: str) -> set[str]:
        """The file and all that it brings in."""
        found: set[str] = set()
        stack = [key]
        while stack:
            here = stack.pop()
            if here not in found:
                found.add(here)
                stack.extend(self.uses.get(here, ()))
        return found
