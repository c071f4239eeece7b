"""What runs by the clock and finds what was left undone."""
