"""Intake's background process: relays its facts, copies the catalogue, follows the clocks."""

from services.intake.consumers import HANDLERS
from services.intake.models import METADATA
from services.intake.settings import load
from shared.retention import FORGET_ANSWERS
from shared.worker import run


def main() -> None:
    """Run until told to stop."""
    run(load(), metadata=METADATA, handlers=HANDLERS, periodic=[FORGET_ANSWERS])


if __name__ == "__main__":
    main()
