"""Projects, their members, releases and features: which rows, which shapes, and the services.

Releases are served by cards, to which a part of their progress belongs.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.serializers import EmptySerializer
from core.api.views import (
    Below,
    Creates,
    Destroys,
    Lists,
    Retrieves,
    RetrievesWithCounts,
    TasklyViewSet,
    Updates,
)
from projects import services
from projects.api.filters import (
    FeatureFilters,
    ProjectFilters,
    ProjectMemberFilters,
    ReleaseFilters,
)
from projects.api.serializers import (
    FeatureCreateSerializer,
    FeatureRows,
    FeatureSerializer,
    ProjectCreateSerializer,
    ProjectMemberCreateSerializer,
    ProjectMemberRows,
    ProjectMemberSerializer,
    ProjectRows,
    ProjectSerializer,
    ReleaseCreateSerializer,
    ReleaseRows,
    ReleaseSerializer,
)
from projects.models import Feature, Project, ProjectMember, Release
from projects.rights import require_director


class ProjectViewSet(Lists, Retrieves, Creates, Updates, Destroys, TasklyViewSet):
    """Projects of the caller's workspaces. Observers read; only an admin deletes one."""

    model = Project
    compiled_lists = True
    rows_class = ProjectRows
    serializer_class = ProjectSerializer
    serializer_classes: ClassVar = {
        "create": ProjectCreateSerializer,
        "archive": EmptySerializer,
        "unarchive": EmptySerializer,
    }
    filterset_class = ProjectFilters
    orderings: ClassVar = {
        "name": "name",
        "start_date": "start_date",
        "end_date": "end_date",
        "created_at": "created_at",
        "updated_at": "updated_at",
        "id": "id",
    }
    default_ordering = "id"

    def filter_queryset(self, queryset: QuerySet[Project]) -> QuerySet[Project]:
        if self.acts_as == "list" and "archived" not in self.request.query_params:
            queryset = queryset.filter(archived_at__isnull=True)
        return super().filter_queryset(queryset)

    def create_one(self, **values: Any) -> Project:
        """Make a project in a workspace, as its director."""
        return services.project_create(actor=self.request.user, **values)

    def update_one(
        self, instance: Project, *, expected_version: int | None, **values: Any
    ) -> Project:
        return services.project_update(
            project=instance,
            actor=self.request.user,
            changes=values,
            expected_version=expected_version,
        )

    def destroy_one(self, instance: Project, *, expected_version: int | None) -> None:
        services.project_delete(
            project=instance, actor=self.request.user, expected_version=expected_version
        )

    @extend_schema(request=EmptySerializer, responses=ProjectSerializer)
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, **kwargs: Any) -> Response:
        """Put the project away: it takes in nothing new. Directors only."""
        project = self.get_object()
        self.validated()
        return self.answer(
            services.project_archive(
                project=project,
                actor=request.user,
                expected_version=self.expected_version(project),
            )
        )

    @extend_schema(request=EmptySerializer, responses=ProjectSerializer)
    @action(detail=True, methods=["post"])
    def unarchive(self, request: Request, **kwargs: Any) -> Response:
        """Bring the project back. Directors only."""
        project = self.get_object()
        self.validated()
        return self.answer(
            services.project_unarchive(
                project=project,
                actor=request.user,
                expected_version=self.expected_version(project),
            )
        )


class ProjectMemberViewSet(Lists, Retrieves, Creates, Updates, Destroys, Below):
    """Roles in a project. Directors and admins of the workspace give and take them."""

    model = ProjectMember
    above = ("project", Project)
    rows_class = ProjectMemberRows
    serializer_class = ProjectMemberSerializer
    serializer_classes: ClassVar = {"create": ProjectMemberCreateSerializer}
    filterset_class = ProjectMemberFilters
    lookup_url_kwarg = "member_id"
    orderings: ClassVar = {"role": "role", "created_at": "created_at", "id": "id"}
    default_ordering = "id"

    @extend_schema(request=ProjectMemberCreateSerializer, responses={201: ProjectMemberSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Give a member of the workspace a role."""
        # Whoever may not hears that before what is wrong with the body.
        require_director(request.user, self.parent.pk, self.parent.workspace_id)
        return super().create(request, *args, **kwargs)

    def create_one(self, **values: Any) -> ProjectMember:
        return services.project_member_add(project=self.parent, actor=self.request.user, **values)

    def update_one(
        self, instance: ProjectMember, *, expected_version: int | None, **values: Any
    ) -> ProjectMember:
        return services.project_member_update(
            member=instance,
            actor=self.request.user,
            role=values.get("role", instance.role),
            expected_version=expected_version,
        )

    def destroy_one(self, instance: ProjectMember, *, expected_version: int | None) -> None:
        services.project_member_remove(
            member=instance, actor=self.request.user, expected_version=expected_version
        )


class ReleaseViewSet(Lists, RetrievesWithCounts, Creates, Updates, Destroys, TasklyViewSet):
    """Releases of the caller's projects, each with how far it has come."""

    model = Release
    compiled_lists = True
    rows_class = ReleaseRows
    serializer_class = ReleaseSerializer
    serializer_classes: ClassVar = {"create": ReleaseCreateSerializer}
    filterset_class = ReleaseFilters
    orderings: ClassVar = {
        "version": "version",
        "target_date": "target_date",
        "released_at": "released_at",
        "created_at": "created_at",
        "updated_at": "updated_at",
        "id": "id",
    }
    default_ordering = "id"

    def create_one(self, **values: Any) -> Release:
        """Plan a release of a project."""
        return services.release_create(actor=self.request.user, **values)

    def update_one(
        self, instance: Release, *, expected_version: int | None, **values: Any
    ) -> Release:
        return services.release_update(
            release=instance,
            actor=self.request.user,
            changes=values,
            expected_version=expected_version,
        )

    def destroy_one(self, instance: Release, *, expected_version: int | None) -> None:
        services.release_delete(
            release=instance, actor=self.request.user, expected_version=expected_version
        )


class FeatureViewSet(Lists, Retrieves, Creates, Updates, Destroys, TasklyViewSet):
    """Features of the caller's projects."""

    model = Feature
    compiled_lists = True
    rows_class = FeatureRows
    serializer_class = FeatureSerializer
    serializer_classes: ClassVar = {"create": FeatureCreateSerializer}
    filterset_class = FeatureFilters
    orderings: ClassVar = {
        "name": "name",
        "created_at": "created_at",
        "updated_at": "updated_at",
        "id": "id",
    }
    default_ordering = "id"

    def create_one(self, **values: Any) -> Feature:
        """Plan a feature of a project."""
        return services.feature_create(actor=self.request.user, **values)

    def update_one(
        self, instance: Feature, *, expected_version: int | None, **values: Any
    ) -> Feature:
        return services.feature_update(
            feature=instance,
            actor=self.request.user,
            changes=values,
            expected_version=expected_version,
        )

    def destroy_one(self, instance: Feature, *, expected_version: int | None) -> None:
        services.feature_delete(
            feature=instance, actor=self.request.user, expected_version=expected_version
        )
