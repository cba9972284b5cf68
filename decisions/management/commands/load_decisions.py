"""`manage.py load_decisions FILE --project NAME`: decision records taken into a project."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from core.acting import coming_from
from core.exceptions import RuleViolation
from decisions.loading.reader import MAX_BYTES, BrokenFile, Records, read
from decisions.loading.services import records_load
from projects.models import Project


class Command(BaseCommand):
    help = (
        "Load a JSON file of decision records into a project. All of it comes in or nothing; "
        "loading the same file again adds nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="The file: an object with a list “corpus”.")
        parser.add_argument("--project", required=True, help="The project's name or id.")
        parser.add_argument(
            "--workspace", metavar="KEY", help="Where several have a project of that name."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        records = self._read(options["file"])
        project = self._project(options["project"], options["workspace"])
        try:
            with coming_from("import"):
                report = records_load(records=records, project=project)
        except RuleViolation as refusal:
            raise CommandError(f"Nothing was loaded. {refusal.detail}") from refusal
        except ValidationError as refusal:
            raise CommandError(f"Nothing was loaded. {' '.join(refusal.messages)}") from refusal
        for line in report.lines():
            self.stdout.write(line)

    def _read(self, path: Path) -> Records:
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{path} can't be read: {error.strerror}.") from error
        try:
            return read(content)
        except BrokenFile as error:
            raise CommandError(f"{path} is broken, nothing was loaded. {error}") from error

    def _project(self, named: str, workspace: str | None) -> Project:
        found = Project.objects.select_related("workspace")
        try:
            found = found.filter(pk=UUID(named))
        except ValueError:
            found = found.filter(name__iexact=named)
        if workspace is not None:
            found = found.filter(workspace__key=workspace.upper())
        projects = list(found.order_by("workspace__key"))
        if not projects:
            raise CommandError(f"There is no project {named}.")
        if len(projects) > 1:
            keys = ", ".join(project.workspace.key for project in projects)
            raise CommandError(f"Several workspaces have one ({keys}): say which by --workspace.")
        return projects[0]
