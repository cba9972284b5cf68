"""What is said to the assistant, as the one person sees it whose it is: nobody else does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from workspaces.models import User


class PersonalQuerySet(models.QuerySet):
    """Rows of one person. Operators have no more of them than their own."""

    def visible_to(self, user: User) -> Self:
        return self.filter(user_id=user.pk)
