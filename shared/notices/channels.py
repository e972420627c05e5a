"""Which channels this installation has."""

from collections.abc import Mapping
from typing import Final

from shared.notices.log import LogChannel
from shared.notices.message import Channel
from shared.notices.settings import SmtpSettings
from shared.notices.smtp import SmtpChannel

EMAIL: Final = "email"
Channels = Mapping[str, Channel]


def channels(*, local: bool) -> Channels:
    """Read the environment: mail where a server is named; the local profile logs instead."""
    smtp = SmtpSettings()
    if smtp.host:
        return {EMAIL: SmtpChannel(smtp)}
    return {EMAIL: LogChannel()} if local else {}
