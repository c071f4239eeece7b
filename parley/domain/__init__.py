"""Decisions as pure functions, and the ports of services. No input or output here."""
