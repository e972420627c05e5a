"""Reads the members of a ZIP file within bounds, in a thread beside the loop."""

import asyncio
import struct
import zipfile
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from services.procedures.imports.chunks import Kept, KeptFile

MEMBERS_MAX: Final = 20_000
DIRECTORY_BYTES_MAX: Final = 4 * 1024 * 1024
UNPACKED_BYTES_MAX: Final = 1024 * 1024 * 1024
PIECE_BYTES: Final = 512 * 1024

ENCRYPTED: Final = 0x1
END_BYTES: Final = 22
COMMENT_BYTES_MAX: Final = 2**16
END_BEGINS: Final = b"PK\x05\x06"

BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    struct.error,
    ValueError,
    NotImplementedError,  # A compression that nobody uses.
)


class Unusable(Exception):
    """Nothing, or nothing more, of the archive can be read: a stable code and a sentence."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Member:
    """A file in the archive; `begins` and `packed` tell its place in the whole."""

    name: str
    size: int
    begins: int
    packed: int


class Archive:
    """A ZIP file whose members are read one after the other."""

    def __init__(self, kept: Kept) -> None:
        self._file = KeptFile(kept, asyncio.get_running_loop())
        self._zip: zipfile.ZipFile | None = None

    async def members(self) -> list[Member]:
        """Every file in the order of the directory; raises Unusable."""
        try:
            opened = self._zip = await asyncio.to_thread(self._open)
        except BROKEN as broken:
            raise Unusable("archive_broken", "Tệp ZIP hỏng, không đọc được mục lục.") from broken
        infos = [info for info in opened.infolist() if not info.is_dir()]
        if sum(info.file_size for info in infos) > UNPACKED_BYTES_MAX:
            raise too_large_unpacked()
        return [Member(i.filename, i.file_size, i.header_offset, i.compress_size) for i in infos]

    async def since(self, number: int, offset: int) -> AsyncIterator[bytes]:
        """A member's content from a place on; raises Unusable when it is broken."""
        if self._zip is None:
            raise RuntimeError("members() opens the archive")
        info = [info for info in self._zip.infolist() if not info.is_dir()][number]
        if info.flag_bits & ENCRYPTED:
            raise Unusable("member_encrypted", f"{info.filename} có mật khẩu.")
        try:
            opened = await asyncio.to_thread(self._zip.open, info)
            while piece := await asyncio.to_thread(opened.read, PIECE_BYTES):
                if len(piece) > offset:
                    yield piece[offset:]
                offset = max(0, offset - len(piece))
        except BROKEN as broken:
            raise Unusable("member_broken", f"Không giải nén được {info.filename}.") from broken

    def _open(self) -> zipfile.ZipFile:
        self._refuse_large_directory()
        return zipfile.ZipFile(self._file)

    def _refuse_large_directory(self) -> None:
        """The library reads the directory whole, so its length is looked at before."""
        size = self._file.seek(0, 2)
        self._file.seek(max(0, size - END_BYTES - COMMENT_BYTES_MAX))
        tail = self._file.read()
        at = tail.rfind(END_BEGINS)
        if at < 0:
            raise zipfile.BadZipFile("no end of the directory")
        entries, directory_bytes = struct.unpack_from("<HI", tail, at + 10)
        if entries > MEMBERS_MAX or directory_bytes > DIRECTORY_BYTES_MAX:
            raise Unusable("archive_too_large", f"Tệp ZIP có quá {MEMBERS_MAX} tệp bên trong.")


def too_large_unpacked() -> Unusable:
    """The refusal of an archive that unpacks to more than we read."""
    bound = UNPACKED_BYTES_MAX // 2**20
    return Unusable("archive_too_large", f"Tệp ZIP giải nén ra quá {bound} MiB.")
