"""A service small enough to show the kernel on: notes, and nothing else."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from pydantic import BaseModel
from sqlalchemy import Column, Identity, Integer, Table, Text, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from deploy.local.testing import Servers
from shared import database, tables
from tests.databases import COPIED, address


class Base(DeclarativeBase):
    metadata = database.metadata()


class Note(Base):
    __tablename__ = "note"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    sequence: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))

    @property
    def aggregate_id(self) -> str:
        return str(self.id)

    @property
    def event_agency(self) -> str:
        return "H20"


class NoteView(BaseModel):
    body: str


METADATA = Base.metadata
tables.add_outbox(METADATA)
tables.add_idempotency(METADATA)
Table("checked_late", METADATA, Column("body", Text))

NOT_NULL_AT_COMMIT = """
    create function refuse_null() returns trigger language plpgsql as
      $$ begin raise exception 'refused at commit'; end $$;
    create constraint trigger late after insert on checked_late
      deferrable initially deferred for each row execute function refuse_null();
"""


@asynccontextmanager
async def make_database(servers: Servers) -> AsyncIterator[str]:
    """Give a database with the notes' tables, one of them failing only at commit."""
    name = f"notes_{uuid.uuid4().hex[:12]}"
    admin = await asyncpg.connect(servers.admin_url)
    await admin.execute(f"create database {name} {COPIED}")
    url = address(servers.admin_url, name)
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    await engine.dispose()
    late = await asyncpg.connect(url)
    await late.execute(NOT_NULL_AT_COMMIT)
    await late.close()
    yield url
    await admin.execute(f"drop database {name} with (force)")
    await admin.close()
