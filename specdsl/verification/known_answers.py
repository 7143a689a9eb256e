"""Answers of earlier checks: a question about some decisions is not asked again as long as nothing
that they depend on has changed.

An answer is a plain value without parts of a spec, so it serves every spec with equal decisions.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

from specdsl.base.limits import MAX_SESSION_ANSWERS
from specdsl.base.quick_dataclass import dataclass
from specdsl.verification.components import ComponentTask

Answer = TypeVar("Answer")
Key = tuple[Hashable, ...]


class AnswerStore:
    """A store that forgets the answers that were not used for longest."""

    def __init__(self, most: int = MAX_SESSION_ANSWERS) -> None:
        """Limit the store to `most` short answers, or fewer long ones."""
        self._answers: dict[Key, tuple[Any, int]] = {}
        self.limit = most
        self.size = 0  # In short answers.

    def __contains__(self, key: Key) -> bool:
        """Return whether the answer is there."""
        return key in self._answers

    def find_or_make(self, key: Key, make: Callable[[], Answer], length: int = 1) -> Answer:
        """Return the answer of the key; one that has to be made is kept unless making it raises.
        `length`: how many short answers take as much memory.
        """
        known = self._answers.pop(key, None)
        if known is None:
            known = make(), length
            self.size += length
        self._answers[key] = known
        while self.size > self.limit:
            self.size -= self._answers.pop(next(iter(self._answers)))[1]
        found: Answer = known[0]
        return found


@dataclass(frozen=True, eq=False)
class KnownAnswers:
    """The answers that serve one spec. `digest_task` returns a digest of all that determines the
    findings of a component, None if there is none.
    """

    store: AnswerStore
    digest_task: Callable[[ComponentTask], str | None]

    def key_of(self, question: Hashable, tasks: Sequence[ComponentTask]) -> Key | None:
        """Return the key of a question about the decisions of some components."""
        digests = [self.digest_task(one) for one in tasks]
        return None if None in digests else (question, *digests)
