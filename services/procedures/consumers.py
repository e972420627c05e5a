"""What the catalogue listens to: nothing, it is where these facts begin."""

from typing import Final

from shared.delivery import Handlers

HANDLERS: Final[Handlers] = {}
