"""What a deletion takes along, counted for the page that asks whether it is meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from django.db import models
from django.db.models import Q

from core.models import BaseModel


def going_with(
    model: type[models.Model],
    rows: Sequence[models.Model],
    seen: Callable[[models.QuerySet], models.QuerySet] | None = None,
) -> dict[Any, int]:
    """How many rows of the domain a deletion takes along, by the name of their model.

    Follows the cascading foreign keys by subqueries: a count a model, however many rows there are.
    Only what `seen` leaves of them is counted: that somebody else has a private channel here is
    nothing that a number may tell.
    """
    conditions: dict[type[models.Model], list[Q]] = defaultdict(list)
    todo: list[tuple[type[models.Model], Any]] = [(model, [row.pk for row in rows])]
    followed: set[Any] = set()
    while todo:
        parent, keys = todo.pop(0)
        for relation in parent._meta.related_objects:
            child = relation.related_model
            if relation.on_delete is not models.CASCADE or not issubclass(child, BaseModel):
                continue
            if relation.field in followed:
                continue
            followed.add(relation.field)
            condition = Q(**{f"{relation.field.name}__in": keys})
            conditions[child].append(condition)
            todo.append((child, child._base_manager.filter(condition).values("pk")))
    counts: dict[Any, int] = {}
    for child, reasons in conditions.items():
        any_reason = Q()
        for reason in reasons:
            any_reason |= reason
        found = child._default_manager.filter(any_reason)
        if number := (found if seen is None else seen(found)).count():
            counts[child._meta.verbose_name_plural] = number
    return counts
