"""`motcua import`: another system's history, a dossier a line."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from shared import issuer
from shared.identity import EVERYWHERE, Role
from shared.settings import KernelSettings

PART_BYTES: Final = 256 * 1024
REFUSALS_PRINTED_MAX: Final = 20


def import_history(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Tệp NDJSON.")],
    batch: Annotated[
        str | None, typer.Option(help="Tên lô; mặc định là tên tệp. Gửi lại để chạy tiếp.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="Địa chỉ cổng API.")] = None,
    token: Annotated[
        str | None, typer.Option(envvar="MOTCUA_TOKEN", help="Mặc định: mã của máy này.")
    ] = None,
) -> None:
    """Send a file of lives through the gateway; lines that are refused are told, the rest goes in.

    Sending the same file again is safe: what is there already is counted and left as it is.
    """
    report = send(file, batch or file.stem, url or _address(), token or _token())
    console = Console()
    console.print(
        f"{report['lines']:,} dòng: {report['imported']:,} đã nhập, "
        f"{report['already_there']:,} đã có, {report['refused']:,} bị từ chối"
    )
    for refusal in report["refusals"][:REFUSALS_PRINTED_MAX]:
        console.print(f"  dòng {refusal['line']}: {refusal['code']}: {refusal['detail']}")
    if report["refused"]:
        console.print(f"Tất cả: GET /v1/imports/dossiers/{report['batch']}/refusals")
        raise typer.Exit(1)


def send(file: Path, batch: str, url: str, token: str) -> dict[str, Any]:
    """Stream the file and show how far it is; raises when the gateway refuses it whole."""
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
        typer.echo(f"{answer.status_code}: {answer.text}", err=True)
        raise typer.Exit(2)
    report: dict[str, Any] = answer.json()
    return report


def _address() -> str:
    return os.environ.get("GATEWAY_URL", "http://127.0.0.1:8080")


def _token() -> str:
    return issuer.issue(
        KernelSettings().keys_dir,
        subject="motcua-import",
        roles=[Role.OPERATOR],
        agencies=[EVERYWHERE],
    )
