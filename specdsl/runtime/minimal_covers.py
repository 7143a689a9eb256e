"""Minimal clashes: minimal sets of restrictions that together leave no outcome.

A restriction covers the outcomes that it excludes; a clash is an irredundant set cover.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

CoverStep = tuple[int, frozenset[int]] | None


def minimal_covers(
    masks: Sequence[int], every: int, most_steps: int
) -> tuple[list[frozenset[int]], bool]:
    """Return the irredundant covers of `every` by the masks (as sets of indices), smallest first,
    and whether they are all: the search takes at most `most_steps` steps.
    """
    found: dict[frozenset[int], None] = {}
    steps = 0
    for size in range(1, every.bit_count() + 1):
        deeper = False
        for step in search_covers(masks, every, size):
            steps += 1
            if steps > most_steps:
                found |= dict.fromkeys(_first_covers(masks, every, most_steps))
                return sorted(found, key=_size_and_members), False
            if step is not None:
                rest, taken = step
                deeper = deeper or (rest != 0 and len(taken) == size)
                if not rest:
                    found[taken] = None
        if not deeper:
            break
    return sorted(found, key=_size_and_members), True


def search_covers(
    masks: Sequence[int], rest: int, most: int, taken: frozenset[int] = frozenset()
) -> Iterator[CoverStep]:
    """Yield the steps of a depth-first search for irredundant covers of at most `most` masks: what
    is still uncovered and what is taken; None for a dead end. A set may occur more than once. The
    next bit to cover is the one that the fewest masks have.
    """
    if not all(_is_irredundant(masks, taken, one) for one in taken):
        yield None  # No superset is irredundant either.
        return
    yield rest, taken
    if rest and len(taken) < most:
        bits = (bit for bit in range(rest.bit_length()) if rest >> bit & 1)
        having = ([i for i, mask in enumerate(masks) if mask >> bit & 1] for bit in bits)
        for i in min(having, key=len):
            yield from search_covers(masks, rest & ~masks[i], most, taken | {i})


def _first_covers(masks: Sequence[int], every: int, most_steps: int) -> Iterator[frozenset[int]]:
    """Yield the covers of any size that the first steps find, at least one."""
    met = False
    for i, step in enumerate(search_covers(masks, every, every.bit_count())):
        if met and i >= most_steps:
            return
        if step is not None and not step[0]:
            met = True
            yield step[1]


def _is_irredundant(masks: Sequence[int], taken: frozenset[int], one: int) -> bool:
    """Return whether the mask has a bit that no other taken one has."""
    others = 0
    for i in taken:
        if i != one:
            others |= masks[i]
    return bool(masks[one] & ~others)


def _size_and_members(group: frozenset[int]) -> tuple[int, list[int]]:
    return len(group), sorted(group)
