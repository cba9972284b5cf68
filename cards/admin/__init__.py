"""Cards in the web pages, and the board's page with its cards and columns."""

from cards.admin.boards import BoardPageAdmin
from cards.admin.cards import CardAdmin
from cards.admin.home import recent_boards
from cards.admin.planning import FeaturePageAdmin, ReleasePageAdmin
from cards.admin.sprints import SprintPageAdmin

__all__ = [
    "BoardPageAdmin",
    "CardAdmin",
    "FeaturePageAdmin",
    "ReleasePageAdmin",
    "SprintPageAdmin",
    "recent_boards",
]
