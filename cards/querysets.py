"""Cards that somebody may see, and how to find them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db.models import BooleanField, Case, Q, SmallIntegerField, Value, When
from django.db.models.expressions import RawSQL

from workspaces.querysets import TenantQuerySet

if TYPE_CHECKING:
    from workspaces.models import User

PRIORITY_RANK = Case(
    *(
        When(priority=priority, then=Value(rank))
        for rank, priority in enumerate(("none", "low", "medium", "high", "urgent"))
    ),
    output_field=SmallIntegerField(),
)
"""Priorities by weight, for ordering: their names' alphabet says nothing."""
MAX_NUMBER = 2**31 - 1
_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_KEY = re.compile(r"(?P<key>[A-Za-z][A-Za-z0-9]{1,9})-(?P<number>[1-9][0-9]{0,9})")


class CardQuerySet(TenantQuerySet):
    def on_boards_visible_to(self, user: User) -> Self:
        """The same as `visible_to`, asked of the boards: for what is narrowed to one board.

        A card is in its board's workspace, which PostgreSQL can't know: it takes the workspace for
        one more chance that leaves few of a board's cards, and so reads and sorts all of them for a
        page. Asked of the board, it walks them in order, as far as the page goes.
        """
        boards = apps.get_model("boards.Board").objects.visible_to(user)
        return self.filter(board_id__in=boards.values("pk"))

    def live(self) -> Self:
        return self.filter(archived_at__isnull=True)

    def open(self) -> Self:
        """What is still to be done."""
        return self.filter(completed_at__isnull=True, archived_at__isnull=True)

    def closed(self) -> Self:
        """What is completed or archived."""
        return self.filter(Q(completed_at__isnull=False) | Q(archived_at__isnull=False))

    def with_reference(self, reference: str) -> Self:
        """The card of this id, or of this key (`ACME-42`); nothing for what is neither."""
        if _ID.fullmatch(reference):
            return self.filter(pk=reference)
        named = _KEY.fullmatch(reference)
        if named is None or int(named["number"]) > MAX_NUMBER:
            return self.none()
        return self.filter(workspace__key=named["key"].upper(), number=int(named["number"]))

    def search(self, text: str) -> Self:
        """Cards whose title or description has the words of `text`, in English or Russian forms."""
        return self.filter(
            RawSQL(
                "cards.search @@ websearch_to_tsquery('russian', %s)",
                [text],
                output_field=BooleanField(),
            )
        )


class CommentQuerySet(TenantQuerySet):
    def present(self) -> Self:
        """Those that nobody took back."""
        return self.filter(deleted_at__isnull=True)

    def visible_to(self, user: User) -> Self:
        return super().visible_to(user).present()


class SavedFilterQuerySet(TenantQuerySet):
    def visible_to(self, user: User) -> Self:
        """One's own, and what others share, in one's workspaces."""
        return super().visible_to(user).filter(Q(user_id=user.pk) | Q(shared=True))
