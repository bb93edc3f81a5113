"""Widgets about validation runs, findings, events, and users."""
