"""Tests of what is measured against a spec: conversations and logs."""
