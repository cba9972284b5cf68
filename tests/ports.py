"""Ports for the servers that tests start."""

import os
import socket
from itertools import count

# Below those that the system gives out by itself, which somebody's connection may take at any
# moment between finding a port free and listening there.
FIRST, PER_WORKER, WORKERS = 20_000, 250, 40
_asked = count(os.getpid())


def free_port() -> int:
    """A port where nobody listens, and that no other worker of this run takes meanwhile."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % WORKERS
    for number in _asked:
        port = FIRST + worker * PER_WORKER + number % PER_WORKER
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
    raise AssertionError("there is always a next number")
