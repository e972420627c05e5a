"""Keeps contents by their SHA-256 in a directory or a bucket, and what is on its way there."""

import asyncio
import os
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import obstore
import uuid_utils.compat as uuid7s
from obstore.store import LocalStore, S3Store

from shared.files.settings import BucketSettings

if TYPE_CHECKING:
    # The package has these for type checkers only.
    from obstore import GetResult
    from obstore.store import S3Config

INCOMING: Final = "incoming/"
"""What is being received; whatever is old here was given up."""

CONTENTS: Final = "contents/"
SHARDS: Final = 256
"""Contents lie in this many places by the first byte of their digest."""

READ_BYTES: Final = 256 * 1024
LOCAL_PART_BYTES: Final = 1024 * 1024
BUCKET_PART_BYTES: Final = 8 * 1024 * 1024
"""S3 takes no part below 5 MiB but the last."""

PARTS_AT_ONCE: Final = 2


class FileStore:
    """Contents by digest; a name is given only to what is whole and has reached the disk."""

    def __init__(self, directory: Path, bucket: BucketSettings | None = None) -> None:
        self._bucket = bucket if bucket is not None and bucket.name else None
        self._root = None if self._bucket else directory.resolve()

    async def receive(self, chunks: AsyncIterable[bytes]) -> str:
        """Keep a stream and tell its passing name; of one that breaks off nothing stays."""
        name = f"{INCOMING}{uuid7s.uuid7().hex}"
        writer = obstore.open_writer_async(
            self._objects,
            name,
            buffer_size=LOCAL_PART_BYTES if self._root else BUCKET_PART_BYTES,
            max_concurrency=PARTS_AT_ONCE,
        )
        try:
            async for chunk in chunks:
                await writer.write(chunk)
            await writer.close()
        finally:
            # One that was not closed takes what it has written with it.
            del writer
        await self._sync(name)
        return name

    async def place(self, name: str, digest: bytes) -> None:
        """Move what was received to where its digest belongs, over the same content if it is there.

        The caller holds whatever keeps others from removing this digest at the same time.
        """
        place = _place(digest)
        await obstore.rename_async(self._objects, name, place, overwrite=True)
        await self._sync(place)

    async def read(self, digest: bytes) -> AsyncIterator[bytes]:
        """Stream a content in pieces; raises FileNotFoundError before the first."""
        return await self._open(_place(digest))

    async def joined(self, names: Iterable[str]) -> AsyncIterator[bytes]:
        """Stream what was received in several goes as one; raises FileNotFoundError."""
        for name in names:
            async for chunk in await self._open(name):
                yield chunk

    async def remove(self, digest: bytes) -> None:
        """Remove a content, if it is there."""
        await self.drop([_place(digest)])

    async def drop(self, names: Iterable[str]) -> None:
        """Remove what was received, as far as it is there."""
        for name in names:
            try:
                await obstore.delete_async(self._objects, name)
            except FileNotFoundError:
                continue

    async def received_before(self, moment: datetime) -> AsyncIterator[str]:
        """Walk what has been on its way since before a moment."""
        async for name in self._older(INCOMING, moment):
            yield name

    async def contents_before(self, moment: datetime, shard: int) -> AsyncIterator[bytes]:
        """Walk the digests of one shard that were placed before a moment."""
        async for name in self._older(f"{CONTENTS}{shard:02x}", moment):
            yield bytes.fromhex(name.rpartition("/")[2])

    @cached_property
    def _objects(self) -> LocalStore | S3Store:
        if self._root is not None:
            # People's papers lie here: they are nobody else's on this machine to read.
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            return LocalStore(self._root)
        if self._bucket is None:
            raise ValueError("a store without a directory needs a bucket")
        return _opened(self._bucket)

    async def _open(self, name: str) -> AsyncIterator[bytes]:
        found = await obstore.get_async(self._objects, name)
        return _pieces(found)

    async def _older(self, prefix: str, moment: datetime) -> AsyncIterator[str]:
        async for batch in obstore.list(self._objects, prefix):
            for found in batch:
                if found["last_modified"] < moment:
                    yield found["path"]

    async def _sync(self, name: str) -> None:
        """See to it that a file and its name outlive a power cut; a bucket sees to it itself."""
        if self._root is not None:
            await asyncio.to_thread(_sync_up_to, self._root, self._root / name)


def _opened(bucket: BucketSettings) -> S3Store:
    told: S3Config = {
        "region": bucket.region,
        # One by one is what every S3 service knows.
        "disable_bulk_delete": True,
        "access_key_id": bucket.access_key_id.get_secret_value(),
        "secret_access_key": bucket.secret_access_key.get_secret_value(),
    }
    plain = False
    if bucket.endpoint is not None:
        told["endpoint"] = str(bucket.endpoint).rstrip("/")
        plain = bucket.endpoint.scheme == "http"
    return S3Store(
        bucket.name, prefix=bucket.prefix, config=told, client_options={"allow_http": plain}
    )


async def _pieces(found: "GetResult") -> AsyncIterator[bytes]:
    async for piece in found.stream(min_chunk_size=READ_BYTES):
        yield bytes(piece)


def _place(digest: bytes) -> str:
    name = digest.hex()
    return f"{CONTENTS}{name[:2]}/{name[2:4]}/{name}"


def _sync_up_to(root: Path, path: Path) -> None:
    for part in (path, *path.parents):
        handle = os.open(part, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        if part == root:
            return
