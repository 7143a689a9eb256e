"""Tests of imported policies, against what their own tools decide."""
