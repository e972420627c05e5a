"""`motcua migrate` and `motcua first-run`: databases up to date, first data loaded."""

import asyncio
import importlib

import typer
from alembic import command

from deploy.cli.registry import SERVICES, named
from shared import issuer, migrations
from shared.database import Database
from shared.settings import KernelSettings


def migrate() -> None:
    """Bring every service's database up to date, all in one process."""
    for service in SERVICES:
        migrations.upgrade(service.migrations, service.settings.database_url)
        typer.echo(f"{service.name}: cơ sở dữ liệu đã cập nhật")


def first_run() -> None:
    """Make the local keys and load the seed catalogue; what is there already stays as it is."""
    issuer.make_keys(KernelSettings().keys_dir)
    typer.echo(f"procedures: {asyncio.run(_load_catalogue())}")


async def _load_catalogue() -> object:
    database = Database(named("procedures").settings.database_url, connections_max=2)
    try:
        return await importlib.import_module("services.procedures.first_run").load_seeds(database)
    finally:
        await database.close()


def revision(service: str, message: str) -> None:
    """Write a new migration of a service from what its tables have become."""
    chosen = named(service)
    config = migrations.config(chosen.migrations, chosen.settings.database_url)
    command.revision(config, message=message, autogenerate=True)
