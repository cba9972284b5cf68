"""The addresses of transcripts and decisions."""

from core.api.routers import Router


def register(router: Router) -> None:
    """Nothing yet."""
