"""What intake's worker does with files, again and again."""

from typing import Final

from services.intake.files import cleaning, retention
from services.intake.files.scanning import scan_due
from services.intake.settings import IntakeSettings
from shared.clock import present
from shared.database import Database
from shared.delivery.periodic import Periodic
from shared.files import SHARDS, FileStore

SCAN_REST_SECONDS: Final = 5.0
CLEAN_REST_SECONDS: Final = 300.0
"""Each time another shard is looked through, so that all have had their turn within a day."""

RETENTION_REST_SECONDS: Final = 3600.0


def periodic(settings: IntakeSettings) -> list[Periodic]:
    """Cleaning and destroying, and scanning where a scanner is configured."""
    store = FileStore(settings.kernel.files_dir, settings.files.bucket)

    async def clean(database: Database) -> None:
        now = present()
        await cleaning.forget_uploads(database, store, now)
        await cleaning.forget_unattached(database, store, now)
        await cleaning.drop_passing(store, settings.files, now)
        shard = int(now.timestamp() // CLEAN_REST_SECONDS) % SHARDS
        await cleaning.drop_orphans(database, store, now, shard)

    async def destroy(database: Database) -> None:
        await retention.destroy_due(database, settings.files, present())

    async def scan(database: Database) -> None:
        await scan_due(database, store, settings.files)

    work = [
        Periodic("clean-files", CLEAN_REST_SECONDS, clean),
        Periodic("destroy-files", RETENTION_REST_SECONDS, destroy),
    ]
    if settings.files.scanner:
        work.append(Periodic("scan-files", SCAN_REST_SECONDS, scan))
    return work
