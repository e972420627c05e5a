"""The tracking book (sổ theo dõi hồ sơ): one per one-stop, field and year, numbered unbroken."""

from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from services.sla.models.metadata import FROM_STREAM, Base, Code, Key, Moment


class Book(Base):
    """How far a book's numbers go."""

    __tablename__ = "book"

    agency: Mapped[Key]
    field: Mapped[Key]
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]

    __table_args__ = ({"info": FROM_STREAM},)


class BookEntry(Base):
    """A dossier's place in the book; what stands there else is told by its life."""

    __tablename__ = "book_entry"

    agency: Mapped[Key]
    field: Mapped[Key]
    year: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    dossier: Mapped[UUID]

    __table_args__ = ({"info": FROM_STREAM},)


class BookClosing(Base):
    """That a book was closed by the head; what is told later goes on numbering behind it."""

    __tablename__ = "book_closing"

    agency: Mapped[Code] = mapped_column(primary_key=True)
    field: Mapped[Code] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
    closed_at: Mapped[Moment]
    closed_by: Mapped[str] = mapped_column(Text)
