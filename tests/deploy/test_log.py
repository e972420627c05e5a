import asyncio
import io
from pathlib import Path

import pytest

from deploy.local import log
from deploy.local.log import Log


class Gone(io.StringIO):
    """A terminal whose other end has been closed."""

    def write(self, text: str) -> int:
        raise BrokenPipeError(text)


def reader(words: bytes) -> asyncio.StreamReader:
    stream = asyncio.StreamReader()
    stream.feed_data(words)
    stream.feed_eof()
    return stream


async def test_each_line_is_shown_with_its_speaker_and_kept_in_its_file(tmp_path: Path) -> None:
    terminal = io.StringIO()
    book = Log(tmp_path, terminal)

    await book.copy("intake", reader("hồ sơ\nđã nhận".encode()))
    book.close()

    assert terminal.getvalue() == "intake            │ hồ sơ\nintake            │ đã nhận\n"
    assert (tmp_path / "intake.log").read_text() == "hồ sơ\nđã nhận\n"


async def test_a_line_without_end_is_cut_into_bounded_pieces(tmp_path: Path) -> None:
    book = Log(tmp_path)

    await book.copy("intake", reader(b"x" * 300_000))
    book.close()

    pieces = (tmp_path / "intake.log").read_bytes().split(b"\n")
    assert sum(map(len, pieces)) == 300_000
    assert max(map(len, pieces)) <= log.LINE_BYTES_MAX + log.CHUNK_BYTES


async def test_a_full_file_makes_room_and_is_kept_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "FILE_BYTES_MAX", 10)
    book = Log(tmp_path)

    await book.copy("intake", reader(b"first line\nsecond line\nthird line\n"))
    book.close()

    assert (tmp_path / "intake.log").read_text() == "third line\n"
    assert (tmp_path / "intake.log.1").read_text() == "second line\n"


async def test_a_terminal_that_is_gone_stops_nothing(tmp_path: Path) -> None:
    book = Log(tmp_path, Gone())

    await book.copy("intake", reader(b"one\ntwo\n"))
    book.close()

    assert (tmp_path / "intake.log").read_text() == "one\ntwo\n"
