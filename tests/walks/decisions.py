"""Transcripts, decisions and how they relate."""
