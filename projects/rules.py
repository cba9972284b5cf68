"""What the database refuses about everything that belongs to a project, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.db.errors import TriggerRule


def project_open_rule(table: str) -> TriggerRule:
    """The rule of the trigger that `projects.operations.InOpenProject` makes on `table`."""
    return TriggerRule(
        f"{table}_project_open",
        "project",
        _("The project is archived: unarchive it first."),
        409,
    )
