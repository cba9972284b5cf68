"""The inbox in a browser: its page, its count in the frame, and its part of the start page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import admin
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activity.inbox import InboxQuerySet
from activity.models import InboxItem
from activity.services import InboxCount, inbox_count, inbox_read_all, inbox_set_read
from activity.telling import Told, told_items
from core.admin.history import rows_for
from core.admin.home import HomePanel
from core.admin.scope import current_workspace_id
from core.history.values import images
from core.models import EventLog
from discussions.models import Message
from workspaces.models import User

PAGE = 30
IN_PANEL = 5
# So much of the log is followed for the inbox itself; other pages follow a part of it.
CHUNKS = 10
LARGEST = 2**63 - 1
# Where a request keeps the count: the frame and a panel of one page ask for it.
COUNT = "taskly_inbox_count"
ICONS = {
    InboxItem.Reason.MENTION: "at-sign",
    InboxItem.Reason.ASSIGNMENT: "user-check",
    InboxItem.Reason.ANSWER: "reply",
}
# Who did what, by what the item's reason and the thing beside it don't say already.
SENTENCES = {
    (InboxItem.Reason.MENTION, "card"): _("%(actor)s mentioned you"),
    (InboxItem.Reason.MENTION, "message"): _("%(actor)s mentioned you"),
    (InboxItem.Reason.ASSIGNMENT, "card"): _("%(actor)s assigned this to you"),
    (InboxItem.Reason.ANSWER, "card"): _("%(actor)s commented"),
    (InboxItem.Reason.ANSWER, "message"): _("%(actor)s replied in a thread of yours"),
}
DECIDED = {
    "accepted": _("%(actor)s accepted what you proposed"),
    "rejected": _("%(actor)s rejected what you proposed"),
    "superseded": _("%(actor)s superseded what you proposed"),
}


@dataclass(frozen=True)
class ShownItem:
    """An item as a template draws it."""

    told: Told

    @property
    def item(self) -> InboxItem:
        return self.told.item

    @property
    def is_unread(self) -> bool:
        return self.item.read_at is None

    @property
    def icon(self) -> str:
        return ICONS[InboxItem.Reason(self.item.reason)]

    @property
    def day(self) -> date:
        return timezone.localdate(self.told.entry.timestamp)

    @property
    def sentence(self) -> SafeString:
        """Who did what; the thing stands above it, and what was said below."""
        about = (InboxItem.Reason(self.item.reason), self.told.kind)
        words = SENTENCES.get(about) or DECIDED[images(self.told.entry)[1]["status"]]
        before, _place, after = str(words).partition("%(actor)s")
        actor = format_html("<strong><bdi>{}</bdi></strong>", self.told.line.actor)
        return format_html("{}{}{}", before, actor, after)


def _person(request: HttpRequest) -> User:
    """Who looks: nobody comes here without signing in."""
    return cast(User, request.user)


def mine(request: HttpRequest) -> InboxQuerySet:
    """The person's items, of the workspace that they look at."""
    items: InboxQuerySet = InboxItem.objects.visible_to(_person(request))
    return items.of_workspace(current_workspace_id(request))


def counted(request: HttpRequest, chunks: int = 1) -> InboxCount:
    """How much is unread, asked for once for a page."""
    known: InboxCount | None = getattr(request, COUNT, None)
    if known is None:
        known = inbox_count(
            user=_person(request),
            at=timezone.now(),
            workspace_id=current_workspace_id(request),
            chunks=chunks,
        )
        setattr(request, COUNT, known)
    return known


def frame_part(request: HttpRequest) -> dict[str, Any]:
    """The count that stands in the frame."""
    return {"inbox_unread": counted(request).unread}


def shown(request: HttpRequest, items: InboxQuerySet) -> list[ShownItem]:
    rows = rows_for(request, admin.site)
    found = told_items(items.for_list(), _person(request), rows)
    return [ShownItem(told) for told in found]


def home_panel(request: HttpRequest) -> dict[str, Any]:
    """The newest unread items."""
    items = mine(request).unread().order_by("-event_id", "-id")[:IN_PANEL]
    return {"inbox_items": shown(request, items), "inbox_count": counted(request)}


