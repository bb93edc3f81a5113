"""Fixtures: databases that are filled once for all queries."""

from tests.queries.test_exact_numbers import filled

__all__ = ["filled"]
