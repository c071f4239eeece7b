"""Decisions about delivery: which channel, what it carries, what an answer means."""
