"""Network addresses that the server may connect to when someone else chose the name."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_NAT64 = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
_IPV4_BITS = 0xFFFF_FFFF


def is_public(text: str) -> bool:
    """Return whether an address is on the public internet, for one host only.

    An IPv4 address inside of an IPv6 one counts as itself: `is_global` alone says yes to
    `64:ff9b::a00:1` and `2002:a00:1::1`, which lead to 10.0.0.1.
    """
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(
        each.is_global and not each.is_multicast for each in (address, *_addresses_inside(address))
    )


def _addresses_inside(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """Return the IPv4 addresses that packets to an IPv6 address may end up at."""
    if isinstance(address, IPv4Address):
        return []
    teredo = address.teredo or ()
    inside = [address.ipv4_mapped, address.sixtofour, *teredo]
    if any(address in network for network in _NAT64):
        inside.append(IPv4Address(int(address) & _IPV4_BITS))
    return [each for each in inside if each is not None]
