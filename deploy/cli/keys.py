"""`motcua rotate-keys`: a new sealing key; what older ones sealed stays readable."""

import fcntl
import os
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import orjson
import typer

from gateway.webhooks import subscriptions
from shared.personal_data import KEY_FILE, new_keys
from shared.settings import KernelSettings

LOCK = "rotation.lock"


class Sealing(StrEnum):
    """Who seals, each with a key file of its own: personal data, the gateway webhooks' secrets."""

    INTAKE = "intake"
    SLA = "sla"
    SURVEY = "survey"
    GATEWAY = "gateway"

    @property
    def file(self) -> str:
        """The name of its key file."""
        if self is Sealing.GATEWAY:
            return subscriptions.KEY_FILE
        return KEY_FILE if self is Sealing.INTAKE else f"{self}-{KEY_FILE}"


def rotate_keys(
    service: Annotated[Sealing, typer.Argument(help="Whose key.")] = Sealing.INTAKE,
) -> None:
    """Seal by a new key from the next start on; restart every process of it together.

    A process started before cannot read what one started after has sealed.
    """
    path = KernelSettings().keys_dir / service.file
    if not path.exists():
        typer.echo(f"{path} không tồn tại: chưa có khóa nào để thay.", err=True)
        raise typer.Exit(1)
    # Of two rotations at once one would forget the other's key, and what it sealed.
    with path.with_name(LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        rotated = new_keys(orjson.loads(path.read_bytes()))
        _replace(path, orjson.dumps(rotated))
    typer.echo(f"Khóa mới: {rotated['current']}. Hãy khởi động lại mọi tiến trình của {service}.")


def _replace(path: Path, content: bytes) -> None:
    """Write beside it and rename: a reader sees all the old keys or all the new ones."""
    kept = path.stat()
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fchmod(handle, kept.st_mode)
        os.fchown(handle, kept.st_uid, kept.st_gid)
        os.fsync(handle)
    Path(temporary).replace(path)
