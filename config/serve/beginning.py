"""The first person and workspace of an installation that starts without the demo."""


def create_first_person() -> None:
    """Placeholder until services."""
