"""Network addresses as they are logged, and as attempts are counted for them."""

import pytest

from dashapp.web.access.addresses import client_address, network_of


@pytest.mark.parametrize(
    ("text", "address", "network"),
    [
        ("203.0.113.9", "203.0.113.9", "203.0.113.9"),
        ("203.0.113.9:4711", "203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9", "203.0.113.9"),
        ("2001:DB8:1:2::7", "2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::7]:4711", "2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::1", "fe80::/64"),
        ("", "", ""),
        (None, "", ""),
        ("unknown\n", "unknown?", "unknown?"),
        ("x" * 99, "x" * 45, "x" * 45),
    ],
)
def test_an_address_has_one_form(text, address, network):
    assert client_address(text) == address
    assert network_of(text or "") == network
