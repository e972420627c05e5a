"""Which network a request comes from, also behind proxies that we trust."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network

IPV6_PREFIX_BITS = 64
"""What one household or office is given; inside it addresses are free."""
PROXIES_MAX = 10
KEPT = 10_000
UNKNOWN = "unknown"


def of(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """Name the sender's network: an IPv4 address, or the first 64 bits of an IPv6 one.

    `X-Forwarded-For` is read from its end, and only as far as trusted proxies wrote it.
    """
    if trusted and _is_trusted(peer, tuple(trusted)):
        for hop in reversed(forwarded_for.split(",")[-PROXIES_MAX:]):
            if not _is_address(hop.strip()):
                break
            peer = hop.strip()
            if not _is_trusted(peer, tuple(trusted)):
                break
    return _network(peer)


@lru_cache(KEPT)
def _network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return UNKNOWN
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(IPv6Network((parsed, IPV6_PREFIX_BITS), strict=False))
    return str(parsed)


@lru_cache(KEPT)
def _is_trusted(address: str, trusted: tuple[Network, ...]) -> bool:
    return _is_address(address) and any(ip_address(address) in network for network in trusted)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
