"""Channels and messages over REST."""
