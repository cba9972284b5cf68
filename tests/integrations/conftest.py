"""Repositories, who calls, and deliveries as a sender signs and sends them."""

import json

import pytest

from core.encryption import encrypt
from integrations.services import signature_of
from projects.models import Project
from tests.factories import PullRequestFactory, RepositoryFactory
from tests.watching import Watch

SECRET = "taskly_whs_of-the-tests"
MEETING = {
    "webhook_id": "meeting-2026-11-20",
    "title": "Planning of the release",
    "source": "Zoom",
    "occurred_at": "2026-11-20T10:00:00Z",
    "participants": [
        {"name": "Ada", "email": "ada@example.com", "role": "chair"},
        {"name": "Борис"},
    ],
    "content": "Ada: we ship on Friday.\n",
}


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
def as_outsider(client_of, outsider, other_workspace):
    return client_of(outsider)


@pytest.fixture
def repository(workspace):
    return RepositoryFactory(workspace=workspace, github_id=4711, full_name="acme/product")


@pytest.fixture
def other_repository(other_workspace):
    return RepositoryFactory(workspace=other_workspace, full_name="other/secret-plans")


@pytest.fixture
def pull_request(repository):
    return PullRequestFactory(repository=repository, number=7, title="Count from one")


@pytest.fixture
def other_pull_request(other_repository):
    return PullRequestFactory(repository=other_repository, title="Secret plans")


@pytest.fixture
def watch(db):
    return Watch()


@pytest.fixture
def signed_project(project):
    """The project, which has a secret for transcripts."""
    Project.objects.filter(pk=project.pk).update(webhook_secret=encrypt(SECRET))
    project.refresh_from_db()
    return project


def address_of(project_id):
    return f"/webhooks/transcripts/{project_id}/"


@pytest.fixture
def deliver(client_of):
    """`deliver(project, body)`: what is answered to a delivery, signed unless said otherwise.

    `body` is a dict, or the very bytes; `signature=None` sends none.
    """

    def delivered(project, body=MEETING, *, secret=SECRET, signature="", **headers):
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        if signature == "":
            signature = signature_of(secret, sent)
        if signature is not None:
            headers["HTTP_X_TASKLY_SIGNATURE_256"] = signature
        return client_of(None).generic(
            "POST",
            address_of(getattr(project, "pk", project)),
            sent,
            **{"content_type": "application/json", **headers},
        )

    return delivered
