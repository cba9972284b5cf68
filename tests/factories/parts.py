"""What hangs on cards: comments, checklist items, links, saved filters."""

import factory
from factory.django import DjangoModelFactory

from cards.models import CardLink, ChecklistItem, Comment, SavedFilter
from tests.factories.boards import BoardFactory
from tests.factories.cards import CardFactory


class CommentFactory(DjangoModelFactory):
    class Meta:
        model = Comment

    card = factory.SubFactory(CardFactory)
    board = factory.SelfAttribute("card.board")
    workspace = factory.SelfAttribute("card.workspace")
    author = factory.SelfAttribute("card.created_by")
    content = factory.Sequence(lambda n: f"Comment {n}")


class ChecklistItemFactory(DjangoModelFactory):
    class Meta:
        model = ChecklistItem

    card = factory.SubFactory(CardFactory)
    board = factory.SelfAttribute("card.board")
    workspace = factory.SelfAttribute("card.workspace")
    checklist = "Checklist"
    text = factory.Sequence(lambda n: f"Step {n}")
    position = factory.Sequence(lambda n: (n + 1) * 65_536)


class CardLinkFactory(DjangoModelFactory):
    class Meta:
        model = CardLink

    source = factory.SubFactory(CardFactory)
    target = factory.LazyAttribute(lambda link: CardFactory(board=link.source.board))
    board = factory.SelfAttribute("source.board")
    target_board = factory.SelfAttribute("target.board")
    workspace = factory.SelfAttribute("source.workspace")
    kind = CardLink.Kind.BLOCKS


class SavedFilterFactory(DjangoModelFactory):
    class Meta:
        model = SavedFilter

    board = factory.SubFactory(BoardFactory)
    workspace = factory.SelfAttribute("board.workspace")
    user = factory.SelfAttribute("board.workspace.created_by")
    name = factory.Sequence(lambda n: f"Filter {n}")
    query = "priority=high"
