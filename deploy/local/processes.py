"""The processes of Một Cửa, in one table."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from deploy.local import readiness
from deploy.local.environment import SERVICES, for_service
from deploy.local.ports import HOST, Ports
from deploy.local.process import Process, Program

READY_PATH = "/health/ready"
# Longer than the gateway keeps an idle connection: the gateway is always the one to close it.
KEEP_ALIVE_SECONDS = "75"
# Bounds what one slow client's connection may cost; only the gateway speaks with clients.
CLIENTS_PROTOCOL = "gateway.limits.connections:Patient"
# Below the time after which the supervisor kills: open feeds must not cost the others theirs.
DRAIN_SECONDS = "10"


@dataclass(frozen=True)
class Table:
    """What is run on top of PostgreSQL and NATS, in this order."""

    steps: tuple[Program, ...]
    services: tuple[Process, ...]
    gateway: tuple[Process, ...]


MakeTable = Callable[[Ports, Mapping[str, str]], Table]


def table(ports: Ports, settings: Mapping[str, str]) -> Table:
    """Every process: name, command, environment, and where it tells that it is ready."""
    return Table(
        steps=(
            _step("migrate", settings),
            _step("first-run", settings),
        ),
        services=tuple(
            process
            for name in SERVICES
            for process in (
                _web(name, f"services.{name}.app:create", ports, for_service(settings, name)),
                _worker(name, f"services.{name}.worker", ports, for_service(settings, name)),
            )
        ),
        gateway=(
            _web(
                "gateway",
                "gateway.app:create",
                ports,
                for_service(settings, "gateway"),
                more=("--http", CLIENTS_PROTOCOL),
            ),
            _worker("gateway", "gateway.worker", ports, for_service(settings, "gateway")),
        ),
    )


def _step(name: str, settings: Mapping[str, str]) -> Program:
    return Program(
        name=name, command=(sys.executable, "-m", "deploy.cli", name), environment=settings
    )


def _web(
    name: str, factory: str, ports: Ports, settings: Mapping[str, str], *, more: Sequence[str] = ()
) -> Process:
    port = ports[name]
    address = ("--host", HOST, "--port", str(port))
    # Whose word about the sender's address counts is the gateway's own setting.
    senders = ("--no-proxy-headers",)
    limits = ("--timeout-keep-alive", KEEP_ALIVE_SECONDS)
    end = ("--timeout-graceful-shutdown", DRAIN_SECONDS)
    return Process(
        name=name,
        command=(
            *(sys.executable, "-m", "uvicorn", "--factory", factory, "--no-access-log"),
            *address,
            *senders,
            *limits,
            *end,
            *more,
        ),
        environment={"PYTHONUNBUFFERED": "1", **settings},
        ready=readiness.http(port, READY_PATH),
        url=f"http://{HOST}:{port}",
    )


def _worker(name: str, module: str, ports: Ports, settings: Mapping[str, str]) -> Process:
    port = ports[f"{name}-worker"]
    return Process(
        name=f"{name}-worker",
        command=(sys.executable, "-m", module),
        environment={"PYTHONUNBUFFERED": "1", **settings},
        ready=readiness.http(port, READY_PATH),
        url=f"http://{HOST}:{port}",
    )
