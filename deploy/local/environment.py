"""What the processes are told by environment variables, and how other terminals learn it."""

import os
import shlex
import shutil
from collections.abc import Mapping

from deploy.local.directory import DataDirectory, write_private
from deploy.local.ports import HOST, Ports

SERVICES = ("intake", "procedures", "sla", "survey")
STREAM_BYTES_MAX = 20 * 2**30
STREAM_DISK_SHARE = 2
# One token of a demonstration or a benchmark does the work of a whole province's offices.
BUDGET_SCALE = "100"


def of_system(
    data: DataDirectory, ports: Ports, database_urls: Mapping[str, str], nats_url: str
) -> dict[str, str]:
    """Collect the settings of all processes."""
    settings = {
        "MOTCUA_PROFILE": "local",
        "MOTCUA_DATA_DIR": str(data.root),
        "MOTCUA_NATS_URL": nats_url,
        "MOTCUA_KEYS_DIR": str(data.keys),
        "MOTCUA_FILES_DIR": str(data.files),
        "MOTCUA_STREAM_MAX_BYTES": str(stream_bytes_max(data)),
        "GATEWAY_PORT": str(ports["gateway"]),
        "GATEWAY_WORKER_PORT": str(ports["gateway-worker"]),
        "GATEWAY_URL": f"http://{HOST}:{ports['gateway']}",
        "GATEWAY_BUDGET_SCALE": os.environ.get("GATEWAY_BUDGET_SCALE", BUDGET_SCALE),
    }
    for service in SERVICES:
        prefix = service.upper()
        settings[f"{prefix}_DATABASE_URL"] = database_urls[service]
        settings[f"{prefix}_PORT"] = str(ports[service])
        settings[f"{prefix}_WORKER_PORT"] = str(ports[f"{service}-worker"])
        settings[f"GATEWAY_{prefix}_URL"] = f"http://{HOST}:{ports[service]}"
    return settings


def for_service(settings: Mapping[str, str], service: str) -> dict[str, str]:
    """Leave out the other services' databases: what a process need not know, it cannot misuse."""
    return {
        name: value
        for name, value in settings.items()
        if not name.endswith("_DATABASE_URL") or name == f"{service.upper()}_DATABASE_URL"
    }


def stream_bytes_max(data: DataDirectory) -> int:
    """Let the stream grow to the size asked for, else to 20 GiB but never half of the disk."""
    if asked := os.environ.get("MOTCUA_STREAM_MAX_BYTES"):
        return int(asked)
    return min(STREAM_BYTES_MAX, shutil.disk_usage(data.root).total // STREAM_DISK_SHARE)


def write(data: DataDirectory, settings: Mapping[str, str]) -> None:
    """Keep the settings in a file that a shell can read as well (`. var/environment`)."""
    lines = (f"{name}={shlex.quote(value)}" for name, value in settings.items())
    write_private(data.environment, "\n".join(lines) + "\n")


def read(data: DataDirectory) -> dict[str, str]:
    """Read the settings of the running system; empty when none runs."""
    try:
        lines = data.environment.read_text().splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.partition("=") for line in lines)
    return {name: "".join(shlex.split(value)) for name, _, value in pairs}


def load() -> dict[str, str]:
    """Add the running system's settings to this process's environment, which goes first."""
    settings = read(DataDirectory.from_environment(os.environ))
    for name, value in settings.items():
        os.environ.setdefault(name, value)
    return settings
