"""The process that has postgres as its child.

It restarts postgres when it crashes, and stops it when for three seconds nobody has held the
lease. As a direct child postgres is reaped here: the pid of a zombie would otherwise keep its
successor from starting.
"""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from config.embedded.account import Account
from config.embedded.layout import PORT, Layout, Order
from config.embedded.locks import open_lock, release, try_exclusive

GRACE_SECONDS = 3.0
LOOK_SECONDS = 0.1
LONG_LIFE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 5.0
# A fast shutdown ends the sessions and writes a checkpoint, an immediate one leaves the rest to
# recovery; with each the time it gets.
STOPPING = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
PR_SET_PDEATHSIG = 1
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "300",
    "log_destination": "stderr",
    "logging_collector": "off",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Compiling costs more than it saves for queries of a few milliseconds.
    "jit": "off",
}

logger = logging.getLogger("supervisor")


class Supervisor:
    """Keeps one postgres alive for as long as somebody needs it."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.layout = Layout(Path(order.home))
        self.account = Account(order.uid, order.gid)
        self.lock = open_lock(self.layout.lock)
        self.lease = open_lock(self.layout.lease)
        self.supervised = open_lock(self.layout.supervised)
        self.unused_since: float | None = None
        self.asked_to_stop = False
        # A server that has never come up will not do so by trying again: whoever waits for it
        # is better served by its reason.
        self.has_been_ready = False

    def claim(self) -> bool:
        """Become the one supervisor of this home."""
        return try_exclusive(self.supervised)

    def run(self) -> int:
        """Keep postgres running until nobody needs it; the exit status."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            signal.signal(number, self._ask_to_stop)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        pause = 0.0
        while self._clear_after_predecessor():
            began = time.monotonic()
            server = self._start()
            if self._watch(server):
                return 0
            logger.warning("postgres ended with status %s", server.returncode)
            if not self.has_been_ready:
                return 1
            lived = time.monotonic() - began
            pause = 0.0 if lived > LONG_LIFE_SECONDS else min(2 * pause + 0.1, 5.0)
            time.sleep(pause)
        return 1

    def _ask_to_stop(self, *_: object) -> None:
        self.asked_to_stop = True

    def _clear_after_predecessor(self) -> bool:
        """Wait until no process of an earlier postgres is left, then remove what named it.

        They hold the shared memory, and the next one would refuse to start. After a restart of
        the machine or container some other process can have the number in a left pid file, and
        postgres would take it for a predecessor that lives.
        """
        pid_file = self.layout.data / "postmaster.pid"
        alive = open_lock(self.layout.alive)
        try:
            # Its supervisor's death has told it to stop, where the system can do that.
            is_free = wait_until(lambda: try_exclusive(alive), 3.0)
            for number, limit in STOPPING:
                if is_free:
                    break
                send(read_pid(pid_file), number)
                is_free = wait_until(lambda: try_exclusive(alive), limit)
        finally:
            os.close(alive)
        pid = read_pid(pid_file)
        if not is_free or works_in(pid, self.layout.data):
            logger.error("Another postgres (process %s) is running on this data: stop it.", pid)
            return False
        pid_file.unlink(missing_ok=True)
        for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
            Path(self.order.socket_dir, name).unlink(missing_ok=True)
        return True

    def _start(self) -> subprocess.Popen[bytes]:
        """Start postgres, which takes the lock on `alive` with it for all its children."""
        settings = {**SETTINGS, "unix_socket_directories": f'"{self.order.socket_dir}"'}
        command = [str(Path(self.order.binaries, "postgres")), "-D", str(self.layout.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        alive = open_lock(self.layout.alive)
        try:
            try_exclusive(alive)
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                cwd=self.layout.data,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                umask=0o077,
                pass_fds=[alive],
                preexec_fn=die_with(os.getpid()),
                **self.account.process_options,
            )
        finally:
            os.close(alive)

    def _watch(self, server: subprocess.Popen[bytes]) -> bool:
        """Look after postgres until it ends: True when that was meant, False for a crash."""
        while server.poll() is None:
            if not self.has_been_ready:
                self.has_been_ready = is_ready(self.layout.data)
            if self.asked_to_stop:
                stop(server)
            elif self._has_been_unused_for(GRACE_SECONDS) and try_exclusive(self.lock):
                # Under the lock nobody can join; somebody may have just before it.
                if self._has_been_unused_for(GRACE_SECONDS):
                    stop(server)
                    # In this order: a launcher that gets the lock must find nobody supervising.
                    os.close(self.supervised)
                    os.close(self.lock)
                    return True
                release(self.lock)
            time.sleep(LOOK_SECONDS)
        return self.asked_to_stop

    def _has_been_unused_for(self, seconds: float) -> bool:
        if not try_exclusive(self.lease):
            self.unused_since = None
            return False
        release(self.lease)
        now = time.monotonic()
        if self.unused_since is None:
            self.unused_since = now
        return now - self.unused_since >= seconds


def stop(server: subprocess.Popen[bytes]) -> None:
    """End postgres, more firmly each time it doesn't."""
    for number, limit in STOPPING:
        server.send_signal(number)
        try:
            server.wait(limit)
        except subprocess.TimeoutExpired:
            continue
        return


def die_with(parent: int) -> Callable[[], None]:
    """What postgres does between fork and exec, so that it stops when its supervisor is killed.

    Only Linux knows how; elsewhere such a postgres stays until the next launcher ends it. It has
    to be said after the change of user, which takes it back, as subprocess does it.
    """
    library = ctypes.CDLL(None) if sys.platform == "linux" else None

    def ask_for_signal() -> None:
        if library is not None:
            library.prctl(PR_SET_PDEATHSIG, signal.SIGINT)
            if os.getppid() != parent:
                os.kill(os.getpid(), signal.SIGKILL)

    return ask_for_signal


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether the condition came true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= end:
            return False
        time.sleep(LOOK_SECONDS)
    return True


def is_ready(data: Path) -> bool:
    """Whether postgres says in its pid file that it takes connections, where pg_ctl looks too."""
    try:
        lines = (data / "postmaster.pid").read_bytes().split(b"\n")
    except OSError:
        return False
    return len(lines) > 7 and lines[7].strip() == b"ready"


def read_pid(pid_file: Path) -> int | None:
    """The number of the postmaster that a pid file names."""
    try:
        return int(pid_file.read_text(errors="replace").split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def send(pid: int | None, number: signal.Signals) -> None:
    """Send a signal to a process that may have gone."""
    if pid is not None:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return


def works_in(pid: int | None, data: Path) -> bool:
    """Whether a process that isn't ours is a postgres on this data: it works in its folder."""
    if pid is None:
        return False
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cwd").samefile(data)
        except OSError:
            return False
    found = subprocess.run(
        ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return os.fspath(data) in found.stdout
