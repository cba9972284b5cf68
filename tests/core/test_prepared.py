"""Statements of every request are planned once for each connection."""

import pytest
from django.db import connection

from core.db.prepared import prepared_cursor

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
