"""Decisions: pure functions and the ports they are carried out through. No I/O here."""
