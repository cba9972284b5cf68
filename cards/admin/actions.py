"""What can be done to many cards at once, and to one from its page."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from boards.models import Board
from cards.admin.forms import AssignForm, MoveForm
from cards.models import Card
from cards.ordering import Place
from cards.services import card_archive, card_move, card_unarchive, card_update
from core.acting import acting
from workspaces.admin.rights import administers
from workspaces.models import User

# One transaction locks every board and card that it touches.
AT_MOST = 500


class CardActions:
    """Actions of the card's admin: each is one action in the log, all or nothing."""

    actions = ("move", "assign", "archive", "unarchive")
    page_actions = ("move", "archive", "unarchive")

    def _chosen(self, queryset: models.QuerySet) -> list[Card]:
        """The cards, in the order in which services lock them."""
        chosen = queryset.select_related("board", "workspace").order_by("board", "pk")
        cards = list(chosen[: AT_MOST + 1])
        if len(cards) > AT_MOST:
            raise ValidationError(_g("At most %(number)d cards at once.") % {"number": AT_MOST})
        return cards

    def _done(self, request: HttpRequest, text: str, cards: list[Card]) -> None:
        self.message_user(request, text % {"number": len(cards)}, messages.SUCCESS)

    def _ask(
        self,
        request: HttpRequest,
        cards: list[Card],
        *,
        action: str,
        title: str,
        submit: str,
        form: forms.Form,
    ) -> HttpResponse:
        """A page between the list and the doing, for what has to be said first."""
        changelist = reverse(f"{self.admin_site.name}:cards_card_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "cards": cards,
            "form": form,
            "action": action,
            "submit": submit,
            "checkbox_name": ACTION_CHECKBOX_NAME,
            "changelist_url": changelist,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/cards/card/ask.html", context)

    @admin.action(description=_("Move…"), permissions=["change"])
    def move(self, request: HttpRequest, queryset: models.QuerySet) -> HttpResponse | None:
        cards = self._chosen(queryset)
        boards = list(
            self.admin_site.get_model_admin(Board)
            .visible(request)
            .in_use()
            .writable_by(request.user)
            .filter(workspace__in={card.workspace_id for card in cards})
            .select_related("workspace")
            .order_by("workspace__key", "name", "id")
        )
        may_override = all(administers(request, card.workspace_id) for card in cards)
        sent = request.POST if "apply" in request.POST else None
        initial = {"column": str(cards[0].column_id)} if cards else None
        form = MoveForm(boards, may_override, sent, initial=initial)
        if not form.is_valid():
            return self._ask(
                request, cards, action="move", title=_g("Move cards"), submit=_g("Move"), form=form
            )
        said = form.cleaned_data
        board = form.boards[said["column"]]
        # At the top the last one moved is the first: so they keep the order they had.
        in_order = sorted(cards, key=lambda card: (str(card.column_id), card.position))
        with acting(request.user, "card.moved"):
            for card in reversed(in_order) if said["place"] == "top" else in_order:
                card_move(
                    card=card,
                    actor=request.user,
                    board=board if board.pk != card.board_id else None,
                    column_id=said["column"],
                    place=Place(end=said["place"]),
                    override_wip_limit=said.get("override_wip_limit", False),
                )
        self._done(
            request,
            ngettext("%(number)d card moved.", "%(number)d cards moved.", len(cards)),
            cards,
        )
        return None

    @admin.action(description=_("Assign…"), permissions=["change"])
    def assign(self, request: HttpRequest, queryset: models.QuerySet) -> HttpResponse | None:
        cards = self._chosen(queryset)
        workspaces = {card.workspace_id for card in cards}
        people = User.objects.present().order_by("full_name", "username")
        for workspace in workspaces:
            people = people.filter(memberships__workspace=workspace)
        form = AssignForm(people, request.POST if "apply" in request.POST else None)
        if not form.is_valid():
            return self._ask(
                request,
                cards,
                action="assign",
                title=_g("Assign people to cards"),
                submit=_g("Assign"),
                form=form,
            )
        chosen = list(form.cleaned_data["people"])
        with acting(request.user, "card.updated"):
            for card in cards:
                present = [each.user for each in card.card_assignees.all()]
                wanted = chosen if form.cleaned_data["how"] == "replace" else [*present, *chosen]
                card_update(card=card, actor=request.user, changes={"assignees": wanted})
        self._done(
            request,
            ngettext("%(number)d card assigned.", "%(number)d cards assigned.", len(cards)),
            cards,
        )
        return None

    @admin.action(description=_("Archive"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        cards = self._chosen(queryset)
        with acting(request.user, "card.archived"):
            for card in cards:
                card_archive(card=card, actor=request.user)
        self._done(
            request,
            ngettext("%(number)d card archived.", "%(number)d cards archived.", len(cards)),
            cards,
        )

    @admin.action(description=_("Take out of the archive"), permissions=["change"])
    def unarchive(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        cards = self._chosen(queryset)
        with acting(request.user, "card.unarchived"):
            for card in cards:
                card_unarchive(card=card, actor=request.user)
        self._done(
            request,
            ngettext(
                "%(number)d card is on its board again.",
                "%(number)d cards are on their boards again.",
                len(cards),
            ),
            cards,
        )

    move.icon = "move-right"
    archive.icon = "archive"
    unarchive.icon = "archive-restore"
