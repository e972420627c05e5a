"""Keeps webhooks out of our own network: which addresses may be called, checked at each call."""

import ipaddress
import re
import socket
from collections.abc import Collection
from dataclasses import dataclass

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from gateway.settings import GatewaySettings

URL_LENGTH_MAX = 1_000
LOOK_UP_SECONDS_MAX = 3.0
"""For the first of two tries; both lie within the time of an attempt."""

# What ends in a number is an address in some spelling (`127.1`, `0x7f.1`), never a name.
NUMBER = re.compile(r"(^|\.)([0-9]+|0[xX][0-9a-fA-F]*)\.?$")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Python's own list of what is not global differs between its versions, and lacks the addresses
# that stand for others: mapped, translated (NAT64) and tunnelled (6to4, Teredo) ones.
CLOSED = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"),
        *("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23"),
        *("2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/9"),
        "ff00::/8",
    )
)


UNICAST = ipaddress.ip_network("2000::/3")
"""All that is given out of IPv6 (RFC 4291); elsewhere addresses stand for others or for nobody."""


class Closed(Exception):
    """An address that webhooks must not call; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Guard:
    """What may be called: https to public addresses on listed ports.

    `loopback` allows this very machine besides, by http and on any port, to try things out.
    """

    loopback: bool = False
    ports: Collection[int] = (443,)

    def check(self, address: str) -> URL:
        """Read a subscriber's address; raises Closed. Names are resolved only when called."""
        try:
            url = URL(address)
            host, port = url.host, url.port
        except ValueError as malformed:
            raise Closed("url_malformed") from malformed
        if len(address) > URL_LENGTH_MAX or not host or port is None:
            raise Closed("url_malformed")
        if url.user is not None or url.password is not None or url.fragment:
            raise Closed("url_with_credentials_or_fragment")
        literal = _literal(host)
        if self.loopback and (host == "localhost" or (literal and literal.is_loopback)):
            return url
        if url.scheme != "https":
            raise Closed("url_not_https")
        if port not in self.ports:
            raise Closed("port_not_allowed")
        if not self.may_call(literal) if literal else NUMBER.search(host):
            raise Closed("address_not_allowed")
        return url

    def may_call(self, address: Address) -> bool:
        """Tell whether a resolved address may be connected to."""
        if address.is_loopback:
            return self.loopback
        if address.version == UNICAST.version and address not in UNICAST:
            return False
        return not any(
            address.version == network.version and address in network for network in CLOSED
        )


def guard_of(settings: GatewaySettings) -> Guard:
    """What this installation allows; its own machine in the local profile only."""
    local = settings.kernel.profile == "local"
    return Guard(loopback=local and settings.webhook_loopback, ports=settings.webhook_ports)


class GuardedResolver(AbstractResolver):
    """Resolves a name just before a connection, which goes to the very addresses checked here.

    One closed address among several closes the name: it is how rebinding begins.
    """

    def __init__(self, guard: Guard, inner: AbstractResolver | None = None) -> None:
        self._guard = guard
        # Without threads: of those there are few, and one name that takes its time holds one.
        self._inner = inner or aiohttp.AsyncResolver(timeout=LOOK_UP_SECONDS_MAX, tries=2)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Resolve; raises Closed (as the cause of the connection's failure)."""
        found = await self._inner.resolve(host, port, family)
        if not found or not all(self._may_call(one["host"]) for one in found):
            raise Closed("address_not_allowed")
        return list(found)

    def _may_call(self, text: str) -> bool:
        address = _literal(text)
        return address is not None and self._guard.may_call(address)

    async def close(self) -> None:
        """Close the resolver behind."""
        await self._inner.close()


def connector(guard: Guard, inner: AbstractResolver | None = None) -> aiohttp.TCPConnector:
    """A connector that asks the guard for every new connection and shares none for long.

    Its number of connections is bounded by the senders, each for itself: a common bound would
    let a few slow receivers keep the others waiting.
    """
    return aiohttp.TCPConnector(
        resolver=GuardedResolver(guard, inner), use_dns_cache=False, limit=0, keepalive_timeout=15
    )


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
