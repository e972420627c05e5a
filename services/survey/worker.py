"""The survey's background process: hears what happens to dossiers, tells what was answered."""

from services.survey import tokens
from services.survey.carriers import sending
from services.survey.consumers import HANDLERS
from services.survey.kiosks.codes import FORGET_CODES
from services.survey.models import METADATA
from services.survey.petitions.overdue import TELL_OVERDUE
from services.survey.settings import load
from services.survey.settling import SETTLE
from services.survey.sources import FORGET_SOURCES
from services.survey.visits.counting import FORGET_VISITORS
from shared.rates import FORGET_RATES
from shared.retention import FORGET_ANSWERS
from shared.worker import run

GATHER_SECONDS = 0.1
"""An invitation may be a moment late."""


def main() -> None:
    """Run until told to stop; raises SecretMissing."""
    settings = load()
    tokens.secret_of(settings.kernel)
    run(
        settings,
        metadata=METADATA,
        handlers=HANDLERS,
        periodic=[
            FORGET_ANSWERS,
            FORGET_CODES,
            FORGET_RATES,
            FORGET_SOURCES,
            FORGET_VISITORS,
            SETTLE,
            TELL_OVERDUE,
            sending.periodic(settings),
        ],
        gather_seconds=GATHER_SECONDS,
    )


if __name__ == "__main__":
    main()
