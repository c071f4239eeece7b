"""Use cases of a service and the people it knows."""
