"""Logs are JSON lines that name request and trace; people's data never stands in them."""

import logging
import sys
from typing import Final

import structlog
from structlog.typing import EventDict, Processor

from shared import tracing

LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40}
SERVERS_OWN: Final = ("uvicorn", "uvicorn.error")
"""The web server writes lines of its own shape; a failure's trace is to name its request too."""


def configure(process: str, level: str = "info") -> None:
    """Send structured lines of this process, and what libraries log, to standard error."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        _name_request,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    line = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*shared, line],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    libraries = logging.StreamHandler()
    libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, line],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[libraries], force=True)
    for name in SERVERS_OWN:
        server = logging.getLogger(name)
        server.handlers.clear()
        server.propagate = True


def _name_request(_: object, __: str, event: EventDict) -> EventDict:
    """Say which request and which trace the line belongs to, where there is one."""
    trace = tracing.current()
    if trace is not None:
        event.setdefault("request_id", trace.request_id)
        event.setdefault("trace_id", trace.trace_id)
    return event
