"""Benchmarks: `make bench`. No benchmark passes or fails."""
