"""What is sent to one person, and what a channel gives back for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """A message to one person.

    `key` is the same whenever the message is sent again, so that whoever gets it twice can tell.
    """

    key: str
    to: str
    subject: str
    text: str
    attachments: Sequence[Attachment] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a channel took a message over: its own number for it, where it gives one."""

    number: str


class NotDelivered(Exception):
    """A channel did not take a message; `final` when it never will. Quotes nothing personal."""

    def __init__(self, code: str, *, final: bool) -> None:
        super().__init__(code)
        self.code = code
        self.final = final


class Channel(Protocol):
    """A way to reach people: electronic mail, short messages, a portal's inbox."""

    async def send(self, message: Message) -> Receipt:
        """Hand one message over; raises NotDelivered."""
