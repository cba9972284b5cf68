"""Choices of foreign keys in the web pages, wherever the related model has no page of its own."""

from types import SimpleNamespace

import pytest
from django.contrib.admin import AdminSite, ModelAdmin

from boards.models import BoardColumn
from cards.models import BoardLabel, Card
from core.admin.scope import ScopedChoices, scoped

pytestmark = pytest.mark.django_db


class PlainAdmin(ScopedChoices, ModelAdmin):
    """An admin of a site that knows no other models."""


def test_choices_are_scoped_also_where_the_related_model_has_no_admin(member, board, other_board):
    request = SimpleNamespace(user=member)
    admin = PlainAdmin(Card, AdminSite())
    offered = admin.get_field_queryset(None, Card._meta.get_field("board"), request)
    assert list(offered) == [board]


def test_columns_are_named_within_the_boards_that_one_may_see(member, operator, board, other_board):
    site = AdminSite()
    columns = BoardColumn.objects.all()
    seen = scoped(columns, SimpleNamespace(user=member), site)
    assert {str(column.pk) for column in seen} == {column["id"] for column in board.columns}
    assert scoped(columns, SimpleNamespace(user=operator), site).count() == 8


def test_rows_that_say_nothing_of_who_sees_them_are_seen_by_nobody(operator, board):
    labels = scoped(BoardLabel.objects.all(), SimpleNamespace(user=operator), AdminSite())
    assert list(labels) == []
