"""One handler per queue; a file bears its queue's name."""
