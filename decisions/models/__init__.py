"""Transcripts, decisions and how they relate: what was decided, and why."""

from decisions.models.decisions import (
    DIMENSIONS,
    MAX_JSON,
    MAX_TEXT,
    Decision,
    IsObjectOrList,
)
from decisions.models.relationships import DecisionRelationship
from decisions.models.transcripts import (
    MAX_CONTENT,
    MAX_PARTICIPANTS,
    MAX_TITLE,
    ParticipantsAreValid,
    Transcript,
)

__all__ = [
    "DIMENSIONS",
    "MAX_CONTENT",
    "MAX_JSON",
    "MAX_PARTICIPANTS",
    "MAX_TEXT",
    "MAX_TITLE",
    "Decision",
    "DecisionRelationship",
    "IsObjectOrList",
    "ParticipantsAreValid",
    "Transcript",
]
