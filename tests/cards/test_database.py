"""What the database keeps true about cards, whoever writes them."""

import pytest

from core.models import EventLog
from tests.factories import CardAssigneeFactory, CardFactory

pytestmark = pytest.mark.django_db


def test_numbers_count_up_within_the_workspace(board, other_board):
    numbers = [CardFactory(board=board).number for _ in range(3)]
    assert numbers == [1, 2, 3]
    assert CardFactory(board=other_board).number == 1


def test_a_brought_number_moves_the_counter_past_it(board):
    CardFactory(board=board, number=41)
    assert CardFactory(board=board).number == 42


def test_entering_a_done_column_completes_and_leaving_it_reopens(card, board):
    card.column_id = board.columns[3]["id"]
    card.save()
    assert card.completed_at is not None
    assert card.version == 2
    completed_at = card.completed_at
    card.title = "Another title"
    card.save()
    assert card.completed_at == completed_at
    card.column_id = board.columns[1]["id"]
    card.save()
    assert card.completed_at is None


def test_a_column_that_becomes_done_completes_its_cards(card, board):
    board.columns[0]["category"] = "done"
    board.save()
    card.refresh_from_db()
    assert card.completed_at is not None
    board.columns[0]["category"] = "in_review"
    board.save()
    card.refresh_from_db()
    assert card.completed_at is None


def test_assigning_raises_the_cards_version_without_an_entry_of_the_card(card):
    before = EventLog.objects.filter(entity_type="card").count()
    CardAssigneeFactory(card=card)
    card.refresh_from_db()
    assert card.version == 2
    assert EventLog.objects.filter(entity_type="card").count() == before
    assert EventLog.objects.filter(entity_type="card_assignee").count() == 1


def test_a_save_that_changes_nothing_raises_nothing(card):
    entries = EventLog.objects.count()
    card.save()
    assert card.version == 1
    assert EventLog.objects.count() == entries


def test_deleting_a_board_takes_cards_columns_and_assignees_along(board):
    CardAssigneeFactory(card__board=board)
    board.delete()
    assert sorted(
        EventLog.objects.filter(action__endswith=".deleted").values_list("entity_type", flat=True)
    ) == ["board", "card", "card_assignee"]
