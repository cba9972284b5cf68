"""The cast: people and things named by what they are, the same in every test.

`workspace` is administered by `admin` and worked in by `member`; `outsider` administers
`other_workspace`; `member_of_both` is a plain member of the two. `director`, `architect`,
`contributor` and `observer` are members of `workspace` with that role in `project`.
"""

import hypothesis
import pytest
from rest_framework.test import APIClient

from tests.factories import (
    BoardFactory,
    CardFactory,
    MemberFactory,
    ProjectFactory,
    ProjectMemberFactory,
    SprintFactory,
    UserFactory,
    WorkspaceFactory,
)

# The same examples in every run, however long each takes: a test of thousands must not find
# something new just when nobody has changed it, nor fail because the machine is busy.
hypothesis.settings.register_profile(
    "taskly",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("taskly")


@pytest.fixture
def admin(db):
    return UserFactory(username="admin", full_name="Ada Admin")


@pytest.fixture
def member(db):
    return UserFactory(username="member", full_name="Max Member")


@pytest.fixture
def outsider(db):
    return UserFactory(username="outsider", full_name="Otto Outsider")


@pytest.fixture
def member_of_both(db):
    return UserFactory(username="member_of_both", full_name="Bea Both")


@pytest.fixture
def operator(db):
    """A superuser of the installation who is a member of nothing."""
    return UserFactory(username="operator", is_superuser=True, is_staff=True)


@pytest.fixture
def workspace(admin, member, member_of_both):
    workspace = WorkspaceFactory(name="Acme", key="ACME", created_by=admin)
    MemberFactory(workspace=workspace, user=member)
    MemberFactory(workspace=workspace, user=member_of_both)
    return workspace


@pytest.fixture
def other_workspace(outsider, member_of_both):
    workspace = WorkspaceFactory(name="Other", key="OTHER", created_by=outsider)
    MemberFactory(workspace=workspace, user=member_of_both)
    return workspace


@pytest.fixture
def project(workspace):
    return ProjectFactory(workspace=workspace, name="Apollo")


@pytest.fixture
def other_project(other_workspace):
    return ProjectFactory(workspace=other_workspace, name="Foreign project")


def _with_role(project, role):
    person = UserFactory(username=role, full_name=f"{role.title()} of {project.name}")
    return ProjectMemberFactory(project=project, user=person, role=role).user


@pytest.fixture
def director(project):
    return _with_role(project, "director")


@pytest.fixture
def architect(project):
    return _with_role(project, "architect")


@pytest.fixture
def contributor(project):
    return _with_role(project, "contributor")


@pytest.fixture
def observer(project):
    return _with_role(project, "observer")


@pytest.fixture
def board(workspace):
    return BoardFactory(workspace=workspace, name="Product")


@pytest.fixture
def other_board(other_workspace):
    return BoardFactory(workspace=other_workspace, name="Foreign")


@pytest.fixture
def sprint(board):
    return SprintFactory(board=board, name="Sprint 1")


@pytest.fixture
def card(board):
    return CardFactory(board=board, title="Write the log")


@pytest.fixture
def other_card(other_board):
    return CardFactory(board=other_board, title="Foreign card")


@pytest.fixture
def client_of():
    """`client_of(person)`: an API client signed in as that person; None is nobody."""

    def signed_in(person):
        client = APIClient()
        if person is not None:
            client.force_authenticate(person)
        return client

    return signed_in
