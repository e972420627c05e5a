"""Under which account PostgreSQL runs, since it refuses to run as root."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534


@dataclass(frozen=True)
class Account:
    """A user and group to become."""

    uid: int
    gid: int

    def give(self, path: Path) -> None:
        """Make a path this account's own."""
        os.chown(path, self.uid, self.gid)


def for_postgres(cluster: Path) -> Account | None:
    """As root, become the cluster's owner, or nobody for a new one; else stay who we are."""
    if os.geteuid() != 0:
        return None
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return Account(NOBODY, NOBODY)
    return Account(nobody.pw_uid, nobody.pw_gid)
