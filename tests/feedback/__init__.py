"""Tests of feedback: reports in, examples out."""
