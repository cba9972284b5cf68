"""The addresses of conversations and the caller's context."""

from core.api.routers import Router


def register(router: Router) -> None:
    """Nothing yet."""
