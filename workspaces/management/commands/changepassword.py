"""Setting somebody's password from a terminal; it signs them out everywhere.

In the place of Django's command, which knows nothing of deleted people's names and of services.
"""

from __future__ import annotations

import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from workspaces.models import User
from workspaces.services import password_set


class Command(BaseCommand):
    """`manage.py changepassword USERNAME`."""

    help = "Set a person's password; they are signed out everywhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="The username or the email address.")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.named(options["username"]).first()
        if user is None:
            raise CommandError(f"There is nobody called {options['username']}.")
        password = getpass.getpass("New password: ")
        if getpass.getpass("The same again: ") != password:
            raise CommandError("The two are not the same. Nothing was changed.")
        try:
            password_set(user=user, new_password=password, actor=None, at=timezone.now())
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(self.style.SUCCESS(f"{user.username} has a new password."))
