"""A process that raises alarms as the worker does: `python -m tests.sla.alarm_worker URL NOW`."""

import asyncio
import sys
from datetime import datetime

from services.sla.alarms import sweeping
from shared.database import Database

READY = b"ready\n"


async def spawn(url: str, now: datetime) -> asyncio.subprocess.Process:
    """Start one that has Python and its connection behind it, and waits for `release`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.sla.alarm_worker", url, now.isoformat()),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == READY
    return process


def release(process: asyncio.subprocess.Process) -> None:
    """Let it begin."""
    assert process.stdin is not None
    process.stdin.write(b"\n")


async def main(url: str, now: datetime) -> None:
    """Raise everything that is due at that moment when told to, and end."""
    database = Database(url)
    async with database.statements() as connection:
        await connection.fetchval("select 1")
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    sys.stdin.readline()
    await sweeping.raise_due(database, lambda: now)
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], datetime.fromisoformat(sys.argv[2])))
