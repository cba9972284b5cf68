"""Who calls, the decisions of a project, and what came of it in the log."""

import pytest

from tests.factories import DecisionFactory, TranscriptFactory
from tests.watching import Watch


@pytest.fixture(autouse=True)
def _no_rate_limits(settings, tmp_path):
    settings.TASKLY_RATE_FILE = str(tmp_path / "requests")
    settings.TASKLY_RATE_USER = 0
    settings.TASKLY_RATE_ANONYMOUS = 0


@pytest.fixture
def people(admin, director, architect, contributor, observer, member, outsider, operator):
    """The cast by name."""
    return {
        "admin": admin,
        "director": director,
        "architect": architect,
        "contributor": contributor,
        "observer": observer,
        "member": member,
        "outsider": outsider,
        "operator": operator,
    }


@pytest.fixture
def as_director(client_of, director):
    return client_of(director)


@pytest.fixture
def as_contributor(client_of, contributor):
    return client_of(contributor)


@pytest.fixture
def decision(project):
    return DecisionFactory(project=project, title="Use PostgreSQL")


@pytest.fixture
def accepted(project, architect):
    return DecisionFactory(
        project=project,
        title="Ship weekly",
        status="accepted",
        decided_by=architect,
        decided_at="2026-11-01T10:00:00Z",
    )


@pytest.fixture
def transcript(project):
    return TranscriptFactory(project=project, title="Kick-off")


@pytest.fixture
def watch(db):
    """The log from the first use on: name it last in a test's arguments, or `restart()` it."""
    return Watch()
