"""The reference interpreter: a naive definitional interpreter, the oracle of differential tests.

It reads the model and shares no code with the circuits, the ranks, the solver or emitted modules;
it lowers nothing and simplifies nothing. If another implementation differs from it, one of the two
has misread the definition.
"""

from specdsl.semantics.reference.answer import ReferenceAnswer, Verdict
from specdsl.semantics.reference.decide import decide

__all__ = ["ReferenceAnswer", "Verdict", "decide"]
