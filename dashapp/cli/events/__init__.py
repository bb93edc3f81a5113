"""Commands that import, seed, count and remove events."""
