"""What examples show of a spec, what none of them does, and examples that would."""

from specdsl.coverage.measure import Coverage, Seen, measure
from specdsl.coverage.missing import Missing, Stub, missing
from specdsl.coverage.points import Kind, Met, Point

__all__ = ["Coverage", "Kind", "Met", "Missing", "Point", "Seen", "Stub", "measure", "missing"]
