import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import ports
from deploy.local.ports import HOST
from deploy.local.refusal import Refusal
from deploy.local.reservation import free_ports


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which this process listens."""
    with socket.create_server((HOST, 0)) as listener:
        yield listener.getsockname()[1]


def test_an_environment_variable_moves_a_port() -> None:
    chosen = ports.from_environment({"MOTCUA_PORT_INTAKE_WORKER": "9111"})

    assert chosen == ports.DEFAULTS | {"intake-worker": 9111}


@pytest.mark.parametrize("value", ["http", "-1", "0", "65536", "8080x", "٨٠٨٠"])
def test_a_value_that_is_no_port_is_refused_by_name(value: str) -> None:
    with pytest.raises(Refusal, match="MOTCUA_PORT_GATEWAY"):
        ports.from_environment({"MOTCUA_PORT_GATEWAY": value})


def test_one_port_for_two_processes_is_refused_naming_both() -> None:
    with pytest.raises(Refusal, match=r"8101.*gateway and intake"):
        ports.from_environment({"MOTCUA_PORT_GATEWAY": "8101"})


def test_all_busy_ports_are_told_at_once_with_name_and_holder(taken: int) -> None:
    with socket.create_server((HOST, 0)) as second, free_ports(("sla",)) as free:
        chosen = {"gateway": taken, "nats": second.getsockname()[1], **free}

        with pytest.raises(Refusal) as refused:
            ports.require_free(chosen)

    lines = str(refused.value).splitlines()
    assert len(lines) == 2
    assert f"Cổng {taken} (gateway) đang bận" in lines[0]
    assert f"port {taken} (gateway) is in use by pid {os.getpid()} " in lines[0]
    assert "MOTCUA_PORT_NATS" in lines[1]


def test_a_connection_closed_a_moment_ago_does_not_make_a_port_busy() -> None:
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
        client = socket.create_connection((HOST, port))
        accepted, _ = listener.accept()
        accepted.close()  # The server closes first, so that its side stays in TIME_WAIT.
        client.close()

    assert ports.is_free(port)


def test_make_run_on_a_busy_port_says_so_and_ends_without_a_stack_trace(
    taken: int, tmp_path: Path
) -> None:
    with free_ports() as free:
        settings = {ports.setting(name): str(port) for name, port in free.items()}
        done = subprocess.run(
            [sys.executable, "-m", "deploy.local", "run"],
            env=os.environ
            | settings
            | {"MOTCUA_PORT_GATEWAY": str(taken), "MOTCUA_DATA_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr.startswith(f"Cổng {taken} (gateway) đang bận")
    assert "Traceback" not in done.stderr


def test_reserved_ports_are_not_given_twice() -> None:
    with free_ports() as first, free_ports() as second:
        assert not set(first.values()) & set(second.values())
