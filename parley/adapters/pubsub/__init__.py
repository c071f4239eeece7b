"""Pub/Sub behind the queue ports."""
