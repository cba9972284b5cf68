"""Cards and who works on them."""

import factory
from django.db.models import Max
from factory.django import DjangoModelFactory

from cards.models import Card, CardAssignee
from tests.factories.boards import BoardFactory


def _bottom(card):
    """The place below the column's last card."""
    last = Card.objects.filter(column_id=card.column_id).aggregate(last=Max("position"))["last"]
    return (last or 0) + 65_536


class CardFactory(DjangoModelFactory):
    """A card at the bottom of its board's first column (or of `column_id`)."""

    class Meta:
        model = Card

    board = factory.SubFactory(BoardFactory)
    workspace = factory.SelfAttribute("board.workspace")
    column_id = factory.LazyAttribute(lambda card: card.board.columns[0]["id"])
    position = factory.LazyAttribute(_bottom)
    title = factory.Sequence(lambda n: f"Card {n}")
    created_by = factory.SelfAttribute("board.workspace.created_by")


class CardAssigneeFactory(DjangoModelFactory):
    class Meta:
        model = CardAssignee

    card = factory.SubFactory(CardFactory)
    board = factory.SelfAttribute("card.board")
    workspace = factory.SelfAttribute("card.workspace")
    user = factory.SelfAttribute("card.created_by")
