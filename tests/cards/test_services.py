"""What services refuse to those who come through no serializer: the admin, importers, commands."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from boards.services import (
    BoardGone,
    SprintGone,
    board_create,
    board_update,
    column_add,
    sprint_update,
)
from cards.models import Card
from cards.services import CardGone, card_create, card_update, label_update
from tests.cards.test_concurrency import at_once
from tests.factories import BoardFactory, CardFactory

BUG = {"id": "bug", "name": "Bug", "color": "#b42318"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "columns",
    [
        [],
        [f"Column {number}" for number in range(101)],
        [" "],
        ["x" * 101],
        [{"name": "A", "category": "finished"}],
        [{"name": "A", "wip_limit": 0}],
        ["Same", "Same"],
    ],
)
def test_bad_columns_of_a_new_board(workspace, columns, watch):
    with pytest.raises(ValidationError) as refused:
        board_create(actor=None, workspace=workspace, name="Plans", columns=columns)

    assert list(refused.value.message_dict) == ["columns"]
    assert watch.entries() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "New", "category": "finished"}, "category"),
        ({"name": "New", "wip_limit": 0}, "wip_limit"),
        ({"name": "New", "position": 9}, "position"),
    ],
)
def test_a_bad_column(board, values, field, watch):
    with pytest.raises(ValidationError) as refused:
        column_add(board=board, actor=None, **values)

    assert list(refused.value.message_dict) == [field]
    assert watch.entries() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"metadata": {"labels": "Bug"}}, "metadata"),
        ({"metadata": {"labels": ["Bug"]}}, "metadata"),
        ({"metadata": {"labels": [{"name": " "}]}}, "metadata"),
        ({"column_id": uuid.UUID(int=7)}, "column_id"),
    ],
)
def test_a_bad_card(board, admin, values, field, watch):
    with pytest.raises(ValidationError) as refused:
        card_create(actor=admin, board=board, **{"title": "A card", **values})

    assert list(refused.value.message_dict) == [field]
    assert watch.entries() == []


@pytest.mark.django_db
def test_a_bad_name_for_a_label(board, watch):
    CardFactory(board=board, metadata={"labels": [BUG]})
    watch.restart()

    with pytest.raises(ValidationError):
        label_update(board=board, actor=None, label_id="bug", name=" ")
    assert watch.entries() == []


@pytest.mark.django_db
def test_what_was_deleted_in_the_meantime_is_gone(board, card, sprint, watch):
    sprint._meta.model.objects.filter(pk=sprint.pk).delete()
    Card.objects.filter(pk=card.pk).delete()
    watch.restart()

    with pytest.raises(SprintGone):
        sprint_update(sprint=sprint, actor=None, changes={"goal": "New"})
    with pytest.raises(CardGone):
        card_update(card=card, actor=None, changes={"title": "New"})
    assert watch.entries() == []

    board._meta.model.objects.filter(pk=board.pk).delete()
    with pytest.raises(BoardGone):
        board_update(board=board, actor=None, changes={"name": "New"})


@pytest.mark.django_db(transaction=True)
def test_a_card_that_goes_to_another_board_meanwhile_is_changed_there(board, card):
    """Who wants to change it has locked the board where it was, and locks the other as well."""
    second = BoardFactory(workspace=board.workspace)
    Card.objects.filter(pk=card.pk).update(
        board=second, column_id=second.columns[0]["id"], position=1
    )

    changed = card_update(card=card, actor=None, changes={"title": "Found"})

    assert (changed.title, changed.board_id) == ("Found", second.pk)
    # The other board is held until the end: nobody else may write there meanwhile.
    with transaction.atomic():
        card_update(card=card, actor=None, changes={"title": "Again"})

        def look():
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "SELECT id FROM boards WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED",
                    [second.pk],
                )
                return cursor.fetchall()

        assert at_once([look]) == [[]]
