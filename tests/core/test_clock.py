"""Telling of the past: what the owner may, and the application never."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cards.models import Card
from cards.services import card_archive, card_move
from core.clock import NotTheOwner, backdated, now
from core.models import EventLog
from tests.core.connections import in_the_owners_role

MOMENT = datetime.datetime(2026, 3, 4, 9, 30, tzinfo=datetime.UTC)


@pytest.fixture
def as_the_owner(db):
    with in_the_owners_role():
        yield


def test_what_the_owner_tells_of_has_its_moment_in_rows_and_log(as_the_owner, admin, board):
    later = MOMENT + datetime.timedelta(days=2)
    with backdated(MOMENT):
        assert now() == MOMENT
        card = Card.objects.create(
            workspace_id=board.workspace_id,
            board=board,
            column_id=board.columns[0]["id"],
            position=1,
            title="Long ago",
            created_by=admin,
        )
    with backdated(later):
        card_move(card=card, actor=admin, column_id=board.columns[-1]["id"])
        card_archive(card=card, actor=admin)
    card.refresh_from_db()
    assert (card.created_at, card.updated_at) == (MOMENT, later)
    assert (card.completed_at, card.archived_at) == (later, later)
    entries = EventLog.objects.filter(entity_id=card.pk).order_by("id")
    assert [(entry.action, entry.timestamp) for entry in entries] == [
        ("card.created", MOMENT),
        ("card.moved", later),
        ("card.archived", later),
    ]


def test_afterwards_it_is_now_again(as_the_owner, card):
    began = timezone.now()
    with backdated(MOMENT):
        pass
    Card.objects.filter(pk=card.pk).update(title="Today")
    card.refresh_from_db()
    assert card.updated_at >= began
    assert EventLog.objects.latest("id").timestamp >= began
    assert now() >= began


def test_what_fails_in_the_past_leaves_nothing_of_it(as_the_owner, card):
    began = timezone.now()
    with pytest.raises(IntegrityError), backdated(MOMENT):
        Card.objects.filter(pk=card.pk).update(title=" ")
    assert now() >= began
    Card.objects.filter(pk=card.pk).update(title="Today")
    assert EventLog.objects.latest("id").timestamp >= began


def test_a_told_moment_makes_nothing_younger(as_the_owner, card):
    """Times of a row never go back: it was changed when it was changed last."""
    before = card.updated_at
    with backdated(MOMENT):
        Card.objects.filter(pk=card.pk).update(title="Long ago")
    card.refresh_from_db()
    assert card.updated_at == before


def test_a_row_that_brings_its_time_keeps_it(as_the_owner, admin, board):
    """It comes at the told moment, whatever it says of itself; it isn't older than it was made."""
    made = MOMENT + datetime.timedelta(days=3)
    with backdated(MOMENT):
        card = Card.objects.create(
            workspace_id=board.workspace_id,
            board=board,
            column_id=board.columns[0]["id"],
            position=1,
            title="Brought",
            created_by=admin,
            created_at=made,
        )
    card.refresh_from_db()
    assert (card.created_at, card.updated_at) == (made, made)
    assert EventLog.objects.get(entity_id=card.pk).timestamp == MOMENT


def test_the_future_is_not_told(as_the_owner):
    with (
        pytest.raises(ValueError, match="in the past"),
        backdated(timezone.now() + datetime.timedelta(hours=1)),
    ):
        pass


def test_the_application_is_refused(card):
    with pytest.raises(NotTheOwner), backdated(MOMENT):
        Card.objects.filter(pk=card.pk).update(title="Long ago")
    assert now() > MOMENT


def test_the_setting_alone_changes_no_time_for_the_application(admin, board):
    """Neither the rows' times nor those that a trigger with its owner's rights puts down."""
    began = timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('taskly.backdate', '2001-01-01T00:00:00Z', true)")
        card = Card.objects.create(
            workspace_id=board.workspace_id,
            board=board,
            column_id=board.columns[-1]["id"],
            position=1,
            title="Now",
            created_by=admin,
        )
    card.refresh_from_db()
    assert min(card.created_at, card.updated_at, card.completed_at) >= began
    assert EventLog.objects.latest("id").timestamp >= began
