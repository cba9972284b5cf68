"""Who calls, and what came of it in the log."""

import pytest

from tests.watching import Watch


@pytest.fixture(autouse=True)
def _no_rate_limits(settings, tmp_path):
    settings.TASKLY_RATE_FILE = str(tmp_path / "requests")
    settings.TASKLY_RATE_USER = 0
    settings.TASKLY_RATE_ANONYMOUS = 0


@pytest.fixture
def as_admin(client_of, admin, workspace):
    return client_of(admin)


@pytest.fixture
def as_member(client_of, member, workspace):
    return client_of(member)


@pytest.fixture
def as_director(client_of, director):
    return client_of(director)


@pytest.fixture
def as_observer(client_of, observer):
    return client_of(observer)


@pytest.fixture
def as_outsider(client_of, outsider, other_workspace):
    return client_of(outsider)


@pytest.fixture
def watch(db):
    """The log from the first use on: name it last in a test's arguments, or `restart()` it."""
    return Watch()
