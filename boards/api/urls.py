"""The addresses of boards and sprints."""

from boards.api.views import BoardViewSet, SprintViewSet
from core.api.routers import Router


def register(router: Router) -> None:
    router.register("boards", BoardViewSet)
    router.register("sprints", SprintViewSet)
