"""A service, and what it knows about people."""
