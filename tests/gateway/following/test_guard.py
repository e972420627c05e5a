"""Webhooks reach public addresses only, whatever a name says the second time it is asked."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from gateway.settings import GatewaySettings
from gateway.webhooks.guard import Closed, Guard, guard_of
from gateway.webhooks.sending import Outcome, Sender
from gateway.webhooks.signing import new_secret
from shared.settings import KernelSettings
from tests.gateway.following.receiver import Receiver
from tests.gateway.upstreams import serving

CLOSED_ADDRESSES = (
    *("127.0.0.1", "127.255.255.254", "0.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255"),
    *("192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192"),
    *("198.18.0.1", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255", "[::1]", "[::]"),
    *("[::ffff:10.0.0.1]", "[::ffff:8.8.8.8]", "[::127.0.0.1]", "[64:ff9b::a00:1]"),
    *("[64:ff9b:1::1]", "[2002:a00:1::]", "[2001:0:1::1]", "[fc00::1]", "[fd00:ec2::254]"),
    # Those that stand for others, and those that nobody has.
    *("[::ffff:0:7f00:1]", "[64:ff9b:2::7f00:1]", "[1::1]", "[4000::1]"),
    *("[fe80::1]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[100::1]"),
    # Other spellings of this machine.
    *("0x7f.1", "2130706433", "127.1", "0177.0.0.1", "0x7f000001", "127.0.0.1."),
)
OPEN_ADDRESSES = ["203.0.114.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "[2606:4700::1111]"]


class Names(AbstractResolver):
    """Answers with the next of some address lists each time it is asked."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers: Iterator[list[str]] = iter(answers)
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked += 1
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in next(self._answers)
        ]

    async def close(self) -> None:
        return


async def send(guard: Guard, url: str, names: Names | None = None, times: int = 1) -> list[Outcome]:
    sender = Sender(guard, seconds_max=2, resolver=names)
    try:
        return [await sender.send(url, "e1", b"{}", secrets=[new_secret()]) for _ in range(times)]
    finally:
        await sender.close()


@pytest.mark.parametrize("address", CLOSED_ADDRESSES)
def test_an_address_that_is_not_public_is_closed(address: str) -> None:
    with pytest.raises(Closed, match="address_not_allowed"):
        Guard().check(f"https://{address}/")


@pytest.mark.parametrize("address", OPEN_ADDRESSES)
def test_a_public_address_is_open(address: str) -> None:
    assert Guard().check(f"https://{address}/").host == address.strip("[]")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.vn/", "url_not_https"),
        ("ftp://example.vn/", "url_not_https"),
        ("file:///etc/passwd", "url_malformed"),
        ("https:///nobody", "url_malformed"),
        ("not a url", "url_malformed"),
        ("https://[::1", "url_malformed"),
        ("https://xn--/", "url_malformed"),
        ("https://example.vn:99999/", "url_malformed"),
        ("https://user:secret@example.vn/", "url_with_credentials_or_fragment"),
        ("https://user@127.0.0.1/", "url_with_credentials_or_fragment"),
        ("https://example.vn/#part", "url_with_credentials_or_fragment"),
        ("https://example.vn:22/", "port_not_allowed"),
        ("https://example.vn/" + "x" * 1000, "url_malformed"),
    ],
)
def test_an_address_that_is_no_receiver_is_refused_by_name(url: str, code: str) -> None:
    with pytest.raises(Closed, match=code):
        Guard().check(url)


def test_only_the_local_profile_reaches_its_own_machine(tmp_path: Path) -> None:
    def guard(profile: str, *, loopback: bool = True) -> Guard:
        kernel = KernelSettings.model_validate({"profile": profile, "keys_dir": tmp_path})
        return guard_of(GatewaySettings(kernel=kernel, webhook_loopback=loopback))

    assert guard("local").check("http://127.0.0.1:9000/hook")
    assert guard("local").check("http://localhost:9000/hook")
    for closed in (guard("production"), guard("local", loopback=False)):
        with pytest.raises(Closed):
            closed.check("http://127.0.0.1:9000/hook")
    with pytest.raises(Closed):
        guard("local").check("http://10.0.0.1:9000/hook")


async def test_a_name_with_one_closed_address_among_open_ones_is_not_called() -> None:
    names = Names(["8.8.8.8", "10.0.0.1"])

    (outcome,) = await send(Guard(), "https://rebinding.example/", names)

    assert outcome.error == "address_not_allowed"


async def test_a_name_that_turns_inward_later_is_closed_at_the_next_delivery() -> None:
    async with serving(Receiver()) as url:
        port = url.rpartition(":")[2]
        # First it points where calling is allowed (here: this machine), then inward.
        names = Names(["127.0.0.1"], ["10.0.0.1"])
        guard = Guard(loopback=True, ports=[int(port)])
        sender = Sender(guard, seconds_max=2, resolver=names)
        try:
            first = await sender.send(
                f"https://rebinding.example:{port}/", "e1", b"{}", secrets=[new_secret()]
            )
            second = await sender.send(
                f"https://rebinding.example:{port}/", "e2", b"{}", secrets=[new_secret()]
            )
        finally:
            await sender.close()

    # It got as far as the handshake: the plain server there speaks no TLS.
    assert first.error in {"tls", "connection"}
    assert second.error == "address_not_allowed"
    assert names.asked == 2


async def test_a_connection_goes_to_the_address_that_was_checked() -> None:
    """A second look-up by the connector would see the other answer, and call it."""
    names = Names(["10.0.0.1"], ["127.0.0.1"])

    (outcome,) = await send(Guard(), "https://rebinding.example/", names)

    assert outcome.error == "address_not_allowed"
    assert names.asked == 1


async def test_looking_a_name_up_holds_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """There are few of those: names that take their time would stop every other delivery."""
    held: list[str] = []

    def slow(host: str, *_: object, **__: object) -> list[object]:
        held.append(host)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", slow)

    (outcome,) = await send(Guard(), "https://nobody.invalid/")

    assert outcome.error in {"name_not_resolved", "timeout"}
    assert held == []
