"""Transcripts and decisions over REST."""
