"""One row by its id, where the caller may see it: what most requests begin with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet

from core.db.compiled import CompiledQuery

_PLANS: dict[type[Model], CompiledQuery] = {}


def visible_row(model: type[Model], identifier: UUID, user: Any) -> Any:
    """The row, or None where there is none or `user` may not see it.

    Asks the model's own `visible_to`, compiled once: it may depend on nothing of the person but
    the id.
    """
    plan = _PLANS.get(model)
    if plan is None:
        person = get_user_model()
        manager: Any = model._default_manager

        def build(row: UUID, user: UUID) -> QuerySet[Any]:
            rows: QuerySet[Any] = manager.visible_to(person(pk=user)).filter(pk=row)
            return rows

        plan = _PLANS[model] = CompiledQuery(build, row=UUID, user=UUID)
    found = plan(row=identifier, user=user.pk)
    return found[0] if found else None
