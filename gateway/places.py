"""Where a request stands while a service works on it: in an ordinary place or in a long one."""

from gateway.limits.gates import Gate, Shares
from gateway.routes import Service
from gateway.settings import GatewaySettings
from shared.errors import Unavailable

RETRY_AFTER_SECONDS = 5


class Places:
    """The places before one service; long bodies have their own, so that they crowd out nobody."""

    def __init__(self, service: Service, settings: GatewaySettings) -> None:
        self._service = service
        self._ordinary = Gate(
            service,
            inside_max=settings.requests_per_service_max,
            waiting_max=settings.waiting_per_service_max,
            wait_seconds_max=settings.wait_seconds_max,
        )
        self._long_max = settings.streams_per_service_max
        self._shares = Shares(settings.streams_per_service_max // 2)
        self._long = 0

    async def enter(self, caller: str, *, long: bool) -> "Place":
        """Take a place; raises Unavailable when there is none."""
        place = Place(self, caller)
        if long:
            self.take_long(caller)
        else:
            await self._ordinary.enter()
        place.long = long
        return place

    def take_long(self, caller: str) -> None:
        """Take a place for a long body; raises Unavailable at once."""
        if self._long >= self._long_max or not self._shares.take(caller):
            raise Unavailable(
                f"Dịch vụ {self._service} đang truyền quá nhiều tệp lớn; hãy thử lại sau.",
                retry_after_seconds=RETRY_AFTER_SECONDS,
                code="streams_busy",
                service=self._service,
            )
        self._long += 1

    def leave(self, caller: str, *, long: bool) -> None:
        """Give a place back."""
        if long:
            self._long -= 1
            self._shares.give_back(caller)
        else:
            self._ordinary.leave()


class Place:
    """One request's place, given back once."""

    __slots__ = ("_caller", "_places", "long")

    def __init__(self, places: Places, caller: str) -> None:
        self._places = places
        self._caller = caller
        self.long = False

    def lengthen(self) -> None:
        """Change into a long place, for a long answer; raises Unavailable when there is none."""
        if not self.long:
            self._places.take_long(self._caller)
            self._places.leave(self._caller, long=False)
            self.long = True

    def leave(self) -> None:
        """Give it back."""
        self._places.leave(self._caller, long=self.long)
