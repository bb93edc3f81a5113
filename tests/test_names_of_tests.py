"""Every process collects tests of the same names, whenever it starts: pytest-xdist needs this."""

import zlib

import pytest

from tests.conftest import pytest_make_parametrize_id


@pytest.mark.parametrize(
    "value", [b"\xff", zlib.compress(b"x"), b"a\n", b"a\0", b"a" * 101, "a" * 101]
)
def test_binary_and_long_values_are_not_in_a_name(value, request):
    assert pytest_make_parametrize_id(value, "value") == "value"
    assert request.node.name.startswith("test_binary_and_long_values_are_not_in_a_name[value")


@pytest.mark.parametrize("value", [b"a,b", "a,b", "Zoë", b"", 7, None])
def test_other_values_are_named_as_usual(value):
    assert pytest_make_parametrize_id(value, "value") is None
