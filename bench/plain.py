"""Taskly, and beside it pages of plain HTML: what the browser's bench serves, in one process.

A plain page is the board as scripts have drawn it, with the same stylesheets and without a script:
what a browser can do with so many cards at best.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from config.wsgi import application as taskly

PREFIX = "/bench/plain/"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The plain page of a number of cards, or whatever Taskly answers."""
    path = environ["PATH_INFO"]
    size = path.removeprefix(PREFIX)
    if size == path or not size.isdigit():
        return taskly(environ, start_response)
    body = (Path(os.environ["BENCH_PLAIN"]) / f"{int(size)}.html").read_bytes()
    start_response(
        "200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
    )
    return [body]
