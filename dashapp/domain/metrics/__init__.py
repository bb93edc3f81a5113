"""Tallies: their definitions, and the counts that events add to them."""
