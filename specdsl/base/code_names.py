"""Names of the codes of checks, for modules that may not import the checks."""

from __future__ import annotations

from typing import NamedTuple


class CodeName(NamedTuple):
    """The id and the name of a code; the check adds its severity and its manual page."""

    id: str
    name: str


CONTRADICTION = CodeName("SD301", "contradiction")
TRIAL_CONTRADICTION = CodeName("SD302", "trial-contradiction")
DEAD_RULE = CodeName("SD401", "dead-rule")
UNREACHABLE_RULE = CodeName("SD402", "unreachable-rule")
UNREACHABLE_EFFECT = CodeName("SD403", "unreachable-effect")
REDUNDANT_RULE = CodeName("SD404", "redundant-rule")
IDLE_PERMISSION = CodeName("SD405", "idle-permission")
IDLE_PRIORITY = CodeName("SD406", "idle-priority")
IDLE_OVERRIDE = CodeName("SD407", "idle-override")
IDLE_FACT = CodeName("SD408", "idle-fact")
IDLE_LEVEL = CodeName("SD409", "idle-level")
DEAD_CONJUNCT = CodeName("SD410", "dead-conjunct")
UNREACHABLE_OUTCOME = CodeName("SD411", "unreachable-outcome")
INSTRUCTED_OUTCOME = CodeName("SD412", "instructed-outcome")
TRIAL_SHADOW = CodeName("SD413", "trial-shadow")
INCONSISTENT_ASSUMPTIONS = CodeName("SD501", "inconsistent-assumptions")
UNDECIDED_SITUATIONS = CodeName("SD502", "undecided-situations")
SENSITIVE_TO_UNKNOWN = CodeName("SD503", "sensitive-to-unknown")
OPEN_TO_UNKNOWN = CodeName("SD504", "open-to-unknown")
FAILING_EXAMPLE = CodeName("SD601", "failing-example")
REFUTED_ASSERTION = CodeName("SD602", "refuted-assertion")
LOOSENING_LAYER = CodeName("SD603", "loosening-layer")
UNCLEAR_TIGHTENING = CodeName("SD604", "unclear-tightening")
TRIAL_BREAKAGE = CodeName("SD605", "trial-breakage")
UNUSED_SUPPRESSION = CodeName("SD701", "unused-suppression")
INVALID_SUPPRESSION = CodeName("SD702", "invalid-suppression")
EMPTY_SPEC = CodeName("SD703", "empty-spec")
UNSHOWN_BOUNDARY = CodeName("SD801", "unshown-boundary")
UNREASONED_RULE = CodeName("SD802", "unreasoned-rule")
VAGUE_NAME = CodeName("SD803", "vague-name")
TEXT_OF_FEW = CodeName("SD804", "text-of-few")
UNEXERCISED_HARD_RULE = CodeName("SD805", "unexercised-hard-rule")
