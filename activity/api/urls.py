"""The addresses of the activity feed."""

from core.api.routers import Router


def register(router: Router) -> None:
    """Nothing yet."""
