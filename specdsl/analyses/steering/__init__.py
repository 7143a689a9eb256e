"""Steerability: which principal can change which decision, and which rules stop the others.

Every answer is proved over all situations. It is a property of two worlds (2-safety), as
non-interference is.
"""

from collections.abc import Sequence

from specdsl.analyses.steering.compare_say import compare_say
from specdsl.analyses.steering.say_change import SayChange, SayDifference, SayRegion, SayTrend
from specdsl.analyses.steering.say_text import (
    render_say_json,
    render_say_markdown,
    render_say_text,
)
from specdsl.analyses.steering.steer import steer
from specdsl.analyses.steering.steering_json import render_steering_json
from specdsl.analyses.steering.steering_result import (
    Blocked,
    BlockReason,
    CanSteer,
    Speaker,
    SpeechManner,
    Steering,
    SteeringGoal,
)
from specdsl.analyses.steering.steering_text import render_steering_text
from specdsl.reports.formats import Formats

FORMATS: Formats[Sequence[Steering]] = {
    "text": render_steering_text,
    "json": render_steering_json,
}

SINCE_FORMATS: Formats[SayDifference] = {
    "text": render_say_text,
    "json": render_say_json,
    "markdown": render_say_markdown,
}

__all__ = [
    "FORMATS",
    "SINCE_FORMATS",
    "BlockReason",
    "Blocked",
    "CanSteer",
    "SayChange",
    "SayDifference",
    "SayRegion",
    "SayTrend",
    "Speaker",
    "SpeechManner",
    "Steering",
    "SteeringGoal",
    "compare_say",
    "steer",
]
