"""Making accounts."""

import pytest

from workspaces.models import User, Workspace
from workspaces.services import user_create, workspace_create

pytestmark = pytest.mark.django_db


def test_an_account_comes_with_its_private_workspace():
    user = user_create(
        username="ann", email="ann@example.com", password="a long enough one", actor=None
    )
    private = Workspace.objects.get(personal_for=user)
    assert private.memberships.get().user_id == user.pk


def test_x(admin):
    w = workspace_create(name="A", key="AB", actor=admin)
    assert w.version == 1
