"""The feed as somebody reads it."""

import pytest

EVENTS = "/api/v1/events/"


@pytest.fixture(autouse=True)
def _no_rate_limits(settings, tmp_path):
    settings.TASKLY_RATE_FILE = str(tmp_path / "requests")
    settings.TASKLY_RATE_USER = 0
    settings.TASKLY_RATE_ANONYMOUS = 0


@pytest.fixture
def feed(client_of):
    """`feed(person, action="card.")`: the entries that the feed answers, newest first."""

    def read(person, **query):
        response = client_of(person).get(EVENTS, query)
        assert response.status_code == 200, response.content
        return response.json()["results"]

    return read


@pytest.fixture
def told(feed):
    """`told(person, …)`: their sentences."""

    def sentences(person, **query):
        return [entry["summary"] for entry in feed(person, **query)]

    return sentences
