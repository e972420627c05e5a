"""Charges each request to its caller and says in the answer's headers what is left."""

from collections.abc import Mapping, Sequence
from functools import cache

from prometheus_client import Counter
from starlette.types import Scope

from gateway.headers import Header
from gateway.limits import addresses, budgets
from gateway.limits.addresses import Network
from gateway.limits.budgets import Budget
from gateway.limits.costs import Cost
from gateway.limits.meter import Charge, Meter
from shared.errors import TooManyRequests
from shared.identity import Principal

LIMITED = Counter("motcua_gateway_limited_total", "Requests over their caller's budget.", ["kind"])
FORWARDED_FOR = b"x-forwarded-for"


class Limiter:
    """One process's meter and the budgets it holds its callers to."""

    def __init__(self, *, scale: float, trusted_proxies: Sequence[Network]) -> None:
        self._trusted = tuple(trusted_proxies)
        self._scaled = {budget: budget.scaled(scale) for budget in budgets.ALL}
        whole_again = max(budget.window_seconds for budget in self._scaled.values())
        self._meter = Meter(whole_again)

    def charge(
        self, scope: Scope, headers: Mapping[bytes, bytes], principal: Principal | None, cost: Cost
    ) -> "Standing":
        """Charge one request to the subject of its token, else to the network it comes from."""
        budget = self._scaled[budgets.of(principal)]
        caller = f"subject {principal.subject}" if principal else self.network(scope, headers)
        charge = self._meter.charge(caller, budget, cost)
        if not charge.granted:
            LIMITED.labels(budget.name).inc()
        return Standing(caller, budget, charge)

    def network(self, scope: Scope, headers: Mapping[bytes, bytes]) -> str:
        """Name the network that a request comes from."""
        peer = (scope.get("client") or (addresses.UNKNOWN, 0))[0]
        forwarded = headers.get(FORWARDED_FOR, b"").decode("latin-1")
        return addresses.of(peer, forwarded, self._trusted)


class Standing:
    """How a caller stands after a request: what the answer tells, and the refusal if it is one."""

    __slots__ = ("_budget", "_charge", "caller")

    def __init__(self, caller: str, budget: Budget, charge: Charge) -> None:
        self.caller = caller
        self._budget = budget
        self._charge = charge

    def headers(self) -> tuple[Header, Header]:
        """`RateLimit` and `RateLimit-Policy` as structured fields (IETF draft, revision 10)."""
        left, name = self._charge, self._budget.name
        value = f'"{name}";r={left.remaining};t={left.whole_seconds}'
        return (b"ratelimit-policy", _policy(self._budget)), (b"ratelimit", value.encode())

    def require(self) -> None:
        """Raise TooManyRequests for a request over the budget."""
        if not self._charge.granted:
            raise TooManyRequests(
                "Bạn gửi yêu cầu nhanh hơn mức cho phép; hãy đợi hết thời gian ghi ở Retry-After.",
                retry_after_seconds=self._charge.wait_seconds,
                **{"violated-policies": [self._budget.name]},
            )


@cache
def _policy(budget: Budget) -> bytes:
    return f'"{budget.name}";q={budget.at_once};w={budget.window_seconds}'.encode()
