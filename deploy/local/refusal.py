"""Why the system cannot start, in words for the person who asked."""


class Refusal(Exception):
    """The system cannot be started as things stand; the text says why and what to do."""


class AlreadyRunning(Refusal):
    """Another supervisor holds this data directory."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        super().__init__(
            f"Hệ thống đang chạy / the system is already running (pid {pid}); "
            "`make status` shows it, `make down` stops it."
        )


class StartFailed(Refusal):
    """A process or a one-off step did not do what the next one waits for."""
