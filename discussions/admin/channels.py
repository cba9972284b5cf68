"""Channels: their list, their settings, and who is in them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.admin.base import TasklyModelAdmin, TasklyTabularInline
from core.admin.chips import chip
from core.templatetags.taskly import icon
from discussions.admin.forms import ChannelForm, NewMemberForm
from discussions.models import Channel, ChannelMember
from discussions.querysets import COUNTED_AT_MOST, joined_channel_ids_of
from discussions.services import (
    channel_create,
    channel_delete,
    channel_member_add,
    channel_member_remove,
    channel_update,
)
from discussions.services.channels import may_delete
from projects.admin.forms import members_of
from projects.admin.rights import (
    directs,
    directs_any,
    may_make_something,
    observes,
    open_projects,
)
from workspaces.admin.rights import TALK


class JoinedFilter(admin.SimpleListFilter):
    """The channels that one is in, or the others."""

    title = _("joined")
    parameter_name = "joined"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Joined")), ("no", _("Not joined"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        joined = Q(pk__in=joined_channel_ids_of(request.user))
        if self.value() == "yes":
            return queryset.filter(joined)
        return queryset.filter(~joined) if self.value() == "no" else queryset


class MemberInline(TasklyTabularInline):
    """Who is in the channel; directors of the project put people out."""

    model = ChannelMember
    verbose_name_plural = _("members")
    fields = ("person", "joined")
    readonly_fields = fields
    max_num = 0

    def may_edit(self, request: HttpRequest, parent: Any | None) -> bool:
        return parent is not None and directs(request, parent.project)

    def has_add_permission(self, request: HttpRequest, obj: Any | None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """Of the channel that the page is about: whoever sees that sees who is in it."""
        rows = ChannelMember.objects.select_related("user")
        return rows.order_by("user__full_name", "user__username", "id")

    def row_name(self, obj: Any) -> str:
        return str(obj.user)

    @admin.display(description=_("person"))
    def person(self, obj: ChannelMember) -> str:
        return str(obj.user)

    @admin.display(description=_("since"))
    def joined(self, obj: ChannelMember) -> str:
        return date_format(localtime(obj.created_at), "DATE_FORMAT")

    def service_delete(self, request: HttpRequest, parent: Any, obj: Any) -> None:
        channel_member_remove(member=obj, actor=request.user)


class NewMemberInline(TasklyTabularInline):
    """Taking colleagues in."""

    model = ChannelMember
    form = NewMemberForm
    verbose_name = _("member")
    verbose_name_plural = _("take a colleague in")

    def may_edit(self, request: HttpRequest, parent: Any | None) -> bool:
        return parent is not None and not observes(request, parent.project_id)

    def has_view_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return self.may_edit(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return ChannelMember.objects.none()

    def get_formset(self, request: HttpRequest, obj: Any | None = None, **kwargs: Any) -> Any:
        """The choice is of the workspace's people who aren't in the channel yet."""
        formset = super().get_formset(request, obj, **kwargs)
        if obj is not None:
            inside = ChannelMember.objects.filter(channel=obj).values("user")
            people = members_of([obj.workspace_id]).exclude(pk__in=inside)
            formset.form.base_fields["user"].queryset = people
        return formset

    def service_create(self, request: HttpRequest, parent: Any, data: dict[str, Any]) -> None:
        if data.get("user") is None:
            raise ValidationError({"user": _("Choose a person.")})
        channel_member_add(channel=parent, user=data["user"], actor=request.user)


class ChannelAdmin(TasklyModelAdmin):
    """Channels: made and described by those who contribute, closed and deleted by directors.

    Operators see the private ones here as well, and nowhere else.
    """

    form = ChannelForm
    icon = "messages-square"
    new_title = _("New channel")
    empty_text = _("Channels are where a project talks: messages, answers and mentions.")
    menu_section = TALK
    menu_order = 43
    list_display = (
        "channel_link",
        "project",
        "unread",
        "last_message",
        "members_count",
        "settings_link",
    )
    list_display_links = None
    list_filter = (JoinedFilter, "is_private", "project")
    list_select_related = ("project",)
    search_fields = ("name", "description")
    ordering = ("name", "id")
    inlines = (MemberInline, NewMemberInline)

    class Media:
        css = {"all": ("taskly/talk.css",)}

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        inside = ChannelMember.objects.filter(channel=OuterRef("pk")).order_by()
        counted = inside.values("channel").annotate(number=Count("pk")).values("number")
        return (
            super()
            .get_queryset(request)
            .as_seen_by(request.user)
            .annotate(members_count=Coalesce(Subquery(counted), 0))
        )

    # Who may do what.

    def may_add(self, request: HttpRequest) -> bool:
        return may_make_something(request)

    def may_change(self, request: HttpRequest, obj: Any | None) -> bool:
        return obj is None or not observes(request, obj.project_id)

    def may_delete(self, request: HttpRequest, obj: Any | None) -> bool:
        if obj is None:
            return directs_any(request)
        return self.may_change(request, obj) and may_delete(request.user, obj)

    # Forms.

    def get_form(
        self, request: HttpRequest, obj: Any | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.projects = open_projects(request)
        return form

    def get_inlines(self, request: HttpRequest, obj: Any | None) -> tuple[Any, ...]:
        return () if obj is None else self.inlines

    def get_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("project", "name", "description", "is_private")
        return ("name", "description", "is_private", "project", "created_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        fixed = ("project", "created_at")
        return fixed if directs(request, obj.project) else (*fixed, "is_private")

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Into the new channel, which is what one made it for."""
        return HttpResponseRedirect(self.address("conversation", obj))

    def address(self, name: str, channel: Channel) -> str:
        """The address of one of the channel's pages."""
        return reverse(f"{self.admin_site.name}:discussions_channel_{name}", args=[channel.pk])

    # The list.

    @admin.display(description=_("name"), ordering="name")
    def channel_link(self, obj: Channel) -> SafeString:
        """To what was said last in it."""
        kind = _g("private") if obj.is_private else ""
        return format_html(
            '<a class="talk-link" href="{}#compose">{}<span>{}</span></a>{}',
            self.address("conversation", obj),
            icon("lock" if obj.is_private else "hash"),
            obj.name,
            format_html('<span class="visually-hidden"> ({})</span>', kind) if kind else "",
        )

    @admin.display(description=_("unread"))
    def unread(self, obj: Any) -> SafeString | str:
        if not obj.is_member:
            return format_html('<span class="quiet">{}</span>', _g("not joined"))
        return unread_chip(obj.unread_count) if obj.unread_count else "—"

    @admin.display(description=_("last message"), ordering=F("last_message_at"))
    def last_message(self, obj: Any) -> str:
        if obj.last_message_at is None:
            return "—"
        return date_format(localtime(obj.last_message_at), "SHORT_DATETIME_FORMAT")

    @admin.display(description=_("members"))
    def members_count(self, obj: Any) -> int:
        return obj.members_count

    @admin.display(description=_("settings"))
    def settings_link(self, obj: Channel) -> SafeString:
        return format_html(
            '<a class="icon-button" href="{}" aria-label="{}">{}</a>',
            self.address("change", obj),
            _g("Settings of %(channel)s") % {"channel": obj.name},
            icon("settings"),
        )

    # Services.

    def service_create(self, request: HttpRequest, data: dict[str, Any]) -> Channel:
        return channel_create(actor=request.user, **data)

    def service_update(
        self,
        request: HttpRequest,
        obj: Any,
        changed: dict[str, Any],
        expected_version: int | None,
    ) -> None:
        channel_update(
            channel=obj, actor=request.user, changes=changed, expected_version=expected_version
        )

    def service_delete(self, request: HttpRequest, obj: Any) -> None:
        channel_delete(channel=obj, actor=request.user)


def unread_chip(number: int) -> SafeString:
    """How much is unread, as it is counted: not beyond a hundred."""
    if number >= COUNTED_AT_MOST:
        return chip(_g("%(number)d+ new") % {"number": COUNTED_AT_MOST - 1}, "accent")
    return chip(ngettext("%(number)d new", "%(number)d new", number) % {"number": number}, "accent")
