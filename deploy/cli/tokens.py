"""`motcua token`, `client`, `rotate-issuer`: callers and keys of the local profile."""

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


def client(
    name: Annotated[str, typer.Argument(help="Máy khách: portal hoặc post.")],
) -> None:
    """Print a local client as `id:secret`, for `curl --user` at the local token endpoint."""
    keys_dir = KernelSettings().keys_dir
    issuer.make_keys(keys_dir)
    known = issuer.clients(keys_dir)
    if name not in known:
        typer.echo(f"Không có máy khách {name}; có: {', '.join(known)}.", err=True)
        raise typer.Exit(1)
    typer.echo(f"{name}:{known[name].secret}")


def rotate_issuer() -> None:
    """Sign local tokens by a new key; those of the old one stand until they end."""
    keys_dir = KernelSettings().keys_dir
    issuer.make_keys(keys_dir)
    typer.echo(f"Khóa mới: {issuer.rotate_keys(keys_dir)}. Không cần khởi động lại.")
