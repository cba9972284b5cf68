"""Where the embedded server keeps what it has, in the folder that TASKLY_HOME names."""

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from config.embedded.account import Account

PORT = 5432
# sockaddr_un holds 108 bytes on Linux and 104 on macOS, one of them for the end.
LONGEST_SOCKET = 103


@dataclass(frozen=True)
class Server:
    """The address of a running server and the names in it."""

    socket_dir: Path
    port: int = PORT
    # A superuser on this server: pgvector isn't a trusted extension, and whoever may open the
    # socket could sign in as any role anyway. Taskly itself serves as `app_role`, which
    # `migrate` creates.
    owner: str = "taskly_owner"
    app_role: str = "taskly_app"
    database: str = "taskly"


@dataclass(frozen=True)
class Layout:
    """The files of one home.

    The locks are flock()s: the kernel lets go of them however a process ends, so that none of
    them can be stale.
    """

    home: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder; it appears by a rename once it is whole."""
        return self.home / "pg18"

    @property
    def unfinished(self) -> Path:
        """The data folder while initdb works on it."""
        return self.home / "pg18.new"

    @property
    def lock(self) -> Path:
        """Held by whoever starts or stops the server, for as long as that takes."""
        return self.home / "pg.lock"

    @property
    def lease(self) -> Path:
        """Held shared by every process that uses the server, until it ends."""
        return self.home / "pg.lease"

    @property
    def supervised(self) -> Path:
        """Held by the supervisor while it lives."""
        return self.home / "pg.supervised"

    @property
    def alive(self) -> Path:
        """Held by postgres and all its children, which inherit it: free means that all are gone."""
        return self.home / "pg.alive"

    @property
    def log(self) -> Path:
        """What postgres and the supervisor have to say."""
        return self.home / "pg.log"

    @property
    def socket_note(self) -> Path:
        """Names the socket's folder, as the process that started the server chose it."""
        return self.home / "pg.socket"

    def choose_socket_dir(self, account: Account) -> Path:
        """The folder for the socket: in the home where the path is short and plain enough.

        A comma separates several folders for postgres and several hosts for its clients, and a
        line break ends the line in postmaster.pid, so that such a path can't be said to them.
        """
        inside = self.home / "run"
        text = os.fspath(inside)
        fits = len(os.fsencode(inside / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET
        if fits and text.isprintable() and not set(text) & set(",\"'\\"):
            return inside
        digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"taskly-{account.uid}-{digest}"


@dataclass(frozen=True)
class Order:
    """What a launcher asks of the supervisor that it starts."""

    home: str
    socket_dir: str
    binaries: str
    uid: int
    gid: int

    def to_json(self) -> str:
        """The order as the one argument on the command line."""
        return json.dumps(asdict(self))


def locate(home: Path) -> Server:
    """The address at which a home's server can be reached, whether it runs or not."""
    layout = Layout(home.resolve())
    try:
        return Server(Path(os.fsdecode(layout.socket_note.read_bytes())))
    except OSError:
        return Server(layout.choose_socket_dir(Account.for_home(layout.home)))


def default_home(checkout: Path) -> Path:
    """Where the data lies when TASKLY_HOME doesn't say: `.taskly` in the checkout.

    PostgreSQL refuses to run as root. In a checkout that only root can enter (below /root, for
    one) the user it runs as instead couldn't reach its data, so that root's data lies under
    /var/lib then, named after the checkout.
    """
    inside = checkout.resolve() / ".taskly"
    account = Account.for_home(inside)
    if not account.differs or account.can_pass(inside.parent):
        return inside
    digest = hashlib.sha256(os.fsencode(inside.parent)).hexdigest()[:8]
    return Path("/var/lib/taskly") / f"{inside.parent.name}-{digest}"
