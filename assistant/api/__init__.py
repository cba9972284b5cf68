"""Conversations and the caller's context over REST."""
