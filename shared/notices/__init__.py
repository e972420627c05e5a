"""Messages to people outside: one interface for every channel, and the channels that exist."""

from shared.notices.channels import EMAIL, Channels, channels
from shared.notices.message import Attachment, Channel, Message, NotDelivered, Receipt
from shared.notices.settings import SmtpSettings

__all__ = [
    "EMAIL",
    "Attachment",
    "Channel",
    "Channels",
    "Message",
    "NotDelivered",
    "Receipt",
    "SmtpSettings",
    "channels",
]
