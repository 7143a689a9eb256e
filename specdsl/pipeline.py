"""The passes in order, with a barrier after each: many faults within one, none that cascade."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Mapping

from specdsl.base.diagnostics import Diagnostic, Report, SpecError, sort_key
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Source, Span
from specdsl.frontend.model.files import (
    NO_STATEMENT,
    DiskFiles,
    Files,
    GatheredFiles,
    InMemoryFiles,
    MemoizedFiles,
    ParsedFiles,
    decode_text,
    gather_files,
    is_foreign,
    unreadable_fault,
)
from specdsl.frontend.model.nodes import SpecModel
from specdsl.frontend.model.resolve_names import resolve_spec
from specdsl.frontend.model.trial_rules import count_trial_rule, trial_rule_names
from specdsl.frontend.ranking.build_ranks import rank_rules
from specdsl.frontend.ranking.ranks import Ranks
from specdsl.frontend.syntax.parse import parse
from specdsl.frontend.syntax.tree import File
from specdsl.semantics import layer_assumptions
from specdsl.semantics.circuit import Circuit
from specdsl.semantics.lower import lower_spec


@dataclass(frozen=True, eq=False)
class Loaded:
    """The result of loading a spec. `circuit` is None if there are faults; `kept` has the files as
    they were read.
    """

    path: str
    spec: SpecModel | None
    ranks: Ranks | None
    circuit: Circuit | None
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[File, ...] = ()
    kept: MemoizedFiles | None = None

    @property
    def report(self) -> Report:
        """Return its faults as a report without checks."""
        rules = len(self.spec.rules) if self.spec else 0
        return Report(self.diagnostics, (), max(1, len(self.files)), rules)

    def require_circuit(self) -> Circuit:
        """Return the circuit; raises `SpecError` with all faults if the spec does not load."""
        if self.circuit is None:
            raise SpecError(self.report)
        return self.circuit


def load_path(
    path: str | os.PathLike[str],
    root: str | os.PathLike[str] | None = None,
    met: bool = False,
    parsed: ParsedFiles | None = None,
) -> Loaded:
    """Load the spec of a file and of all that it uses, which must be in the folder `root`. `met`:
    the file was found in a folder instead of being named, so it must be in `root` too. `parsed`:
    the files of other specs.
    """
    name = os.fspath(path)
    key = name.replace(os.sep, "/")
    disk = DiskFiles(None if root is None else os.fspath(root))
    found = (disk if met else DiskFiles()).find(name)
    if found is None or found[1]:
        return _unreadable(name, posixpath.basename(key), found)
    source = Source(name, found[0])
    if os.path.islink(name) and is_foreign(*parse(source)):
        return _unreadable(name, posixpath.basename(key), ("", NO_STATEMENT))
    return load_source(source, posixpath.normpath(key), disk, parsed=parsed)


def load_bytes(data: bytes, name: str) -> Loaded:
    """Load the spec of a file's contents that were read from elsewhere; it uses no files."""
    found = decode_text(data)
    return _unreadable(name, name, found) if found[1] else load_text(found[0], name)


def _unreadable(name: str, shown: str, found: tuple[str, str] | None) -> Loaded:
    here = Span(Source(name, ""), 0, 0)
    return Loaded(name, None, None, None, (unreadable_fault(found, shown, here),))


def load_text(text: str, name: str = "<text>", library: Mapping[str, str] | None = None) -> Loaded:
    """Load the spec of a text; `library` has the files that it uses, by their relative paths."""
    return load_source(Source(name, text), posixpath.normpath(name), InMemoryFiles(library or {}))


def load_source(
    source: Source,
    key: str,
    files: Files,
    before: Loaded | None = None,
    parsed: ParsedFiles | None = None,
) -> Loaded:
    """Load the spec of a source. The paths in it are relative to `key`; `files` has the files that
    it uses. `before` is the spec before an edit, if there was one: unchanged parts are not parsed
    again, nor are the files that are `parsed`.
    """
    files = MemoizedFiles(files)
    sound = before.files if before is not None and before.circuit is not None else ()
    parsed = parsed or ParsedFiles(sound)
    gathered, faults, trees = gather_files(source, key, files, parsed)
    read = tuple(trees.values())
    if faults:
        return _with_faults(key, faults, read)
    spec, faults = _resolve_with_base(gathered, key, files, parsed)
    if spec is None:
        return _with_faults(key, faults, read)
    ranks, faults = rank_rules(spec)
    if ranks is None:
        return _with_faults(key, faults, read, spec)
    circuit, faults = lower_spec(spec, ranks)
    if circuit is None:
        return _with_faults(key, faults, read, spec)
    faults = layer_assumptions.layer_assumption_faults(spec)
    if faults:
        return _with_faults(key, faults, read, spec)
    return Loaded(key, spec, ranks, circuit, (), read, files)


def load_with_trial(loaded: Loaded, name: str) -> Loaded:
    """Return a spec that loads as it is if one of its trial rules counts. It has faults if that
    rule and the priorities form a cycle.
    """
    spec, files = loaded.spec, loaded.kept
    assert spec is not None
    assert files is not None
    main, parsed = spec.sources[-1], ParsedFiles(loaded.files)
    gathered, _, _ = gather_files(main, loaded.path, files, parsed)
    base = None if spec.layer is None else spec.layer.base
    counted, faults = resolve_spec(count_trial_rule(gathered, name), spec.name, base)
    ranks, more = (None, ()) if counted is None else rank_rules(counted)
    circuit = None
    if counted is not None and ranks is not None:
        circuit, more = lower_spec(counted, ranks)
    return Loaded(loaded.path, counted, ranks, circuit, (*faults, *more), loaded.files, files)


def _resolve_with_base(
    gathered: GatheredFiles, key: str, files: Files, parsed: ParsedFiles
) -> tuple[SpecModel | None, tuple[Diagnostic, ...]]:
    base: SpecModel | None = None
    if gathered.base is not None:
        base_key, source = gathered.base
        below, faults, _ = gather_files(source, base_key, files, parsed)
        if not faults:
            base, faults = _resolve_with_base(below, base_key, files, parsed)
        if base is None:
            return None, faults
    stem = posixpath.splitext(posixpath.basename(key))[0]
    name = "".join(c if c.isalnum() else "_" for c in stem).strip("_") or "spec"
    spec, faults = resolve_spec(gathered, name, base)
    for trial in trial_rule_names(gathered):  # What they say has to make sense, too.
        faults += resolve_spec(count_trial_rule(gathered, trial), name, base)[1]
    return (None if faults else spec), faults


def _with_faults(
    key: str, faults: tuple[Diagnostic, ...], files: tuple[File, ...], spec: SpecModel | None = None
) -> Loaded:
    unique = tuple(dict.fromkeys(map(_identity, faults)))
    kept = dict(zip(map(_identity, faults), faults, strict=True))
    ordered = tuple(sorted((kept[i] for i in unique), key=sort_key))
    return Loaded(key, spec, None, None, ordered, files)


def _identity(diagnostic: Diagnostic) -> tuple[object, ...]:
    label = diagnostic.primary
    place = (label.span.source.name, label.span.start, label.span.end) if label else ()
    return (diagnostic.code.id, diagnostic.message, *place)


__all__ = ["Loaded", "load_path", "load_source", "load_text"]
