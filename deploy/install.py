"""Builds `.venv` from the lock; needs nothing but Python and its standard library.

    python3 deploy/install.py         install
    python3 deploy/install.py lock    write requirements.lock from pyproject.toml

Every package is checked against its hash in `requirements.lock`. The lock names no place to fetch
from: pip's own configuration decides, and uv, which is faster but does not read it, is told.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
TOOLS = ROOT / ".tools"
LOCK = ROOT / "requirements.lock"
PYTHON_MIN = (3, 11)
PACKAGES = ("deploy", "gateway", "services", "shared")
# Options of pip and the variables by which uv learns the same; uv's own, if set, go first.
PIP_OPTION_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
}
MOTCUA = """\
#!/bin/sh
# The operator's command, from this checkout wherever it stands.
here=$(CDPATH= cd -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd)
exec "$here/python" -m deploy.cli "$@"
"""


def main() -> None:
    """Make the environment, or bring it up to the lock."""
    if sys.version_info < PYTHON_MIN:
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    if not _works():
        _make()
    if sys.argv[1:] == ["lock"]:
        _lock()
        return
    _fill()
    _make_project_importable()


def _lock() -> None:
    """Resolve for every supported Python; keeps the versions locked before where it can."""
    if not (uv := _uv()):
        sys.exit("uv is needed to write the lock: .venv/bin/python -m pip install uv")
    nowhere = ("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links")
    _run(
        *(uv, "pip", "compile", "--quiet", "--universal"),
        *("--python-version", ".".join(map(str, PYTHON_MIN)), "--generate-hashes", *nowhere),
        *("--extra", "local", "--extra", "dev", "--output-file", LOCK.name, "pyproject.toml"),
        environment=uv_environment(),
    )


def _works() -> bool:
    """Tell whether there is an environment whose Python runs and is new enough."""
    test = f"import sys; sys.exit(sys.version_info < {PYTHON_MIN})"
    try:
        return subprocess.run([_python(), "-c", test], check=False).returncode == 0
    except OSError:
        return False


def _make() -> None:
    """Create the environment: with the standard library, or with uv where Debian split it off."""
    print("creating .venv", flush=True)
    if (bundled := find_spec("ensurepip")) and bundled.origin:
        _run(sys.executable, "-m", "venv", "--clear", str(VENV))
    elif uv := _uv_from_outside():
        _run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV))
    else:
        sys.exit(
            "Thiếu gói venv của Python / Python's venv is missing. "
            "On Debian and Ubuntu: apt install python3-venv"
        )


def _fill() -> None:
    """Install the locked packages with uv, else with the environment's own pip."""
    print("installing the locked packages", flush=True)
    if (uv := _uv()) and _try(
        *(uv, "pip", "install", "--quiet", "--python", _python(), "--require-hashes"),
        *("--compile-bytecode", "-r", str(LOCK)),
        environment=uv_environment(),
    ):
        return
    print("uv could not; pip takes longer", flush=True)
    _run(_python(), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(LOCK))


def _make_project_importable() -> None:
    """Put the checkout on the path and write the command; both bear being moved together."""
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(_output(_python(), "-c", where).strip())
    (packages / "motcua.pth").write_text(os.path.relpath(ROOT, packages) + "\n")
    command = VENV / "bin" / "motcua"
    command.write_text(MOTCUA)
    command.chmod(0o755)
    _try(_python(), "-m", "compileall", "-q", *PACKAGES)


def _uv() -> str:
    """Find the locked uv, fetching it if need be; empty when it cannot be had."""
    inside = VENV / "bin" / "uv"
    if inside.exists():
        return str(inside)
    if _output(_python(), "-m", "pip", "--version") and _fetch_uv(_python()):
        return str(inside)
    return _uv_from_outside()


def _uv_from_outside() -> str:
    """Find a uv without the environment: fetched beside it by the system's pip, or installed."""
    fetched = TOOLS / "bin" / "uv"
    if fetched.exists() or _fetch_uv(sys.executable, "--target", str(TOOLS)):
        return str(fetched)
    return shutil.which("uv") or ""


def _fetch_uv(python: str, *options: str) -> bool:
    """Install uv alone, in the version and with the hashes of the lock."""
    lock = LOCK.read_text() if LOCK.exists() else ""
    locked = re.search(r"^uv==.*?[^\\]\n", lock, re.MULTILINE | re.DOTALL)
    if not locked:
        return False
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as only_uv:
        only_uv.write(locked[0])
        only_uv.flush()
        quiet = ("--quiet", "--disable-pip-version-check", "--require-hashes")
        return _try(python, "-m", "pip", "install", *quiet, *options, "-r", only_uv.name)


def uv_environment() -> dict[str, str]:
    """Tell uv what pip is configured to do.

    pip looks at all indexes alike, so uv must; the hashes keep a foreign package out.
    """
    found = {"UV_SYSTEM_CERTS": "true", "UV_INDEX_STRATEGY": "unsafe-best-match"}
    python = _python() if _output(_python(), "-m", "pip", "--version") else sys.executable
    for line in _output(python, "-m", "pip", "config", "list").splitlines():
        option = re.fullmatch(r"(?:global|install|:env:)\.([\w-]+)=(.*)", line)
        if option and (variable := PIP_OPTION_TO_UV.get(option[1])):
            separator = "," if variable == "UV_FIND_LINKS" else " "
            found[variable] = separator.join(str(ast.literal_eval(option[2])).split())
    return {**found, **os.environ}


def _python() -> str:
    return str(VENV / "bin" / "python")


def _run(*command: str, environment: dict[str, str] | None = None) -> None:
    """Run a command that must succeed; its own words say why it did not."""
    if code := subprocess.run(command, check=False, cwd=ROOT, env=environment).returncode:
        sys.exit(code)


def _try(*command: str, environment: dict[str, str] | None = None) -> bool:
    return not subprocess.run(command, check=False, cwd=ROOT, env=environment).returncode


def _output(*command: str) -> str:
    """Give what a command prints; empty when it fails."""
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    return "" if done.returncode else done.stdout


if __name__ == "__main__":
    main()
