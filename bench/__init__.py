"""Benchmarks: every figure a ratio to something else that was measured in the same run."""
