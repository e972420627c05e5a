"""`motcua parked|replay-parked|discard|rebuild|reconcile|recount`: looking after events."""

import asyncio
import getpass
import importlib
from typing import Annotated, Any, Final, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from deploy.cli.registry import SERVICES, Service, named
from shared.delivery import Handlers, broker, operations
from shared.delivery.connections import connect
from shared.delivery.rebuild import RebuildReport, rebuild
from shared.delivery.reconcile import Difference, Listener, Owner, reconcile

ServiceName = Annotated[str, typer.Argument(help="intake, procedures, sla hoặc survey.")]
RECOUNT_SECONDS_MAX: Final = 3600.0
console = Console()


class Recount(NamedTuple):
    """Which function counts again, and what it counts."""

    module: str
    function: str
    of: str


RECOUNTS: Final = {
    "sla": Recount("services.sla.recount", "recount", "từ sổ đồng hồ"),
    "survey": Recount("services.survey.scores.recount", "differences", "mọi phiếu"),
}


def parked(service: ServiceName) -> None:
    """List events that a service could not apply, with what stands behind them."""
    chosen = named(service)
    found = asyncio.run(operations.parked(chosen.settings.database_url))
    table = Table("aggregate", "sequence", "state", "attempts", "next try", "error")
    for event in found:
        table.add_row(
            event.aggregate,
            str(event.sequence),
            event.state,
            str(event.attempts),
            event.next_try.isoformat() if event.next_try else "",
            event.error or "",
        )
    console.print(table if found else f"{service}: không có sự kiện nào bị gác lại")


def replay_parked(
    service: ServiceName,
    aggregate: Annotated[str | None, typer.Argument(help="Mặc định: tất cả.")] = None,
) -> None:
    """Try parked events again, in order, now."""
    chosen = named(service)
    done = asyncio.run(
        operations.replay(
            chosen.settings.database_url, service, chosen.consumers.HANDLERS, aggregate
        )
    )
    console.print(f"{service}: {done.applied} đã áp dụng, {len(done.held)} đối tượng còn giữ lại")
    if done.held:
        raise typer.Exit(1)


def discard(
    service: ServiceName,
    aggregate: str,
    sequence: int,
    reason: Annotated[str, typer.Option(help="Vì sao; được lưu mãi.")],
) -> None:
    """Give one parked event up for good; who and why are kept, and a rebuild passes over it too."""
    chosen = named(service)
    applied = asyncio.run(
        operations.discard(
            chosen.settings.database_url,
            service,
            chosen.consumers.HANDLERS,
            aggregate,
            sequence,
            by=getpass.getuser(),
            reason=reason,
        )
    )
    console.print(f"{service}: đã bỏ qua; {applied} sự kiện phía sau được áp dụng")


def rebuild_tables(service: ServiceName) -> None:
    """Build what a service knows from events anew and swap it in; the service goes on meanwhile."""
    report = asyncio.run(_rebuild(named(service)))
    console.print(
        f"{service}: {report.events:,} sự kiện trong {report.seconds:.1f} s, "
        f"{report.parked} bị gác lại"
    )
    for table, rows in report.rows.items():
        console.print(f"  {table}: {rows:,}")


async def _rebuild(service: Service) -> RebuildReport:
    settings, consumers = service.settings, service.consumers
    handlers: Handlers = getattr(consumers, "REBUILD", consumers.HANDLERS)
    own: Handlers | None = getattr(consumers, "REBUILD_OWN", None)
    client = await broker.connect(settings.kernel.nats_url, "motcua-rebuild")
    try:
        return await rebuild(
            settings.database_url,
            service.metadata,
            handlers,
            service=service.name,
            client=client,
            rebuild_handlers=own,
        )
    finally:
        await client.close()


def reconcile_all() -> None:
    """Prove that nothing is lost: what every owner told, every listener applied."""
    differences = asyncio.run(differences_now())
    for difference in differences:
        console.print(f"{difference.service}: {difference.aggregate} {difference.what}".strip())
    if differences:
        console.print(f"{len(differences)} điểm khác nhau")
        raise typer.Exit(1)
    console.print("Không thiếu, không thừa: mọi sự kiện đã kể đều đã được áp dụng đúng một lần.")


def recount_reports() -> None:
    """Count sla's reports and survey's scores again; name every figure that differs."""
    found = {service: asyncio.run(_recount(service)) for service in RECOUNTS}
    for service, differences in found.items():
        for difference in differences:
            console.print(service, difference)
        if not differences:
            console.print(f"{service}: đếm lại {RECOUNTS[service].of}, mọi con số đều khớp.")
    if any(found.values()):
        raise typer.Exit(1)


async def _recount(service: str) -> list[Any]:
    found = RECOUNTS[service]
    recount = getattr(importlib.import_module(found.module), found.function)
    url = named(service).settings.database_url
    async with connect(url, statement_seconds_max=RECOUNT_SECONDS_MAX) as connection:
        return list(await recount(connection))


async def differences_now() -> list[Difference]:
    """What differs between owners and listeners at this moment."""
    owners = [Owner(s.name, s.settings.database_url, s.metadata) for s in SERVICES]
    listeners = [
        Listener(s.name, s.settings.database_url, s.consumers.HANDLERS)
        for s in SERVICES
        if s.consumers.HANDLERS
    ]
    return await reconcile(owners, listeners)
