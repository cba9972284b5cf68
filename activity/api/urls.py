"""The addresses of the activity feed."""

from activity.api.views import EventViewSet
from core.api.routers import Router


def register(router: Router) -> None:
    router.register("events", EventViewSet, basename="events")
