"""The databases that are filled once for all questions."""

from tests.queries.test_exact_numbers import filled

__all__ = ["filled"]
