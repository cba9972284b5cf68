"""The foreign key that a model declares in a line, as Django's own machinery meets it."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from boards.models import Board
from cards.models import Card
from core.db.constraints import CASCADE, SET_NULL, ForeignKeyConstraint
from tests.factories import CardFactory

KEY = ForeignKeyConstraint(
    fields=["sprint", "board"],
    to="boards.Sprint",
    to_fields=["id", "board"],
    on_delete=SET_NULL,
    name="a_fk",
)


def test_as_many_fields_as_the_target_has():
    with pytest.raises(ValueError, match="as many fields"):
        ForeignKeyConstraint(fields=["board"], to="boards.Board", to_fields=["id", "x"], name="fk")


def test_a_key_is_what_it_was_made_of():
    path, args, kwargs = KEY.deconstruct()
    again = ForeignKeyConstraint(*args, **kwargs)
    assert path.endswith("ForeignKeyConstraint")
    assert again == KEY
    assert hash(again) == hash(KEY)
    moved = ForeignKeyConstraint(
        fields=["board"], to="boards.Board", name="a_fk", on_delete=CASCADE, on_update=CASCADE
    )
    assert moved != KEY
    assert moved != "a_fk"
    assert moved.deconstruct()[2]["on_update"] == CASCADE


@pytest.mark.django_db
def test_only_the_first_field_is_emptied_and_the_key_can_be_taken_away():
    with connection.schema_editor(collect_sql=True) as editor:
        assert KEY.create_sql(Card, editor) == ""
        (made,) = editor.deferred_sql
        removed = KEY.remove_sql(Card, editor)
        editor.deferred_sql.clear()
    assert 'FOREIGN KEY ("sprint_id", "board_id") REFERENCES "sprints" ("id", "board_id")' in made
    assert 'ON DELETE SET NULL ("sprint_id")' in made
    assert removed == 'ALTER TABLE "cards" DROP CONSTRAINT IF EXISTS "a_fk"'


def test_without_a_model_there_is_nothing_to_say():
    assert KEY.create_sql(None, None) == KEY.remove_sql(None, None) == ""


@pytest.mark.django_db
def test_validation_names_the_first_field(board, other_board, sprint):
    card = CardFactory(board=board)
    KEY.validate(Card, card)
    card.sprint = sprint
    KEY.validate(Card, card)
    card.board = other_board
    with pytest.raises(ValidationError) as refused:
        KEY.validate(Card, card)
    assert list(refused.value.error_dict) == ["sprint"]
    KEY.validate(Card, card, exclude={"sprint"})


@pytest.mark.django_db
def test_every_key_of_a_real_row_is_valid(board):
    for constraint in Board._meta.constraints:
        constraint.validate(Board, board)
