"""Cards, who works on them, and what hangs on them."""

from cards.models.cards import (
    MAX_DESCRIPTION,
    MAX_METADATA,
    MAX_TITLE,
    BoardLabel,
    Card,
    CardAssignee,
    CardCounter,
    MetadataIsValid,
    default_metadata,
)
from cards.models.filters import SavedFilter
from cards.models.links import CardLink
from cards.models.parts import MAX_COMMENT, ChecklistItem, Comment

__all__ = [
    "MAX_COMMENT",
    "MAX_DESCRIPTION",
    "MAX_METADATA",
    "MAX_TITLE",
    "BoardLabel",
    "Card",
    "CardAssignee",
    "CardCounter",
    "CardLink",
    "ChecklistItem",
    "Comment",
    "MetadataIsValid",
    "SavedFilter",
    "default_metadata",
]
