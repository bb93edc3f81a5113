"""Exports of events: reading them in order, and writing them as files."""
