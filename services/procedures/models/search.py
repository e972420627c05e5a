"""What searches know beside the versions themselves."""

from sqlalchemy.orm import Mapped, mapped_column

from services.procedures.models.base import Base


class SearchWord(Base):
    """A bare word that some published version holds; a trigger adds them, none is taken out."""

    __tablename__ = "search_word"

    word: Mapped[str] = mapped_column(primary_key=True)
