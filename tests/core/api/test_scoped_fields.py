"""Ids in bodies: the field by itself, as a serializer of ours may meet it."""

import uuid
from types import SimpleNamespace

import pytest
from rest_framework.serializers import ListField

from boards.models import Board
from core.api.fields import ScopedRelatedField
from core.api.serializers import StrictSerializer

pytestmark = pytest.mark.django_db


class OneBoard(StrictSerializer):
    board = ScopedRelatedField(Board)


class SomeBoards(StrictSerializer):
    boards = ScopedRelatedField(Board, many=True, allow_empty=False, max_length=2)


class ShownBoards(StrictSerializer):
    boards = ScopedRelatedField(many=True, read_only=True)


def faults(serializer_class, person, **body):
    context = {"request": SimpleNamespace(user=person)}
    serializer = serializer_class(data=body, context=context)
    serializer.is_valid()
    return {
        name: {key: list(map(str, each)) for key, each in found.items()}
        if isinstance(found, dict)
        else list(map(str, found))
        for name, found in serializer.errors.items()
    }


def test_what_is_foreign_is_told_as_what_does_not_exist(member, board, other_board):
    assert faults(OneBoard, member, board=str(board.pk)) == {}
    foreign = faults(OneBoard, member, board=str(other_board.pk))
    assert foreign == faults(OneBoard, member, board=str(uuid.uuid4()))
    assert foreign == {"board": ["There is nothing with this id."]}
    assert faults(OneBoard, member, board=7) == {"board": ["This has to be a UUID."]}


def test_a_list_tells_each_fault_at_its_place(member, board, other_board):
    assert faults(SomeBoards, member, boards=[]) == {"boards": ["This list may not be empty."]}
    assert faults(SomeBoards, member, boards=[str(board.pk), str(board.pk)]) == {
        "boards": {"1": ["This id is given twice."]}
    }
    assert faults(SomeBoards, member, boards=[str(board.pk), str(other_board.pk)]) == {
        "boards": {"1": ["There is nothing with this id."]}
    }
    assert faults(SomeBoards, member, boards=["x", "y", "z"]) == {
        "boards": ["There may be at most 2 ids."]
    }
    assert "boards" in faults(SomeBoards, member, boards={"a": 1})


def test_a_page_offers_no_choices(member, board):
    field = OneBoard(context={"request": SimpleNamespace(user=member)}).fields["board"]
    assert list(field.get_queryset()) == [board]
    assert field.get_choices() == {}


def test_the_model_can_come_with_the_queryset():
    assert ScopedRelatedField(queryset=Board.objects.none()).model is Board


def test_a_list_that_is_only_shown_looks_nothing_up(board):
    assert ShownBoards({"boards": [board]}).data == {"boards": [board.pk]}
    assert not isinstance(ShownBoards().fields["boards"], ListField)
    with pytest.raises(TypeError, match="needs a model"):
        ShownBoards().fields["boards"].child_relation.lookup()
