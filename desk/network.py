"""The network address that attempts and limits are counted by."""

from ipaddress import IPv6Address, IPv6Network, ip_address

_ONE_HOUSEHOLD = 64
"""Bits of an IPv6 address that tell one connection from another; the rest its owner chooses freely."""


def network_of(host: str) -> str:
    """An IPv4 address as it is, an IPv6 address as its /64; anything else as itself."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), _ONE_HOUSEHOLD), strict=False))
