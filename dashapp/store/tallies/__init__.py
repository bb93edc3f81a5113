"""Counts and distinct users per local day: stored, rebuilt, and checked against the events."""
