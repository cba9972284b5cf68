"""A channel's page: what was said there, thread by thread, and a place to say more."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect

from core.admin.refusals import REFUSALS, sentences_of
from core.api.fields import parse_uuid
from core.api.retry import retrying
from core.exceptions import RuleViolation
from discussions.admin.channels import ChannelAdmin, unread_chip
from discussions.models import MAX_CONTENT, Channel, ChannelMember, Message
from discussions.services import (
    channel_member_add,
    channel_member_remove,
    channel_read,
    message_delete,
    message_edit,
    message_post,
)
from projects.admin.rights import directs, observes
from workspaces.models import WorkspaceMember

SHOWN_THREADS = 40
SHOWN_REPLIES = 3
# A thread of its own page is shown up to so many replies, the newest.
SHOWN_IN_THREAD = 500
SHOWN_FACES = 6


@dataclass
class Said:
    """A message as the page draws it."""

    message: Message
    is_new: bool
    is_own: bool
    is_mention: bool
    may_edit: bool
    may_delete: bool
    replies: list[Said] = field(default_factory=list)
    reply_count: int = 0
    begins_new: bool = False

    @property
    def hidden_replies(self) -> int:
        return self.reply_count - len(self.replies)


@dataclass(frozen=True)
class Draft:
    """What somebody wrote and the service refused: it stays in its box."""

    do: str = ""
    message: str = ""
    content: str = ""
    problems: tuple[str, ...] = ()


@admin.register(Channel)
class ChannelPageAdmin(ChannelAdmin):
    """A channel whose page is the conversation in it."""

    change_form_template = "admin/discussions/channel/change_form.html"

    def get_urls(self) -> list[Any]:
        own = path(
            "<path:object_id>/conversation/",
            self.admin_site.admin_view(self.conversation_view),
            name="discussions_channel_conversation",
        )
        return [own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if context["original"] is not None:
            context["conversation_url"] = self.address("conversation", context["original"])
        return super().render_change_form(request, context, *args, **kwargs)

    @method_decorator(csrf_protect)
    def conversation_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The channel's messages, and whatever one may do with them."""
        channel = self.get_object(request, unquote(object_id))
        if channel is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method == "POST":
            return self._done(request, channel)
        return self._page(request, channel)

    # What one may do.

    def _done(self, request: HttpRequest, channel: Any) -> HttpResponse:
        """Carry out what the form asks for, and come back to where it was asked."""
        do = request.POST.get("do", "")
        content = request.POST.get("content", "")
        named = request.POST.get("message", "")
        message = Message.objects.filter(channel=channel).standing()
        message = message.filter(pk=parse_uuid(named)).first()
        work = self._work(request, channel, do, message, content)
        if work is None:
            self.message_user(request, _("This message is not there any more."), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        try:
            made = retrying(work)
        except REFUSALS as error:
            if do in ("post", "reply", "edit"):
                draft = Draft(do, named, content, tuple(sentences_of(error)))
                return self._page(request, channel, draft, error)
            self._say(request, error)
            return HttpResponseRedirect(request.get_full_path())
        if do == "leave" and channel.is_private:
            return HttpResponseRedirect("../../")
        shown = made.pk if isinstance(made, Message) else message and message.pk
        address = self.address("conversation", channel)
        if do in ("reply", "edit", "delete") and request.GET:
            address = request.get_full_path()
        return HttpResponseRedirect(f"{address}#message-{shown}" if shown else address)

    def _work(
        self, request: HttpRequest, channel: Channel, do: str, message: Message | None, content: str
    ) -> Callable[[], Any] | None:
        """The service that a form of the page asks for; None where what it names isn't there."""
        person = request.user
        about_channel: dict[str, Callable[[], Any]] = {
            "post": lambda: message_post(actor=person, channel=channel, content=content),
            "read": lambda: channel_read(channel=channel, actor=person),
            "join": lambda: channel_member_add(channel=channel, user=person, actor=person),
        }
        if do in about_channel:
            return about_channel[do]
        if do == "leave":
            member = ChannelMember.objects.filter(channel=channel, user=person).first()
            if member is None:
                return None
            return lambda: channel_member_remove(member=member, actor=person)
        if message is None:
            return None
        about_message: dict[str, Callable[[], Any]] = {
            "reply": lambda: message_post(
                actor=person, channel=channel, content=content, parent=message
            ),
            "edit": lambda: message_edit(message=message, actor=person, content=content),
            "delete": lambda: message_delete(message=message, actor=person),
        }
        return about_message.get(do)

    # What is shown.

    def _page(
        self,
        request: HttpRequest,
        channel: Any,
        draft: Draft | None = None,
        refused: Exception | None = None,
    ) -> HttpResponse:
        writes = not observes(request, channel.project_id)
        is_open = channel.project.archived_at is None
        reader = _Reader(
            person_id=request.user.pk,
            read_up_to=channel.last_read_at if channel.is_member else None,
            writes=writes,
            directs=directs(request, channel.project),
        )
        thread = parse_uuid(request.GET.get("thread", ""))
        if thread is not None:
            told, earlier = _thread(channel, thread, reader), None
        else:
            before = parse_uuid(request.GET.get("before", ""))
            told, earlier = _threads(channel, before, reader)
        is_latest = thread is None and "before" not in request.GET
        inside = ChannelMember.objects.filter(channel=channel).select_related("user")
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": channel.name,
            "subtitle": None,
            "original": channel,
            "channel": channel,
            "told": told,
            "earlier": earlier,
            "thread": thread,
            "is_latest": is_latest,
            "faces": inside.order_by("created_at", "id")[:SHOWN_FACES],
            "more_faces": max(0, channel.members_count - SHOWN_FACES),
            "unread_chip": unread_chip(channel.unread_count) if channel.unread_count else "",
            "is_open": is_open,
            "writes": writes and is_open,
            "observes": not writes,
            "may_join": not channel.is_member and _may_join(request, channel),
            "draft": draft or Draft(),
            "homeless": draft is not None and not _has_box(draft, told, writes and is_open),
            "max_content": MAX_CONTENT,
            "conversation_url": self.address("conversation", channel),
            "change_url": self.address("change", channel),
        }
        status = refused.status if isinstance(refused, RuleViolation) else 200
        return TemplateResponse(
            request, "admin/discussions/channel/conversation.html", context, status=status
        )


