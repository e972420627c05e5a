"""`make bench`: what this machine carries, on the running system."""

import asyncio
import os
import sys
import time
from pathlib import Path

import uvloop

from deploy.local import environment
from shared import issuer
from shared.identity import EVERYWHERE, Role
from tests.benchmarks import (
    bench_catalogue_import,
    bench_catalogue_search,
    bench_printing,
    bench_working_time,
    delay,
    floor,
    hop,
)
from tests.benchmarks.load import Measured, file_for, table

SECONDS = float(os.environ.get("BENCH_SECONDS", "10"))
CLIENTS = (8, 16)
EVENTS_PER_SECOND = 300


async def main() -> None:
    """Measure filings through the gateway, their floor, the delay to sla, and the hop."""
    environment.load()
    url = os.environ["GATEWAY_URL"]
    token = issuer.issue(
        Path(os.environ["MOTCUA_KEYS_DIR"]),
        subject="bench",
        roles=[Role.COUNTER],
        agencies=[EVERYWHERE],
    )
    rows: list[tuple[str, str]] = []
    await file_for(url, token, clients=8, seconds=2, run=f"warm-{time.time_ns()}")
    for clients in CLIENTS:
        run = f"bench-{time.time_ns()}"
        through = await file_for(url, token, clients=clients, seconds=SECONDS, run=run)
        straight = await floor.run(
            os.environ["INTAKE_DATABASE_URL"], clients=clients, seconds=SECONDS
        )
        rows.append((f"filings through the gateway, {clients} clients", _told(through)))
        rows.append((f"the same statements by asyncpg, {clients} connections", _told(straight)))
        rows.append(("  share of the floor", f"{through.per_second / straight.per_second:.2f}"))
    delays = await delay.run(
        url,
        token,
        os.environ["SLA_DATABASE_URL"],
        per_second=EVENTS_PER_SECOND,
        seconds=SECONDS,
    )
    rows.append((f"answer to visible in sla at {EVENTS_PER_SECOND}/s", _delay(delays)))
    sys.stdout.write(table(rows) + "\n")
    bench_working_time.main()
    bench_printing.main()
    await bench_catalogue_search.main()
    await hop.main(seconds=1, rounds=2)


def _told(measured: Measured) -> str:
    told = (
        f"{measured.per_second:,.0f}/s, p50 {measured.percentile(0.5):.1f} ms, "
        f"p99 {measured.percentile(0.99):.1f} ms"
    )
    return told + (f", {len(measured.refused)} refused" if measured.refused else "")


def _delay(delays: list[float]) -> str:
    if not delays:
        return "nothing became visible"
    p50, p99 = delays[len(delays) // 2], delays[int(0.99 * len(delays))]
    return f"p50 {p50:.1f} ms, p99 {p99:.1f} ms ({len(delays)} events)"


if __name__ == "__main__":
    uvloop.run(main())
    # It starts servers of its own, which uvloop cannot do.
    asyncio.run(bench_catalogue_import.main())
