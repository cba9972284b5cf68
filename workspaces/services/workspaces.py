"""Workspaces themselves: made, renamed, removed; and the private one that everybody has."""

from __future__ import annotations

import secrets
import string
import uuid
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.acting import acting
from core.clock import now
from core.db.errors import explain
from core.exceptions import RuleViolation, check_version
from workspaces.models import User, Workspace, WorkspaceMember
from workspaces.rights import require_admin

PRIVATE_KEY_LETTERS = string.ascii_uppercase + string.digits
PRIVATE_KEY_LENGTH = 9
TRIES_FOR_A_FREE_KEY = 5


class WorkspaceGone(RuleViolation):
    """It was deleted between being looked up and being locked."""

    status = 404
    code = "not_found"
    message = _("There is no such workspace any more.")


class PrivateWorkspace(RuleViolation):
    """The workspace of one: it lives and dies with its person, and nobody else is in it."""

    code = "private_workspace"
    message = _("This is somebody's private workspace: it is shared with nobody and stays.")


class AccountInactive(RuleViolation):
    """The person was deactivated or deleted in the meantime."""

    code = "account_inactive"
    message = _("This account is not active.")


def workspaces_lock(workspace_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Workspace]:
    """Lock workspaces in the order of their ids, the order in which everybody locks them.

    Who takes an admin away holds this lock while counting the others, so that of two who do so
    at once the second counts what the first has left.
    """
    return {
        workspace.pk: workspace
        for workspace in Workspace.objects.select_for_update(no_key=True)
        .filter(pk__in=set(workspace_ids))
        .order_by("pk")
    }


def workspace_lock(workspace_id: uuid.UUID) -> Workspace:
    """Lock one workspace; what a service decides on it reads after this."""
    locked = workspaces_lock([workspace_id])
    if workspace_id not in locked:
        raise WorkspaceGone()
    return locked[workspace_id]


def user_lock(user_id: uuid.UUID) -> User:
    """Lock a person's row, after any workspace's."""
    user: User = User.objects.select_for_update(no_key=True).get(pk=user_id)
    return user


def active_user_lock(user_id: uuid.UUID) -> User:
    """Lock a person who is about to get a place somewhere, and must be there to fill it.

    Without the lock they could be deactivated at the same moment, each side seeing the other's
    old state, and leave a workspace whose only admin can't sign in.
    """
    user = user_lock(user_id)
    if not user.is_active or user.deleted_at is not None:
        raise AccountInactive()
    return user


def workspace_create(*, name: str, key: str, actor: User) -> Workspace:
    """Make a workspace; whoever does becomes its admin."""
    with acting(actor, "workspace.created"):
        active_user_lock(actor.pk)
        workspace = Workspace(name=_name(name), key=key.strip(), created_by=actor)
        _check(workspace)
        workspace.save(force_insert=True)
        _join_as_admin(workspace, actor)
        return workspace


def workspace_update(
    *,
    workspace: Workspace,
    actor: User | None,
    name: str | None = None,
    expected_version: int | None = None,
) -> Workspace:
    """Rename a workspace. Its key stays for life, since cards are named by it."""
    with acting(actor, "workspace.updated"):
        workspace = workspace_lock(workspace.pk)
        require_admin(actor, workspace.pk)
        check_version(workspace, expected_version)
        if name is not None and _name(name) != workspace.name:
            workspace.name = _name(name)
            _check(workspace)
            workspace.save(update_fields=["name"])
        return workspace


def workspace_delete(
    *, workspace: Workspace, actor: User | None, expected_version: int | None = None
) -> None:
    """Remove a workspace with everything in it; the log keeps what it was."""
    with acting(actor, "workspace.deleted"):
        workspace = workspace_lock(workspace.pk)
        require_admin(actor, workspace.pk)
        check_version(workspace, expected_version)
        if workspace.personal_for_id is not None:
            raise PrivateWorkspace()
        workspace_remove(workspace)


def workspace_remove(workspace: Workspace) -> None:
    """Delete the row and let the database's cascades take the rest.

    Django would first read every card and comment into memory to delete them one by one.
    """
    Workspace.objects.filter(pk=workspace.pk)._raw_delete(using="default")


def workspace_of_one_ensure(*, user: User) -> Workspace:
    """The person's private workspace, made where there is none yet.

    Two first sign-ins at once make one: the second finds the first's by the unique constraint.
    """
    present = Workspace.objects.filter(personal_for=user).first()
    if present is not None:
        return present
    for _attempt in range(TRIES_FOR_A_FREE_KEY):
        key = "P" + "".join(secrets.choice(PRIVATE_KEY_LETTERS) for _ in range(PRIVATE_KEY_LENGTH))
        workspace = Workspace(
            name=user.get_full_name()[:100], key=key, created_by=user, personal_for=user
        )
        try:
            # The savepoint is the outer one: a key that is taken must not spoil the caller's work.
            with transaction.atomic(), acting(user, "workspace.created"):
                workspace.save(force_insert=True)
                _join_as_admin(workspace, user)
        except IntegrityError as error:
            constraint = explain(error).constraint
            if constraint == "workspaces_one_private_per_user":
                return Workspace.objects.get(personal_for=user)
            if constraint != "workspaces_key_unique":
                raise
        else:
            return workspace
    raise RuntimeError("no free key for a private workspace was found")


def _join_as_admin(workspace: Workspace, user: User) -> None:
    WorkspaceMember(
        workspace=workspace, user=user, role=WorkspaceMember.Role.ADMIN, joined_at=now()
    ).save(force_insert=True)


def _name(name: str) -> str:
    stripped = name.strip()
    if not stripped:
        raise ValidationError({"name": _("A workspace has a name.")})
    return stripped


def _check(workspace: Workspace) -> None:
    """Length and form, by field; what is taken already is the database's to know."""
    workspace.clean_fields(exclude={"id", "created_by", "personal_for"})
