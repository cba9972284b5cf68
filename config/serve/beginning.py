"""The first operator and workspace of an installation that starts without the demo."""

import getpass
import sys
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import IntegrityError, transaction

from config.settings.environment import Environment
from core.db.errors import explain
from core.exceptions import RuleViolation
from workspaces.services.people import user_create
from workspaces.services.workspaces import workspace_create


@dataclass(frozen=True)
class Beginning:
    """Who signs in first, and where they work."""

    username: str
    email: str
    password: str
    workspace_name: str
    workspace_key: str


REFUSED = (ValidationError, RuleViolation, IntegrityError)
VARIABLES = {
    "username": ("TASKLY_ADMIN_USERNAME", "Username"),
    "email": ("TASKLY_ADMIN_EMAIL", "Email address"),
    "password": ("TASKLY_ADMIN_PASSWORD", "Password"),
    "workspace_name": ("TASKLY_WORKSPACE_NAME", "Name of the first workspace"),
    "workspace_key": ("TASKLY_WORKSPACE_KEY", "Its key, the prefix of card numbers (ACME-42)"),
}


def begin(env: Environment, say: Callable[[str], None]) -> None:
    """Make the first operator and their workspace, as the environment or the terminal says.

    What the environment gives isn't asked for; without a terminal it has to give all of it.
    """
    given = {
        field: env.secret(name, shortest=0) if field == "password" else env.text(name)
        for field, (name, _) in VARIABLES.items()
    }
    env.refuse_problems()
    missing = [VARIABLES[field][0] for field, value in given.items() if not value]
    if missing and not sys.stdin.isatty():
        raise ImproperlyConfigured(
            f"nobody could sign in yet, and there is no terminal to ask who should. Give "
            f"{', '.join(missing)} in the environment."
        )
    if not missing:
        try:
            create(Beginning(**given))
        except REFUSED as error:
            raise ImproperlyConfigured(
                f"the first person can't be made:\n{complaints(error)}"
            ) from error
        return
    say("Nobody can sign in yet. Who is the first? (They may do everything.)")
    while True:
        answers = {field: value or ask(field) for field, value in given.items()}
        try:
            create(Beginning(**answers))
        except REFUSED as error:
            say(complaints(error))
            given = dict.fromkeys(given, "")
        else:
            return


def ask(field: str) -> str:
    """One answer from the terminal; a password isn't shown, and is asked for twice."""
    label = VARIABLES[field][1]
    while field == "password":
        password = getpass.getpass(f"    {label}: ")
        if password == getpass.getpass(f"    {label} again: "):
            return password
    return input(f"    {label}: ").strip()


def create(beginning: Beginning) -> None:
    """Both or neither."""
    with transaction.atomic():
        person = user_create(
            username=beginning.username,
            email=beginning.email,
            password=beginning.password,
            is_staff=True,
            is_superuser=True,
            actor=None,
        )
        workspace_create(name=beginning.workspace_name, key=beginning.workspace_key, actor=person)


def complaints(error: Exception) -> str:
    """What was wrong, by field where that is known."""
    if isinstance(error, IntegrityError):
        broken = explain(error)
        return f"    {broken.field or 'error'}: {broken.message}"
    if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
        return "\n".join(
            f"    {field}: {' '.join(messages)}" for field, messages in error.message_dict.items()
        )
    return "\n".join(f"    {message}" for message in getattr(error, "messages", [str(error)]))
