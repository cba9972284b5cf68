"""Two tenants with one of everything."""

import pytest
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from tests.factories import (
    MemberFactory,
    UserFactory,
)
from tests.factories.workspaces import PASSWORD
from tests.walks import each
from workspaces.models import WorkspaceInvitation
from workspaces.services.invitations import PREFIX as INVITATION_PREFIX
from workspaces.services.invitations import PURPOSE as INVITATION_PURPOSE
from workspaces.services.passwords import reset_tokens
from workspaces.services.secrets import secret_hash


def tenant(workspace, person):
    """One of everything in a workspace; `person` is a member of it."""
    ids = {}
    for make in each("tenant"):
        ids |= make(ids, workspace, person)
    return {kind: str(identifier) for kind, identifier in ids.items()}


@pytest.fixture
def own(workspace, member):
    """The ids of the workspace that `admin` administers."""
    return tenant(workspace, member)


@pytest.fixture
def foreign(other_workspace):
    """The ids of the workspace that `outsider` administers."""
    stranger = UserFactory(username="stranger")
    MemberFactory(workspace=other_workspace, user=stranger)
    return tenant(other_workspace, stranger)


@pytest.fixture
def secrets(own, admin, client_of):
    """What only a sign-in and mails give, for `admin` and for whoever `own` invites."""
    token = f"{INVITATION_PREFIX}{'x' * 43}"
    WorkspaceInvitation.objects.filter(pk=own["invitation"]).update(
        token_hash=secret_hash(INVITATION_PURPOSE, token)
    )
    signed_in = client_of(None).post(
        "/api/v1/auth/token/", {"username": "admin", "password": PASSWORD}, format="json"
    )
    admin.refresh_from_db()
    return {
        "refresh": signed_in.json()["refresh"],
        "invitation_token": token,
        "reset_uid": urlsafe_base64_encode(force_bytes(admin.pk)),
        "reset_token": reset_tokens.make_token(admin),
    }
