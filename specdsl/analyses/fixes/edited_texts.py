"""Texts of a spec's files with edits, and the spec that they give."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import field

from specdsl.api import Spec
from specdsl.base.diagnostics import Edit
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.resources import library_names, library_path
from specdsl.base.source import Source
from specdsl.frontend.model.files import Files
from specdsl.frontend.syntax import tree as t
from specdsl.pipeline import Loaded, load_source

EditedTexts = Mapping[str, str]
"""New texts by the path of their file."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """Files of which some have other texts, by whatever path they are named."""

    below: Files
    texts: EditedTexts = field(default_factory=dict)

    def find(self, path: str) -> tuple[str, str] | None:
        key = self.below.key(path)
        own = (text for name, text in self.texts.items() if self.below.key(name) == key)
        text = next(own, None)
        return self.below.find(path) if text is None else (text, "")

    def key(self, path: str) -> str:
        return self.below.key(path)

    def similar_names(self, path: str) -> Iterable[str]:
        return self.below.similar_names(path)


def reload_spec(spec: Spec, edited: EditedTexts) -> Spec | None:
    """Return the spec with the edited texts; None if it does not load."""
    loaded = load_edited(spec, edited)
    return None if loaded.circuit is None else Spec(loaded, spec.texts, spec.allowing)


def load_edited(spec: Spec, edited: EditedTexts) -> Loaded:
    """Load the spec with the edited texts, and all others as they were read."""
    main, *others = [file.source for file in spec.loaded.files]
    named = _library_names(spec)
    texts = {source.name: source.text for source in others if source.name not in named}
    texts.update(edited)
    below = spec.loaded.kept
    assert below is not None
    source = Source(main.name, texts.get(spec.loaded.path, main.text))
    return load_source(source, spec.loaded.path, Overlay(below, texts), spec.loaded)


def texts_after(spec: Spec, edits: Iterable[Edit]) -> dict[str, str]:
    """Apply edits that do not overlap, and return the new texts by path."""
    found: dict[Source, str] = {}
    for edit in sorted(edits, key=lambda edit: -edit.span.start):
        text = found.get(edit.span.source, edit.span.source.text)
        found[edit.span.source] = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return {path_of(spec, source): text for source, text in found.items()}


def path_of(spec: Spec, source: Source) -> str:
    """Return the path under which a file of the spec was read."""
    return spec.loaded.path if source is spec.loaded.files[0].source else source.name


def editable_sources(spec: Spec) -> frozenset[Source]:
    """Return the author's own files, without shipped ones and the base of a layer."""
    layer = spec.model.layer
    others = {source.name for source in layer.base.sources} if layer else set()
    others |= _library_names(spec)
    sources = [file.source for file in spec.loaded.files if file.source.name not in others]
    return frozenset(
        s for s in sources if not (spec.texts is None and _is_shipped(path_of(spec, s)))
    )


def _library_names(spec: Spec) -> set[str]:
    """Return the names in messages of the libraries that `use NAME` includes."""
    return {
        f"rules/{statement.target.text}.spec"
        for file in spec.loaded.files
        for statement in file.statements
        if isinstance(statement, t.UseNode) and isinstance(statement.target, t.Name)
    }


def _is_shipped(path: str) -> bool:
    """Return whether it is the file of a shipped library, by whatever path."""
    libraries = (os.path.realpath(library_path(name)) for name in library_names())
    return os.path.realpath(path) in libraries
