"""How something reaches a person: which channel, and what it carries."""
