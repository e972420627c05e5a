"""Files of keys and secrets: whole or not there, readable by their owner only."""

import os
import tempfile
from pathlib import Path


def make_once(path: Path, content: bytes) -> None:
    """Make the file unless it is there; of two makers at once one wins for both."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(path, content)
    try:
        # A link fails where a rename would overwrite.
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def replace(path: Path, content: bytes) -> None:
    """Write beside it and rename: a reader sees all of the old or all of the new."""
    _draft(path, content).replace(path)


def _draft(path: Path, content: bytes) -> Path:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)
    return Path(name)
