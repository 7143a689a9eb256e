"""Tests of `diff` and `steer` against enumeration of situations."""
