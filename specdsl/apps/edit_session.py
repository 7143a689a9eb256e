"""Incremental session of a spec that is being edited: findings of its parts are kept across edits.

    session = specdsl.open("acme.spec")
    errors = session.update(text)  # after an edit
    report = session.report

It is meant for editors and language servers. The findings are those of `specdsl.check`, whatever
was checked before.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from specdsl.api import Spec
from specdsl.apps.cache import in_memory_cache
from specdsl.apps.check_with_fixes import check
from specdsl.base.diagnostics import Report, Severity
from specdsl.base.source import Source
from specdsl.frontend.model.files import DiskFiles, Files, InMemoryFiles
from specdsl.pipeline import Loaded, load_path, load_source, load_text

TEXT = "<text>"  # The name of a text that is no file.


class Session:
    """A main file across its edits; the files that it uses are read again at each of them."""

    def __init__(
        self, name: str, loaded: Loaded, files: Files, library: Mapping[str, str] | None
    ) -> None:
        self._name = name
        self._files = files
        self._library = library
        self._known = in_memory_cache(goes_on=True)
        self._sound: Loaded | None = None  # Its unchanged parts are not parsed again.
        self._replace_loaded(loaded)

    def _replace_loaded(self, loaded: Loaded) -> None:
        self._loaded = loaded
        if loaded.circuit is not None:
            self._sound = loaded
        self._known_parts = self._known(loaded)
        self._errors: Report | None = None
        self._report: Report | None = None

    def update(self, text: str) -> Report:
        """Replace the text of the main file. Returns its errors, or its faults if it does
        not load.
        """
        source, key = Source(self._name, text), self._loaded.path
        self._replace_loaded(load_source(source, key, self._files, self._sound))
        return self.errors

    @property
    def spec(self) -> Spec:
        """Return the spec; raises `SpecError`, with `.report`, if the text does not load."""
        self._loaded.require_circuit()
        return Spec(self._loaded, None if self._library is None else dict(self._library))

    @property
    def errors(self) -> Report:
        """Return the errors; what is surely milder is not looked for."""
        if self._errors is None:
            self._errors = self._check_from(Severity.ERROR)
        return self._errors

    @property
    def report(self) -> Report:
        """Return all findings."""
        if self._report is None:
            self._report = self._check_from(Severity.NOTE)
        return self._report

    def _check_from(self, least: Severity) -> Report:
        if self._loaded.circuit is None:
            return self._loaded.report
        strict, known = least is Severity.ERROR, self._known_parts
        return check(self.spec, least=least, known=known, errors_only=strict)


def open(  # noqa: A001 (it is called `specdsl.open`)
    path_or_text: str | os.PathLike[str],
    root: str | os.PathLike[str] | None = None,
    library: Mapping[str, str] | None = None,
) -> Session:
    """Open a session on a file, or on a text of at least two lines.

    `root`: the folder in which all files that a file uses must be, after following links. `library`
    has the files that a text uses, by path. For a file that cannot be read, or a text that does not
    load, the session's `report` has the faults.
    """
    if isinstance(path_or_text, str) and "\n" in path_or_text:
        texts = InMemoryFiles(library or {})
        return Session(TEXT, load_text(path_or_text, TEXT, library), texts, library or {})
    disk = DiskFiles(None if root is None else os.fspath(root))
    return Session(os.fspath(path_or_text), load_path(path_or_text, root), disk, None)
