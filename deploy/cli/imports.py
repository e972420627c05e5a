"""`motcua import`: another system's history, a dossier a line."""

from pathlib import Path
from typing import Annotated, Final

import httpx
import typer
from rich.console import Console

from deploy import door
from deploy.history import HistoryInterrupted, send
from shared.identity import Role

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
    try:
        report = send(file, batch or file.stem, url or door.address(), token or _token())
    except (httpx.ConnectError, FileNotFoundError) as away:
        typer.echo("Chưa thấy hệ thống đang chạy; hãy chạy `make up` trước.", err=True)
        raise typer.Exit(2) from away
    except (httpx.TransportError, HistoryInterrupted) as broken:
        typer.echo(f"Bị ngắt giữa chừng; hãy gửi lại tệp này để chạy tiếp. {broken}", err=True)
        raise typer.Exit(2) from broken
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


def _token() -> str:
    return door.sign(Role.OPERATOR, subject="motcua-import")
