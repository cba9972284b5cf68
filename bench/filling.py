"""Rows for the measurements, made through the same triggers as everybody's."""

from __future__ import annotations

import datetime
import random

from django.db import transaction
from django.utils import timezone

from bench.installation import LABELS, PEOPLE, Installation
from boards.models import Board
from cards.models import Card, CardAssignee
from core.identifiers import uuid7
from workspaces.models import AccessToken, User, Workspace, WorkspaceMember
from workspaces.services.tokens import token_create

PRIORITIES = tuple(Card.Priority.values)
WORDS = (
    "board", "card", "sprint", "column", "login", "export", "report", "cache", "queue", "deploy",
    "review", "search", "index", "worker", "token", "member", "invite", "label", "filter", "chart",
)  # fmt: skip


def fill(sizes: tuple[int, ...]) -> Installation:
    """A workspace with one board of each size, its cards spread over four columns."""
    admin = User.objects.filter(username="bench").first()
    if admin is None:
        with transaction.atomic():
            admin = _people()
    workspace = Workspace.objects.get(key="BENCH")
    boards = {size: _board(workspace, admin, size) for size in sizes}
    AccessToken.objects.filter(user=admin).delete()
    _, secret = token_create(
        user=admin,
        actor=admin,
        name="bench",
        scope=AccessToken.Scope.WRITE,
        at=timezone.now(),
        expires_at=timezone.now() + datetime.timedelta(days=1),
    )
    return Installation(
        token=secret,
        user=str(admin.pk),
        workspace=str(workspace.pk),
        boards={size: str(board.pk) for size, board in boards.items()},
    )


def _people() -> User:
    people = [
        User(username=name, email=f"{name}@example.com", full_name=name.title(), password="!")
        for name in ("bench", *(f"person{n}" for n in range(PEOPLE)))
    ]
    User.objects.bulk_create(people)
    workspace = Workspace.objects.create(name="Bench", key="BENCH", created_by=people[0])
    WorkspaceMember.objects.bulk_create(
        WorkspaceMember(workspace=workspace, user=person, role="member" if place else "admin")
        for place, person in enumerate(people)
    )
    return people[0]


def _board(workspace: Workspace, admin: User, size: int) -> Board:
    name = f"{size} cards"
    board = Board.objects.filter(workspace=workspace, name=name).first()
    if board is not None:
        return board
    chance = random.Random(size)
    members = list(workspace.members.order_by("pk"))
    labels = {
        label: {"id": str(uuid7()), "name": label, "color": f"#{chance.randrange(2**24):06x}"}
        for label in LABELS
    }
    with transaction.atomic():
        board = Board.objects.create(workspace=workspace, name=name)
        columns = [column["id"] for column in board.columns]
        first = Card.objects.filter(workspace=workspace).count() + 1
        cards = [
            Card(
                workspace=workspace,
                board=board,
                number=first + place,
                column_id=columns[place % len(columns)],
                position=(place + 1) * 65_536,
                title=" ".join(chance.choices(WORDS, k=chance.randint(3, 12))).capitalize(),
                description=" ".join(chance.choices(WORDS, k=chance.randint(0, 120))),
                metadata={"labels": [labels[each] for each in chance.sample(LABELS, k=place % 3)]},
                priority=chance.choice(PRIORITIES),
                story_points=chance.choice((None, 1, 2, 3, 5, 8)),
                due_date=chance.choice(
                    (None, datetime.date(2026, 12, 1) + datetime.timedelta(days=place % 60))
                ),
                created_by=admin,
            )
            for place in range(size)
        ]
        Card.objects.bulk_create(cards, batch_size=1_000)
        CardAssignee.objects.bulk_create(
            (
                CardAssignee(workspace=workspace, board=board, card=card, user=person)
                for card in cards
                for person in chance.sample(members, k=chance.choice((0, 1, 1, 2)))
            ),
            batch_size=1_000,
        )
    return board
