"""Every write to transcripts, decisions and their relationships."""

from decisions.services.decisions import (
    StillSuperseded,
    decision_accept,
    decision_create,
    decision_delete,
    decision_reject,
    decision_restore,
    decision_update,
)
from decisions.services.relationships import (
    ForeignDecision,
    OnItself,
    RelationshipGone,
    RelationshipKnown,
    RelationshipLoop,
    relationship_create,
    relationship_delete,
)
from decisions.services.rules import DecisionDeleted, DecisionGone
from decisions.services.transcripts import (
    TranscriptGone,
    transcript_create,
    transcript_delete,
    transcript_update,
)

__all__ = [
    "DecisionDeleted",
    "DecisionGone",
    "ForeignDecision",
    "OnItself",
    "RelationshipGone",
    "RelationshipKnown",
    "RelationshipLoop",
    "StillSuperseded",
    "TranscriptGone",
    "decision_accept",
    "decision_create",
    "decision_delete",
    "decision_reject",
    "decision_restore",
    "decision_update",
    "relationship_create",
    "relationship_delete",
    "transcript_create",
    "transcript_delete",
    "transcript_update",
]
