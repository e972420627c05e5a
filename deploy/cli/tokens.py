"""`motcua token`: a caller of the local profile."""

from typing import Annotated

import typer

from shared import issuer
from shared.identity import EVERYWHERE, Role
from shared.settings import KernelSettings


def token(
    role: Annotated[list[Role], typer.Option(help="Vai trò; may be given several times.")],
    agency: Annotated[
        list[str] | None, typer.Option(help="Mã cơ quan và mọi cơ quan dưới nó; `*` = tất cả.")
    ] = None,
    subject: Annotated[
        str, typer.Option(help="Ai: mã cán bộ, hoặc số định danh của công dân.")
    ] = "can-bo-thu-nghiem",
    hours: Annotated[int, typer.Option(min=1, max=24 * 30, help="Hiệu lực bao nhiêu giờ.")] = 12,
) -> None:
    """Print a signed token of the local issuer, bare, for `Authorization: Bearer …`."""
    keys_dir = KernelSettings().keys_dir
    issuer.make_keys(keys_dir)
    signed = issuer.issue(
        keys_dir,
        subject=subject,
        roles=role,
        agencies=agency or [EVERYWHERE],
        lifetime_seconds=hours * 3600,
    )
    typer.echo(signed)
