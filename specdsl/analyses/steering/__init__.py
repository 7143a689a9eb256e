"""Steerability: which principal can change which decision, and which rules stop the others.

Every answer is proved over all situations. It is a property of two worlds (2-safety), as
non-interference is.
"""

from specdsl.analyses.steering.steer import steer
from specdsl.analyses.steering.steering_result import (
    Blocked,
    BlockReason,
    CanSteer,
    Speaker,
    SpeechManner,
    Steering,
    SteeringGoal,
)

__all__ = [
    "BlockReason",
    "Blocked",
    "CanSteer",
    "Speaker",
    "SpeechManner",
    "Steering",
    "SteeringGoal",
    "steer",
]
