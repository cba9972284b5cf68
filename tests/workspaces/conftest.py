"""What holds for everything about people and workspaces."""

import datetime

import pytest

from workspaces.services import attempts


@pytest.fixture
def long_waits(monkeypatch):
    """Who guesses waits for minutes from the first time on, so that no machine is too slow."""
    monkeypatch.setattr(attempts, "FIRST_WAIT", datetime.timedelta(minutes=10))
