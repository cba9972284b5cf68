"""Repositories and pull requests that somebody may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db.models import Exists, OuterRef

from workspaces.querysets import TenantQuerySet

if TYPE_CHECKING:
    from uuid import UUID


class RepositoryQuerySet(TenantQuerySet):
    pass


class PullRequestQuerySet(TenantQuerySet):
    def of_card(self, card_id: UUID) -> Self:
        """Those that carry out the card."""
        links = apps.get_model("integrations.CardPullRequest").objects.filter(
            pull_request_id=OuterRef("pk"), card_id=card_id
        )
        return self.filter(Exists(links))
