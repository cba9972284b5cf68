"""Real processes that use an embedded server, for the tests to start, ask and kill."""

import json
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from config.embedded.account import Account
from config.embedded.layout import Layout
from config.embedded.supervisor import read_pid

CHECKOUT = Path(__file__).resolve().parents[2]
# Joins the home, then runs each line of its input as SQL and says what came of it. An empty line
# is answered without joining: then Python has started.
CLIENT = """
import json, sys
from pathlib import Path
import psycopg
from config.embedded import EmbeddedError, ensure

def answer(line):
    try:
        server = ensure(Path(sys.argv[1]))
        with psycopg.connect(
            host=str(server.socket_dir), port=server.port, user=server.owner,
            dbname=server.database, autocommit=True,
        ) as connection:
            found = connection.execute(line)
            return {"rows": found.fetchall() if found.description else []}
    except EmbeddedError as error:
        return {"refusal": str(error)}
    except psycopg.Error as error:
        return {"error": str(error)}

for line in sys.stdin:
    print(json.dumps(answer(line) if line.strip() else {}, default=str), flush=True)
"""


class Client:
    """A process of its own that uses the server of a home."""

    def __init__(self, home: Path, prefix: tuple[str, ...] = (), **environment: str) -> None:
        self.process = subprocess.Popen(
            [*prefix, sys.executable, "-c", CLIENT, os.fspath(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=CHECKOUT,
            env={**os.environ, **environment},
            start_new_session=True,
        )

    def warm_up(self) -> None:
        """Wait until the process could ask, without asking: starting Python may take seconds."""
        self.send("")
        self.receive()

    def send(self, query: str = "SELECT 1") -> None:
        """Ask without waiting for the answer."""
        self.process.stdin.write(query + "\n")
        self.process.stdin.flush()

    def receive(self) -> dict:
        """The answer to what was asked."""
        return json.loads(self.process.stdout.readline() or '{"error": "no answer"}')

    def ask(self, query: str = "SELECT 1") -> list:
        """The rows that a query gives."""
        self.send(query)
        answer = self.receive()
        assert "rows" in answer, answer
        return answer["rows"]

    def refusal(self) -> str:
        """The sentence with which the server is refused."""
        self.send()
        answer = self.receive()
        assert "refusal" in answer, answer
        return answer["refusal"]

    def leave(self) -> None:
        """End as a process does that has done its work."""
        self.process.communicate(timeout=120)

    def kill(self) -> None:
        """End without any chance to clean up."""
        self.process.kill()
        self.process.communicate()


def postmaster(home: Path) -> int:
    """The process of the home's postgres."""
    pid = read_pid(Layout(home).data / "postmaster.pid")
    assert pid is not None
    return pid


def processes(home: Path) -> dict[int, str]:
    """The supervisors and postmasters that run for a home, or for those in a folder."""
    listing = subprocess.run(
        ["ps", "-axww", "-o", "pid=,stat=,command="], capture_output=True, text=True, check=True
    )
    named = (os.fspath(home), json.dumps(os.fspath(home))[1:-1])
    found = {}
    for line in listing.stdout.splitlines():
        pid, state, command = line.split(None, 2)
        is_ours = "-m config.embedded" in command or "/postgres -D" in command
        if is_ours and not state.startswith("Z") and any(name in command for name in named):
            found[int(pid)] = command
    return found


def supervisors(home: Path) -> list[int]:
    """The supervisors of a home: one, or none."""
    return [pid for pid, command in processes(home).items() if "-m config.embedded" in command]


def wait_until(condition: Callable[[], object], seconds: float = 120.0) -> float:
    """How long it took until the condition came true; it must, but a busy machine may take long."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "it hasn't come true in time"
        time.sleep(0.1)
    return time.monotonic() - began


def stop_all(home: Path) -> None:
    """End what a test has left running."""
    for pid in supervisors(home):
        os.kill(pid, signal.SIGTERM)
    wait_until(lambda: not processes(home))


def as_user(name: str) -> tuple[str, ...]:
    """The prefix of a command line that root runs as an ordinary user.

    Where Python itself lies in a folder of root's, the user gets the right to read through it:
    the tests run in whatever environment there is.
    """
    found = pwd.getpwnam(name)
    return as_uid(found.pw_uid, found.pw_gid)


def as_uid(uid: int, gid: int) -> tuple[str, ...]:
    """The same for a number, which nobody needs to be known by."""
    prefix = ("setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups")
    if not Account(uid, gid).can_run(Path(sys.executable).resolve()):
        prefix += ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
    return prefix
