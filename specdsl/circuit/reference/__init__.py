"""The naive reference interpreter: the meaning of a spec word by word, to test all others against.

It reads the model and shares no code with the circuits, the ranks, the solver or what is emitted;
it lowers nothing and simplifies nothing. Slow, plain and right: where another differs from it, one
of the two has misread the definition.
"""

from specdsl.circuit.reference.answer import Answer, Verdict
from specdsl.circuit.reference.deciding import decide

__all__ = ["Answer", "Verdict", "decide"]
