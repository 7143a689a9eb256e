"""A spec that is being edited: what was found of its parts is kept from one text to the next.

    session = specdsl.open("acme.spec")
    errors = session.update(text)  # after an edit
    report = session.report

An editor or a language server asks so. The findings are those of `specdsl.check`, whatever was
looked at before.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from specdsl.cache import in_memory_cache
from specdsl.checking import check
from specdsl.diagnostics import Report, Severity
from specdsl.model.files import DiskFiles, Files, InMemoryFiles
from specdsl.pipeline import Loaded, load_path, load_source, load_text
from specdsl.policy import Spec
from specdsl.source import Source

TEXT = "<text>"  # what a text that is no file is called


class Session:
    """One main file through its edits; the files that it uses are read at each of them anew."""

    def __init__(
        self, name: str, loaded: Loaded, files: Files, library: Mapping[str, str] | None
    ) -> None:
        self._name = name
        self._files = files
        self._library = library
        self._known = in_memory_cache()
        self._sound: Loaded | None = None  # the last that loads: what is as in it is not parsed
        self._put(loaded)

    def _put(self, loaded: Loaded) -> None:
        self._loaded = loaded
        if loaded.circuit is not None:
            self._sound = loaded
        self._errors: Report | None = None
        self._report: Report | None = None

    def update(self, text: str) -> Report:
        """The main file has this text now. Returns its errors: the faults, where it does not
        load."""
        source, key = Source(self._name, text), self._loaded.path
        self._put(load_source(source, key, self._files, self._sound))
        return self.errors

    @property
    def spec(self) -> Spec:
        """Raises `SpecError`, with `.report`, where the text does not load."""
        self._loaded.whole()
        return Spec(self._loaded, None if self._library is None else dict(self._library))

    @property
    def errors(self) -> Report:
        """What is found of errors; the checks that find only milder things are not run."""
        if self._errors is None:
            self._errors = self._found(Severity.ERROR)
        return self._errors

    @property
    def report(self) -> Report:
        """All that is found."""
        if self._report is None:
            self._report = self._found(Severity.NOTE)
        return self._report

    def _found(self, least: Severity) -> Report:
        if self._loaded.circuit is None:
            return self._loaded.report
        return check(self.spec, least=least, known=self._known(self._loaded))


def open(  # noqa: A001 (it is called `specdsl.open`)
    path_or_text: str | os.PathLike[str],
    root: str | os.PathLike[str] | None = None,
    library: Mapping[str, str] | None = None,
) -> Session:
    """A session on a file, or on a text of at least two lines.

    `root`: the folder in which all files that a file uses must be, links followed. `library` has
    the files that a text uses, by path. A file that cannot be read, or a text that does not load,
    is a session whose `report` says so.
    """
    if isinstance(path_or_text, str) and "\n" in path_or_text:
        texts = InMemoryFiles(library or {})
        return Session(TEXT, load_text(path_or_text, TEXT, library), texts, library or {})
    disk = DiskFiles(None if root is None else os.fspath(root))
    return Session(os.fspath(path_or_text), load_path(path_or_text, root), disk, None)
