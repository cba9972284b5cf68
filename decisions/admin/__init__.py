"""Transcripts and decisions in the web pages."""

from decisions.admin.decisions import DecisionAdmin
from decisions.admin.transcripts import TranscriptAdmin

__all__ = ["DecisionAdmin", "TranscriptAdmin"]
