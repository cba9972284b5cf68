"""Repositories, pull requests and their links to cards: which rows, which shapes, the services."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import exceptions
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cards.models import Card
from core.api import versions
from core.api.serializers import EmptySerializer
from core.api.views import Creates, Destroys, Lists, Retrieves, TasklyViewSet, Updates
from integrations import services
from integrations.api.filters import PullRequestFilters, RepositoryFilters
from integrations.api.serializers import (
    CardPullRequestSerializer,
    ProjectSecretSerializer,
    PullRequestRows,
    PullRequestSerializer,
    RepositoryCreateSerializer,
    RepositoryRows,
    RepositorySecretSerializer,
    RepositorySerializer,
)
from integrations.models import GitRepository, PullRequest
from projects.api.serializers import ProjectRows
from projects.models import Project


class RepositoryViewSet(Lists, Retrieves, Creates, Updates, Destroys, TasklyViewSet):
    """Repositories of the caller's workspaces. Admins of a workspace tie and untie them."""

    model = GitRepository
    compiled_lists = True
    rows_class = RepositoryRows
    serializer_class = RepositorySerializer
    serializer_classes: ClassVar = {
        "create": RepositoryCreateSerializer,
        "webhook_secret": EmptySerializer,
    }
    filterset_class = RepositoryFilters
    shows_credential = frozenset({"webhook_secret"})
    orderings: ClassVar = {
        "full_name": "full_name",
        "created_at": "created_at",
        "updated_at": "updated_at",
        "id": "id",
    }
    default_ordering = "id"

    def create_one(self, **values: Any) -> GitRepository:
        """Tie a repository to a workspace."""
        return services.repository_create(actor=self.request.user, **values)

    def update_one(
        self, instance: GitRepository, *, expected_version: int | None, **values: Any
    ) -> GitRepository:
        return services.repository_update(
            repository=instance,
            actor=self.request.user,
            changes=values,
            expected_version=expected_version,
        )

    def destroy_one(self, instance: GitRepository, *, expected_version: int | None) -> None:
        services.repository_delete(
            repository=instance, actor=self.request.user, expected_version=expected_version
        )

    @extend_schema(request=EmptySerializer, responses=RepositorySecretSerializer)
    @action(detail=True, methods=["post"], url_path="webhook-secret")
    def webhook_secret(self, request: Request, **kwargs: Any) -> Response:
        """Make a new secret for GitHub's deliveries, in place of the one before.

        This answer shows it, and no other does.
        """
        repository = self.get_object()
        self.validated()
        repository, secret = services.repository_secret_make(
            repository=repository,
            actor=request.user,
            expected_version=self.expected_version(repository),
        )
        tag = versions.tag_of(repository)
        return Response({"webhook_secret": secret}, headers={"ETag": tag})


class PullRequestViewSet(Lists, Retrieves, TasklyViewSet):
    """Pull requests of the caller's repositories, as GitHub last told of them."""

    model = PullRequest
    compiled_lists = True
    rows_class = PullRequestRows
    serializer_class = PullRequestSerializer
    filterset_class = PullRequestFilters
    orderings: ClassVar = {
        "number": "number",
        "opened_at": "opened_at",
        "updated_on_github_at": "updated_on_github_at",
        "created_at": "created_at",
        "updated_at": "updated_at",
        "id": "id",
    }
    default_ordering = "id"


@extend_schema_view(
    list=extend_schema(summary="List a card's pull requests."),
    destroy=extend_schema(
        summary="Take a pull request off its card.",
        description="Take the pull request off the card; both stay.",
    ),
)
class CardPullRequestViewSet(Lists, Creates, Destroys, TasklyViewSet):
    """The pull requests that carry out a card, which the address names by its id or key."""

    model = PullRequest
    rows_class = PullRequestRows
    serializer_class = PullRequestSerializer
    serializer_classes: ClassVar = {"create": CardPullRequestSerializer}
    lookup_url_kwarg = "pull_request_id"
    orderings: ClassVar = {
        "number": "number",
        "opened_at": "opened_at",
        "updated_on_github_at": "updated_on_github_at",
        "id": "id",
    }
    default_ordering = "id"

    @cached_property
    def card(self) -> Card:
        """The address's card; 404 where the caller can't see one."""
        visible = Card.objects.visible_to(self.request.user)
        card = visible.with_reference(self.kwargs["card_id"]).first()
        if card is None:
            raise exceptions.NotFound()
        return card

    def get_queryset(self) -> QuerySet[PullRequest]:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        return rows.of_card(self.card.pk)

    @extend_schema(request=CardPullRequestSerializer, responses={201: PullRequestSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Link a pull request to the card; answers with it."""
        card = self.card
        pull_request = self.validated()["pull_request"]
        services.card_link(card=card, pull_request=pull_request, actor=request.user)
        return self.answer(pull_request, status=201)

    def destroy_one(self, instance: PullRequest, *, expected_version: int | None) -> None:
        """Take the pull request off the card; both stay."""
        services.card_unlink(card=self.card, pull_request=instance, actor=self.request.user)


class ProjectWebhookViewSet(TasklyViewSet):
    """A project's secret for the transcripts that are sent to it."""

    model = Project
    rows_class = ProjectRows
    serializer_class = EmptySerializer
    shows_credential = True

    @extend_schema(request=EmptySerializer, responses=ProjectSecretSerializer)
    @action(detail=True, methods=["post"], url_path="webhook-secret")
    def webhook_secret(self, request: Request, **kwargs: Any) -> Response:
        """Make a new secret for transcripts, in place of the one before; directors only.

        This answer shows it, and no other does.
        """
        project = self.get_object()
        self.validated()
        project, secret = services.project_secret_make(
            project=project, actor=request.user, expected_version=self.expected_version(project)
        )
        address = request.build_absolute_uri(reverse("transcript-delivery", args=[project.pk]))
        answer = {"webhook_secret": secret, "address": address}
        return Response(answer, headers={"ETag": versions.tag_of(project)})
