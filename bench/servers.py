"""The servers that are measured: gunicorn as production has it, for Taskly and for the bound."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.installation import ROOT


@dataclass
class Server:
    """A running server and one connection to it, kept open as a client would."""

    port: int
    headers: dict[str, str]
    connection: http.client.HTTPConnection

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers (in small letters) of one request."""
        self.connection.request(method, path, body, {**self.headers, **(headers or {})})
        answer = self.connection.getresponse()
        read = answer.read()
        return answer.status, read, {name.lower(): value for name, value in answer.getheaders()}


@contextmanager
def serving(application: str, headers: dict[str, str], **environment: str) -> Iterator[Server]:
    """Serve a WSGI application with 2 workers of 4 threads until the body is done."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}",
            "--workers", "2", "--threads", "4", "--worker-class", "gthread",
            "--keep-alive", "75", "--log-level", "error",
        ],
        cwd=ROOT,
        env={**os.environ, **environment},
    )  # fmt: skip
    try:
        yield Server(port, headers, _connect(port))
    finally:
        process.terminate()
        process.wait(timeout=120)


def _connect(port: int) -> http.client.HTTPConnection:
    deadline = time.monotonic() + 30
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.connect()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection
