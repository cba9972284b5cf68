"""Two projects of two tenants, and a way to search."""

import pytest

from tests.factories import ProjectFactory

SEARCH = "/api/v1/search/"


@pytest.fixture
def plan(workspace):
    return ProjectFactory(workspace=workspace, name="Plan")


@pytest.fixture
def search(client_of, member, workspace):
    """`search(text, person)`: the results of a search as JSON; by `member` unless told."""

    def results(text, person=None, **parameters):
        answer = client_of(person or member).get(SEARCH, {"q": text, **parameters})
        assert answer.status_code == 200, answer.json()
        return answer.json()["results"]

    return results
