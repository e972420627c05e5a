"""`run`: the system in this terminal, until it is told to stop."""

import asyncio
import os
import signal
import time
from typing import TextIO

from deploy.local import leftovers, ports, processes
from deploy.local.directory import DataDirectory
from deploy.local.log import Log
from deploy.local.processes import MakeTable
from deploy.local.system import System

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(
    data: DataDirectory,
    terminal: TextIO | None,
    make_table: MakeTable = processes.table,
    *,
    lasting: bool = True,
) -> None:
    """Run until SIGINT, SIGTERM or the terminal's end; a Refusal tells why it cannot start."""
    chosen = ports.from_environment(os.environ)
    data.create()
    with data.held():
        leftovers.wait_for_end(data)
        ports.require_free(chosen)
        system = System(data, chosen, Log(data.log, terminal), make_table, lasting=lasting)
        asyncio.run(_until_told_to_stop(system))


async def _until_told_to_stop(system: System) -> None:
    told = asyncio.Event()
    for number in STOP_SIGNALS:
        if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
            continue  # As `nohup` wants it. (An ignored SIGINT only means: started with `&`.)
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    began = time.monotonic()
    starting = asyncio.create_task(system.start())
    telling = asyncio.create_task(told.wait())
    try:
        await asyncio.wait({starting, telling}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            system.supervisor.log.say(greeting(system.url, time.monotonic() - began))
            await told.wait()
    finally:
        starting.cancel()
        telling.cancel()
        await asyncio.wait({starting})
        system.supervisor.log.say("đang dừng / stopping")
        await system.stop()


def greeting(url: str, seconds: float) -> str:
    """Say where to go now."""
    return f"""
Một Cửa đã sẵn sàng / is ready, after {seconds:.1f} s
  API            {url}
  Tài liệu/docs  {url}/docs
  Dừng/stop      Ctrl-C (make run), make down (make up)
"""
