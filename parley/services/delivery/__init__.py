"""Use cases that hand something to a provider."""
