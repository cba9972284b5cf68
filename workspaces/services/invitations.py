"""Inviting people by mail: single use, seven days, bound to the address that was invited."""

from __future__ import annotations

import datetime
from typing import NoReturn

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Value
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.acting import acting
from core.exceptions import Forbidden, RuleViolation, check_version
from workspaces.models import User, WorkspaceInvitation, WorkspaceMember
from workspaces.models import Workspace as WorkspaceModel
from workspaces.rights import require_admin
from workspaces.services.mail import mail_send
from workspaces.services.members import AlreadyMember, member_insert
from workspaces.services.people import user_insert, user_new
from workspaces.services.secrets import random_text, secret_hash, secret_hashes
from workspaces.services.workspaces import PrivateWorkspace, workspace_lock

VALID_FOR = datetime.timedelta(days=7)
# A form by which the log lines know what to black out of an address.
PREFIX = "taskly_invite_"
RANDOM_LENGTH = 43
PURPOSE = "invitation"


class InvitationClosed(RuleViolation):
    """Used, revoked, too old, or never made: whoever holds such a token isn't told which."""

    code = "invitation_closed"
    message = _("This invitation was used or revoked, or it is too old. Ask for a new one.")


class InvitedSomebodyElse(Forbidden):
    """The caller's address isn't the invited one."""

    code = "invited_somebody_else"
    message = _("This invitation is for another email address than that of your account.")


def invitation_create(
    *,
    workspace: WorkspaceModel,
    email: str,
    actor: User,
    at: datetime.datetime,
    role: str = WorkspaceMember.Role.MEMBER,
) -> WorkspaceInvitation:
    """Invite an address: a link goes there by mail, and nowhere else.

    Inviting an address again ends its earlier invitation.
    """
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from error
    with acting(actor, "invitation.created"):
        workspace = workspace_lock(workspace.pk)
        require_admin(actor, workspace.pk)
        if workspace.personal_for_id is not None:
            raise PrivateWorkspace()
        members = WorkspaceMember.objects.filter(workspace=workspace).alias(
            address=Lower("user__email")
        )
        if members.filter(address=Lower(Value(email))).exists():
            raise AlreadyMember(field="email")
        for earlier in _unused(workspace, email):
            earlier.revoked_at = at
            earlier.save(update_fields=["revoked_at"])
        token = PREFIX + random_text(RANDOM_LENGTH)
        invitation = WorkspaceInvitation(
            workspace=workspace,
            email=email,
            role=role,
            token_hash=secret_hash(PURPOSE, token),
            invited_by=actor,
            expires_at=at + VALID_FOR,
        )
        invitation.clean_fields(exclude={"id", "workspace", "invited_by"})
        invitation.save(force_insert=True)
        mail_send(
            to=email,
            template="invitation",
            context={
                "invitation": invitation,
                "workspace": workspace,
                "inviter": actor,
                "link": settings.TASKLY_BASE_URL + reverse("invitation", kwargs={"token": token}),
            },
            reader=User.objects.named(email).first(),
        )
        return invitation


def invitation_revoke(
    *,
    invitation: WorkspaceInvitation,
    actor: User | None,
    at: datetime.datetime,
    expected_version: int | None = None,
) -> WorkspaceInvitation:
    """Close an invitation that nobody has used yet."""
    with acting(actor, "invitation.revoked"):
        workspace_lock(invitation.workspace_id)
        require_admin(actor, invitation.workspace_id)
        locked = WorkspaceInvitation.objects.select_for_update(no_key=True).filter(pk=invitation.pk)
        present = locked.first()
        if present is None or present.accepted_at is not None:
            raise InvitationClosed()
        check_version(present, expected_version)
        if present.revoked_at is None:
            present.revoked_at = at
            present.save(update_fields=["revoked_at"])
        return present


def invitation_find(*, token: str, at: datetime.datetime) -> WorkspaceInvitation | None:
    """The open invitation that a token opens."""
    return (
        WorkspaceInvitation.objects.open(at)
        .select_related("workspace", "invited_by")
        .filter(token_hash__in=secret_hashes(PURPOSE, token))
        .first()
    )


def invitation_accept(*, token: str, actor: User, at: datetime.datetime) -> WorkspaceMember:
    """Join with the account that one is signed in with; its address has to be the invited one."""
    with acting(actor, "invitation.accepted"):
        invitation = _lock_open(token, at)
        return _join(invitation, actor, at)


def invitation_sign_up(
    *,
    token: str,
    username: str,
    password: str,
    at: datetime.datetime,
    full_name: str = "",
    check_password: bool = True,
) -> WorkspaceMember:
    """Make an account with the invited address and join with it, both or neither.

    The mail that brought the token shows that the address is theirs.
    """
    invitation = invitation_find(token=token, at=at)
    if invitation is None:
        _closed()
    user = user_new(
        username=username,
        email=invitation.email,
        password=password,
        full_name=full_name,
        check_password=check_password,
    )
    with acting(user, "invitation.accepted"):
        invitation = _lock_open(token, at)
        user_insert(user)
        return _join(invitation, user, at)


def _unused(workspace: WorkspaceModel, email: str) -> list[WorkspaceInvitation]:
    return list(
        WorkspaceInvitation.objects.unused()
        .alias(address=Lower("email"))
        .filter(workspace=workspace, address=Lower(Value(email)))
        .order_by("pk")
        .select_for_update(no_key=True)
    )


def _lock_open(token: str, at: datetime.datetime) -> WorkspaceInvitation:
    """Lock the invitation's workspace, then read it again: of two who use it one finds it used."""
    found = invitation_find(token=token, at=at)
    if found is None:
        _closed()
    workspace_lock(found.workspace_id)
    again = invitation_find(token=token, at=at)
    if again is None:
        _closed()
    return again


def _join(invitation: WorkspaceInvitation, user: User, at: datetime.datetime) -> WorkspaceMember:
    if user.email.lower() != invitation.email.lower():
        raise InvitedSomebodyElse()
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    present = WorkspaceMember.objects.filter(
        workspace_id=invitation.workspace_id, user=user
    ).first()
    if present is not None:
        return present
    return member_insert(workspace=invitation.workspace, user=user, role=invitation.role)


def _closed() -> NoReturn:
    raise InvitationClosed(field="token")
