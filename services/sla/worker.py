"""The background process: tells sla's own facts and follows the dossiers' lives."""

from services.sla import consumers, settings
from services.sla.models import METADATA
from shared import worker

GATHER_SECONDS = 0.005
"""Batches of several cost a third; who looks at a clock does not see five milliseconds."""


def main() -> None:
    """Run until told to stop."""
    worker.run(
        settings.load(),
        metadata=METADATA,
        handlers=consumers.HANDLERS,
        rebuild_handlers=consumers.REBUILD_OWN,
        gather_seconds=GATHER_SECONDS,
    )


if __name__ == "__main__":
    main()
