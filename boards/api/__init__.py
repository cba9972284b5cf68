"""Boards and sprints over REST."""
