"""Folders for embedded servers, with whatever runs in them stopped at the end."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.homes import Client, stop_all

# What only root can try: becoming somebody else.
collect_ignore = [] if os.geteuid() == 0 else ["test_embedded_root.py"]


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that everybody may enter, unlike pytest's own: root's postgres runs as nobody."""
    folder = Path(tempfile.mkdtemp(prefix="taskly-test-")).resolve()
    folder.chmod(0o755)
    yield folder
    stop_all(folder)
    shutil.rmtree(folder)


@pytest.fixture
def home(place: Path) -> Path:
    """Where a server's data is to lie, and nothing is yet."""
    return place / "home"


@pytest.fixture
def client(home: Path) -> Iterator[Client]:
    """A process that uses the home's server."""
    with_server = Client(home)
    yield with_server
    with_server.kill()
