"""Asks an external scanner about a content, which it reads from standard input."""

import asyncio
from collections.abc import AsyncIterable, Sequence
from contextlib import suppress
from typing import Final

CLEAN: Final = 0
INFECTED: Final = 1
"""What clamscan and clamdscan answer; anything else means that they could not tell."""


class ScanFailed(RuntimeError):
    """The scanner did not come to a verdict; nothing is known of the content."""


async def is_clean(
    command: Sequence[str], content: AsyncIterable[bytes], *, seconds_max: float
) -> bool:
    """Whether the scanner finds nothing in the content; raises ScanFailed."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError as missing:
        raise ScanFailed(f"{command[0]} cannot be started: {missing}") from missing
    try:
        async with asyncio.timeout(seconds_max):
            await _feed(process, content)
            answered = await process.wait()
    except TimeoutError as late:
        raise ScanFailed(f"{command[0]} gave no verdict in {seconds_max} s") from late
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if answered not in {CLEAN, INFECTED}:
        raise ScanFailed(f"{command[0]} ended with {answered}")
    return answered == CLEAN


async def _feed(process: asyncio.subprocess.Process, content: AsyncIterable[bytes]) -> None:
    if process.stdin is None:
        raise ValueError("the scanner was started without its input")
    # One that has seen enough does not read on.
    with suppress(BrokenPipeError, ConnectionResetError):
        async for chunk in content:
            process.stdin.write(chunk)
            await process.stdin.drain()
        process.stdin.close()
