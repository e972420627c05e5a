"""Builds a service's web application: database, identity, problems, health and measures."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

import asyncpg
import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from shared import errors, garbage, logging, telemetry
from shared.answers import Answers
from shared.database import Database
from shared.http import Layers
from shared.identity import Verifier
from shared.settings import ServiceSettings

log = structlog.get_logger()

DATABASE_AWAY = (
    OperationalError,
    InterfaceError,
    PoolTimeoutError,
    ConnectionError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
)
"""What a request meets while PostgreSQL is away or restarts; it is asked to come again."""


def build(
    title: str,
    settings: ServiceSettings,
    routers: Sequence[APIRouter],
    *,
    streamed_paths: frozenset[str] = frozenset(),
    alongside: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None,
) -> FastAPI:
    """Assemble one service; its routes stand in the routers.

    What runs `alongside` the requests ends before the database closes.
    """
    logging.configure(settings.service, settings.kernel.log_level)
    telemetry.configure(settings.service)
    database = Database(settings.database_url, connections_max=settings.database_connections_max)
    verifier = Verifier(settings.kernel)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        garbage.settle()
        async with verifier.running(), alongside(app) if alongside else nullcontext():
            yield
        await database.close()

    app = FastAPI(
        redirect_slashes=False,
        title=title,
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        responses=errors.PROBLEM_RESPONSES,
        telemetry=telemetry.FRAMEWORK_OFF,
    )
    app.state.settings = settings
    app.state.database = database
    app.state.verifier = verifier
    errors.install(app)
    _install_database_away(app)
    for router in routers:
        app.include_router(router)
    app.include_router(_health(database))
    app.add_middleware(Answers, versioned=True)
    app.add_middleware(Layers, streamed_paths=streamed_paths)
    return app


def _install_database_away(app: FastAPI) -> None:
    async def come_again(_: Request, failure: Exception) -> Response:
        if isinstance(failure, DBAPIError) and not (
            failure.connection_invalidated or isinstance(failure, OperationalError | InterfaceError)
        ):
            raise failure
        log.warning("database away", error=repr(failure))
        return errors.answer(
            errors.Unavailable("Cơ sở dữ liệu tạm thời chưa sẵn sàng; hãy thử lại sau giây lát.")
        )

    for failure in (*DATABASE_AWAY, DBAPIError):
        app.add_exception_handler(failure, come_again)


def _health(database: Database) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @router.get("/health/ready")
    async def ready() -> dict[str, str]:
        async with database.engine.connect() as connection:
            await connection.execute(text("select version_num from alembic_version"))
        return {"status": "ready"}

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router
