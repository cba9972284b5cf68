"""Cards in the web pages, and the board's page with its cards and columns."""

from cards.admin.boards import BoardPageAdmin
from cards.admin.cards import CardAdmin

__all__ = ["BoardPageAdmin", "CardAdmin"]
