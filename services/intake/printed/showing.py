"""Shows issued forms to whoever may see the dossier; people's data in clear only to some."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import access, dossiers, unmasking
from services.intake.desk import Desk
from services.intake.models import Dossier, PrintedForm
from services.intake.printed.issuing import sealed_form
from services.intake.printed.layouts import compose
from services.intake.schemas.printed import (
    FormContent,
    FormDetail,
    FormPerson,
    IssuedForm,
    IssuedForms,
)
from services.intake.tracking.checks import receipt_token
from shared import personal_data
from shared.errors import NotFound
from shared.events import FormKind
from shared.identity import Role
from shared.printing import Document, form_set_of
from shared.printing.wording import two_digits


async def issued(session: AsyncSession, desk: Desk, reference: str) -> IssuedForms:
    """List the forms of a dossier, oldest first."""
    dossier = await dossiers.get(session, desk, reference)
    rows = await session.scalars(
        select(PrintedForm)
        .where(PrintedForm.dossier_id == dossier.id)
        .order_by(PrintedForm.issued_at, PrintedForm.kind, PrintedForm.ordinal)
    )
    return IssuedForms(code=dossier.code, items=[head(row) for row in rows])


async def detail(
    session: AsyncSession, desk: Desk, reference: str, kind: FormKind, ordinal: int | None
) -> FormDetail:
    """Get one form, the newest of its kind unless told; NotFound where none was issued."""
    dossier = await dossiers.get(session, desk, reference)
    query = select(PrintedForm).where(
        PrintedForm.dossier_id == dossier.id, PrintedForm.kind == str(kind)
    )
    if ordinal is not None:
        query = query.where(PrintedForm.ordinal == ordinal)
    row = await session.scalar(query.order_by(PrintedForm.ordinal.desc()).limit(1))
    if row is None:
        raise NotFound("Hồ sơ chưa có phiếu này.", code="form_unknown")
    content = opened(desk, row)
    if in_clear(desk, dossier, content):
        unmasking.write_down(session, desk, dossier)
    else:
        content = masked(content)
    return FormDetail(**dict(head(row)), content=content)


def paper(desk: Desk, shown: FormDetail) -> Document:
    """Lay a shown form out for print."""
    token = receipt_token(desk.vault, shown.content.code)
    return compose(shown, shown.content, token=token)


def opened(desk: Desk, row: PrintedForm) -> FormContent:
    """Open what a form says."""
    bound = sealed_form(row.dossier_id, row.kind, row.ordinal)
    plain = desk.vault.decrypt(row.content, key_id=row.key_id, of=bound)
    return FormContent.model_validate_json(plain)


def in_clear(desk: Desk, dossier: Dossier, content: FormContent) -> bool:
    """Whether the caller reads the form unmasked: an officer who may unmask, or its owner."""
    if access.may_unmask(desk.principal, dossier):
        return True
    own = desk.vault.hash(desk.principal.number)
    named = desk.vault.hash(content.owner.identity_number)
    return Role.CITIZEN in desk.principal.roles and own is not None and own == named


def masked(content: FormContent) -> FormContent:
    """Hide the numbers and addresses of everybody on a form."""
    return content.model_copy(
        update={
            "owner": _hidden(content.owner),
            "submitter": content.submitter and _hidden(content.submitter),
            "authoriser": content.authoriser and _hidden(content.authoriser),
        }
    )


def head(row: PrintedForm) -> IssuedForm:
    """Show an issued form without what it says."""
    form = form_set_of(row.form_set).forms[FormKind(row.kind)]
    return IssuedForm(
        kind=FormKind(row.kind),
        ordinal=row.ordinal,
        number=number(row),
        agency=row.agency,
        form_set=row.form_set,
        template=form.template,
        title=form.title.replace("\n", " "),
        issued_at=row.issued_at,
        issued_by=row.issued_by,
    )


def number(row: PrintedForm) -> str:
    """Write a form's number: `07/PBS`."""
    return f"{two_digits(row.number)}/{row.suffix}"


def _hidden(person: FormPerson) -> FormPerson:
    data = person.model_dump(exclude={"name", "kind"}, exclude_none=True)
    return FormPerson(name=person.name, kind=person.kind, **personal_data.masked(data))
