"""Tying repositories to a workspace. Its admins do."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.acting import acting
from core.exceptions import RuleViolation, check_version
from integrations.models import GitRepository
from workspaces.models import User, Workspace
from workspaces.rights import require_admin

CHANGEABLE = ("full_name", "default_branch", "private")


class RepositoryGone(RuleViolation):
    code = "repository_gone"
    message = _("The repository was taken away in the meantime.")


def repository_lock(repository_id: uuid.UUID) -> GitRepository:
    """Lock a repository: before boards and cards, and before its pull requests."""
    locked: GitRepository | None = (
        GitRepository.objects.select_for_update(no_key=True).filter(pk=repository_id).first()
    )
    if locked is None:
        raise RepositoryGone()
    return locked


def repository_create(
    *,
    actor: User | None,
    workspace: Workspace,
    github_id: int,
    full_name: str,
    default_branch: str = "main",
    private: bool = False,
) -> GitRepository:
    """Tie a repository to a workspace."""
    with acting(actor, "git_repository.created"):
        require_admin(actor, workspace.pk)
        repository = GitRepository(
            workspace=workspace,
            github_id=github_id,
            full_name=full_name.strip(),
            default_branch=default_branch.strip(),
            private=private,
        )
        repository.clean_fields(exclude={"id", "workspace"})
        repository.save(force_insert=True)
    return repository


def repository_update(
    *,
    repository: GitRepository,
    actor: User | None,
    changes: Mapping[str, Any],
    expected_version: int | None = None,
) -> GitRepository:
    """Change what `changes` names; what GitHub calls the repository may change there."""
    with acting(actor, "git_repository.updated"):
        repository = repository_lock(repository.pk)
        require_admin(actor, repository.workspace_id)
        check_version(repository, expected_version)
        changed = [name for name in CHANGEABLE if name in changes]
        for name in changed:
            value = changes[name]
            setattr(repository, name, value.strip() if isinstance(value, str) else value)
        repository.clean_fields(exclude={"id", "workspace"})
        if changed:
            repository.save(update_fields=changed)
    return repository


def repository_delete(
    *, repository: GitRepository, actor: User | None, expected_version: int | None = None
) -> None:
    """Untie a repository, with its pull requests and their links to cards. GitHub keeps it."""
    with acting(actor, "git_repository.deleted"):
        repository = repository_lock(repository.pk)
        require_admin(actor, repository.workspace_id)
        check_version(repository, expected_version)
        # The database's cascade, in one statement.
        GitRepository.objects.filter(pk=repository.pk)._raw_delete("default")
