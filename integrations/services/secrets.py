"""The secrets that sign what comes in: made here, shown once, kept encrypted."""

from __future__ import annotations

from django.views.decorators.debug import sensitive_variables

from core.acting import acting
from core.encryption import encrypt
from core.exceptions import check_version
from integrations.models import GitRepository
from integrations.services.repositories import repository_lock
from projects.models import Project
from projects.rights import require_director
from projects.services.locks import project_lock
from workspaces.models import User
from workspaces.rights import require_admin
from workspaces.services.secrets import random_text

PREFIX = "taskly_whs_"
RANDOM_LENGTH = 43


@sensitive_variables()
def project_secret_make(
    *, project: Project, actor: User | None, expected_version: int | None = None
) -> tuple[Project, str]:
    """Give a project a new secret for transcripts; the one before is worthless at once.

    The second value is the secret, which nothing shows again. Whoever has a project archived may
    still do this: a secret that got out must be replaceable at any time.
    """
    with acting(actor, "project.webhook_secret_made"):
        project = project_lock(project.pk)
        require_director(actor, project.pk, project.workspace_id)
        check_version(project, expected_version)
        secret = PREFIX + random_text(RANDOM_LENGTH)
        project.webhook_secret = encrypt(secret)
        project.save(update_fields=["webhook_secret"])
        return project, secret


@sensitive_variables()
def repository_secret_make(
    *, repository: GitRepository, actor: User | None, expected_version: int | None = None
) -> tuple[GitRepository, str]:
    """Give a repository a new secret for GitHub's deliveries; the one before is worthless."""
    with acting(actor, "git_repository.webhook_secret_made"):
        repository = repository_lock(repository.pk)
        require_admin(actor, repository.workspace_id)
        check_version(repository, expected_version)
        secret = PREFIX + random_text(RANDOM_LENGTH)
        repository.webhook_secret = encrypt(secret)
        repository.save(update_fields=["webhook_secret"])
        return repository, secret
