"""Conversations and the active project over REST."""
