"""The planning page of a board: what waits in the backlog, beside the sprints it could go to."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.utils import unquote
from django.db import models
from django.db.models import F, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from boards.models import Board, Sprint
from cards.models import Card, CardAssignee

# Without script the page shows so many cards of the backlog; with it, all of them.
SHOWN_OF_BACKLOG = 500

_ANY = uuid.UUID(int=0)


@dataclass
class Pane:
    """The backlog (of no sprint), or a sprint, with its cards in the order of the board."""

    sprint: Sprint | None
    cards: list[Card] = field(default_factory=list)

    @property
    def points(self) -> int:
        return sum(card.story_points or 0 for card in self.cards)

    @property
    def without_points(self) -> int:
        return sum(card.story_points is None for card in self.cards)

    @property
    def over(self) -> int:
        """How many points more than there is capacity for."""
        capacity = None if self.sprint is None else self.sprint.capacity_points
        return 0 if capacity is None else max(0, self.points - capacity)


def panes_of(board: Board) -> tuple[Pane, list[Pane]]:
    """The backlog, and the sprints that aren't completed: the active one first, then by date."""
    open_sprints = Sprint.objects.filter(board=board).exclude(status=Sprint.Status.COMPLETED)
    sprints = sorted(
        open_sprints.order_by("start_date", "id"),
        key=lambda sprint: sprint.status != Sprint.Status.ACTIVE,
    )
    panes: dict[uuid.UUID | None, Pane] = {sprint.pk: Pane(sprint) for sprint in sprints}
    backlog = Pane(None)
    for card in _planned_or_open(board, sprints):
        panes.get(card.sprint_id, backlog).cards.append(card)
    return backlog, list(panes.values())


def _planned_or_open(board: Board, sprints: Iterable[Sprint]) -> models.QuerySet[Card]:
    """What the page is about, column by column from the top.

    What was opened again after its sprint was completed waits in the backlog like the rest.
    """
    people = CardAssignee.objects.select_related("user").order_by("created_at", "id")
    return (
        Card.objects.live()
        .filter(board=board)
        .filter(Q(sprint__in=list(sprints)) | Q(completed_at=None))
        .defer("description", "metadata")
        .select_related("column")
        .prefetch_related(Prefetch("card_assignees", queryset=people))
        .annotate(place=F("column__position"))
        .order_by("place", "position", "id")
    )


class PlanningPages:
    """Gives a board's admin its planning page."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        own = path(
            "<path:object_id>/planning/", view(self.planning_view), name="boards_board_planning"
        )
        return [own, *super().get_urls()]

    def planning_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Backlog and sprints side by side: to read, and with script to move cards between."""
        board = self.get_object(request, unquote(object_id))
        if board is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        backlog, sprints = panes_of(board)
        may_write = self.has_change_permission(request, board) and not board.archived
        context = {
            "title": _("Planning of %(board)s") % {"board": board.name},
            "backlog": backlog,
            "backlog_shown": backlog.cards[:SHOWN_OF_BACKLOG],
            "backlog_more": max(0, len(backlog.cards) - SHOWN_OF_BACKLOG),
            "sprints": sprints,
            "may_write": may_write,
            "observes": not self.has_change_permission(request, board),
            "key": board.workspace.key,
            "page": self._page_for_script(request, board, may_write),
            "add_card_url": reverse(f"{self.admin_site.name}:cards_card_add"),
            "add_sprint_url": reverse(f"{self.admin_site.name}:boards_sprint_add"),
            "sprints_url": (
                reverse(f"{self.admin_site.name}:boards_sprint_changelist")
                + f"?board__id__exact={board.pk}"
            ),
        }
        return self._page(request, board, "admin/boards/sprint/planning.html", context)

    def _page_for_script(
        self, request: HttpRequest, board: Board, may_write: bool
    ) -> dict[str, Any]:
        """What the scripts are told of the page; what is on it they ask the API for."""
        return {
            "board": {"id": str(board.pk), "name": board.name, "archived": board.archived},
            "workspace": str(board.workspace_id),
            "workspace_key": board.workspace.key,
            "me": str(request.user.pk),
            "may": {"write": may_write, "administer": False},
            "urls": {
                "snapshot": reverse("board-parts-snapshot", args=[board.pk]),
                "board": self._address("board", board),
                "planning": self._address("planning", board),
                "card": self._page_of("cards_card"),
                "sprint": self._page_of("boards_sprint"),
            },
        }

    def _page_of(self, model: str) -> str:
        """The address of a model's pages, with `{id}` in the place of the id."""
        address = reverse(f"{self.admin_site.name}:{model}_change", args=[_ANY])
        return address.replace(str(_ANY), "{id}")
