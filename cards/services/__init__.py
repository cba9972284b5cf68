"""Every write to cards: the one door for the API, the admin, importers and commands."""

from cards.services.bulk import cards_bulk
from cards.services.cards import (
    card_archive,
    card_create,
    card_delete,
    card_unarchive,
    card_update,
)
from cards.services.columns import column_remove
from cards.services.labels import label_update
from cards.services.moving import card_move
from cards.services.rules import CardGone, ColumnFull, ForeignBoard
from cards.services.sprints import (
    OtherSprintActive,
    SprintNotActive,
    SprintNotPlanned,
    sprint_complete,
    sprint_start,
)

__all__ = [
    "CardGone",
    "ColumnFull",
    "ForeignBoard",
    "OtherSprintActive",
    "SprintNotActive",
    "SprintNotPlanned",
    "card_archive",
    "card_create",
    "card_delete",
    "card_move",
    "card_unarchive",
    "card_update",
    "cards_bulk",
    "column_remove",
    "label_update",
    "sprint_complete",
    "sprint_start",
]
