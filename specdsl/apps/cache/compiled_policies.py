"""Compiled policies in the user's cache folder: a process that decides one call, as a hook does,
needs no parser and no check if an earlier one had the same files.

An entry holds code, so the folder counts only if nobody else can write to it.
"""

from __future__ import annotations

import marshal
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, partial
from hashlib import sha256
from types import CodeType
from typing import TYPE_CHECKING, Any

from specdsl.apps.cache.folder import cache_folder, who_else_can_write
from specdsl.apps.cache.report_key import digest
from specdsl.apps.cache.store import FolderStore
from specdsl.base.resources import PACKAGE
from specdsl.base.version import __version__
from specdsl.guard.call_verdict import RuleNote
from specdsl.guard.fact_representatives import (
    Representatives,
    representative_values,
    telling_facts,
)
from specdsl.guard.policy_outline import PolicyOutline, make_outline, outline_of
from specdsl.runtime.namespace import runtime_names
from specdsl.runtime.quick_resolution import decide_situation, trace_values
from specdsl.runtime.results import Decision
from specdsl.runtime.tables import Tables

if TYPE_CHECKING:
    from specdsl.api import Policy

FOLDER = "policies"
Files = tuple[tuple[str, str], ...]
"""The files of a spec, each with the digest of its bytes."""


@dataclass(frozen=True)
class CompiledPolicy:
    """A policy made of its tables alone. Which unknown facts matter is found with their
    `representatives`, or from the file for facts that have none.
    """

    path: str
    outline: PolicyOutline
    tables: Tables
    representatives: Representatives

    @cached_property
    def decision_class(self) -> type[Decision]:
        own = {"__slots__": (), "_tables": self.tables, "_trace": staticmethod(trace_values)}
        return type("Decision", (Decision,), own)

    def decide(self, facts: Mapping[str, Any], says: Iterable[Any] = ()) -> Decision:
        """Return the decision of a situation, as `Policy.decide` does."""
        heard = list(says)
        decision = self._decide_quickly(facts, heard)
        decision._explain = partial(self._unknown_facts, dict(facts), heard)
        return decision

    def _decide_quickly(self, facts: Mapping[str, Any], says: list[Any]) -> Decision:
        return decide_situation(self.tables, self.decision_class, facts, says)

    def _unknown_facts(self, facts: Mapping[str, Any], says: list[Any]) -> Mapping[str, Any]:
        rows = self.tables.facts.items()
        unknown = [name for name, row in rows if row.optional and facts.get(name) is None]
        if all(name in self.representatives for name in unknown):
            decide, values = self._decide_quickly, self.representatives
            return telling_facts(decide, facts, says, unknown, values)
        from specdsl.api import Policy, load

        return Policy(load(self.path).circuit).decide(facts, says).explain().unknown


def open_policy(path: str) -> CompiledPolicy | Policy:
    """Return the policy of a file, which passes its check: that of an earlier process if all files
    are the same. Raises `SpecError` if it does not load or pass.
    """
    store, key = _open_store(), digest(FOLDER, __version__, os.path.realpath(path))
    found = None if store is None else _read_entry(path, store.read(key))
    if found is not None:
        return found
    stamp = program_stamp()
    policy, files = _compile_policy(path)
    if store is not None and stamp is not None and files is not None:
        body = _dump_entry(policy, stamp, files)
        if stamp == program_stamp() and _are_unchanged(files):
            store.write(key, body)
    return policy


def _open_store() -> FolderStore | None:
    place = cache_folder()
    if place is None or who_else_can_write(place, place / FOLDER):
        return None
    return FolderStore(place / FOLDER)


def program_stamp() -> str | None:
    """Return what tells whether the program has changed: the sizes and times of its files. None if
    they cannot be read.
    """
    import sys

    try:
        found = [(entry.path, *_size_and_time(entry)) for entry in _program_files(str(PACKAGE))]
    except OSError:
        return None
    return digest(sys.version, __version__, sorted(found))


def _program_files(folder: str) -> Iterable[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                yield entry
            elif "." not in entry.name and entry.name != "__pycache__" and entry.is_dir():
                yield from _program_files(entry.path)


def _size_and_time(entry: os.DirEntry[str]) -> tuple[int, int]:
    status = entry.stat()
    return status.st_size, status.st_mtime_ns


def _compile_policy(path: str) -> tuple[Policy, Files | None]:
    from specdsl import api

    spec = api.load(path)
    policy = api.compile(spec)
    names = dict.fromkeys(source.name for source in _all_sources(policy))
    files = tuple((os.path.abspath(name), _digest_of_file(name)) for name in names)
    return policy, None if any(found == "" for _, found in files) else files


def _all_sources(policy: Policy) -> Iterable[Any]:
    """Yield the files of a spec, and of the specs below a layer."""
    spec = policy.model
    yield from spec.sources
    while spec.layer is not None:
        spec = spec.layer.base
        yield from spec.sources


def _digest_of_file(path: str) -> str:
    """Return the digest of a file's bytes; empty if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return sha256(file.read()).hexdigest()
    except (OSError, ValueError):
        return ""


def _are_unchanged(files: Files) -> bool:
    return all(_digest_of_file(path) == found for path, found in files)


# --- entries -------------------------------------------------------------------------------------


def _dump_entry(policy: Policy, stamp: str, files: Files) -> bytes:
    outline = outline_of(policy)
    notes = [(n.name, n.words, n.because, n.anchor) for n in outline.notes.values()]
    codes = list(policy.table_codes())
    head = outline.name, outline.version, outline.digest
    words, judged = dict(outline.fact_words), tuple(sorted(outline.judged))
    values = dict(representative_values(policy.circuit))
    return marshal.dumps((stamp, files, head, notes, words, judged, values, codes))


def _read_entry(path: str, body: bytes | None) -> CompiledPolicy | None:
    """Return the policy of an entry, if it is for this program and these files."""
    if body is None:
        return None
    with suppress(EOFError, ValueError, TypeError):
        stamp, files, head, notes, words, judged, values, codes = marshal.loads(body)
        if stamp == program_stamp() and _are_unchanged(files):
            plain = make_outline(tables := _run_tables(codes), None)
            known = {note[0]: RuleNote(*note) for note in notes}
            spec, version, spec_digest = head
            outline = replace(
                plain,
                name=spec,
                version=version,
                digest=spec_digest,
                notes=known,
                fact_words=words,
                judged=frozenset(judged),
            )
            return CompiledPolicy(path, outline, tables, values)
    return None


def _run_tables(codes: Iterable[CodeType]) -> Tables:
    names: dict[str, Any] = dict(runtime_names())
    for code in codes:
        exec(code, names)
    tables: Tables = names["_make_tables"]()
    return tables
