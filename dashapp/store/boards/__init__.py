"""Definitions of metrics and boards: the built-in files, and what was applied."""
