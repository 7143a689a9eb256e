"""Who can steer which decision, and which rule stops the others: proved over all situations."""

from specdsl.steer.reach import Aim, Bar, Manner, Speaker, Steering, Way, Why
from specdsl.steer.steering import steer

__all__ = ["Aim", "Bar", "Manner", "Speaker", "Steering", "Way", "Why", "steer"]
