"""The same work done otherwise, as people would do it without Parley."""
