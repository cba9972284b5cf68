"""Two tenants with one of everything."""

import datetime

import pytest
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from cards.models import Card
from tests.factories import (
    AccessTokenFactory,
    BoardFactory,
    CardFactory,
    InvitationFactory,
    MemberFactory,
    SprintFactory,
    UserFactory,
    WorkspaceFactory,
)
from tests.factories.workspaces import PASSWORD
from workspaces.models import WorkspaceInvitation, WorkspaceMember
from workspaces.services.invitations import PREFIX as INVITATION_PREFIX
from workspaces.services.invitations import PURPOSE as INVITATION_PURPOSE
from workspaces.services.passwords import reset_tokens
from workspaces.services.secrets import secret_hash


def tenant(workspace, person, label):
    """One of everything in a workspace; `person` is a member of it."""
    board = BoardFactory(workspace=workspace, name=f"Board of {workspace.key}")
    column, other_column = board.columns[0]["id"], board.columns[1]["id"]
    labels = {"labels": [{"id": label, "name": "Bug", "color": "#b42318"}]}
    card = CardFactory(board=board, title="Card", metadata=labels)
    anchor = CardFactory(board=board, title="Anchor")
    archived = CardFactory(board=board, title="Archived")
    Card.objects.filter(pk=archived.pk).update(archived_at=timezone.now())
    sprint = SprintFactory(board=board)
    invitation = InvitationFactory(workspace=workspace)
    # Somebody whom the admin knows from a third workspace, to be taken in.
    third = WorkspaceFactory(created_by=workspace.created_by)
    colleague = MemberFactory(workspace=third).user
    return {
        "workspace": workspace.pk,
        "board": board.pk,
        "column": column,
        "other_column": other_column,
        "card": card.pk,
        "anchor": anchor.pk,
        "archived": archived.pk,
        "sprint": sprint.pk,
        "label": label,
        "user": person.pk,
        "membership": WorkspaceMember.objects.get(workspace=workspace, user=person).pk,
        "invitation": invitation.pk,
        "token": AccessTokenFactory(
            user=workspace.created_by, expires_at=timezone.now() + datetime.timedelta(days=1)
        ).pk,
        "colleague": colleague.pk,
    }


@pytest.fixture
def own(workspace, member):
    """The ids of the workspace that `admin` administers."""
    made = tenant(workspace, member, "label-of-acme")
    return {kind: str(identifier) for kind, identifier in made.items()}


@pytest.fixture
def foreign(other_workspace):
    """The ids of the workspace that `outsider` administers."""
    stranger = UserFactory(username="stranger")
    MemberFactory(workspace=other_workspace, user=stranger)
    made = tenant(other_workspace, stranger, "label-of-other")
    return {kind: str(identifier) for kind, identifier in made.items()}


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
