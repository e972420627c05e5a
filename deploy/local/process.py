"""What there is to run: programs that end, and processes that stay."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local import leash
from deploy.local.accounts import Account
from deploy.local.directory import CHECKOUT
from deploy.local.readiness import Ready

LAST_WORDS_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Program:
    """A command with its surroundings; run by itself it is a step that must end well."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    directory: Path = CHECKOUT
    account: Account | None = None
    # What the kernel sends it if the supervisor is killed.
    death_signal: signal.Signals = signal.SIGKILL


@dataclass(frozen=True, kw_only=True)
class Process(Program):
    """A program that stays, is asked whether it is ready, and is started again when it ends."""

    ready: Ready
    url: str = ""
    ready_seconds: float = 120.0
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 20.0


@dataclass(frozen=True)
class Spawned:
    """A running child and the lines it writes."""

    child: asyncio.subprocess.Process
    lines: asyncio.StreamReader
    pipe: asyncio.BaseTransport


async def spawn(program: Program) -> Spawned:
    """Start a program in a session of its own, tied to this process, its output on one pipe."""
    account = program.account
    # A pipe of our own: asyncio's would make wait() wait for grandchildren that hold it open.
    read_end, write_end = os.pipe()
    try:
        child = await asyncio.create_subprocess_exec(
            *program.command,
            env={**os.environ, **program.environment},
            cwd=program.directory,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=write_end,
            stderr=write_end,
            start_new_session=True,
            preexec_fn=leash.to_parent(program.death_signal),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    except BaseException:
        os.close(read_end)
        raise
    finally:
        os.close(write_end)
    lines = asyncio.StreamReader()
    pipe, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), os.fdopen(read_end, "rb", buffering=0)
    )
    return Spawned(child, lines, pipe)


async def wait(spawned: Spawned, words: asyncio.Task[None]) -> str:
    """Wait for the program's end and its last words; end what it left behind; tell how it ended.

    The answer is empty when all went well.
    """
    code = await spawned.child.wait()
    signal_group(spawned.child.pid, signal.SIGKILL)
    await asyncio.wait({words}, timeout=LAST_WORDS_SECONDS)
    words.cancel()
    spawned.pipe.close()
    if code < 0:
        return f"ended by {signal.Signals(-code).name}"
    return f"ended with code {code}" if code else ""


def signal_group(pid: int, number: signal.Signals) -> None:
    """Signal a child's whole process group, which may be gone already."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)
