"""Loading the demo: the fixture, then a team with three boards, all through the usual services."""

from __future__ import annotations

import datetime
from decimal import Decimal

from django.core.management import call_command
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from boards.models import Board, Sprint
from boards.services import board_create, sprint_create
from cards.models import Card
from cards.services import card_archive, card_create, card_move
from core.exceptions import RuleViolation
from samples.demo.content import (
    ADMIN,
    COLLEAGUES,
    MEMBER,
    WORKSPACE,
    DemoBoard,
    DemoCard,
)
from samples.demo.product import PRODUCT
from samples.demo.support import SUPPORT
from samples.demo.website import WEBSITE
from workspaces.models import User, Workspace
from workspaces.services.members import member_add
from workspaces.services.people import user_create
from workspaces.services.workspaces import workspace_create

BOARDS = (PRODUCT, WEBSITE, SUPPORT)
SPRINTS = {
    -1: ("Sprint 11", "The log holds"),
    0: ("Sprint 12", "People sign in as they like, and boards stay in order"),
    1: ("Sprint 13", "Everything comes out again: exports"),
}
SPRINT_DAYS = 14


class DemoInTheWay(RuleViolation):
    """Names that the demo needs belong to somebody else here."""

    code = "demo_in_the_way"
    message = _("There are people or workspaces here whose names the demo needs.")


def demo_load(*, today: datetime.date) -> int:
    """Load what of the demo isn't there yet; the number of cards that came.

    People's changes to the demo are never overwritten: what is there is left alone.
    """
    before = Card.objects.count()
    if not Workspace.objects.filter(key="TEST").exists():
        call_command("loaddata", "demo", verbosity=0)
    key, name = WORKSPACE
    if not Workspace.objects.filter(key=key).exists():
        with transaction.atomic():
            _team_load(key, name, today)
    return Card.objects.count() - before


def _team_load(key: str, name: str, today: datetime.date) -> None:
    people = {
        person.username: person
        for person in User.objects.present().filter(username__in=(ADMIN, MEMBER))
    }
    taken = User.objects.present().filter(username__in=COLLEAGUES).exists()
    if len(people) < 2 or taken:
        raise DemoInTheWay()
    workspace = workspace_create(name=name, key=key, actor=people[ADMIN])
    for username, full_name in COLLEAGUES.items():
        people[username] = user_create(
            username=username,
            email=f"{username}@example.com",
            password=None,
            actor=None,
            full_name=full_name,
        )
    for username, person in people.items():
        if username != ADMIN:
            member_add(workspace=workspace, user=person, actor=people[ADMIN])
    for content in BOARDS:
        _board_load(content, workspace, people, today)


def _board_load(
    content: DemoBoard, workspace: Workspace, people: dict[str, User], today: datetime.date
) -> None:
    board = board_create(
        actor=people[ADMIN],
        workspace=workspace,
        name=content.name,
        columns=[
            {"name": column.name, "category": column.category, "wip_limit": column.wip_limit}
            for column in content.columns
        ],
    )
    columns = {column["name"]: column["id"] for column in board.columns}
    sprints = _sprints_load(board, people[ADMIN], today) if content.has_sprints else {}
    cards: dict[str, Card] = {}
    for column in content.columns:
        for each in column.cards:
            cards[each.title] = _card_load(
                each, board, columns[column.name], content.labels, people, sprints, today
            )
    for title, by, target in content.moves:
        card_move(card=cards[title], actor=people[by], column_id=columns[target])


def _sprints_load(board: Board, actor: User, today: datetime.date) -> dict[int, Sprint]:
    """The sprint that today lies in, the one before and the next, from Monday to Sunday."""
    monday = today - datetime.timedelta(days=today.weekday())
    sprints = {}
    for place, (name, goal) in SPRINTS.items():
        start = monday + datetime.timedelta(days=place * SPRINT_DAYS)
        sprints[place] = sprint_create(
            actor=actor,
            board=board,
            name=name,
            goal=goal,
            start_date=start,
            end_date=start + datetime.timedelta(days=SPRINT_DAYS - 1),
            capacity_points=40,
        )
    return sprints


def _card_load(
    content: DemoCard,
    board: Board,
    column_id: str,
    colors: dict[str, str],
    people: dict[str, User],
    sprints: dict[int, Sprint],
    today: datetime.date,
) -> Card:
    metadata: dict[str, object] = {
        "labels": [{"name": name, "color": colors[name]} for name in content.labels.split()]
    }
    if content.criteria:
        metadata["acceptance_criteria"] = content.criteria
    card = card_create(
        actor=people[content.by],
        board=board,
        title=content.title,
        column_id=column_id,
        description=content.text,
        metadata=metadata,
        priority=content.priority,
        story_points=content.points,
        estimated_hours=Decimal(content.hours) if content.hours else None,
        due_date=None if content.due is None else today + datetime.timedelta(days=content.due),
        sprint=None if content.sprint is None else sprints[content.sprint],
        assignees=[people[name] for name in content.people.split()],
    )
    if content.archived:
        card_archive(card=card, actor=people[content.by])
    return card
