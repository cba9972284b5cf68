"""The address of search."""

from core.api.routers import Router
from search.api.views import SearchViewSet


def register(router: Router) -> None:
    """Add this app's collections."""
    router.register("search", SearchViewSet, basename="search")
