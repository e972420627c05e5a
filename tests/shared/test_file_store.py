"""A directory and a bucket keep files alike: whole or not at all, under their digest."""

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import AnyHttpUrl, SecretStr

from shared.files import BucketSettings, FileStore
from shared.files.store import BUCKET_PART_BYTES
from tests import bucket

SEVERAL_PARTS = b"%PDF-" + b"x" * (2 * BUCKET_PART_BYTES)


@pytest.fixture(params=["directory", "bucket"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[FileStore]:
    if request.param == "directory":
        yield FileStore(tmp_path / "files")
        return
    async with bucket.serving() as served:
        settings = BucketSettings(
            name=bucket.NAME,
            endpoint=AnyHttpUrl(served.url),
            access_key_id=SecretStr("id"),
            secret_access_key=SecretStr("key"),
        )
        yield FileStore(tmp_path / "files", settings)


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    for begins in range(0, len(content), 65536):
        yield content[begins : begins + 65536]


async def names(store: FileStore) -> list[str]:
    return [name async for name in store.received_before(datetime.now(UTC) + timedelta(hours=1))]


@pytest.mark.parametrize("content", [b"%PDF-", SEVERAL_PARTS], ids=["small", "several parts"])
async def test_a_content_is_found_by_its_digest_until_it_is_removed(
    store: FileStore, content: bytes
) -> None:
    digest = hashlib.sha256(content).digest()
    later = datetime.now(UTC) + timedelta(hours=1)

    for _ in range(2):
        await store.place(await store.receive(pieces(content)), digest)
    read = b"".join([piece async for piece in await store.read(digest)])
    old = [found async for found in store.contents_before(later, digest[0])]
    elsewhere = [found async for found in store.contents_before(later, digest[0] ^ 1)]
    young = [found async for found in store.contents_before(later - timedelta(hours=2), digest[0])]
    await store.remove(digest)
    await store.remove(digest)

    assert read == content
    assert (old, elsewhere, young) == ([digest], [], [])
    assert await names(store) == []
    with pytest.raises(FileNotFoundError):
        await store.read(digest)


async def test_of_a_stream_that_breaks_off_nothing_is_named(store: FileStore) -> None:
    async def broken() -> AsyncIterator[bytes]:
        async for piece in pieces(SEVERAL_PARTS):
            yield piece
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await store.receive(broken())

    assert await names(store) == []


async def test_what_came_in_several_goes_is_read_as_one(store: FileStore) -> None:
    goes = [await store.receive(pieces(part)) for part in (b"%PDF-", SEVERAL_PARTS, b"%%EOF")]

    joined = b"".join([piece async for piece in store.joined(goes)])
    await store.drop(goes)

    assert joined == b"%PDF-" + SEVERAL_PARTS + b"%%EOF"
    assert await names(store) == []
