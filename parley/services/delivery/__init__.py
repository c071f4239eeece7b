"""Use cases of delivery: pushes and jobs, handed to providers."""
