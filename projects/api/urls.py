"""The addresses of projects and features; releases stand where their progress is known."""

from core.api.routers import Router
from projects.api.views import FeatureViewSet, ProjectMemberViewSet, ProjectViewSet


def register(router: Router) -> None:
    router.register("projects", ProjectViewSet)
    router.register("projects/<uuid:project_id>/members", ProjectMemberViewSet)
    router.register("features", FeatureViewSet)
