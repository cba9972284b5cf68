"""The addresses of the activity feed and of the inbox."""

from activity.api.inbox import InboxViewSet
from activity.api.views import EventViewSet
from core.api.routers import Router


def register(router: Router) -> None:
    router.register("events", EventViewSet, basename="events")
    router.register("inbox", InboxViewSet, basename="inbox")
