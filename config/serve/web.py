"""gunicorn in this process: two workers with four threads each, and one word of greeting.

In this process and not started by it, since it holds the lease on the embedded database for its
workers, and since Django is loaded already.
"""

import os
from collections.abc import Callable
from typing import Any

from django.core.servers.basehttp import get_internal_wsgi_application
from django.db import connections
from gunicorn import glogging
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from config.database.base import DatabaseWrapper
from config.settings.security import in_address

WORKERS = 2
THREADS = 4


class Logger(glogging.Logger):
    """Leaves gunicorn's lines to the project's own logging, form and redaction included."""

    def setup(self, cfg: Any) -> None:
        """Pass everything on to the root logger, and nothing to handlers of gunicorn's."""
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True
        self.error_log.setLevel(self.LOG_LEVELS[cfg.loglevel.lower()])


class Server(Arbiter):
    """gunicorn's master, which also stops when whoever started it is gone.

    A `make` that is killed can't pass that on, and would leave the server holding its port.
    """

    def __init__(self, app: BaseApplication, parent: int | None) -> None:
        self.parent = parent
        super().__init__(app)

    def murder_workers(self) -> None:
        """Called about once a second; StopIteration is how a master is told to stop."""
        super().murder_workers()
        if self.parent is not None and os.getppid() != self.parent:
            self.log.info("The process that started the server is gone")
            raise StopIteration


class Application(BaseApplication):
    """Taskly's settings of gunicorn."""

    def __init__(self, host: str, port: int, greet: Callable[[], None]) -> None:
        self.bind = f"{in_address(host)}:{port}"
        self.greet = greet
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        chosen = {
            "bind": self.bind,
            "workers": WORKERS,
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": 60,
            "graceful_timeout": 15,
            "keepalive": 5,
            # Loaded once, before the fork: the workers share the memory and start at once.
            "preload_app": True,
            "logger_class": Logger,
            "loglevel": "warning",
            # Whether a proxy is believed is decided in the settings alone (TASKLY_PROXIES).
            "forwarded_allow_ips": "",
            "secure_scheme_headers": {},
            # Nobody asks it, and it would write a socket into the home directory.
            "control_socket_disable": True,
            "when_ready": lambda _: self.greet(),
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, which the master hands down to its workers."""
        return get_internal_wsgi_application()


def serve(host: str, port: int, parent: int | None, greet: Callable[[], None]) -> None:
    """Serve until told to stop. Connections of the preparation aren't taken along."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        if isinstance(connection, DatabaseWrapper):
            connection.close_pool()
    Server(Application(host, port, greet), parent).run()
