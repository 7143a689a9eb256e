"""Bit-parallel simulation of circuits, in two values and in three."""
