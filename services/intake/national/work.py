"""What intake's worker does for the national portal, again and again."""

from datetime import timedelta
from typing import Final

from services.intake.copies import Copies
from services.intake.national.comparing import compare
from services.intake.national.measures import Watch
from services.intake.national.sending import Sender
from services.intake.settings import IntakeSettings
from shared.clock import present
from shared.database import Database
from shared.delivery.periodic import Periodic
from shared.personal_data import Vault

SEND_REST_SECONDS: Final = 1.0
"""New work is found by looking: an index entry a second is nothing, and ten minutes are allowed."""

WATCH_REST_SECONDS: Final = 15.0
COMPARE_REST_SECONDS: Final = 86_400.0


def periodic(settings: IntakeSettings) -> list[Periodic]:
    """The comparison always; sending and watching where a portal is configured."""
    national = settings.national

    async def compare_all(database: Database) -> None:
        await compare(database, present(), history=national.history)

    work = [Periodic("national-compare", COMPARE_REST_SECONDS, compare_all)]
    if not national.configured:
        return work
    vault = Vault.load(settings.kernel.keys_dir, create=settings.kernel.profile == "local")
    sender = Sender(national, vault, Copies(settings.default_calendar))
    watch = Watch(timedelta(seconds=national.late_seconds))

    async def look(database: Database) -> None:
        await watch.look(database, present())

    work.append(Periodic("national-send", SEND_REST_SECONDS, sender.send_due))
    work.append(Periodic("national-watch", WATCH_REST_SECONDS, look))
    return work
