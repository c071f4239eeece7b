"""Decisions of the periodic tasks."""