@dataclass(frozen=True)
class _Reader:
    """Who looks at the page, and what that means for each message."""

    person_id: uuid.UUID
    read_up_to: datetime | None
    writes: bool
    directs: bool

    def said(self, message: Message) -> Said:
        own = message.author_id == self.person_id
        present = message.deleted_at is None
        return Said(
            message=message,
            is_new=(
                present
                and not own
                and self.read_up_to is not None
                and message.created_at > self.read_up_to
            ),
            is_own=own,
            is_mention=present and self.person_id in message.mentions,
            may_edit=present and own and self.writes,
            may_delete=present and self.writes and (own or self.directs),
        )


def _has_box(draft: Draft, told: list[Said], writes: bool) -> bool:
    """Whether the page draws the box that a refused text came from, to put it there again."""
    if draft.do == "edit":
        all_of_them = [each for top in told for each in (top, *top.replies)]
        return draft.message in {str(each.message.pk) for each in all_of_them if each.may_edit}
    if draft.do == "reply":
        return writes and draft.message in {str(top.message.pk) for top in told}
    return writes


def _may_join(request: HttpRequest, channel: Channel) -> bool:
    """Operators look into channels of workspaces that they aren't members of."""
    return WorkspaceMember.objects.filter(
        workspace_id=channel.workspace_id, user_id=request.user.pk
    ).exists()


def _threads(
    channel: Channel, before: uuid.UUID | None, reader: _Reader
) -> tuple[list[Said], Message | None]:
    """The newest threads (or those before the one that the address names) in the order of time,
    each with its last replies; and the first of them where there are earlier ones."""
    rows = _shown(channel).filter(parent=None).order_by("-created_at", "-id")
    at = rows.filter(pk=before).first() if before is not None else None
    if at is not None:
        rows = rows.filter(
            Q(created_at__lt=at.created_at) | Q(created_at=at.created_at, id__lt=at.pk)
        )
    found = list(rows[: SHOWN_THREADS + 1])
    told = [reader.said(message) for message in reversed(found[:SHOWN_THREADS])]
    _add_replies(channel, told, reader, SHOWN_REPLIES)
    first_new = next((each for each in told if each.is_new), None)
    if first_new is not None:
        first_new.begins_new = True
    return told, told[0].message if len(found) > SHOWN_THREADS else None


def _thread(channel: Channel, thread: uuid.UUID, reader: _Reader) -> list[Said]:
    """One thread with (nearly) all of its replies."""
    top = _shown(channel).filter(pk=thread, parent=None).first()
    if top is None:
        return []
    told = [reader.said(top)]
    _add_replies(channel, told, reader, SHOWN_IN_THREAD)
    return told


def _add_replies(channel: Channel, told: list[Said], reader: _Reader, at_most: int) -> None:
    """The last replies of each thread, and how many it has, in two queries."""
    threads = {each.message.pk: each for each in told}
    replies = _shown(channel).present().filter(parent__in=list(threads))
    for thread, number in replies.order_by().values_list("parent").annotate(Count("pk")):
        threads[thread].reply_count = number
    last = replies.annotate(
        place=Window(
            RowNumber(),
            partition_by=F("parent"),
            order_by=[F("created_at").desc(), F("id").desc()],
        )
    ).filter(place__lte=at_most)
    for reply in last.order_by("created_at", "id"):
        threads[reply.parent_id].replies.append(reader.said(reply))


def _shown(channel: Channel) -> Any:
    return Message.objects.filter(channel=channel).standing().select_related("author")
