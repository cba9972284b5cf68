"""The addresses of projects, releases and features."""

from core.api.routers import Router


def register(router: Router) -> None:
    """Nothing yet."""
