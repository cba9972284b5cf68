"""The start page's panels of work, and the boards that stand in the navigation by name."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Case, Count, F, IntegerField, Q, Sum, Value, When, Window
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Lower, RowNumber
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from boards.models import Board, ColumnCategory, Sprint
from cards.models import Card
from cards.querysets import PRIORITY_RANK
from core.admin.home import HomePanel, MenuLink
from core.admin.scope import current_workspace_id, narrowed
from workspaces.admin.switch import places
from workspaces.models import WorkspaceInvitation

SOON = timedelta(days=7)
# So many cards of each part of one's work, boards and sprints are shown; the lists have them all.
SHOWN_OF_PART = 8
BOARDS_SHOWN = 8
BOARDS_IN_MENU = 7
# Which boards one used is read off so many of one's newest entries in the log.
LOOKED_BACK = 300

PARTS = {
    0: ("overdue", _("Overdue"), "triangle-alert"),
    1: ("soon", _("Due within a week"), "calendar-clock"),
    2: ("review", _("In review"), "eye"),
    3: ("progress", _("In progress"), "circle-dot"),
    4: ("other", _("To do"), "circle"),
}

PRIORITY_ICONS = {
    Card.Priority.URGENT: "circle-alert",
    Card.Priority.HIGH: "signal-high",
    Card.Priority.MEDIUM: "signal-medium",
    Card.Priority.LOW: "signal-low",
}

_USED = f"""array_position(ARRAY(
    SELECT board_id FROM (
        SELECT id, board_id FROM event_log WHERE actor_id = %s ORDER BY id DESC LIMIT {LOOKED_BACK}
    ) AS newest ORDER BY id DESC), boards.id)"""
"""How long ago a person last did something on a board, counted in what they did since."""


def my_work_url() -> str:
    """The list of all that is assigned to whoever opens it and still to be done."""
    return reverse("admin:cards_card_changelist") + "?assignee=me&state=open"


def board_url(board: Board) -> str:
    return reverse("admin:boards_board_board", args=[board.pk])


def recent_boards(request: HttpRequest) -> list[Board]:
    """The boards that the person used last, then others by name, read once a request."""
    known: list[Board] | None = getattr(request, "taskly_recent_boards", None)
    if known is None:
        rows = admin.site.get_model_admin(Board).visible(request).in_use()
        used = RawSQL(_USED, [request.user.pk], output_field=IntegerField())
        rows = narrowed(rows, request).select_related("workspace").defer("columns")
        rows = rows.annotate(used=used)
        rows = rows.order_by(F("used").asc(nulls_last=True), Lower("name"), "id")
        known = list(rows[:BOARDS_SHOWN])
        request.taskly_recent_boards = known
    return known


def boards_in_menu(request: HttpRequest) -> list[MenuLink]:
    """The person's boards, by name, for going to one from everywhere."""
    boards = recent_boards(request)[:BOARDS_IN_MENU]
    names = [board.name for board in boards]
    is_wide = current_workspace_id(request) is None
    return [
        MenuLink(
            board.name,
            board_url(board),
            # Two boards of the same name are told apart by where they are.
            board.workspace.name if is_wide and names.count(board.name) > 1 else "",
        )
        for board in sorted(boards, key=lambda board: board.name.lower())
    ]


def frame_part(request: HttpRequest) -> dict[str, Any]:
    """Where everybody's own work is listed."""
    return {"my_work_url": my_work_url()}


# Panels.


def my_work(request: HttpRequest) -> dict[str, Any]:
    """What is assigned to the person and still to be done, the pressing first; in one query."""
    today = timezone.localdate()
    category = "column__category"
    part = Case(
        When(due_date__lt=today, then=0),
        When(due_date__lte=today + SOON, then=1),
        When(**{category: ColumnCategory.IN_REVIEW}, then=2),
        When(**{category: ColumnCategory.IN_PROGRESS}, then=3),
        default=4,
        output_field=IntegerField(),
    )
    order = (F("due_date").asc(nulls_last=True), PRIORITY_RANK.desc(), F("id").desc())
    mine = Card.objects.visible_to(request.user).open()
    mine = mine.filter(card_assignees__user=request.user.pk, board__archived=False)
    cards = (
        narrowed(mine, request)
        .annotate(part=part)
        .annotate(
            in_part=Window(Count("*"), partition_by=F("part")),
            place=Window(RowNumber(), partition_by=F("part"), order_by=order),
        )
        .filter(place__lte=SHOWN_OF_PART)
        .select_related("workspace", "board", "column")
        .defer("description", "metadata", "board__columns")
        .order_by("part", "place")
    )
    parts: dict[int, dict[str, Any]] = {}
    for card in cards:
        name, title, icon = PARTS[card.part]
        shown = parts.setdefault(
            card.part,
            {"name": name, "title": title, "icon": icon, "count": card.in_part, "cards": []},
        )
        card.icon = PRIORITY_ICONS.get(card.priority, "")
        shown["cards"].append(card)
    for shown in parts.values():
        shown["more"] = shown["count"] - len(shown["cards"])
    return {
        "parts": list(parts.values()),
        "total": sum(each["count"] for each in parts.values()),
        "today": today,
        "my_work_url": my_work_url(),
    }


