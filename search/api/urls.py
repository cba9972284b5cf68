"""The address of search."""

from core.api.routers import Router


def register(router: Router) -> None:
    """Nothing yet."""