def inbox_page(request: HttpRequest) -> HttpResponse:
    """What concerns the person, by day, the newest first: what is unread, or all."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    count = counted(request, CHUNKS)
    shows_all = request.GET.get("show") == "all"
    before = _number(request.GET.get("before", ""))
    items = mine(request) if shows_all else mine(request).unread()
    if before is not None:
        items = items.filter(event_id__lt=before)
    found = shown(request, items.order_by("-event_id", "-id")[: PAGE + 1])
    more, found = found[PAGE:], found[:PAGE]
    asked = {"show": "all"} if shows_all else {}
    context = {
        **admin.site.each_context(request),
        "title": gettext("Inbox"),
        "shows_all": shows_all,
        "unread": count,
        "days": [(day, list(each)) for day, each in groupby(found, key=lambda item: item.day)],
        "newest": max((item.item.event_id for item in found), default=0),
        "is_first_page": before is None,
        "first_url": _address(asked),
        "more_url": _address({**asked, "before": found[-1].item.event_id}) if more else "",
    }
    response = TemplateResponse(request, "admin/inbox.html", context)
    # Who comes back to the page sees what is unread by now.
    add_never_cache_headers(response)
    return response


def inbox_open(request: HttpRequest, item_id: Any) -> HttpResponse:
    """Go to the thing that an item is about; who does has read it.

    A link, so that it opens in a further tab as well; a browser that only looks ahead marks
    nothing.
    """
    item = _item(request, item_id)
    looks_ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    if request.method == "GET" and not looks_ahead:
        inbox_set_read(item=item, user=_person(request), at=timezone.now())
    response = HttpResponseRedirect(_target(item))
    add_never_cache_headers(response)
    return response


def inbox_item(request: HttpRequest, item_id: Any) -> HttpResponse:
    """Mark an item as read, or as unread again."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    is_read = request.POST.get("read") == "1"
    inbox_set_read(
        item=_item(request, item_id), user=_person(request), at=timezone.now() if is_read else None
    )
    return _back(request)


def inbox_read(request: HttpRequest) -> HttpResponse:
    """Mark as read all that the person looks at, but for what came since they opened the page."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    inbox_read_all(
        user=_person(request),
        at=timezone.now(),
        event_id=_number(request.POST.get("newest", "")),
        workspace_id=current_workspace_id(request),
    )
    return _back(request)


def inbox_unread(request: HttpRequest) -> HttpResponse:
    """The count by itself, for pages that stay open."""
    response = JsonResponse({"unread": counted(request).unread})
    add_never_cache_headers(response)
    return response


def _item(request: HttpRequest, item_id: Any) -> InboxItem:
    items = InboxItem.objects.visible_to(_person(request))
    item: InboxItem | None = items.filter(pk=item_id).first()
    if item is None:
        raise Http404
    return item


def _target(item: InboxItem) -> str:
    """The page of the thing: a card with its comment, a decision, the thread of a message."""
    entry = EventLog.objects.get(pk=item.event_id)
    if item.card_id is not None:
        address = reverse("admin:cards_card_change", args=[item.card_id])
        return f"{address}#comment-{entry.entity_id}" if entry.entity_type == "comment" else address
    if item.decision_id is not None:
        return reverse("admin:decisions_decision_change", args=[item.decision_id])
    address = reverse("admin:discussions_channel_conversation", args=[item.channel_id])
    message = Message.objects.filter(pk=entry.entity_id).first()
    if message is None:
        return address
    thread = urlencode({"thread": message.parent_id or message.pk})
    return f"{address}?{thread}#message-{message.pk}"


def _back(request: HttpRequest) -> HttpResponse:
    """To the page that was asked from: nothing but what it showed of the inbox comes along."""
    asked = {name: request.POST[name] for name in ("show", "before") if request.POST.get(name)}
    return HttpResponseRedirect(reverse("admin:inbox") + _address(asked))


def _address(asked: dict[str, Any]) -> str:
    return f"?{urlencode(asked)}" if asked else "?"


def _number(text: str) -> int | None:
    """An entry's id in an address or a form; None for anything else."""
    if text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST:
        return int(text)
    return None


def register(site: Any) -> None:
    """The inbox's pages, its count in the frame, its panel on the start page."""
    site.add_page("inbox/", inbox_page, "inbox")
    site.add_page("inbox/read-all/", inbox_read, "inbox_read_all")
    site.add_page("inbox/unread/", inbox_unread, "inbox_unread")
    site.add_page("inbox/<uuid:item_id>/", inbox_item, "inbox_item")
    site.add_page("inbox/<uuid:item_id>/open/", inbox_open, "inbox_open")
    site.add_frame_part(frame_part)
    site.add_home_panel(HomePanel(10, "admin/activity/inbox_panel.html", home_panel, aside=True))
