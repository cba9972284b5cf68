"""`manage.py seed --cards N`: a large, plausible installation."""

from __future__ import annotations

import datetime
from argparse import ArgumentParser
from contextlib import nullcontext
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from core.db.roles import as_owner
from core.exceptions import RuleViolation
from core.progress import Progress
from samples.seeding.rows import MAX_SEED, MAX_WORKSPACES, Shape
from samples.seeding.services import installation_seed
from workspaces.models import User

UNTIL = "2026-11-01"


class Command(BaseCommand):
    help = (
        "Add a large, plausible installation: people, projects, boards with cards, channels with "
        "messages, decisions, pull requests. The same seed makes the same rows, ids included. "
        "Nobody can sign in as the people it makes."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cards", type=int, required=True, metavar="N")
        parser.add_argument("--boards", type=int, metavar="B", help="Default: one per 500 cards.")
        parser.add_argument(
            "--workspaces", type=int, metavar="W", help="Default: one per 10 boards."
        )
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="Default: 1.")
        parser.add_argument(
            "--until",
            type=datetime.date.fromisoformat,
            default=datetime.date.fromisoformat(UNTIL),
            metavar="DATE",
            help=f"The last day on which something happened. Default: {UNTIL}.",
        )
        parser.add_argument(
            "--entries",
            type=int,
            default=0,
            metavar="E",
            help="Fill the log up to so many entries, as the database's owner.",
        )
        parser.add_argument(
            "--join",
            action="append",
            default=[],
            metavar="USERNAME",
            help="Somebody who becomes an admin of all these workspaces, and so can look at them.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        shape = Shape.of(
            options["cards"], options["boards"], options["workspaces"], options["seed"]
        )
        self._check(shape, options["entries"])
        joining = [self._person(username) for username in options["join"]]
        progress = Progress(self.stderr, shape.cards, "cards")
        history = Progress(self.stderr, options["entries"], "entries")
        try:
            with as_owner(connection) if options["entries"] else nullcontext():
                written = installation_seed(
                    shape=shape,
                    until=datetime.datetime.combine(
                        options["until"], datetime.time(), datetime.UTC
                    ),
                    joining=joining,
                    entries=options["entries"],
                    tell=progress.reach,
                    tell_entries=history.reach,
                )
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        except RuleViolation as refusal:
            raise CommandError(str(refusal.detail)) from refusal
        finally:
            progress.end()
            history.end()
        for table, rows in written.items():
            self.stdout.write(f"{rows:>10,} {table}")

    def _check(self, shape: Shape, entries: int) -> None:
        if not 0 <= shape.seed <= MAX_SEED:
            raise CommandError(f"A seed is between 0 and {MAX_SEED}.")
        if min(shape.cards, entries) < 0:
            raise CommandError("The numbers of cards and entries are not negative.")
        if not 1 <= shape.workspaces <= MAX_WORKSPACES:
            raise CommandError(f"There are between 1 and {MAX_WORKSPACES} workspaces.")
        if shape.boards < shape.workspaces:
            raise CommandError("Every workspace has at least one board.")

    def _person(self, username: str) -> User:
        person = User.objects.present().filter(username__iexact=username, is_active=True).first()
        if person is None:
            raise CommandError(f"There is nobody called {username}.")
        return person
