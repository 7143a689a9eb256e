"""Emitted TypeScript: its types hold, Node decides as the reference and the module in Python do,
and what is changed in it is refuted."""

from __future__ import annotations

import pytest

from tests.agreement.asked import asked_at_random
from tests.agreement.engines import first_difference
from tests.agreement.typescript_engine import missing_tools

needs_node = pytest.mark.skipif(bool(missing_tools()), reason=f"needs {missing_tools()}")


@needs_node
def test_node_decides_random_specs_as_the_reference_does() -> None:
    asked = [asked_at_random(seed, small=seed % 2 == 0, many=12) for seed in range(50)]
    assert not first_difference(asked, ["typescript"])
