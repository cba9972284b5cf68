"""`manage.py import_trello FILE --workspace KEY`: a Trello board taken in."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.acting import coming_from
from core.exceptions import RuleViolation
from integrations.trello.document import BrokenExport
from integrations.trello.reader import MAX_BYTES, TrelloBoard, read
from integrations.trello.services import trello_import, trello_preview
from workspaces.models import User, Workspace, WorkspaceMember


class Command(BaseCommand):
    help = (
        "Import a Trello board's JSON export into a workspace. All of it comes in or nothing; "
        "importing the same file again adds nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="The board's export.")
        parser.add_argument("--workspace", required=True, metavar="KEY", help="Such as ACME.")
        parser.add_argument(
            "--board", metavar="NAME", help="Call the board so (default: as in Trello)."
        )
        parser.add_argument("--preview", action="store_true", help="Only say what would come in.")
        parser.add_argument(
            "--as",
            dest="username",
            metavar="USERNAME",
            help="Who imports, and becomes the cards' author (default: the first admin).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        export = self._read(options["file"])
        workspace = Workspace.objects.filter(key=options["workspace"].upper()).first()
        if workspace is None:
            raise CommandError(f"There is no workspace {options['workspace']}.")
        actor = self._actor(options["username"], workspace)
        carry_out = trello_preview if options["preview"] else trello_import
        try:
            with coming_from("import"):
                report = carry_out(
                    export=export,
                    workspace=workspace,
                    actor=actor,
                    at=timezone.now(),
                    board_name=options["board"],
                )
        except RuleViolation as refusal:
            raise CommandError(str(refusal.detail)) from refusal
        if not options["preview"]:
            self.stdout.write(f"Imported into {workspace.key} as {actor.username}:")
        for line in report.lines():
            self.stdout.write(line)
        if options["preview"]:
            self.stdout.write("This was a preview: nothing was written.")

    def _read(self, path: Path) -> TrelloBoard:
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{path} can't be read: {error.strerror}.") from error
        try:
            return read(content)
        except BrokenExport as error:
            raise CommandError(f"{path} is broken, nothing was imported. {error}") from error

    def _actor(self, username: str | None, workspace: Workspace) -> User:
        members = WorkspaceMember.objects.filter(workspace=workspace).select_related("user")
        if username is not None:
            member = members.filter(user__username__iexact=username, user__is_active=True).first()
        else:
            member = members.active_admins().order_by("joined_at", "id").first()
        if member is None:
            raise CommandError(
                f"{username} is no active member of {workspace.key}."
                if username
                else f"{workspace.key} has no active admin: say with --as who imports."
            )
        return member.user
