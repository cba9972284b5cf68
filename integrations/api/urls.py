"""The addresses of repositories and pull requests, and those that others deliver to."""

from django.urls import path

from core.api.routers import Router
from integrations.api.deliveries import TranscriptDeliveryView
from integrations.api.views import (
    CardPullRequestViewSet,
    ProjectWebhookViewSet,
    PullRequestViewSet,
    RepositoryViewSet,
)


def register(router: Router) -> None:
    router.register("repositories", RepositoryViewSet)
    router.register("pull-requests", PullRequestViewSet)
    router.register(
        "cards/<card:card_id>/pull-requests",
        CardPullRequestViewSet,
        basename="card-pull-requests",
    )
    router.register("projects", ProjectWebhookViewSet, basename="project-webhooks")


# Beneath /webhooks/: no part of the API, whose callers sign in.
deliveries = [
    path(
        "transcripts/<uuid:project_id>/",
        TranscriptDeliveryView.as_view(),
        name="transcript-delivery",
    ),
]
