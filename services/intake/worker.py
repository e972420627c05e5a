"""Intake's background process: relays its facts, copies the catalogue, follows the clocks.

It also tells the national portal how each dossier stands, and carriers what to fetch and bring.
"""

from services.intake import unanswered
from services.intake.consumers import HANDLERS
from services.intake.drafts.forgetting import FORGET_DRAFTS
from services.intake.files import work as files
from services.intake.models import METADATA
from services.intake.national import work as national
from services.intake.payments.platform import asking
from services.intake.postal import work as postal
from services.intake.settings import load
from shared.rates import FORGET_RATES
from shared.retention import FORGET_ANSWERS
from shared.worker import run

GATHER_SECONDS = 0.005
"""Its own facts come one by one; a batch of several costs hardly more than one of them."""


def main() -> None:
    """Run until told to stop."""
    settings = load()
    run(
        settings,
        metadata=METADATA,
        handlers=HANDLERS,
        periodic=[
            FORGET_ANSWERS,
            FORGET_DRAFTS,
            FORGET_RATES,
            *files.periodic(settings),
            *national.periodic(settings),
            *postal.periodic(settings),
            *asking.periodic(settings),
            *unanswered.periodic(settings),
        ],
        gather_seconds=GATHER_SECONDS,
    )


if __name__ == "__main__":
    main()
