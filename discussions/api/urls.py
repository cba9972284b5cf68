"""The addresses of channels and messages."""

from core.api.routers import Router


def register(router: Router) -> None:
    """Nothing yet."""
