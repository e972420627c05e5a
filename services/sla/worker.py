"""The background process: tells sla's own facts and follows the dossiers' lives."""

from services.sla import consumers, settings
from services.sla.alarms.sweeping import RAISE_ALARMS
from services.sla.apologies import sending
from services.sla.apologies.drafting import KEEP_DRAFTS
from services.sla.models import METADATA
from services.sla.previews.keeping import FORGET_PREVIEWS
from shared import worker
from shared.retention import FORGET_ANSWERS

GATHER_SECONDS = 0.005
"""Batches of several cost a third; who looks at a clock does not see five milliseconds."""


def main() -> None:
    """Run until told to stop."""
    known = settings.load()
    worker.run(
        known,
        metadata=METADATA,
        handlers=consumers.HANDLERS,
        rebuild_handlers=consumers.REBUILD_OWN,
        periodic=[
            FORGET_ANSWERS,
            FORGET_PREVIEWS,
            RAISE_ALARMS,
            KEEP_DRAFTS,
            sending.periodic(known),
        ],
        gather_seconds=GATHER_SECONDS,
    )


if __name__ == "__main__":
    main()
