"""The addresses of repositories and pull requests."""

from core.api.routers import Router


def register(router: Router) -> None:
    """Nothing yet."""
