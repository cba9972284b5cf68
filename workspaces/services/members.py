"""Who is in a workspace, and as what."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from core.acting import acting
from core.clock import now
from core.exceptions import RuleViolation, check_version
from workspaces.models import User, Workspace, WorkspaceMember
from workspaces.rights import require_admin
from workspaces.services.workspaces import PrivateWorkspace, active_user_lock, workspace_lock


class LastAdmin(RuleViolation):
    """A workspace that isn't private always has at least one active admin."""

    code = "last_admin"
    message = _("A workspace always has at least one active admin. Make somebody else one first.")


class AlreadyMember(RuleViolation):
    code = "already_member"
    message = _("This person is a member already.")


class MemberGone(RuleViolation):
    """The membership ended between being looked up and being locked."""

    status = 404
    code = "not_found"
    message = _("This person is not a member any more.")


def refuse_last_admin(
    *, user_id: uuid.UUID, workspace_ids: Iterable[uuid.UUID], field: str | None = None
) -> None:
    """Refuse where `user_id` is the only active admin of one of these (locked) workspaces.

    Private ones don't count: nobody else could be their admin.
    """
    administered = set(
        WorkspaceMember.objects.active_admins()
        .filter(
            user_id=user_id,
            workspace_id__in=set(workspace_ids),
            workspace__personal_for__isnull=True,
        )
        .values_list("workspace_id", flat=True)
    )
    kept = set(
        WorkspaceMember.objects.active_admins()
        .filter(workspace_id__in=administered)
        .exclude(user_id=user_id)
        .values_list("workspace_id", flat=True)
    )
    if administered - kept:
        raise LastAdmin(field=field, workspaces=sorted(map(str, administered - kept)))


def member_add(
    *,
    workspace: Workspace,
    user: User,
    actor: User | None,
    role: str = WorkspaceMember.Role.MEMBER,
) -> WorkspaceMember:
    """Take a person in."""
    with acting(actor, "member.added"):
        workspace = workspace_lock(workspace.pk)
        require_admin(actor, workspace.pk)
        return member_insert(workspace=workspace, user=user, role=role)


def member_insert(*, workspace: Workspace, user: User, role: str) -> WorkspaceMember:
    """Take a person into a workspace that the caller has locked and may open to them."""
    if workspace.personal_for_id is not None:
        raise PrivateWorkspace(field="user")
    user = active_user_lock(user.pk)
    if WorkspaceMember.objects.filter(workspace=workspace, user=user).exists():
        raise AlreadyMember(field="user")
    member = WorkspaceMember(workspace=workspace, user=user, role=role, joined_at=now())
    member.clean_fields(exclude={"id", "workspace", "user", "joined_at"})
    member.save(force_insert=True)
    return member


def member_role_change(
    *,
    member: WorkspaceMember,
    role: str,
    actor: User | None,
    expected_version: int | None = None,
) -> WorkspaceMember:
    """Make a member an admin, or an admin a member; never the last admin.

    Rights are asked for twice: before the lock, so that whoever has none hears that; and after it
    and the last-admin rule, so that of two admins who demote each other at once the later one
    hears which rule stands in the way, and not that they are no admin any more.
    """
    require_admin(actor, member.workspace_id)
    with acting(actor, "member.role_changed"):
        workspace_lock(member.workspace_id)
        member = _present(member)
        check_version(member, expected_version)
        if role != member.role and role != WorkspaceMember.Role.ADMIN:
            _refuse_if_private(member)
            refuse_last_admin(
                user_id=member.user_id, workspace_ids=[member.workspace_id], field="role"
            )
        require_admin(actor, member.workspace_id)
        if role == member.role:
            return member
        if role == WorkspaceMember.Role.ADMIN:
            active_user_lock(member.user_id)
        member.role = role
        member.clean_fields(exclude={"id", "workspace", "user", "joined_at"})
        member.save(update_fields=["role"])
        return member


def member_remove(
    *, member: WorkspaceMember, actor: User | None, expected_version: int | None = None
) -> None:
    """End a membership, as an admin or one's own; cards there lose the person as assignee.

    Membership is read at every request, so the person is out at once.
    """
    _require_admin_or_self(actor, member)
    with acting(actor, "member.removed"):
        workspace_lock(member.workspace_id)
        member = _present(member)
        check_version(member, expected_version)
        _refuse_if_private(member)
        refuse_last_admin(user_id=member.user_id, workspace_ids=[member.workspace_id])
        _require_admin_or_self(actor, member)
        member.delete()


def _require_admin_or_self(actor: User | None, member: WorkspaceMember) -> None:
    if actor is None or actor.pk != member.user_id:
        require_admin(actor, member.workspace_id)


def _present(member: WorkspaceMember) -> WorkspaceMember:
    """The membership as it is now that its workspace is locked."""
    found = WorkspaceMember.objects.select_related("workspace", "user").filter(pk=member.pk).first()
    if found is None:
        raise MemberGone()
    return found


def _refuse_if_private(member: WorkspaceMember) -> None:
    if member.workspace.personal_for_id is not None:
        raise PrivateWorkspace()
