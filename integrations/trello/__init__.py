"""Trello: a board's JSON export read and taken in."""
