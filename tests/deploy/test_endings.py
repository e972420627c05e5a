import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import asyncpg
import pytest

from deploy.local import background, environment, ports, procfs, state, status
from deploy.local.directory import DataDirectory
from deploy.local.refusal import Refusal
from deploy.local.reservation import free_ports
from deploy.local.state import Phase
from tests.deploy.throwaway import RUN, UP
from tests.waiting import until

Start = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DataDirectory]:
    """A data directory and free ports, told to every process by the environment."""
    monkeypatch.setenv("MOTCUA_DATA_DIR", str(tmp_path / "var"))
    with free_ports() as free:
        for name, port in free.items():
            monkeypatch.setenv(ports.setting(name), str(port))
        data = DataDirectory.from_environment(os.environ)
        yield data
        background.down(data)


@pytest.fixture
def start(data: DataDirectory) -> Iterator[Start]:
    """Start a supervisor as a process of its own, without waiting for anything."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        supervisor = subprocess.Popen(RUN, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        started.append(supervisor)
        return supervisor

    yield start
    for supervisor in started:
        supervisor.kill()
        supervisor.communicate()


async def until_ready(data: DataDirectory, supervisor: subprocess.Popen[bytes]) -> set[int]:
    """Wait for the system and give every process of it."""

    def ready() -> bool:
        now = state.read(data)
        return now is not None and now.supervisor == supervisor.pid and now.phase == Phase.READY

    await until(ready, seconds=30, what="the system is ready")
    return procfs.family(supervisor.pid)


def up() -> None:
    """Start the system in the background, as a command of its own."""
    subprocess.run(UP, check=True)


def gone(pids: set[int]) -> bool:
    return all(procfs.started(pid) is None for pid in pids)


async def write_word(data: DataDirectory, word: str) -> None:
    database = await asyncpg.connect(environment.read(data)["INTAKE_DATABASE_URL"])
    await database.execute("create table if not exists proof (word text)")
    await database.execute("insert into proof values ($1)", word)
    await database.close()


async def words(data: DataDirectory) -> list[str]:
    database = await asyncpg.connect(environment.read(data)["INTAKE_DATABASE_URL"])
    rows = await database.fetch("select word from proof order by word")
    await database.close()
    return [row["word"] for row in rows]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_told_to_stop_it_leaves_no_process_and_ends_well(
    data: DataDirectory, start: Start, number: signal.Signals
) -> None:
    supervisor = start()
    pids = await until_ready(data, supervisor)
    assert len(pids) > len(state.read(data).members)  # type: ignore[union-attr]

    supervisor.send_signal(number)

    assert supervisor.wait(30) == 0
    assert gone(pids)
    assert environment.read(data) == {}


async def test_killed_with_9_the_supervisor_leaves_no_process(
    data: DataDirectory, start: Start
) -> None:
    supervisor = start()
    pids = await until_ready(data, supervisor)

    supervisor.kill()

    await until(partial(gone, pids), seconds=20, what="every process has followed it")


async def test_after_kill_9_it_starts_again_at_once_with_its_data(
    data: DataDirectory, start: Start
) -> None:
    first = start()
    await until_ready(data, first)
    await write_word(data, "before")
    first.kill()
    first.wait()

    await until_ready(data, start())

    await write_word(data, "between")
    assert await words(data) == ["before", "between"]


async def test_killed_while_it_makes_the_cluster_it_can_start_again(
    data: DataDirectory, start: Start
) -> None:
    first = start()
    draft = data.postgres / "cluster.new"
    await until(draft.exists, seconds=20, what="the cluster is being made")
    first.kill()
    first.wait()

    await until_ready(data, start())


async def test_told_to_stop_while_it_starts_it_leaves_no_process(
    data: DataDirectory, start: Start
) -> None:
    supervisor = start()
    await until(data.environment.exists, seconds=20, what="it has begun")
    pids = procfs.family(supervisor.pid)

    supervisor.terminate()

    assert supervisor.wait(30) == 0
    assert gone(pids)


async def test_a_second_supervisor_on_the_same_data_is_refused(
    data: DataDirectory, start: Start
) -> None:
    first = start()
    await until_ready(data, first)

    second = start()
    said, _ = second.communicate(timeout=20)

    assert second.returncode != 0
    assert f"already running (pid {first.pid})".encode() in said
    assert data.holder() == first.pid


async def test_up_and_down_can_be_repeated_and_keep_the_data(data: DataDirectory) -> None:
    up()
    first = data.holder()
    up()
    assert data.holder() == first is not None
    pids = procfs.family(first)
    await write_word(data, "kept")

    assert background.down(data) is True
    assert background.down(data) is False
    assert gone(pids)

    up()
    assert await words(data) == ["kept"]


def test_up_says_why_the_system_cannot_start(
    data: DataDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PG_BINDIR", "/nowhere")

    with pytest.raises(Refusal, match="/nowhere: no PostgreSQL programs"):
        background.up(data, RUN)

    assert data.holder() is None


def test_status_tells_every_process_with_its_memory(data: DataDirectory) -> None:
    assert status.lines(data) == []
    up()

    lines = status.lines(data)

    names = [line.split()[0] for line in lines[1:]]
    assert names == [
        *("supervisor", "postgres", "nats", "intake", "intake-worker", "sla", "gateway", "total")
    ]
    total = [float(number) for number in lines[-1].split()[1:]]
    assert total[0] > total[1] > 0


def test_only_the_owner_can_read_the_settings_and_passwords(data: DataDirectory) -> None:
    up()

    secrets = (data.environment, data.postgres / "passwords.json", data.nats / "nats.conf")

    assert [path.stat().st_mode & 0o777 for path in secrets] == [0o600] * 3
