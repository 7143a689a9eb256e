"""What is remembered of earlier checks stays small: what was not used for longest is let go."""

from __future__ import annotations

from functools import partial

import specdsl
from specdsl.apps.cache import in_memory_cache
from specdsl.verification.known_answers import AnswerStore

HEAD = "authority owner fact a, b: bool fact days: int 0..9999 decision door: open > shut\n"


def test_the_oldest_answers_are_let_go() -> None:
    store, asked = AnswerStore(most=3), list[int]()

    for number in (1, 2, 3, 1, 4, 1, 2):
        store.find_or_make((number,), partial(asked.append, number))
    assert asked == [1, 2, 3, 4, 2], "1 was used all the time, 2 was let go for 4"


def test_long_answers_count_more() -> None:
    store = AnswerStore(most=10)
    store.find_or_make(("short",), lambda: 1)
    store.find_or_make(("long",), lambda: 2, length=10)
    assert ("short",) not in store
    assert ("long",) in store


def test_many_edits_leave_a_bounded_memory() -> None:
    """Each text is another one; the answers of only some of them are kept."""
    known = in_memory_cache()
    for days in range(30):
        rule = f"rule r1 at owner when a and days > {days} then door is shut\n"
        spec = specdsl.loads(HEAD + rule)
        found = known(spec.loaded)
        assert found is not None
        assert found.answer_store is not None
        found.answer_store.limit = 12
        specdsl.check(spec, known=found)
        assert found.answer_store.size <= 12
