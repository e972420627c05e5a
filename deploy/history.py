"""Sends a history to the gateway, however long it is, and shows how far it is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

PART_BYTES: Final = 256 * 1024


class HistoryInterrupted(RuntimeError):
    """The history was not taken to its end; sending it again goes on from where it stopped."""


def send(file: Path, batch: str, url: str, token: str) -> dict[str, Any]:
    """Stream the file and show how far it is; raises HistoryInterrupted."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns) as progress:
        task = progress.add_task(file.name, total=file.stat().st_size)

        def parts() -> Iterator[bytes]:
            with file.open("rb") as source:
                while part := source.read(PART_BYTES):
                    yield part
                    progress.advance(task, len(part))

        answer = httpx.post(
            f"{url}/v1/imports/dossiers",
            params={"batch": batch},
            content=parts(),
            headers={
                "Authorization": f"Bearer {token}",
                "Content-Type": "application/x-ndjson",
            },
            timeout=httpx.Timeout(10, read=None, write=None),
        )
    if answer.is_error:
        raise HistoryInterrupted(f"{answer.status_code} {answer.text}")
    report: dict[str, Any] = answer.json()
    return report
