"""Messages to people outside: one interface for every channel, and the channels that exist."""

from shared.notices.channels import EMAIL, Channels, channels
from shared.notices.message import Attachment, Channel, Message, NotDelivered, Receipt
from shared.notices.settings import SmtpSettings
from shared.notices.trying import LEASE, REST_SECONDS, TAKEN_MAX, Refused, tried

__all__ = [
    "EMAIL",
    "LEASE",
    "REST_SECONDS",
    "TAKEN_MAX",
    "Attachment",
    "Channel",
    "Channels",
    "Message",
    "NotDelivered",
    "Receipt",
    "Refused",
    "SmtpSettings",
    "channels",
    "tried",
]
