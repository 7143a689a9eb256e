"""Loading of all files of a spec: the main file and what `use` and `layer` refer to, each
read once.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import field
from itertools import islice
from pathlib import Path
from typing import Protocol

from specdsl.base.diagnostics import Diagnostic, Label, did_you_mean, fault
from specdsl.base.limits import MAX_FILES_DEEP, MAX_NEIGHBOUR_FILES, MAX_TEXT
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.resources import library_names, library_path, library_text
from specdsl.base.source import Source, Span
from specdsl.frontend.model.model_codes import CYCLE, DUPLICATE, NO_FILE, UNREADABLE
from specdsl.frontend.syntax import tree as t
from specdsl.frontend.syntax.incremental_parse import parse_again
from specdsl.frontend.syntax.misused_words import unexplained_faults
from specdsl.frontend.syntax.name_spelling import spelling_faults
from specdsl.frontend.syntax.parse import parse
from specdsl.frontend.syntax.syntax_codes import TOO_LARGE

NO_STATEMENT = "has no statement that can be read, so it is no spec"


class Files(Protocol):
    """A source of files."""

    def find(self, path: str) -> tuple[str, str] | None:
        """Return the text and an empty reason, or an empty text and the reason why it cannot be
        read; None if there is no such file.
        """

    def key(self, path: str) -> str:
        """Return a key that is equal for all paths of one file."""

    def similar_names(self, path: str) -> Iterable[str]:
        """Return names that could have been meant."""


@dataclass(frozen=True, slots=True)
class DiskFiles:
    """Files of the file system; with a `root`, only those in that folder, after following links."""

    root: str | None = None

    def find(self, path: str) -> tuple[str, str] | None:
        if not is_inside(path, self.root):
            return "", f"is outside of the root folder `{self.root}`, so it is not read"
        try:
            file = Path(path)
            if file.exists() and not file.is_file():
                return "", "is a folder" if file.is_dir() else "is no file"
            with file.open("rb") as opened:  # No more than the limit is read.
                data = opened.read(MAX_TEXT + 1)
            return decode_text(data)
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            return "", "cannot be read"

    def key(self, path: str) -> str:
        try:
            return os.path.realpath(path)
        except (OSError, ValueError):
            return path

    def similar_names(self, path: str) -> Iterable[str]:
        if not is_inside(path, self.root):
            return []
        try:
            found = islice(Path(path).parent.glob("*.spec"), MAX_NEIGHBOUR_FILES)
            return [file.name for file in found]
        except (OSError, ValueError):
            return []


def is_inside(path: str, folder: str | None) -> bool:
    """Return whether a file is in a folder, after following links; true without a folder."""
    if folder is None:
        return True
    try:
        real, root = os.path.realpath(path), os.path.realpath(folder)
        return os.path.commonpath([real, root]) == root
    except (OSError, ValueError):
        return False


@dataclass(frozen=True, slots=True)
class InMemoryFiles:
    """Files given as texts by path."""

    texts: Mapping[str, str]

    def find(self, path: str) -> tuple[str, str] | None:
        text = self.texts.get(path)
        return None if text is None else (text, "")

    def key(self, path: str) -> str:
        return path

    def similar_names(self, path: str) -> Iterable[str]:
        return self.texts


@dataclass(frozen=True, slots=True)
class MemoizedFiles:
    """Memoizes another source: every answer is repeated, even if the file is gone or has
    changed.
    """

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

    def similar_names(self, path: str) -> Iterable[str]:
        return self.below.similar_names(path)


def decode_text(data: bytes) -> tuple[str, str]:
    """Return the text and an empty reason, or an empty text and the reason why it cannot
    be read.
    """
    if len(data) > MAX_TEXT:
        return "", f"is larger than {MAX_TEXT >> 20} MiB"
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return "", "is not UTF-8 text"


@dataclass(frozen=True, slots=True)
class SpecFile:
    """A file of a spec. Files are in dependency order. `in_base`: it belongs to the base of the
    main layer.
    """

    tree: t.File
    in_base: bool


@dataclass(frozen=True, slots=True)
class GatheredFiles:
    """The files of a spec. `layer` is the main file's; `base` is the key and the source
    of its base.
    """

    units: tuple[SpecFile, ...]
    layer: t.LayerNode | None
    base: tuple[str, Source] | None
    layers: tuple[tuple[t.File, t.LayerNode], ...]


def gather_files(
    main: Source, key: str, files: Files, parsed: ParsedFiles | None = None
) -> tuple[GatheredFiles, tuple[Diagnostic, ...], dict[str, t.File]]:
    """Parse the main file and, transitively, all files that it refers to, and collect
    their faults. What is `parsed` is not parsed again.
    """
    work = _FileCollector(files, parsed or ParsedFiles())
    work.visit_file(key, main, [])
    tree = work.trees[key]
    layers = [s for s in tree.statements if isinstance(s, t.LayerNode)]
    for again in layers[1:]:
        first = Label(layers[0].span, "the first")
        message = "a second `layer`: a file is a layer on one base"
        work.faults.append(fault(DUPLICATE, message, again.span, "again", first))
    layer = layers[0] if layers else None
    below = work.target_of(key, layer.base) if layer else ""
    in_base = work.reachable_files(below) if layer else set()
    base = (below, work.trees[below].source) if below in work.trees else None
    units = tuple(SpecFile(work.trees[k], k in in_base) for k in work.order)
    found = tuple(
        (u.tree, s) for u in units for s in u.tree.statements if isinstance(s, t.LayerNode)
    )
    faults = (
        *unexplained_faults(work.faults, work.trees.values()),
        *spelling_faults([work.trees[key] for key in work.order]),
    )
    return GatheredFiles(units, layer, base, found), faults, work.trees


def unreadable_fault(
    found: tuple[str, str] | None, named: str, span: Span, beside: Iterable[str] = ()
) -> Diagnostic:
    """Return the fault of a file without text; `beside` are names that may have been meant."""
    if found is not None:
        return fault(UNREADABLE, f"`{named}` {found[1]}", span)
    return fault(NO_FILE, f"`{named}` cannot be found{did_you_mean(named, beside)}", span)


def is_foreign(tree: t.File, faults: tuple[Diagnostic, ...]) -> bool:
    """Return whether a text may be anything but a spec: none of it is then shown."""
    return bool(faults) and not tree.statements


def reference_text(named: t.Name | t.Text) -> str:
    return named.text if isinstance(named, t.Name) else named.value


class ParsedFiles:
    """The files that are parsed while specs are loaded, each once; a changed text only around its
    edit.
    """

    def __init__(self, before: Iterable[t.File] = ()) -> None:
        """`before` has files without faults, as they may have been before an edit."""
        self._before = {one.source.name: one for one in before}
        self._found: dict[tuple[str, bool, str], tuple[t.File, tuple[Diagnostic, ...]]] = {}

    def parse_file(self, source: Source) -> tuple[t.File, tuple[Diagnostic, ...]]:
        """Return the file and its faults."""
        key = (source.name, source.shipped, source.text)
        if key not in self._found:
            before = self._before.get(source.name)
            self._found[key] = parse(source) if before is None else parse_again(source, before)
        return self._found[key]


class _FileCollector:
    def __init__(self, files: Files, parsed: ParsedFiles) -> None:
        self.files = files
        self.parsed = parsed
        self.trees: dict[str, t.File] = {}
        self.order: list[str] = []
        self.uses: dict[str, list[str]] = {}
        self.keys: dict[str, str] = {}  # One file may have several paths.
        self.faults: list[Diagnostic] = []

    def visit_file(
        self, key: str, source: Source, path: list[str], named: t.Name | t.Text | None = None
    ) -> None:
        """Parse the file after the ones that it refers to, at most MAX_FILES_DEEP deep. `named` is
        the reference to it.
        """
        self.keys.setdefault(self.files.key(key), key)
        tree, faults = self.parsed.parse_file(source)
        self.trees[key] = tree
        if named is not None and is_foreign(tree, faults):
            faults = (unreadable_fault(("", NO_STATEMENT), reference_text(named), named.span),)
        self.faults += faults
        self.uses[key] = []
        for statement in tree.statements:
            if isinstance(statement, t.UseNode | t.LayerNode):
                self.follow_reference(key, statement, [*path, key])
        self.order.append(key)

    def follow_reference(
        self, key: str, statement: t.UseNode | t.LayerNode, path: list[str]
    ) -> None:
        named = statement.target if isinstance(statement, t.UseNode) else statement.base
        target = self.target_of(key, named)
        if target in path:
            self._add_cycle(named, [*path[path.index(target) :], target])
            return
        if target in self.trees:
            self.uses[key].append(target)
            return
        if len(path) > MAX_FILES_DEEP:
            message = f"files use each other more than {MAX_FILES_DEEP} deep"
            self.faults.append(fault(TOO_LARGE, message, named.span))
            return
        source = self._read_target(named, target)
        if source is not None:
            self.uses[key].append(target)
            self.visit_file(target, source, path, named)

    def target_of(self, key: str, named: t.Name | t.Text) -> str:
        """Return the key of the file that another one refers to."""
        if isinstance(named, t.Name):
            path = str(library_path(named.text))
        else:
            path = posixpath.normpath(posixpath.join(posixpath.dirname(key), named.value))
        return self.keys.setdefault(self.files.key(path), path)

    def _add_cycle(self, named: t.Name | t.Text, keys: list[str]) -> None:
        way = " → ".join(f"`{posixpath.basename(key)}`" for key in keys)
        self.faults.append(fault(CYCLE, f"files use each other in a circle: {way}", named.span))

    def _read_target(self, named: t.Name | t.Text, target: str) -> Source | None:
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
        self.faults.append(
            unreadable_fault(found, named.value, named.span, self.files.similar_names(target))
        )
        return None

    def reachable_files(self, key: str) -> set[str]:
        """Return the file and all that it refers to, transitively."""
        found: set[str] = set()
        stack = [key]
        while stack:
            here = stack.pop()
            if here not in found:
                found.add(here)
                stack.extend(self.uses.get(here, ()))
        return found
