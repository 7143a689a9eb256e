"""Where the suites are held to be wrong, with the reason. Shown by every run, never silently."""

from __future__ import annotations

from collections.abc import Mapping

DEFAULT_IN_A_CLASH = (
    "where what `on conflict` names is not left above the clash, the suite's findings take the "
    "default, and its own situations (and the semantics) the most preferred outcome as listed"
)

DISPUTED: Mapping[tuple[str, str], str] = {
    ("seed101-0070", "sensitive"): DEFAULT_IN_A_CLASH,
    ("seed101-0214", "unreachable_without_instructions"): DEFAULT_IN_A_CLASH,
    ("tightening-002", "loosens"): (
        "the layer does loosen `loan`, by three instructions of one principal: the first leaves "
        "out the best outcome, the second asks for it, the third permits the worst. Without the "
        "layer the second stands beside the permission, so that only the worst is left; with it "
        "the second is overridden and the middle outcome remains, which is preferred"
    ),
}
"""By policy and key of its findings."""
