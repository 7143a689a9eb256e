"""Where the suites are held to be wrong, with the reason. Shown by every run, never silently."""

from __future__ import annotations

from collections.abc import Mapping

DISPUTED: Mapping[tuple[str, str], str] = {
    ("tightening-002", "loosens"): (
        "the layer does loosen `loan`, by three instructions of one principal: the first leaves "
        "out the best outcome, the second asks for it, the third permits the worst. Without the "
        "layer the second stands beside the permission, so that only the worst is left; with it "
        "the second is overridden and the middle outcome remains, which is preferred"
    ),
}
"""By policy and key of its findings."""
