"""Addresses that look like others, and would become them."""

import pytest

from dashapp.domain.errors import BadInput
from dashapp.store.people.users import normal_email


@pytest.mark.parametrize(
    "address",
    [
        "mar\N{KELVIN SIGN}@acme.example",  # its lower-case letter is k
        "mark@\N{FULLWIDTH LATIN SMALL LETTER A}cme.example",
        "\N{LATIN SMALL LIGATURE FI}ona@acme.example",
        "ada@acme\N{ONE DOT LEADER}example",
    ],
)
def test_a_letter_that_stands_for_another_is_refused(address):
    with pytest.raises(BadInput, match="not a valid email"):
        normal_email(address)


def test_other_letters_are_kept():
    assert normal_email("José@Bücher.example") == "josé@bücher.example"
