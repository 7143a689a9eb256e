"""Three implementations of the meaning against each other: the reference interpreter, the emitted
module and the circuit. Where two differ, one has misread the definition."""
