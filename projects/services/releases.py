"""Releases: what a project promises to ship together."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.acting import acting
from core.clock import now
from core.exceptions import RuleViolation, check_version
from projects.models import Project, Release
from projects.rights import require_contributor
from projects.services.locks import project_enter, project_lock
from workspaces.models import User

CHANGEABLE = ("version", "target_date", "status")


class ReleaseGone(RuleViolation):
    """The release was deleted between being looked up and being locked."""

    code = "release_gone"
    message = _("The release was deleted in the meantime.")


def release_create(
    *,
    actor: User | None,
    project: Project,
    version: str,
    target_date: datetime.date | None = None,
    status: str = Release.Status.PLANNED,
) -> Release:
    """Plan a release in a project that isn't archived."""
    with acting(actor, "release.created"):
        project = project_enter(project.pk, actor)
        release = Release(
            workspace_id=project.workspace_id,
            project=project,
            version=version,
            target_date=target_date,
            status=status,
        )
        _complete(release)
        release.save(force_insert=True)
    return release


def release_update(
    *,
    release: Release,
    actor: User | None,
    changes: Mapping[str, Any],
    expected_version: int | None = None,
) -> Release:
    """Change what `changes` names; everything else stays.

    `released_at` follows the status: entering released sets it, leaving clears it.
    """
    with acting(actor, "release.updated"):
        release = _locked(release, actor)
        check_version(release, expected_version)
        changed = [name for name in CHANGEABLE if name in changes]
        for name in changed:
            setattr(release, name, changes[name])
        _complete(release)
        if changed:
            release.save(update_fields=[*changed, "released_at"])
    return release


def release_delete(
    *, release: Release, actor: User | None, expected_version: int | None = None
) -> None:
    """Delete a release; its features stay without one."""
    with acting(actor, "release.deleted"):
        release = _locked(release, actor)
        check_version(release, expected_version)
        Release.objects.filter(pk=release.pk)._raw_delete("default")


def _locked(release: Release, actor: User | None) -> Release:
    """The release as it is now that its project and it are locked, where `actor` may write."""
    project = project_lock(release.project_id)
    require_contributor(actor, project.pk, project.workspace_id)
    found = Release.objects.select_for_update(no_key=True).filter(pk=release.pk).first()
    if found is None:
        raise ReleaseGone()
    return found


def _complete(release: Release) -> None:
    """Trim the version, refuse an empty one, and let the moment of release follow the status."""
    release.version = release.version.strip()
    if not release.version:
        raise ValidationError({"version": _("A release has a version.")})
    if release.status != Release.Status.RELEASED:
        release.released_at = None
    elif release.released_at is None:
        release.released_at = now()
