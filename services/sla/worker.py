"""The background process: tells sla's own facts and follows the dossiers' lives."""

from services.sla import consumers, settings
from services.sla.models import METADATA
from services.sla.previews.keeping import FORGET_PREVIEWS
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
        periodic=[FORGET_PREVIEWS],
        gather_seconds=GATHER_SECONDS,
    )


if __name__ == "__main__":
    main()
