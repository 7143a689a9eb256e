"""No shape of spec crashes a command, or lets it go on for ever."""

from __future__ import annotations

import pytest

from tests.hostile.__main__ import faults
from tests.hostile.shapes import SHAPES

QUICK = (0, 1, 3, 5, 7, 12, 14, 17, 18, 21)  # the others are for `python -m tests.hostile`


@pytest.mark.parametrize("seed", QUICK)
def test_every_command_ends_by_itself(seed: int) -> None:
    wrong = [(name, fault) for name, _, fault in faults(seed, 6) if fault]
    assert not [one for one in wrong if not one[1].startswith("more than")]


def test_shapes_are_specs() -> None:
    """At a small size each has the head of one."""
    assert all(make(3).startswith("authority ") for make in SHAPES.values())
