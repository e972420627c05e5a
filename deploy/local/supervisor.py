"""Starts processes in order, keeps them running, and stops them in reverse order."""

import asyncio
import signal
from collections.abc import Callable

from deploy.local.keeper import Keeper
from deploy.local.log import Log
from deploy.local.process import Process, Program, signal_group, spawn, wait
from deploy.local.refusal import StartFailed


class Supervisor:
    """Owns every process of one system."""

    def __init__(self, log: Log, changed: Callable[[], None] = lambda: None) -> None:
        self.log = log
        self.keepers: dict[str, Keeper] = {}
        self._stages: list[list[Keeper]] = []
        self._changed = changed

    async def start(self, *processes: Process) -> None:
        """Start processes beside each other and return when all are ready; or StartFailed."""
        stage = [Keeper(process, self.log, self._changed) for process in processes]
        self._stages.append(stage)
        self.keepers |= {keeper.name: keeper for keeper in stage}
        await asyncio.gather(*(keeper.start() for keeper in stage))

    async def run(self, program: Program) -> None:
        """Run a step to its end; StartFailed unless it ends well."""
        spawned = await spawn(program)
        words = asyncio.create_task(self.log.copy(program.name, spawned.lines))
        try:
            ended = await wait(spawned, words)
        except asyncio.CancelledError:
            signal_group(spawned.child.pid, signal.SIGKILL)
            await wait(spawned, words)
            raise
        if ended:
            raise StartFailed(
                f"{program.name}: {ended}; its last words "
                f"({self.log.file(program.name)}):\n{self.log.tail(program.name)}"
            )

    async def stop(self) -> None:
        """Stop everything, the last started first."""
        while self._stages:
            await asyncio.gather(*(keeper.stop() for keeper in self._stages[-1]))
            self._stages.pop()
        self.log.close()
