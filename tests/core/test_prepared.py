"""Statements of every request are planned once for each connection."""

import pytest
from django.db import connection

from cards.models import Card
from core.db.prepared import prepared_cursor
from tests.factories import CardFactory

pytestmark = pytest.mark.django_db

SQL = "SELECT title FROM cards WHERE id = %s"


def prepared():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", [
            "SELECT title FROM cards WHERE id = $1"
        ])  # fmt: skip
        return cursor.fetchone()[0]


def test_the_sixth_time_has_a_plan(card, django_assert_num_queries):
    for _ in range(5):
        with prepared_cursor() as cursor:
            cursor.execute(SQL, [card.pk])
            assert cursor.fetchone() == (card.title,)
    assert prepared() == 0
    with django_assert_num_queries(1), prepared_cursor() as cursor:
        cursor.execute(SQL, [card.pk])
        assert cursor.fetchone() == (card.title,)
    assert prepared() == 1


def test_rows_are_made_by_a_statement_that_is_planned_once(board):
    made = [CardFactory(board=board) for _ in range(6)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements"
            " WHERE statement LIKE 'INSERT INTO \"cards\" %'"
        )
        assert cursor.fetchone()[0] >= 1
    for number, card in enumerate(made, start=1):
        # What the database filled in came back with the row.
        assert (card.number, card.version, card.completed_at) == (number, 1, None)
        present = Card.objects.get(pk=card.pk)
        assert (card.created_at, card.updated_at) == (present.created_at, present.updated_at)
