"""Every write to cards: the one door for the API, the admin, importers and commands."""

from cards.services.bulk import cards_bulk
from cards.services.cards import (
    card_archive,
    card_create,
    card_delete,
    card_unarchive,
    card_update,
)
from cards.services.checklists import (
    ChecklistFull,
    ChecklistGone,
    ChecklistItemGone,
    checklist_delete,
    checklist_item_create,
    checklist_item_delete,
    checklist_item_move,
    checklist_item_update,
    checklist_rename,
)
from cards.services.columns import column_remove
from cards.services.comments import CommentGone, comment_create, comment_delete, comment_edit
from cards.services.filters import (
    SavedFilterGone,
    saved_filter_create,
    saved_filter_delete,
    saved_filter_update,
)
from cards.services.labels import label_update
from cards.services.links import (
    LinkedAlready,
    LinkGone,
    LinkLoop,
    card_link_create,
    card_link_delete,
)
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
    "ChecklistFull",
    "ChecklistGone",
    "ChecklistItemGone",
    "ColumnFull",
    "CommentGone",
    "ForeignBoard",
    "LinkGone",
    "LinkLoop",
    "LinkedAlready",
    "OtherSprintActive",
    "SavedFilterGone",
    "SprintNotActive",
    "SprintNotPlanned",
    "card_archive",
    "card_create",
    "card_delete",
    "card_link_create",
    "card_link_delete",
    "card_move",
    "card_unarchive",
    "card_update",
    "cards_bulk",
    "checklist_delete",
    "checklist_item_create",
    "checklist_item_delete",
    "checklist_item_move",
    "checklist_item_update",
    "checklist_rename",
    "column_remove",
    "comment_create",
    "comment_delete",
    "comment_edit",
    "label_update",
    "saved_filter_create",
    "saved_filter_delete",
    "saved_filter_update",
    "sprint_complete",
    "sprint_start",
]
