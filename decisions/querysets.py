"""Transcripts and decisions that somebody may see, and how to find them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from workspaces.querysets import TenantQuerySet

if TYPE_CHECKING:
    from workspaces.models import User


class TranscriptQuerySet(TenantQuerySet):
    def without_content(self) -> Self:
        """For lists: a transcript's text can be a megabyte."""
        return self.defer("content")


class DecisionQuerySet(TenantQuerySet):
    def visible_to(self, user: User) -> Self:
        """Those of the workspaces of `user`, deleted ones too, without what only searches read."""
        return super().visible_to(user).without_embedding()

    def without_embedding(self) -> Self:
        """Leave out 384 numbers that nobody looks at."""
        return self.defer("embedding")

    def live(self) -> Self:
        """Those that aren't deleted."""
        return self.filter(deleted_at__isnull=True)

    def deleted(self) -> Self:
        return self.filter(deleted_at__isnull=False)

    def search(self, text: str) -> Self:
        """Those with the words of `text` in title, statement or rationale, in English or Russian
        forms."""
        return self.filter(
            RawSQL(
                "decisions.search @@ websearch_to_tsquery('russian', %s)",
                [text],
                output_field=BooleanField(),
            )
        )


class RelationshipQuerySet(TenantQuerySet):
    def live(self) -> Self:
        """Those between decisions that aren't deleted."""
        return self.filter(source__deleted_at__isnull=True, target__deleted_at__isnull=True)

    def of(self, decision_id: object) -> Self:
        """Those of one decision, whichever end it is."""
        return self.filter(Q(source_id=decision_id) | Q(target_id=decision_id))
