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
from cards.models.parts import MAX_COMMENT, CardPart, ChecklistItem, Comment, of_its_card

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
    "CardPart",
    "ChecklistItem",
    "Comment",
    "MetadataIsValid",
    "SavedFilter",
    "default_metadata",
    "of_its_card",
]
