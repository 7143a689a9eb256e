"""Incremental checking: known findings by independent component of a spec, so that after an edit
only the affected components are checked again.

The key of a component is a structural digest of what its checks read, resolved, wherever it stands
in the texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property

from specdsl.apps.cache.object_digest import NoDigestError, StructuralDigests
from specdsl.apps.cache.report_key import digest
from specdsl.apps.cache.serialization import dump_findings, load_findings
from specdsl.apps.cache.span_codec import OrderedSpanCodec
from specdsl.apps.cache.store import FolderStore, MemoryStore
from specdsl.base.quick_dataclass import dataclass
from specdsl.checks import Check, Component, ComponentTask, Findings, FindingsCache
from specdsl.verification.known_answers import AnswerStore, KnownAnswers
from specdsl.verification.runner import StartedScope

KeyAndSpans = tuple[str, OrderedSpanCodec]


@dataclass(frozen=True)
class ComponentFindings(FindingsCache):
    """The known findings of one spec. `tool` is the digest of the program, and `same` tells whether
    it is still valid. With `by_check` the findings of each check are an entry of their own, so that
    a run with fewer checks finds them too.
    """

    store: FolderStore | MemoryStore
    tool: str
    same: Callable[[], bool]
    by_check: bool = False
    answer_store: AnswerStore | None = None
    keeps_scopes: bool = False
    _contents: StructuralDigests = field(default_factory=StructuralDigests)
    _started: dict[str | None, StartedScope] = field(default_factory=dict)
    _keys_by_query: dict[ComponentTask, KeyAndSpans | None] = field(default_factory=dict)

    @cached_property
    def answers(self) -> KnownAnswers | None:
        if self.answer_store is None:
            return None
        return KnownAnswers(self.answer_store, self._digest_of)

    def lookup(
        self, every: Sequence[ComponentTask], checks: Sequence[Check]
    ) -> dict[Component, list[Findings]]:
        found: dict[Component, list[Findings]] = {}
        for task in every:
            known = (self._read_findings(one, checks) for one in _equivalent_queries(task))
            findings = next((one for one in known if one is not None), None)
            if findings is not None:
                found[task.component] = findings
        return found

    def keep_started(self, scopes: Mapping[ComponentTask, StartedScope]) -> None:
        self._started.update((self._digest_of(task), one) for task, one in scopes.items())

    def take_started(self, task: ComponentTask) -> StartedScope | None:
        return self._started.pop(self._digest_of(task), None)

    def _read_findings(self, task: ComponentTask, checks: Sequence[Check]) -> list[Findings] | None:
        found: list[Findings] = []
        for some in self._check_groups(checks):
            key_and_spans = self._key_of(task, some)
            body = key_and_spans and self.store.read(key_and_spans[0])
            findings = load_findings(body, key_and_spans[1]) if key_and_spans and body else None
            if findings is None or len(findings) != len(some):
                return None
            found += findings
        return found

    def _check_groups(self, checks: Sequence[Check]) -> list[Sequence[Check]]:
        """Return the groups of checks whose findings share an entry."""
        return [[one] for one in checks] if self.by_check else [checks]

    def record(
        self, found: Mapping[ComponentTask, list[Findings]], checks: Sequence[Check]
    ) -> None:
        same = self.same()
        for task, findings in found.items() if same else ():
            of = dict(zip(checks, findings, strict=True))
            for some in self._check_groups(checks):
                key_and_spans = self._key_of(task, some)
                body = key_and_spans and dump_findings([of[one] for one in some], key_and_spans[1])
                if key_and_spans and body:
                    self.store.write(key_and_spans[0], body)

    def _key_of(self, task: ComponentTask, checks: Sequence[Check]) -> KeyAndSpans | None:
        """Return the key and the spans of a component for some checks; None if it has no digest."""
        key_and_spans = self._key_of_task(task)
        codes = [code.id for one in checks for code in (one.code, *one.further_codes)]
        return key_and_spans and (
            digest(self.tool, "unit", key_and_spans[0], codes),
            key_and_spans[1],
        )

    def _digest_of(self, task: ComponentTask) -> str | None:
        key_and_spans = self._key_of_task(task)
        return None if key_and_spans is None else key_and_spans[0]

    def _key_of_task(self, task: ComponentTask) -> KeyAndSpans | None:
        if task not in self._keys_by_query:
            self._keys_by_query[task] = self._digest_query(task)
        return self._keys_by_query[task]

    def _digest_query(self, task: ComponentTask) -> KeyAndSpans | None:
        try:
            return self._contents.digest_object(task)
        except (NoDigestError, RecursionError):  # Deeply nested components are checked each time.
            return None


def _equivalent_queries(task: ComponentTask) -> Iterator[ComponentTask]:
    """Yield the query itself, and then those whose answers also serve it: without readers of
    situations, any situations will do.
    """
    yield task
    if task.brief:
        yield replace(task, brief=False, few_situations=False)
        yield replace(task, brief=False, note_lines=not task.note_lines)
