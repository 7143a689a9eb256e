"""Tests of decision logs."""
