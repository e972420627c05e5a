"""The words of all processes on one terminal, each line with its speaker, and in files."""

import asyncio
import contextlib
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, TextIO

SELF = "supervisor"
NAME_WIDTH = 17
CHUNK_BYTES = 64 * 1024
LINE_BYTES_MAX = 16 * 1024
FILE_BYTES_MAX = 20 * 1024 * 1024
TAIL_LINES = 15
COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)


class Log:
    """Writes lines to `<directory>/<name>.log` and, where there is one, to a terminal."""

    def __init__(self, directory: Path, terminal: TextIO | None = None) -> None:
        self._directory = directory
        self._terminal = terminal
        self._colours: dict[str, int] = {}
        self._files: dict[str, BinaryIO] = {}

    def say(self, text: str) -> None:
        """Write words of the supervisor's own."""
        moment = datetime.now(UTC).strftime("%H:%M:%S.%f")[:-3]
        for line in text.splitlines():
            self._write(SELF, f"{moment} {line}".encode())

    async def copy(self, name: str, lines: asyncio.StreamReader) -> None:
        """Write everything a process says, line by line, until it says no more."""
        rest = b""
        while chunk := await lines.read(CHUNK_BYTES):
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                self._write(name, line)
            if len(rest) > LINE_BYTES_MAX:
                self._write(name, rest)
                rest = b""
        if rest:
            self._write(name, rest)

    def file(self, name: str) -> Path:
        """Where a process's words are kept."""
        return self._directory / f"{name}.log"

    def tail(self, name: str) -> str:
        """Give a process's last lines, for a message about its failure."""
        try:
            lines = self.file(name).read_text(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-TAIL_LINES:])

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            file.close()
        self._files.clear()

    def _write(self, name: str, line: bytes) -> None:
        # A full disk must not stop the supervisor, which could do nothing about it.
        with contextlib.suppress(OSError):
            self._open(name).write(line + b"\n")
        if self._terminal is None:
            return
        try:
            self._terminal.write(self._speaker(name) + line.decode(errors="replace") + "\n")
            self._terminal.flush()
        except (OSError, ValueError):  # Nobody listens any more.
            self._terminal = None

    def _open(self, name: str) -> BinaryIO:
        """Give the file to append to; a full one makes room and is kept as `<name>.log.1`."""
        file = self._files.get(name)
        if file is None or file.tell() > FILE_BYTES_MAX:
            path = self.file(name)
            if file is not None:
                file.close()
                path.replace(path.with_suffix(".log.1"))
            file = self._files[name] = path.open("ab", buffering=0)
        return file

    def _speaker(self, name: str) -> str:
        label = f"{name:<{NAME_WIDTH}} │ "
        if self._terminal is None or not self._terminal.isatty() or "NO_COLOR" in os.environ:
            return label
        colour = self._colours.setdefault(name, COLOURS[len(self._colours) % len(COLOURS)])
        return f"\033[{colour}m{label}\033[0m"


def terminal() -> TextIO:
    """Standard output, which may be set to an encoding without Vietnamese letters."""
    if isinstance(sys.stdout, TextIO) and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    return sys.stdout
