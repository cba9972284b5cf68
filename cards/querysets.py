"""Cards that somebody may see, and how to find them."""

from __future__ import annotations

from typing import Self

from django.db.models import BooleanField, FloatField
from django.db.models.expressions import RawSQL

from workspaces.querysets import TenantQuerySet


class CardQuerySet(TenantQuerySet):
    def live(self) -> Self:
        return self.filter(archived_at__isnull=True)

    def search(self, text: str) -> Self:
        """Cards whose title or description has the words of `text`, in English or Russian forms."""
        return self.filter(
            RawSQL(
                "cards.search @@ websearch_to_tsquery('russian', %s)",
                [text],
                output_field=BooleanField(),
            )
        )

    def with_rank(self, text: str) -> Self:
        return self.annotate(
            rank=RawSQL(
                "ts_rank(cards.search, websearch_to_tsquery('russian', %s))",
                [text],
                output_field=FloatField(),
            )
        )
