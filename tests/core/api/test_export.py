"""Whole lists of views that have a serializer and no rows."""

import csv
import io
import json

import pytest

from core.api import exports
from tests.factories import BoardFactory

BOARDS = "/api/v1/boards/"


@pytest.fixture
def boards(workspace, monkeypatch):
    monkeypatch.setattr(exports, "CHUNK", 2)
    return [BoardFactory(workspace=workspace, name=f"Board {number}") for number in range(5)]


@pytest.mark.django_db
def test_a_serializer_says_what_the_file_has(boards, as_member):
    page = as_member.get(BOARDS).json()["results"]
    answer = as_member.get(f"{BOARDS}?format=csv")
    text = b"".join(answer.streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["name"] for row in rows] == [board.name for board in reversed(boards)]
    assert list(rows[0]) == list(page[0])
    lines = as_member.get(f"{BOARDS}?format=ndjson").streaming_content
    assert [json.loads(line) for line in b"".join(lines).splitlines()] == page
