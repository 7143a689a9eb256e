"""Steerability: which principal can change which decision, and which rules stop the others.

Every answer is proved over all situations. It is a property of two worlds (2-safety), as
non-interference is.
"""

from collections.abc import Sequence

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

__all__ = [
    "FORMATS",
    "BlockReason",
    "Blocked",
    "CanSteer",
    "Speaker",
    "SpeechManner",
    "Steering",
    "SteeringGoal",
    "steer",
]
