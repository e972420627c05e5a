"""Printed forms: the statutory sets as data, documents, and their setting into PDF/A."""

from shared.printing.document import (
    Column,
    Document,
    Field,
    Fields,
    Heading,
    PageBreak,
    Paper,
    Paragraph,
    Side,
    Signature,
    Signatures,
    Table,
)
from shared.printing.forms import FORM_SETS, Form, FormSet, form_set, form_set_of
from shared.printing.typesetting import pdf, png

__all__ = [
    "FORM_SETS",
    "Column",
    "Document",
    "Field",
    "Fields",
    "Form",
    "FormSet",
    "Heading",
    "PageBreak",
    "Paper",
    "Paragraph",
    "Side",
    "Signature",
    "Signatures",
    "Table",
    "form_set",
    "form_set_of",
    "pdf",
    "png",
]
