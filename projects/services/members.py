"""Who has which role in a project."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.acting import acting
from core.exceptions import RuleViolation, check_version
from projects.models import Project, ProjectMember
from projects.rights import require_director
from projects.services.locks import project_lock
from workspaces.models import User, WorkspaceMember


class AlreadyProjectMember(RuleViolation):
    code = "already_project_member"
    message = _("This person has a role in the project already.")


class ProjectMemberGone(RuleViolation):
    """The role was taken away between being looked up and being locked."""

    status = 404
    code = "not_found"
    message = _("This person has no role in the project any more.")


def project_member_add(
    *,
    project: Project,
    user: User,
    role: str,
    actor: User | None,
) -> ProjectMember:
    """Give a member of the workspace a role in the project, archived or not."""
    with acting(actor, "project_member.added"):
        project = project_lock(project.pk)
        require_director(actor, project.pk, project.workspace_id)
        if not WorkspaceMember.objects.filter(
            workspace_id=project.workspace_id, user_id=user.pk
        ).exists():
            raise ValidationError(
                {"user": _("Only members of the workspace can have a role in its projects.")}
            )
        if ProjectMember.objects.filter(project=project, user=user).exists():
            raise AlreadyProjectMember(field="user")
        member = ProjectMember(
            workspace_id=project.workspace_id, project=project, user=user, role=role
        )
        member.save(force_insert=True)
    return member


def project_member_update(
    *,
    member: ProjectMember,
    role: str,
    actor: User | None,
    expected_version: int | None = None,
) -> ProjectMember:
    """Change a role.

    The actor's own is read under the project's lock: of two directors who take each other's role
    at the same moment, the later one is none any more and is refused.
    """
    with acting(actor, "project_member.role_changed"):
        member = _locked(member, actor)
        check_version(member, expected_version)
        if role != member.role:
            member.role = role
            member.save(update_fields=["role"])
    return member


def project_member_remove(
    *, member: ProjectMember, actor: User | None, expected_version: int | None = None
) -> None:
    """Take a role away: who stays in the workspace works on as a contributor.

    That is more than an observer may: so nobody but a director takes away even their own.
    """
    with acting(actor, "project_member.removed"):
        member = _locked(member, actor)
        check_version(member, expected_version)
        ProjectMember.objects.filter(pk=member.pk)._raw_delete("default")


def _locked(member: ProjectMember, actor: User | None) -> ProjectMember:
    """The membership as it is now that its project and it are locked, where `actor` may change it.

    The project's lock isn't enough: the role ends with the membership of the workspace as well.
    """
    project = project_lock(member.project_id)
    require_director(actor, project.pk, project.workspace_id)
    found = (
        ProjectMember.objects.select_for_update(no_key=True, of=("self",))
        .select_related("user")
        .filter(pk=member.pk)
        .first()
    )
    if found is None:
        raise ProjectMemberGone()
    return found
