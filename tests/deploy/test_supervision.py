import asyncio
import re
import sys
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import asyncpg
import httpx
import nats
import pytest

from deploy.local.directory import DataDirectory
from deploy.local.keeper import Keeper, State
from deploy.local.log import Log
from deploy.local.process import Process, Program
from deploy.local.refusal import StartFailed
from deploy.local.supervisor import Supervisor
from deploy.local.testing import RunningSystem, system
from tests.deploy.throwaway import table
from tests.waiting import until


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("system")


@pytest.fixture(scope="module")
async def running(directory: Path) -> AsyncIterator[RunningSystem]:
    async with system(directory, table) as started:
        yield started


@pytest.fixture
async def supervisor(tmp_path: Path) -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(Log(tmp_path))
    yield supervisor
    await supervisor.stop()


def came_back(keeper: Keeper) -> bool:
    return keeper.restarts == 1 and keeper.state == State.READY


async def has_said(supervisor: Supervisor, name: str, word: str) -> bool:
    return word in supervisor.log.tail(name)


def words(directory: Path, name: str) -> str:
    return (DataDirectory(directory).log / f"{name}.log").read_text()


async def test_a_killed_process_is_started_again_and_named(
    running: RunningSystem, directory: Path
) -> None:
    before = running.pids["intake-worker"]

    running.kill("intake-worker")

    keeper = running.keeper("intake-worker")
    await until(partial(came_back, keeper), seconds=20, what="the worker is back")
    assert running.pids["intake-worker"] != before
    assert "intake-worker: ended by SIGKILL; starting it again" in words(directory, "supervisor")
    assert running.keeper("intake").restarts == 0


async def test_killed_servers_come_back_with_their_data(running: RunningSystem) -> None:
    client = await nats.connect(running.settings["MOTCUA_NATS_URL"], max_reconnect_attempts=-1)
    stream = client.jetstream()
    await stream.add_stream(name="PROOF", subjects=["proof"])
    await stream.publish("proof", b"kept")
    database = await asyncpg.connect(running.settings["INTAKE_DATABASE_URL"])
    await database.execute("create table proof as select 'kept' as word")
    await database.close()

    for name in ("nats", "postgres"):
        running.kill(name)
    for keeper in (running.keeper("nats"), running.keeper("postgres")):
        await until(partial(came_back, keeper), seconds=20, what=f"{keeper.name} is back")

    database = await asyncpg.connect(running.settings["INTAKE_DATABASE_URL"])
    assert await database.fetchval("select word from proof") == "kept"
    await database.close()
    await until(lambda: client.is_connected, seconds=20, what="the client is connected again")
    assert (await stream.get_msg("PROOF", 1)).data == b"kept"
    await client.close()


async def test_a_stopped_process_stays_stopped_until_it_is_started(running: RunningSystem) -> None:
    url = running.keeper("sla").process.url

    await running.stop("sla")

    assert "sla" not in running.pids
    async with httpx.AsyncClient() as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(url)
        await running.start("sla")
        assert (await http.get(url)).is_success


async def test_a_role_may_not_enter_another_services_database(running: RunningSystem) -> None:
    role = running.settings["INTAKE_DATABASE_URL"].rpartition("/")[0]

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(f"{role}/sla")


async def test_what_a_process_says_is_kept_under_its_name(
    running: RunningSystem, directory: Path
) -> None:
    port = running.keeper("intake").process.url.rpartition(":")[2]

    assert f"xin chào from {port}" in words(directory, "intake")
    assert "step told postgresql" in words(directory, "migrate")


async def test_a_process_that_cannot_start_is_given_up_and_its_last_words_told(
    supervisor: Supervisor,
) -> None:
    async def never() -> bool:
        return False

    broken = Process(
        name="broken", command=(sys.executable, "-c", "exit('no such setting')"), ready=never
    )

    with pytest.raises(StartFailed, match=r"broken: .*\n(no such setting\n){2}no such setting"):
        await supervisor.start(broken)


async def test_a_step_that_fails_stops_the_start_and_is_named(supervisor: Supervisor) -> None:
    with pytest.raises(StartFailed, match=r"migrate: ended with code 1; .*\nno such table"):
        await supervisor.run(
            Program(name="migrate", command=(sys.executable, "-c", "exit('no such table')"))
        )


async def test_a_process_that_will_not_end_is_killed_after_its_time(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    deaf = (
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('deaf', flush=True)\n"
        "while True: signal.pause()"
    )
    ready = partial(has_said, supervisor, "deaf", "deaf")
    command = (sys.executable, "-c", deaf)
    await supervisor.start(Process(name="deaf", command=command, ready=ready, stop_seconds=0.2))

    await supervisor.stop()

    assert supervisor.keepers["deaf"].state == State.STOPPED
    assert "deaf: still there after 0 s, killed" in (tmp_path / "supervisor.log").read_text()


async def test_the_last_started_is_stopped_first(supervisor: Supervisor, tmp_path: Path) -> None:
    order = tmp_path / "order"
    farewell = (
        "import pathlib, signal, sys\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])\n"
        "print('up', flush=True)\n"
        "signal.sigwait([signal.SIGTERM])\n"
        f"with pathlib.Path({str(order)!r}).open('a') as file: file.write(sys.argv[1] + ' ')"
    )
    for name in ("postgres", "intake", "gateway"):
        command = (sys.executable, "-c", farewell, name)
        ready = partial(has_said, supervisor, name, "up")
        await supervisor.start(Process(name=name, command=command, ready=ready))

    await supervisor.stop()

    assert order.read_text().split() == ["gateway", "intake", "postgres"]


async def test_the_pause_before_each_restart_grows(supervisor: Supervisor, tmp_path: Path) -> None:
    short = Process(
        name="short",
        command=(sys.executable, "-c", "print('up', flush=True); exit(7)"),
        ready=partial(has_said, supervisor, "short", "up"),
    )
    starting = asyncio.create_task(supervisor.start(short))

    log = tmp_path / "supervisor.log"
    ended = re.compile(r"short: ended with code 7; starting it again in ([\d.]+) s")
    await until(
        lambda: log.exists() and len(ended.findall(log.read_text())) >= 3,
        seconds=20,
        what="three restarts",
    )

    assert ended.findall(log.read_text())[:3] == ["0.1", "0.2", "0.4"]
    starting.cancel()
