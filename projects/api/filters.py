"""What lists of projects, their members, releases and features can be asked for."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from core.api.filters import (
    BooleanFilter,
    ChoicesFilter,
    DateFilter,
    IdFilter,
    MomentFilter,
    SearchFilter,
    StrictFilterSet,
)
from projects.models import Feature, Project, ProjectMember, Release
from projects.querysets import FeatureQuerySet


class ProjectFilters(StrictFilterSet):
    """Archived projects are left out unless asked for."""

    workspace = IdFilter(field_name="workspace_id")
    status = ChoicesFilter(field_name="status", choices=Project.Status.choices)
    owner = IdFilter(field_name="owner_id", none=True, me=True)
    archived = BooleanFilter(method="by_archived")
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")
    search = SearchFilter(method="by_words")

    def by_archived(self, projects: QuerySet[Project], name: str, value: bool) -> QuerySet[Project]:
        return projects.filter(archived_at__isnull=not value)

    def by_words(self, projects: QuerySet[Project], name: str, value: str) -> QuerySet[Project]:
        return projects.filter(Q(name__icontains=value) | Q(description__icontains=value))


class ProjectMemberFilters(StrictFilterSet):
    user = IdFilter(field_name="user_id", me=True)
    role = ChoicesFilter(field_name="role", choices=ProjectMember.Role.choices)


class ReleaseFilters(StrictFilterSet):
    workspace = IdFilter(field_name="workspace_id")
    project = IdFilter(field_name="project_id")
    status = ChoicesFilter(field_name="status", choices=Release.Status.choices)
    target_before = DateFilter(field_name="target_date", lookup_expr="lt")
    target_after = DateFilter(field_name="target_date", lookup_expr="gt")
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")
    search = SearchFilter(field_name="version", lookup_expr="icontains")


class FeatureFilters(StrictFilterSet):
    workspace = IdFilter(field_name="workspace_id")
    project = IdFilter(field_name="project_id")
    release = IdFilter(field_name="release_id", none=True)
    status = ChoicesFilter(field_name="status", choices=Feature.Status.choices)
    team = SearchFilter(method="by_team")
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")
    search = SearchFilter(method="by_words")

    def by_team(self, features: QuerySet[Feature], name: str, value: str) -> QuerySet[Feature]:
        """Features that the team of this name is assigned to."""
        return features.filter(assigned_teams__contains=[value])

    def by_words(self, features: FeatureQuerySet, name: str, value: str) -> FeatureQuerySet:
        """Features whose name or description has the words."""
        return features.search(value)
