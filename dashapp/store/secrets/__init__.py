"""Sealed values: which columns have them, and how they are sealed again under a new secret."""
