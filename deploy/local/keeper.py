"""Keeps one process running: starts it, watches it become ready, starts it again when it ends."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable
from enum import StrEnum

from deploy.local.log import Log
from deploy.local.process import Process, signal_group, spawn, wait
from deploy.local.refusal import StartFailed

PROBE_SECONDS = 0.05
RESTART_SECONDS_FIRST = 0.1
RESTART_SECONDS_MAX = 10.0
# Having run this long, a process is healthy and its next crash a new story.
HEALTHY_SECONDS = 30.0
FAILED_STARTS_MAX = 3


class State(StrEnum):
    """How a process stands."""

    STOPPED = "stopped"
    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"


class Keeper:
    """One process under watch."""

    def __init__(self, process: Process, log: Log, changed: Callable[[], None]) -> None:
        self.process = process
        self.state = State.STOPPED
        self.pid: int | None = None
        self.restarts = 0
        self._log = log
        self._changed = changed
        self._ready = asyncio.Event()
        self._stopping = asyncio.Event()
        self._proven = False  # Was it ready once since it was asked to start?
        self._child: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        """The process's name."""
        return self.process.name

    async def start(self) -> None:
        """Start the process and wait until it is ready; raises StartFailed, naming it."""
        self._stopping.clear()
        self._proven = False
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._keep(), name=self.name)
        ready = asyncio.create_task(self._ready.wait())
        try:
            await asyncio.wait(
                {self._task, ready},
                timeout=self.process.ready_seconds,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            ready.cancel()
        if not self._ready.is_set():
            raise StartFailed(
                f"{self.name}: chưa sẵn sàng / did not become ready; its last words "
                f"({self._log.file(self.name)}):\n{self._log.tail(self.name)}"
            )

    async def stop(self) -> None:
        """Ask the process to end, wait its time, then end it and all it started."""
        self._stopping.set()
        if self._child is not None and self._child.returncode is None:
            self._child.send_signal(self.process.stop_signal)
        if self._task is None:
            return
        done, _ = await asyncio.wait({self._task}, timeout=self.process.stop_seconds)
        if not done and self.pid is not None:
            self._log.say(
                f"{self.name}: still there after {self.process.stop_seconds:.0f} s, killed"
            )
            signal_group(self.pid, signal.SIGKILL)
        await asyncio.wait({self._task})

    async def _keep(self) -> None:
        """Start the process again and again, with growing pauses, until told to stop."""
        starts = 0
        pause = RESTART_SECONDS_FIRST
        while not self._stopping.is_set():
            began = time.monotonic()
            ended = await self._live()
            starts += 1
            if self._stopping.is_set():
                break
            if starts >= FAILED_STARTS_MAX and not self._proven:
                self._log.say(f"{self.name}: {ended}; given up after {starts} starts")
                break
            if time.monotonic() - began > HEALTHY_SECONDS:
                pause = RESTART_SECONDS_FIRST
            self._log.say(f"{self.name}: {ended}; starting it again in {pause:.1f} s")
            self.restarts += 1
            self._set(State.RESTARTING)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
            pause = min(pause * 2, RESTART_SECONDS_MAX)
        self._set(State.STOPPED)

    async def _live(self) -> str:
        """Run the process once, from start to end, and tell how it ended."""
        try:
            spawned = await spawn(self.process)
        except OSError as error:
            return f"cannot be started ({error})"
        self._child = child = spawned.child
        self.pid = child.pid
        self._set(State.STARTING)
        if self._stopping.is_set():
            child.send_signal(self.process.stop_signal)
        words = asyncio.create_task(self._log.copy(self.name, spawned.lines))
        probe = asyncio.create_task(self._probe())
        ended = await wait(spawned, words)
        probe.cancel()
        self._ready.clear()
        self.pid = None
        return ended or "ended by itself"

    async def _probe(self) -> None:
        """Ask until the answer is yes."""
        while not await self.process.ready():  # noqa: ASYNC110 - another process: nobody tells us.
            await asyncio.sleep(PROBE_SECONDS)
        self._proven = True
        self._ready.set()
        self._set(State.READY)

    def _set(self, state: State) -> None:
        self.state = state
        self._changed()
