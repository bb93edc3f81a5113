"""Reads what many panels ask in few statements: stored numbers first, the rest from events."""
