"""Verification conditions about specs: one check's session, and analyses that checks share."""
