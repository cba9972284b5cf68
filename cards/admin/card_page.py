"""The page of a card, its panel beside a board, and what both of them ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from boards.models import Board, Sprint
from cards.admin.card_shown import COMMENTS, ShownCard
from cards.admin.card_state import card_tag
from cards.admin.forms import features_for
from cards.admin.history import entries_of
from cards.models import Card, Comment
from cards.services.labels import labels_in_use
from core.admin.history import history_of
from core.history.withholding import withhold
from core.models import EventLog


@dataclass(frozen=True)
class CardPart:
    """What an app above shows on the page of a card.

    `context` answers what `template` reads (beside `shown`, the card), in a number of queries that
    doesn't grow with the rows, or None where it has nothing to show. `state` is an SQL expression
    over the row `cards` that becomes another one whenever the part would be drawn otherwise.
    """

    template: str
    context: Callable[[HttpRequest, ShownCard], dict[str, Any] | None]
    state: str


@dataclass(frozen=True)
class EarlierText:
    """What a comment said until it was changed."""

    entry: EventLog
    html: str


class CardPage:
    """The views of one card; mixed into its admin."""

    card_parts: ClassVar[tuple[CardPart, ...]] = ()

    @classmethod
    def add_card_part(cls, part: CardPart) -> None:
        """Let an app above show something on the page of a card."""
        cls.card_parts = (*cls.card_parts, part)

    def get_urls(self) -> list[Any]:
        views = {
            "edit": ("edit/", self.edit_view),
            "panel": ("panel/", self.panel_view),
            "choices": ("choices/", self.choices_view),
            "comment": ("comments/<uuid:comment_id>/", self.comment_view),
        }
        own = [
            path(
                f"<path:object_id>/{address}",
                self.admin_site.admin_view(view),
                name=f"cards_card_{name}",
            )
            for name, (address, view) in views.items()
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The card to be read and worked on; what a form sends here is saved like the form's."""
        if request.method == "POST":
            return self.edit_view(request, object_id)
        tag = self._tag(request, object_id)
        card = self.get_object(request, unquote(object_id))
        if card is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        shown = self._shown(request, card, tag)
        context = {
            **self.admin_site.each_context(request),
            **self._body(request, shown),
            "title": f"{shown.key} {card.title}",
            "opts": self.opts,
            "board": card.board,
            "heading": "h1",
            "subheading": "h2",
            "minor": "h3",
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/cards/card/page.html", context)

    def edit_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The card as a form: for browsers without script, and for operators."""
        return self.changeform_view(request, object_id)

    def panel_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The card without a frame, to be shown beside its board; the page's own refreshing.

        304 for whoever has it already: open pages ask every few seconds.
        """
        tag = self._tag(request, object_id)
        if tag is None:
            raise Http404
        unchanged = get_conditional_response(request, etag=tag)
        if unchanged is not None:
            return unchanged
        shown = self._shown(request, self._card_or_404(request, object_id), tag)
        context = {**self._body(request, shown), "heading": "h2", "subheading": "h3", "minor": "h4"}
        request.current_app = self.admin_site.name
        response = TemplateResponse(request, "admin/cards/card/body.html", context)
        response["Cache-Control"] = "private, no-store"
        return response

    def choices_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What the card's fields can be set to: asked for when the first of them is opened."""
        card = self._card_or_404(request, object_id)
        shown = self._shown(request, card)
        if not shown.may_write:
            raise PermissionDenied
        boards = self._writable_boards(request, card)
        sprints = Sprint.objects.filter(board=card.board_id).order_by("-start_date", "id")
        features = features_for(card.board, card.feature_id)
        answer = {
            "members": [
                {"id": each.pk, "username": each.username, "name": each.get_full_name()}
                for each in shown.members
            ],
            "columns": card.board.columns,
            "labels": [
                {"id": each["id"], "name": each["name"], "color": each["color"]}
                for each in labels_in_use(card.board)
            ],
            "sprints": [
                {"id": each.pk, "name": each.name, "status": each.get_status_display()}
                for each in sprints
            ],
            "features": [
                {"id": each.pk, "name": each.name, "project": str(each.project)}
                for each in features
            ],
            "boards": [
                {"id": each.pk, "name": each.name, "columns": each.columns} for each in boards
            ],
        }
        response = JsonResponse(answer)
        response["Cache-Control"] = "private, no-store"
        return response

    def comment_view(self, request: HttpRequest, object_id: str, comment_id: Any) -> HttpResponse:
        """What a comment said before it was edited, as the log has it; nothing of deleted ones."""
        card = self._card_or_404(request, object_id)
        rows = Comment.objects.present().filter(card=card).select_related("author")
        comment = get_object_or_404(rows, pk=comment_id)
        shown = self._shown(request, card)
        entries = list(history_of(comment).filter(Q(private_to=None)))
        withhold(entries)
        earlier = [
            EarlierText(entry, shown.rendered_alone(text))
            for entry in entries
            if (text := (entry.details.get("before") or {}).get("content"))
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Earlier texts of a comment on %(key)s") % {"key": shown.key},
            "opts": self.opts,
            "shown": shown,
            "comment": comment,
            "earlier": earlier,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/cards/card/comment.html", context)

    def history_entries(self, request: HttpRequest, obj: Any) -> QuerySet[EventLog]:
        """The card's own entries and those of what hangs on it."""
        return entries_of(obj).filter(Q(private_to=None) | Q(private_to=request.user.pk))

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """From the form back to the card."""
        return HttpResponseRedirect(self.change_url(obj))

    def _card_or_404(self, request: HttpRequest, object_id: str) -> Card:
        card = self.get_object(request, unquote(object_id))
        if card is None:
            raise Http404
        return card

    def _shown(self, request: HttpRequest, card: Card, tag: str | None = None) -> ShownCard:
        return ShownCard(card, request, self.visible(request), _comments(request), tag)

    def _tag(self, request: HttpRequest, object_id: str) -> str | None:
        """The name of what the card's page shows now; None where it isn't there."""
        parts = tuple(part.state for part in self.card_parts)
        rows, card_id = self.visible(request), unquote(object_id)
        return card_tag(rows, card_id, request.user.pk, _comments(request), parts)

    def _body(self, request: HttpRequest, shown: ShownCard) -> dict[str, Any]:
        """What the page and the panel have in common."""
        parts = [(part, part.context(request, shown)) for part in self.card_parts]
        return {
            "shown": shown,
            "card": shown.card,
            "parts": [(part, context) for part, context in parts if context is not None],
            "edit_url": reverse("admin:cards_card_edit", args=[shown.card.pk]),
            "history_url": reverse("admin:cards_card_history", args=[shown.card.pk]),
        }

    def _writable_boards(self, request: HttpRequest, card: Card) -> list[Board]:
        """The boards that the card could be moved to, its own among them."""
        board_admin = self.admin_site.get_model_admin(Board)
        rows = board_admin.visible(request).in_use().writable_by(request.user)
        return list(rows.filter(workspace=card.workspace_id).order_by("name", "id"))


def _comments(request: HttpRequest) -> int:
    """How many comments are asked for."""
    asked = request.GET.get("comments", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else COMMENTS
