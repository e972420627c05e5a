"""The catalogue's background process: it only tells, so it runs the relay and listens to nobody."""

from services.procedures.consumers import HANDLERS
from services.procedures.models import METADATA
from services.procedures.settings import load
from shared.retention import FORGET_ANSWERS
from shared.worker import run


def main() -> None:
    """Run until told to stop."""
    run(load(), metadata=METADATA, handlers=HANDLERS, periodic=[FORGET_ANSWERS])


if __name__ == "__main__":
    main()
