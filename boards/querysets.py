"""Boards and sprints that somebody may see."""

from __future__ import annotations

from typing import Self

from workspaces.querysets import TenantQuerySet


class BoardQuerySet(TenantQuerySet):
    def in_use(self) -> Self:
        return self.filter(archived=False)


class SprintQuerySet(TenantQuerySet):
    pass
