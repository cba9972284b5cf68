"""Filters of the list of cards."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from boards.models import ColumnCategory
from cards.models import CardAssignee
from workspaces.models import User


class CardStateFilter(admin.SimpleListFilter):
    """Cards that aren't archived, unless somebody asks for others."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("open", _("To be done")),
            ("done", _("Done")),
            ("archived", _("Archived")),
            ("all", _("All, archived too")),
        ]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("On the board")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        live = queryset.filter(archived_at=None)
        return {
            "all": queryset,
            "archived": queryset.filter(archived_at__isnull=False),
            "open": live.filter(completed_at=None),
            "done": live.filter(completed_at__isnull=False),
        }.get(str(self.value()), live)


class CategoryFilter(admin.SimpleListFilter):
    title = _("kind of column")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(ColumnCategory.choices)

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(column__category=self.value()) if self.value() else queryset


class AssigneeFilter(admin.SimpleListFilter):
    title = _("assignee")
    parameter_name = "assignee"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        people = User.objects.visible_to(request.user).order_by("full_name", "username")
        named = [(str(person.pk), str(person)) for person in people if person != request.user]
        return [("me", _("Me")), ("none", _("Nobody")), *named]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        value = self.value()
        if value not in {key for key, _name in self.lookup_choices}:
            return queryset
        assigned = CardAssignee.objects.filter(card=OuterRef("pk"))
        if value == "none":
            return queryset.filter(~Exists(assigned))
        person = request.user.pk if value == "me" else value
        return queryset.filter(Exists(assigned.filter(user=person)))
