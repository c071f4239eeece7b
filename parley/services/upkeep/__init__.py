"""Periodic tasks, and the lease that they run under."""
