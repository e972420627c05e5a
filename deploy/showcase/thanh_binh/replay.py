"""Imports the made year through the gateway and prints the published table beside ours."""

import asyncio
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import orjson
from rich.console import Console
from rich.table import Table

from deploy.door import Door, address
from deploy.history import send
from deploy.showcase.thanh_binh import totals, year
from deploy.showcase.thanh_binh.year import Work, Year
from shared.events import Method
from shared.identity import Role
from shared.working_time import Calendar, Limit, LimitUnit, WorkingTime

CALENDAR: Final = "VN-HANH-CHINH"
PROCEDURES: Final = (
    "2.000815", "2.000884", "1.001193", "1.000894", "1.000656",
    "1.004837", "1.004845", "2.001255", "1.010028", "1.010038", "1.004222", "1.004194",
    "1.013227", "1.013228", "2.000950", "1.011441", "1.012796", "1.005010",
)  # fmt: skip
"""Certification and civil status are most of a commune's work; the others take days."""

PERIOD: Final = {"from": f"{totals.YEAR}-01-01", "to": f"{totals.YEAR}-12-31"}
VISIBLE_SECONDS_MAX: Final = 600.0
console = Console()


async def replay() -> bool:
    """Run it all; whether every published number came out."""
    async with Door(Role.OPERATOR, Role.REPORTER, subject="motcua-replay") as door:
        with tempfile.TemporaryDirectory(prefix="motcua-replay-") as directory:
            path = Path(directory) / f"thanh-binh-{totals.YEAR}.ndjson"
            count = await _make(door, path)
            started = perf_counter()
            report = await asyncio.to_thread(_send, door, path)
            sent = perf_counter() - started
        await _visible(door, count)
        seen = perf_counter() - started
        console.print(
            f"{report['imported']:,} đã nhập, {report['already_there']:,} đã có, "
            f"{report['refused']:,} bị từ chối; ghi xong sau {sent:.1f} s, "
            f"mọi báo cáo thấy đủ {count:,} hồ sơ sau {seen:.1f} s"
        )
        for refusal in report["refusals"][:10]:
            console.print(refusal)
        return await _compare(door)


async def _make(door: Door, path: Path) -> int:
    calendar = Calendar.model_validate((await door.get(f"/v1/calendars/{CALENDAR}"))["definition"])
    works = [_work(await door.get(f"/v1/procedures/{code}")) for code in PROCEDURES]
    made = Year(works, WorkingTime.of(calendar))
    return await asyncio.to_thread(_write, made, path)


def _write(made: Year, path: Path) -> int:
    lives = [made.live(plan) for plan in year.plans()]
    with path.open("wb") as file:
        for line in year.lines(lives):
            file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
    size = path.stat().st_size / 2**20
    console.print(f"{len(lives):,} hồ sơ của năm {totals.YEAR}, {size:.0f} MiB")
    return len(lives)


def _work(procedure: dict[str, Any]) -> Work:
    record = procedure["record"]
    limits: dict[Method, Limit | None] = {}
    for row in record["methods"]:
        limit = row["limit"]
        limits[Method(row["method"])] = (
            Limit(int(limit["value"]), LimitUnit(limit["unit"])) if limit else None
        )
    return Work(record["code"], limits, record["same_day"])


def _send(door: Door, path: Path) -> dict[str, Any]:
    return send(path, path.stem, address(), door.token)


async def _visible(door: Door, count: int) -> None:
    """Wait until the report counts every dossier: intake has told, sla has applied."""
    await door.until(
        "/v1/reports/ii06a",
        lambda report: report["totals"]["received"] >= count,
        seconds=VISIBLE_SECONDS_MAX,
        pause=0.25,
        agency=totals.DISTRICT,
        **PERIOD,
    )


async def _compare(door: Door) -> bool:
    report = await door.get(
        "/v1/reports/ii06a", agency=totals.DISTRICT, group_by="level,channel", **PERIOD
    )
    commune = _sum(report["rows"], level="commune")
    district = _sum(report["rows"], level="district")
    told, ours = totals.COMMUNE_TOTALS, totals.DISTRICT_TOTALS
    percent = 100 * (commune["early"] + commune["on_time"]) / commune["resolved"]
    told_percent = 100 * (told.early + told.on_time) / told.resolved
    rows = [
        ("13 xã, thị trấn: tiếp nhận", told.received, commune["received"]),
        ("  đã giải quyết", told.resolved, commune["resolved"]),
        ("  trước hạn", told.early, commune["early"]),
        ("  đúng hạn", told.on_time, commune["on_time"]),
        ("  quá hạn (suy ra)", told.late, commune["late"]),
        ("  đang giải quyết (suy ra)", told.in_progress, commune["in_progress"]),
        ("  trước và đúng hạn / đã giải quyết, %", f"{told_percent:.2f}", f"{percent:.2f}"),
        ("Huyện: tiếp nhận", ours.received, district["received"]),
        ("  trực tuyến mức độ 3", ours.online, _received(report, "online_partial")),
        ("  bưu chính công ích", ours.postal, _received(report, "postal")),
        ("  tại nhà", ours.home, _received(report, "home")),
    ]
    table = Table("Năm 2019", "Huyện công bố", "Hệ thống tính", "", title="Huyện Thanh Bình")
    for name, theirs, found in rows:
        table.add_row(name, _shown(theirs), _shown(found), "✓" if theirs == found else "✗")
    kept = district["early"] + district["on_time"]
    more = kept > ours.early_or_on_time_more_than
    table.add_row("  trước và đúng hạn", "trên 11.000", _shown(kept), "✓" if more else "✗")
    console.print(table)
    return more and all(theirs == found for _, theirs, found in rows)


def _sum(rows: list[dict[str, Any]], *, level: str) -> dict[str, int]:
    chosen = [row for row in rows if row["level"] == level]
    columns = ("received", "resolved", "early", "on_time", "late", "in_progress")
    return {column: sum(row[column] for row in chosen) for column in columns}


def _received(report: dict[str, Any], channel: str) -> int:
    return sum(
        row["received"]
        for row in report["rows"]
        if row["channel"] == channel and row["level"] == "district"
    )


def _shown(value: object) -> str:
    return f"{value:,}".replace(",", ".") if isinstance(value, int) else str(value)
