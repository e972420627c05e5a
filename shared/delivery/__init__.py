"""Moves facts from outbox to consumer, and keeps what cannot be applied until it can."""

from shared.delivery.handlers import Handler, Handlers, NotYet

__all__ = ["Handler", "Handlers", "NotYet"]
