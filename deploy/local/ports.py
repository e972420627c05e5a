"""The ports of the system: defaults, settings, and the check that they are free."""

import socket
from collections.abc import Iterable, Mapping

from deploy.local import listeners
from deploy.local.refusal import Refusal

HOST = "127.0.0.1"

Ports = dict[str, int]

DEFAULTS: Ports = {
    "gateway": 8080,
    "intake": 8101,
    "procedures": 8102,
    "sla": 8103,
    "survey": 8104,
    "gateway-worker": 8110,
    "intake-worker": 8111,
    "procedures-worker": 8112,
    "sla-worker": 8113,
    "survey-worker": 8114,
    "postgres": 15432,
    "nats": 14222,
    "nats-monitor": 14223,
}

PORT_MAX = 65535


def setting(name: str) -> str:
    """Name the environment variable that moves a port."""
    return f"MOTCUA_PORT_{name.upper().replace('-', '_')}"


def from_environment(environment: Mapping[str, str]) -> Ports:
    """Read the ports; a value that is no port, or one used twice, is refused."""
    ports = {
        name: _number(environment.get(setting(name), ""), name, default)
        for name, default in DEFAULTS.items()
    }
    names: dict[int, str] = {}
    for name, port in ports.items():
        if port in names:
            raise Refusal(
                f"Cổng {port} dùng hai lần / port {port} is given to both "
                f"{names[port]} and {name}: change {setting(name)}."
            )
        names[port] = name
    return ports


def _number(value: str, name: str, default: int) -> int:
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and 0 < int(value) <= PORT_MAX):
        raise Refusal(f"{setting(name)}={value}: not a port number (1 to {PORT_MAX}).")
    return int(value)


def require_free(ports: Mapping[str, int]) -> None:
    """Refuse with one line for each busy port, all at once."""
    if busy := [name for name in ports if not is_free(ports[name])]:
        raise Refusal("\n".join(_complaints(busy, ports)))


def _complaints(busy: Iterable[str], ports: Mapping[str, int]) -> Iterable[str]:
    for name in busy:
        port = ports[name]
        by = listeners.holder(port) or "another process"
        yield (
            f"Cổng {port} ({name}) đang bận / port {port} ({name}) is in use by {by}. "
            f"Free it or set {setting(name)}."
        )


def is_free(port: int) -> bool:
    """Tell whether the port could be listened on now (a connection just closed is no obstacle)."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
