"""Features: what a release promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.acting import acting
from core.exceptions import RuleViolation, check_version
from projects.models import Feature, Project, Release
from projects.rights import require_contributor
from projects.services.locks import project_enter, project_lock
from workspaces.models import User

CHANGEABLE = (
    "name",
    "description",
    "status",
    "status_reason",
    "assigned_teams",
    "assigned_po",
    "release",
)
NEEDING_A_REASON = (Feature.Status.BLOCKED, Feature.Status.CANCELLED)
MAX_TEAMS = 50
MAX_TEAM_NAME = 100


class FeatureGone(RuleViolation):
    """The feature was deleted between being looked up and being locked."""

    code = "feature_gone"
    message = _("The feature was deleted in the meantime.")


def feature_create(
    *,
    actor: User | None,
    project: Project,
    name: str,
    description: str = "",
    status: str = Feature.Status.BACKLOG,
    status_reason: str = "",
    assigned_teams: Sequence[str] = (),
    assigned_po: str = "",
    release: Release | None = None,
) -> Feature:
    """Plan a feature in a project that isn't archived."""
    with acting(actor, "feature.created"):
        project = project_enter(project.pk, actor)
        feature = Feature(
            workspace_id=project.workspace_id,
            project=project,
            name=name,
            description=description,
            status=status,
            status_reason=status_reason,
            assigned_teams=assigned_teams,
            assigned_po=assigned_po,
            release=release,
        )
        _complete(feature)
        feature.save(force_insert=True)
    return feature


def feature_update(
    *,
    feature: Feature,
    actor: User | None,
    changes: Mapping[str, Any],
    expected_version: int | None = None,
) -> Feature:
    """Change what `changes` names; everything else stays.

    But for the reason of a status that is left: it says nothing about the next one. So whoever
    changes the status says the new one's reason, if it has one, in the same breath.
    """
    with acting(actor, "feature.updated"):
        feature = _locked(feature, actor)
        check_version(feature, expected_version)
        changed = [name for name in CHANGEABLE if name in changes]
        if changes.get("status", feature.status) != feature.status and (
            "status_reason" not in changes
        ):
            feature.status_reason = ""
            changed.append("status_reason")
        for name in changed:
            if name in changes:
                setattr(feature, name, changes[name])
        _complete(feature)
        if changed:
            feature.save(update_fields=changed)
    return feature


def feature_delete(
    *, feature: Feature, actor: User | None, expected_version: int | None = None
) -> None:
    """Delete a feature; the cards that carried it out stay without one."""
    with acting(actor, "feature.deleted"):
        feature = _locked(feature, actor)
        check_version(feature, expected_version)
        Feature.objects.filter(pk=feature.pk)._raw_delete("default")


def _locked(feature: Feature, actor: User | None) -> Feature:
    """The feature as it is now that its project and it are locked, where `actor` may write."""
    project = project_lock(feature.project_id)
    require_contributor(actor, project.pk, project.workspace_id)
    found = (
        Feature.objects.select_for_update(no_key=True, of=("self",))
        .select_related("release")
        .filter(pk=feature.pk)
        .first()
    )
    if found is None:
        raise FeatureGone()
    return found


def _complete(feature: Feature) -> None:
    """Trim what people wrote, and refuse by field what the database would refuse as well."""
    feature.name = feature.name.strip()
    feature.status_reason = feature.status_reason.strip()
    feature.assigned_po = feature.assigned_po.strip()
    feature.assigned_teams = _teams(feature.assigned_teams)
    if not feature.name:
        raise ValidationError({"name": _("A feature has a name.")})
    if feature.status in NEEDING_A_REASON and not feature.status_reason:
        raise ValidationError({"status_reason": _("Say why the feature is blocked or cancelled.")})
    if feature.release is not None and feature.release.project_id != feature.project_id:
        raise ValidationError({"release": _("A feature's release belongs to its own project.")})


def _teams(names: Sequence[str]) -> list[str]:
    """Names of teams, trimmed, each once, in the order given."""
    teams = list(dict.fromkeys(name.strip() for name in names))
    if len(teams) > MAX_TEAMS:
        raise ValidationError({"assigned_teams": _("A feature has at most 50 teams.")})
    if not all(1 <= len(name) <= MAX_TEAM_NAME for name in teams):
        raise ValidationError({"assigned_teams": _("A team's name has 1 to 100 characters.")})
    return teams
