"""`python -m deploy.local run|up|down|status`: the system on this machine."""

import argparse
import os
import signal
import sys

from deploy.local import background, foreground, leash, status
from deploy.local.directory import DataDirectory
from deploy.local.log import terminal
from deploy.local.refusal import Refusal

REFUSED = 1
NOT_RUNNING = 3


def main() -> int:
    """Do what the command line says and give the exit code."""
    arguments = _parse()
    data = DataDirectory.from_environment(os.environ)
    try:
        return _obey(arguments, data)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
    except PermissionError as error:
        print(
            f"{error.filename}: không có quyền / no permission. The system was started by another "
            "account before: use that one, or set MOTCUA_DATA_DIR.",
            file=sys.stderr,
        )
    return REFUSED


def _obey(arguments: argparse.Namespace, data: DataDirectory) -> int:
    if arguments.command == "run":
        if arguments.follow_parent:
            leash.follow_parent(signal.SIGTERM)
        foreground.run(data, None if arguments.quiet else terminal())
        return 0
    if arguments.command == "down":
        print("đã dừng / stopped" if background.down(data) else "không chạy / not running")
        return 0
    if arguments.command == "up":
        background.up(data)
    lines = status.lines(data)
    print("\n".join(lines) or "không chạy / not running; `make up` starts it")
    return 0 if lines else NOT_RUNNING


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="start everything here, stop with Ctrl-C")
    run.add_argument("--quiet", action="store_true", help="write to the log files only")
    run.add_argument(
        "--follow-parent", action="store_true", help="stop when the caller is gone, even killed"
    )
    commands.add_parser("up", help="start everything in the background, return when ready")
    commands.add_parser("down", help="stop everything, return when it is gone")
    commands.add_parser("status", help="tell how the processes stand")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
