"""Conversations and the active project."""
