"""What the pages of cards and boards show of pull requests."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Count, Min, SmallIntegerField, Value, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from boards.models import Board
from cards.admin import BoardPageAdmin, CardAdmin
from cards.admin.card_page import CardPart
from cards.admin.card_shown import ShownCard
from core.admin.base import TasklyTabularInline
from core.templatetags.taskly import icon
from integrations.admin import shown
from integrations.models import CardPullRequest, GitRepository, PullRequest, PullRequestState
from integrations.services import card_link, card_unlink
from projects.admin.rights import observes

# The one that most wants somebody comes first, as in the snapshot.
URGENCY = (
    PullRequestState.OPEN,
    PullRequestState.DRAFT,
    PullRequestState.MERGED,
    PullRequestState.CLOSED,
)


class OfCardInline(TasklyTabularInline):
    """The base of both: whoever works on the card's board may link."""

    model = CardPullRequest
    fk_name = "card"

    def may_edit(self, request: HttpRequest, parent: Any | None) -> bool:
        return parent is not None and not observes(request, parent.board.project_id)


class CardLinkInline(OfCardInline):
    """The pull requests that carry the card out; taken off by deleting the row."""

    verbose_name_plural = _("pull requests")
    fields = ("title", "repository", "state_shown", "checks", "review")
    readonly_fields = fields
    max_num = 0

    def has_add_permission(self, request: HttpRequest, obj: Any | None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request).select_related("pull_request__repository")
        return rows.order_by("-pull_request__updated_on_github_at", "-id")

    def row_name(self, obj: Any) -> str:
        return str(obj.pull_request)

    @admin.display(description=_("pull request"))
    def title(self, obj: CardPullRequest) -> SafeString:
        return shown.link(self.admin_site.name, obj.pull_request)

    @admin.display(description=_("repository"))
    def repository(self, obj: CardPullRequest) -> str:
        return str(obj.pull_request.repository)

    @admin.display(description=_("state"))
    def state_shown(self, obj: CardPullRequest) -> SafeString:
        return shown.state(obj.state)

    @admin.display(description=_("checks"))
    def checks(self, obj: CardPullRequest) -> SafeString | str:
        return shown.checks(obj.pull_request)

    @admin.display(description=_("review"))
    def review(self, obj: CardPullRequest) -> SafeString | str:
        return shown.review(obj.pull_request)

    def service_delete(self, request: HttpRequest, parent: Any, obj: Any) -> None:
        card_unlink(card=parent, pull_request=obj.pull_request, actor=request.user)


class NewCardLinkInline(OfCardInline):
    """Linking a pull request by hand; those that name the card come by themselves."""

    verbose_name_plural = _("link a pull request")
    fields = ("pull_request",)
    autocomplete_fields = ("pull_request",)

    def has_view_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return self.may_edit(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).none()

    def service_create(self, request: HttpRequest, parent: Any, data: dict[str, Any]) -> None:
        if data.get("pull_request") is None:
            raise ValidationError({"pull_request": _("Choose a pull request.")})
        card_link(card=parent, pull_request=data["pull_request"], actor=request.user)


def pull_requests_of(request: HttpRequest, shown_card: ShownCard) -> dict[str, Any] | None:
    """The pull requests that carry a card out; nothing where its workspace has no repository."""
    card = shown_card.card
    rows = [
        {
            "pull_request": each.pull_request,
            "address": reverse(
                "admin:integrations_pullrequest_change", args=[each.pull_request_id]
            ),
            "state": shown.state(each.state),
            "checks": shown.checks(each.pull_request)
            if each.pull_request.check_status != PullRequest.Checks.NONE
            else "",
            "review": shown.review(each.pull_request)
            if each.pull_request.review_status != PullRequest.Review.NONE
            else "",
        }
        for each in CardPullRequest.objects.filter(card=card)
        .select_related("pull_request__repository")
        .order_by("-pull_request__updated_on_github_at", "-id")
    ]
    may_link = GitRepository.objects.filter(workspace=card.workspace_id).exists()
    return {"rows": rows, "may_link": may_link} if rows or may_link else None


def pull_request_marks(board: Board) -> dict[uuid.UUID, SafeString]:
    """On each card of the board how many pull requests it has, and how far they are."""
    rank = Case(
        *(When(state=state, then=Value(place)) for place, state in enumerate(URGENCY)),
        output_field=SmallIntegerField(),
    )
    found = (
        CardPullRequest.objects.filter(board=board)
        .order_by()
        .values_list("card_id")
        .annotate(number=Count("pk"), urgency=Min(rank))
    )
    return {card_id: _mark(number, URGENCY[place]) for card_id, number, place in found}


def _mark(number: int, state: PullRequestState) -> SafeString:
    colour = shown.STATE_COLOURS[state]
    said = ngettext("%(number)d pull request", "%(number)d pull requests", number)
    return format_html(
        '<span class="chip{}" title="{}: {}">{}{}<span class="visually-hidden"> {}</span></span>',
        f" chip-{colour}" if colour else "",
        said % {"number": number},
        state.label,
        icon("git-pull-request"),
        state.label if number == 1 else f"{number} · {state.label}",
        said % {"number": number},
    )


PULL_REQUESTS_STATE = """
    (SELECT array_agg((link.id, pull_request.version) ORDER BY link.id)
       FROM card_pull_requests AS link
       JOIN pull_requests AS pull_request ON pull_request.id = link.pull_request_id
      WHERE link.card_id = cards.id),
    EXISTS (SELECT FROM git_repositories WHERE workspace_id = cards.workspace_id)"""
CardAdmin.add_card_part(
    CardPart("admin/integrations/card.html", pull_requests_of, PULL_REQUESTS_STATE)
)
CardAdmin.add_inline(CardLinkInline)
CardAdmin.add_inline(NewCardLinkInline)
BoardPageAdmin.add_card_marks(pull_request_marks)
