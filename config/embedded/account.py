"""The user postgres runs as: whoever starts it, and for root somebody less."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.embedded.errors import OWN_SERVER, EmbeddedError

NOBODY = "nobody"


@dataclass(frozen=True)
class Account:
    """A user and group, and what they can reach."""

    uid: int
    gid: int

    @classmethod
    def for_home(cls, home: Path) -> "Account":
        """Ourselves; for root the owner of the data, and `nobody` where there is none yet."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        for folder in (home / "pg18", home):
            try:
                found = folder.stat()
            except OSError:
                continue
            if found.st_uid != 0:
                return cls(found.st_uid, found.st_gid)
        try:
            nobody = pwd.getpwnam(NOBODY)
        except KeyError:
            raise EmbeddedError(
                f"PostgreSQL refuses to run as root, and there is no user {NOBODY} to run it as: "
                f"start Taskly as an ordinary user, {OWN_SERVER}."
            ) from None
        return cls(nobody.pw_uid, nobody.pw_gid)

    @property
    def differs(self) -> bool:
        """Whether postgres runs as somebody else than we do."""
        return self.uid != os.geteuid()

    @property
    def name(self) -> str:
        """The user's name, or the number of one without."""
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)

    @property
    def process_options(self) -> dict[str, Any]:
        """What subprocess needs to start a program as this user."""
        if not self.differs:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_pass(self, folder: Path) -> bool:
        """Whether this user may go through a folder and all that lead to it."""
        return all(self._may(place, stat.S_IXOTH) for place in (folder, *folder.parents))

    def can_run(self, program: Path) -> bool:
        """Whether this user may reach and run a program."""
        return self.can_pass(program.parent) and self._may(program, stat.S_IXOTH | stat.S_IROTH)

    def give(self, path: Path, mode: int) -> None:
        """Make a file or folder this user's, with these permissions."""
        try:
            if self.differs:
                os.chown(path, self.uid, self.gid, follow_symlinks=False)
            path.chmod(mode)
        except OSError as error:
            raise self.not_allowed(error) from error

    def not_allowed(self, error: Exception) -> EmbeddedError:
        """The sentence for a root that may not do what root does, as in a bare container."""
        return EmbeddedError(
            f"PostgreSQL refuses to run as root, and this process may not run it as {self.name} "
            f"({error}): start Taskly as an ordinary user, {OWN_SERVER}."
        )

    def _may(self, path: Path, wanted: int) -> bool:
        """Compare the permission bits; `wanted` is given as those for others."""
        try:
            found = path.stat()
        except FileNotFoundError:
            return True
        except OSError:
            return False
        if found.st_uid == self.uid:
            wanted <<= 6
        elif found.st_gid == self.gid:
            wanted <<= 3
        return found.st_mode & wanted == wanted
