"""Network addresses of clients, as they are logged and as attempts are counted for them."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from dashapp.domain.errors import excerpt

_MAX_LENGTH = 45  # of an IPv6 address
# Some proxies add the client's port: `203.0.113.9:4711` or `[2001:db8::1]:4711`.
_WITH_PORT = re.compile(r"\[([^\]]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+", re.ASCII)


def client_address(text: str | None) -> str:
    """Return an address in its usual form, without a port; other text is shortened."""
    parsed = _parsed(text or "")
    return excerpt(text or "", _MAX_LENGTH) if parsed is None else str(parsed)


def is_loopback(text: str | None) -> bool:
    """Return whether this is an address of the same machine."""
    parsed = _parsed(text or "")
    return parsed is not None and parsed.is_loopback


def network_of(address: str) -> str:
    """Return an IPv4 address, or the /64 of an IPv6 one, which is what one household has."""
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((int(parsed), 64), strict=False))
    return client_address(address)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address, if it is one. An IPv4 address inside of an IPv6 one is an IPv4 one."""
    match = _WITH_PORT.fullmatch(text.strip())
    bare = (match[1] or match[2]) if match else text.strip()
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
