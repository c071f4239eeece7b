"""Parley: the code that functions, workers and the command line share."""
