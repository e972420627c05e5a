"""The catalogue's background process: relays its facts, reads and publishes catalogue files."""

from typing import Final

from services.procedures.consumers import HANDLERS
from services.procedures.imports.forgetting import forget_after
from services.procedures.imports.publishing import publish_approved
from services.procedures.imports.reading import read_waiting
from services.procedures.models import METADATA
from services.procedures.previews import forget_previews
from services.procedures.settings import load
from shared.delivery.periodic import Periodic
from shared.retention import FORGET_ANSWERS
from shared.worker import run

LOOK_SECONDS: Final = 1.0
FORGET_SECONDS: Final = 3600.0


def main() -> None:
    """Run until told to stop."""
    settings = load()
    forget_files = forget_after(settings.import_files_kept_days)
    periodic = [
        FORGET_ANSWERS,
        Periodic("read-imports", LOOK_SECONDS, read_waiting),
        Periodic("publish-imports", LOOK_SECONDS, publish_approved),
        Periodic("forget-import-files", FORGET_SECONDS, forget_files),
        Periodic("forget-calendar-previews", FORGET_SECONDS, forget_previews),
    ]
    run(settings, metadata=METADATA, handlers=HANDLERS, periodic=periodic)


if __name__ == "__main__":
    main()
