"""`motcua check-migrations` and `motcua check-openapi`: gates that need the code to be loaded."""

import asyncio
import tempfile
from pathlib import Path

import asyncpg
import typer
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from deploy.cli.registry import SERVICES, Service
from shared import migrations


def check_migrations() -> None:
    """Migrate empty databases on a server of its own and compare them with the models."""
    if asyncio.run(_mismatches()):
        raise typer.Exit(1)


async def _mismatches() -> int:
    from deploy.local.testing import servers  # noqa: PLC0415 (a development dependency)

    mismatches = 0
    with tempfile.TemporaryDirectory(prefix="motcua-check-") as directory:
        async with servers(Path(directory)) as running:
            for service in SERVICES:
                found = await _compare(service, running.admin_url)
                mismatches += len(found)
                typer.echo(f"{service.name}: {found or 'migrations match the models'}")
    return mismatches


async def _compare(service: Service, admin_url: str) -> list[object]:
    connection = await asyncpg.connect(admin_url)
    await connection.execute(f"create database check_{service.name}")
    await connection.close()
    url = admin_url.rpartition("/")[0] + f"/check_{service.name}"
    await asyncio.to_thread(migrations.upgrade, service.migrations, url)
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=NullPool
    )
    async with engine.connect() as migrated:
        found = await migrated.run_sync(migrations.differences, service.metadata)
    await engine.dispose()
    return list(found)


def check_openapi() -> None:
    """Validate the merged OpenAPI document against the specification."""
    from openapi_spec_validator import validate  # noqa: PLC0415 (slow, and for development only)

    from deploy.documents import described  # noqa: PLC0415 (loads every service and the gateway)

    document = described.merged()
    validate(document)
    typer.echo(f"{len(document['paths'])} paths, valid")
