"""A small stand-in for Một Cửa: processes that answer, crash and stay, as the tests ask.

`python -m tests.deploy.throwaway run` supervises them on MOTCUA_DATA_DIR, `up` in the background.
"""

import os
import sys
from collections.abc import Mapping

from deploy.local import background, foreground, readiness
from deploy.local.directory import DataDirectory
from deploy.local.ports import HOST, Ports
from deploy.local.process import Process, Program
from deploy.local.processes import Table

MODULE = (sys.executable, "-m", "tests.deploy.throwaway")
RUN = (*MODULE, "run")
UP = (*MODULE, "up")
NAMES = ("intake", "intake-worker", "sla", "gateway")


def table(ports: Ports, settings: Mapping[str, str]) -> Table:
    """Two services, a worker and a gateway, after a step that prints what it was told."""
    report = "import os; print('step told', os.environ['INTAKE_DATABASE_URL'][:10])"
    intake, worker, sla, gateway = (server(name, ports[name], settings) for name in NAMES)
    return Table(
        steps=(
            Program(name="migrate", command=(sys.executable, "-c", report), environment=settings),
        ),
        services=(intake, worker, sla),
        gateway=(gateway,),
    )


def server(name: str, port: int, settings: Mapping[str, str]) -> Process:
    return Process(
        name=name,
        command=(sys.executable, "-m", "tests.deploy.answering", str(port)),
        environment={**settings, "PYTHONUNBUFFERED": "1"},
        ready=readiness.http(port, "/health/ready"),
        url=f"http://{HOST}:{port}",
    )


if __name__ == "__main__":
    if sys.argv[1] == "up":
        background.up(DataDirectory.from_environment(os.environ), RUN)
    else:
        foreground.run(DataDirectory.from_environment(os.environ), sys.stdout, table, lasting=False)
