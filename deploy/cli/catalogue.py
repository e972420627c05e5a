"""`motcua import-catalogue`: a file of procedures, read and compared; it publishes nothing."""

import time
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn

from deploy import door
from shared.identity import Role

PART_BYTES: Final = 256 * 1024
POLL_SECONDS: Final = 0.5
READ_SECONDS_MAX: Final = 3600.0
UNFINISHED: Final = frozenset({"receiving", "waiting", "reading"})
CONTENT_TYPES: Final = {
    ".zip": "application/zip",
    ".ndjson": "application/x-ndjson",
    ".jsonl": "application/x-ndjson",
}
STATES: Final = {
    "bad": "hỏng",
    "new": "mới",
    "changed": "có thay đổi",
    "unchanged": "không thay đổi",
    "duplicate": "trùng mã",
}
"""As a line of figures names them."""


def import_catalogue(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="Tệp JSON, NDJSON hoặc ZIP.")
    ],
    valid_from: Annotated[
        str | None, typer.Option(help="Ngày có hiệu lực, 2026-03-31; mặc định hôm nay.")
    ] = None,
    again: Annotated[bool, typer.Option(help="Nhập lại một tệp đã gửi.")] = False,
    url: Annotated[str | None, typer.Option(help="Địa chỉ cổng API.")] = None,
    token: Annotated[
        str | None, typer.Option(envvar="MOTCUA_TOKEN", help="Mặc định: mã của máy này.")
    ] = None,
) -> None:
    """Send a file through the gateway, wait until it is read, and tell what is in it.

    Publishing is an officer's decision: POST /v1/imports/procedures/{id}/approval.
    """
    given = {"valid_from": date.fromisoformat(valid_from).isoformat()} if valid_from else {}
    query = {"file_name": file.name, "again": str(again).lower()} | given
    bearer = token or door.sign(Role.CATALOGUE, subject="motcua-import-catalogue")
    wait = httpx.Timeout(30, read=None, write=None)
    try:
        with httpx.Client(
            base_url=url or door.address(),
            headers={"Authorization": f"Bearer {bearer}"},
            timeout=wait,
        ) as http:
            view = _send(http, file, query)
    except httpx.ConnectError as away:
        typer.echo("Chưa thấy hệ thống đang chạy; hãy chạy `make up` trước.", err=True)
        raise typer.Exit(2) from away
    _tell(view)
    if view["state"] == "failed" or view["states"]["bad"]:
        raise typer.Exit(1)


def _send(http: httpx.Client, file: Path, query: dict[str, str]) -> dict[str, Any]:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    kind = CONTENT_TYPES.get(file.suffix.lower(), "application/json")
    with Progress(*columns) as progress, file.open("rb") as source:
        task = progress.add_task("Đọc và so sánh", total=file.stat().st_size)
        parts = iter(lambda: source.read(PART_BYTES), b"")
        answer = http.post(
            "/v1/imports/procedures", params=query, content=parts, headers={"Content-Type": kind}
        )
        return _followed(http, _expected(answer), progress, task)


def _followed(
    http: httpx.Client, view: dict[str, Any], progress: Progress, task: TaskID
) -> dict[str, Any]:
    deadline = time.monotonic() + READ_SECONDS_MAX
    while view["state"] in UNFINISHED and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
        view = _expected(http.get(f"/v1/imports/procedures/{view['id']}"))
        progress.update(task, completed=view["bytes_read"])
    return view


def _expected(answer: httpx.Response) -> dict[str, Any]:
    if answer.is_error:
        typer.echo(f"Không nhận: {answer.status_code} {answer.text}", err=True)
        raise typer.Exit(2)
    view: dict[str, Any] = answer.json()
    return view


def _tell(view: dict[str, Any]) -> None:
    console = Console()
    if view["failure_code"]:
        console.print(f"Không đọc được tệp: {view['failure_detail']} ({view['failure_code']})")
    counts = ", ".join(f"{view['states'][state]:,} {name}" for state, name in STATES.items())
    console.print(f"{view['records']:,} bản ghi: {counts}")
    for found in view["anomalies"]:
        console.print(f"  {found['records']:6,}  {found['label']} ({found['code']})")
    place = f"/v1/imports/procedures/{view['id']}"
    console.print(f"Báo cáo: GET {place}/report; duyệt công bố: POST {place}/approval")
