"""Answers from sealed days: what is not kept as a tally, without reading rows of events."""
