"""Boards and sprints that somebody may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models

from projects.querysets import observed_project_ids_of
from workspaces.querysets import TenantQuerySet

if TYPE_CHECKING:
    from workspaces.models import User


class BoardQuerySet(TenantQuerySet):
    def in_use(self) -> Self:
        return self.filter(archived=False)

    def writable_by(self, user: User) -> Self:
        """Those whose project `user` doesn't only observe; operators write on all."""
        if user.is_superuser:
            return self.all()
        return self.exclude(project_id__in=observed_project_ids_of(user))


class SprintQuerySet(TenantQuerySet):
    pass


class BoardColumnQuerySet(models.QuerySet):
    """The shadows of boards' columns, for naming the columns that the log speaks of."""

    def visible_to(self, user: User) -> Self:
        """Those of the boards that `user` may see; operators, of all."""
        if user.is_superuser:
            return self.all()
        boards = apps.get_model("boards.Board").objects.visible_to(user)
        return self.filter(board_id__in=boards.values("pk"))
