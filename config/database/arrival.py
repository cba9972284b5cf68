"""Waiting for a database server that isn't up yet: with growing pauses, for a limited time.

Only the first connection of a process waits. Once a server has answered, or been given up, a
later failure is told at once: somebody is waiting for that answer.
"""

import logging
import time
from collections.abc import Mapping
from typing import Any

from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0
NOT_YET = (Ping.REJECT, Ping.NO_RESPONSE)

logger = logging.getLogger(__name__)
_waited_for: set[str] = set()


def wait_for(params: Mapping[str, Any], limit: float) -> bool:
    """Whether the server has answered, or has been waited for by this process before.

    A ping needs no right password or database: what is wrong about those is told by connecting.
    """
    address = describe(params)
    if address in _waited_for:
        return True
    names = ("host", "hostaddr", "port", "dbname", "user", "service", "sslmode", "connect_timeout")
    told = {"connect_timeout": 5} | {name: params[name] for name in names if params.get(name)}
    conninfo = make_conninfo("", **told).encode()
    end = time.monotonic() + limit
    pause = FIRST_PAUSE_SECONDS
    while (answer := PGconn.ping(conninfo)) in NOT_YET:
        left = end - time.monotonic()
        if left <= 0:
            break
        logger.warning("The database server %s isn't up yet; asking again", address)
        time.sleep(min(pause, left))
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
    _waited_for.add(address)
    return answer not in NOT_YET


def describe(params: Mapping[str, Any]) -> str:
    """The server's address, for a person; without anything secret."""
    if params.get("service"):
        return f"of service {params['service']}"
    return f"{params.get('host') or 'on this machine'}:{params.get('port') or 5432}"