def my_boards(request: HttpRequest) -> dict[str, Any] | None:
    """The boards used last, with what is open on each."""
    boards = recent_boards(request)
    if not boards:
        return None
    open_cards = Card.objects.open().filter(board__in=boards).order_by()
    mine = Count("pk", filter=Q(card_assignees__user=request.user.pk), distinct=True)
    counted = open_cards.values("board").annotate(
        open_count=Count("pk", distinct=True), mine_count=mine
    )
    counts = {row["board"]: row for row in counted}
    is_wide = current_workspace_id(request) is None and len(places(request)) > 1
    return {
        "boards": [
            {
                "board": board,
                "url": board_url(board),
                "open_count": counts.get(board.pk, {}).get("open_count", 0),
                "mine_count": counts.get(board.pk, {}).get("mine_count", 0),
            }
            for board in boards
        ],
        "shows_workspaces": is_wide,
        "boards_url": reverse("admin:boards_board_changelist"),
    }


def active_sprints(request: HttpRequest) -> dict[str, Any] | None:
    """The sprints that run on these boards: how far they are, and how long they have."""
    boards = {board.pk: board for board in recent_boards(request)}
    running = Sprint.objects.filter(board__in=boards, status=Sprint.Status.ACTIVE)
    sprints = list(running.order_by("end_date", "id")) if boards else []
    if not sprints:
        return None
    done = Q(completed_at__isnull=False)
    counted = (
        # What was put away unfinished is no part of the sprint any more.
        Card.objects.filter(done | Q(archived_at__isnull=True), sprint__in=sprints)
        .order_by()
        .values("sprint")
        .annotate(
            cards=Count("pk"),
            cards_done=Count("pk", filter=done),
            points=Coalesce(Sum("story_points"), Value(0)),
            points_done=Coalesce(Sum("story_points", filter=done), Value(0)),
        )
    )
    progress = {row.pop("sprint"): row for row in counted}
    nothing = {"cards": 0, "cards_done": 0, "points": 0, "points_done": 0}
    today = timezone.localdate()
    return {
        "sprints": [
            {
                "sprint": sprint,
                "board": boards[sprint.board_id],
                "board_url": board_url(boards[sprint.board_id]),
                "url": reverse("admin:boards_sprint_change", args=[sprint.pk]),
                **progress.get(sprint.pk, nothing),
                **days_left(sprint.end_date, today),
            }
            for sprint in sprints
        ]
    }


def days_left(end: date, today: date) -> dict[str, int]:
    """How many days a sprint has beside today, or how many it is late by."""
    return {"days_left": max(0, (end - today).days), "days_late": max(0, (today - end).days)}


def first_steps(request: HttpRequest) -> dict[str, Any] | None:
    """What to do where there is nothing yet: a workspace, a board, cards, people."""
    boards = recent_boards(request)
    if len(boards) > 1:
        return None
    if boards and Card.objects.filter(board=boards[0]).exists():
        return None
    chosen = current_workspace_id(request)
    shared = [place for place in places(request) if not place.is_private]
    is_private = chosen is not None and all(place.id != chosen for place in shared)
    steps = []
    if not is_private:
        steps.append(
            {
                "title": _("Make a workspace for your team"),
                "text": _("It holds the team's boards and projects; only its members see them."),
                "url": reverse("admin:workspaces_workspace_add"),
                "is_done": bool(shared),
            }
        )
    steps.append(
        {
            "title": _("Make your first board"),
            "text": _("To Do, In Progress, In Review, Done: the columns can be changed later."),
            "url": reverse("admin:boards_board_add"),
            "is_done": bool(boards),
        }
    )
    steps.append(
        {
            "title": _("Write down what there is to do"),
            "text": _("Each piece of work is a card, with people, a due date and more."),
            "url": board_url(boards[0]) if boards else "",
            "is_done": False,
        }
    )
    invitations = admin.site.get_model_admin(WorkspaceInvitation)
    if shared and not is_private and invitations.has_add_permission(request):
        steps.append(
            {
                "title": _("Invite the people you work with"),
                "text": _("They get a link by mail that lets them in."),
                "url": reverse("admin:workspaces_workspaceinvitation_add"),
                "is_done": False,
            }
        )
    following = next((step for step in steps if not step["is_done"]), None)
    return {"steps": steps, "next_step": following}


admin.site.add_frame_part(frame_part)
admin.site.add_menu_links(Board, boards_in_menu)
for order, name, context, aside in (
    (5, "first_steps", first_steps, False),
    (10, "my_work", my_work, False),
    (30, "sprints", active_sprints, False),
    (25, "boards", my_boards, True),
):
    admin.site.add_home_panel(HomePanel(order, f"admin/cards/home/{name}.html", context, aside))
