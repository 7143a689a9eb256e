"""Minimal clashes: restrictions that together leave no outcome, and of which none can be spared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

Step = tuple[int, frozenset[int]] | None


def minimal_covers(
    masks: Sequence[int], every: int, most_steps: int
) -> tuple[list[frozenset[int]], bool]:
    """The sets of masks (by index) that together cover every bit and of which none can be left out,
    small ones first; and whether these are all: no more steps are taken than allowed."""
    found: dict[frozenset[int], None] = {}
    steps = 0
    for size in range(1, every.bit_count() + 1):
        deeper = False
        for step in cover_steps(masks, every, size):
            steps += 1
            if steps > most_steps:
                found |= dict.fromkeys(_first_covers(masks, every, most_steps))
                return sorted(found, key=_by_size), False
            if step is not None:
                rest, taken = step
                deeper = deeper or (rest != 0 and len(taken) == size)
                if not rest:
                    found[taken] = None
        if not deeper:
            break
    return sorted(found, key=_by_size), True


def cover_steps(
    masks: Sequence[int], rest: int, most: int, taken: frozenset[int] = frozenset()
) -> Iterator[Step]:
    """Each step towards sets of at most so many masks that with those taken cover the rest: what is
    not covered yet and what is taken, of which none can be left out; None for a step in vain. A set
    may be met more than once. Of the bits not covered yet that comes next which the fewest masks
    have."""
    if not all(_is_needed(masks, taken, one) for one in taken):
        yield None  # and never will be
        return
    yield rest, taken
    if rest and len(taken) < most:
        bits = (bit for bit in range(rest.bit_length()) if rest >> bit & 1)
        having = ([i for i, mask in enumerate(masks) if mask >> bit & 1] for bit in bits)
        for i in min(having, key=len):
            yield from cover_steps(masks, rest & ~masks[i], most, taken | {i})


def _first_covers(masks: Sequence[int], every: int, most_steps: int) -> Iterator[frozenset[int]]:
    """Those of any size that are met in so many steps; one at least."""
    met = False
    for i, step in enumerate(cover_steps(masks, every, every.bit_count())):
        if met and i >= most_steps:
            return
        if step is not None and not step[0]:
            met = True
            yield step[1]


def _is_needed(masks: Sequence[int], taken: frozenset[int], one: int) -> bool:
    """It has a bit that no other of those taken has."""
    others = 0
    for i in taken:
        if i != one:
            others |= masks[i]
    return bool(masks[one] & ~others)


def _by_size(group: frozenset[int]) -> tuple[int, list[int]]:
    return len(group), sorted(group)
