"""`manage.py load_demo`: alice, bob and a team at work, to look around with."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, connection
from django.utils import timezone

from core.db.roles import as_owner
from core.exceptions import RuleViolation
from samples.demo.services import demo_load


class Command(BaseCommand):
    help = (
        "Load the demo: the fixtures (alice and bob, password taskly-demo; test, password "
        "password), and a team with some weeks of history. What is there already is left alone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--force",
            action="store_true",
            help="Load it into a database of one's own, though the demo's password is public.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED and not options["force"]:
            raise CommandError(
                "This isn't the embedded database, and everybody knows the demo's password. "
                "To load the demo all the same, add --force."
            )
        try:
            # Who tells of the past is the owner.
            with as_owner(connection):
                cards = demo_load(today=timezone.localdate())
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        except RuleViolation as refusal:
            raise CommandError(str(refusal.detail)) from refusal
        except IntegrityError as error:
            raise CommandError(f"The demo can't be loaded here. {error}".strip()) from error
        if options["verbosity"] > 0:
            self.stdout.write(
                f"The demo is loaded ({cards} cards). Sign in as alice or bob: taskly-demo."
                if cards
                else "The demo is there already."
            )
