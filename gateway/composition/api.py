"""`GET /v1/dossiers/{dossier}?view=full`, behind the same door as every other request."""

from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Request, Response
from starlette.types import Scope

from gateway import headers
from gateway.composition.asking import Asking
from gateway.composition.composing import compose
from gateway.forward import Forwarder
from gateway.settings import GatewaySettings
from shared import fields, tracing
from shared.errors import Unprocessable
from shared.tracing import REQUEST_ID, TRACEPARENT

PREFIX = "/v1/dossiers/"
VIEW, FULL = b"view=", "full"
OWN_PARAMETERS = frozenset({"view", "fields"})
AUTHORIZATION = b"authorization"


def composes(scope: Scope) -> bool:
    """Tell whether the request asks for a view of a dossier; which one, the route looks at."""
    return (
        VIEW in scope["query_string"]
        and any(part.startswith(VIEW) for part in scope["query_string"].split(b"&"))
        and scope["method"] == "GET"
        and scope["path"].startswith(PREFIX)
        and "/" not in scope["path"][len(PREFIX) :]
    )


def router(forwarder: Forwarder, settings: GatewaySettings) -> APIRouter:
    """The one composed route; merged into intake's operation in the document."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/v1/dossiers/{dossier}")
    async def get_full_dossier(dossier: str, request: Request) -> Response:
        """A dossier with its clock, alarms, steps, procedure and invitations."""
        query = request.scope["query_string"]
        if request.query_params.getlist("view") != [FULL]:
            raise Unprocessable("Chỉ có view=full.", code="malformed")
        asking = Asking(
            forwarder,
            _headers(request),
            caller=request.state.caller,
            part_seconds_max=settings.part_seconds_max,
            dossier_seconds_max=settings.answer_seconds_max,
        )
        answer = await compose(asking, dossier, _of_intake(query), fields.of(query))
        response = Response(answer.whole, answer.status)
        response.raw_headers = headers.to_client(answer.headers)
        return response

    return routes


def _headers(request: Request) -> tuple[headers.Header, ...]:
    """The caller's token and the request's names; everything else is between us and the owners."""
    token = [header for header in request.scope["headers"] if header[0] == AUTHORIZATION]
    trace = tracing.current()
    if trace is None:
        return tuple(token)
    names = (REQUEST_ID, trace.request_id.encode()), (TRACEPARENT, trace.traceparent.encode())
    return (*token, *names)


def _of_intake(query: bytes) -> bytes:
    """What of the query is intake's to read, such as `unmask`."""
    given = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    return urlencode([pair for pair in given if pair[0] not in OWN_PARAMETERS]).encode()
