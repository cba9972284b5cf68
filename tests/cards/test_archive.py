"""Archiving, bringing back and deleting cards."""

import pytest

from cards.models import Card
from tests.factories import CardAssigneeFactory
from tests.watching import signed

CARDS = "/api/v1/cards/"


@pytest.fixture
def address(card):
    return f"{CARDS}{card.pk}/"


def test_an_archived_card_keeps_its_column_and_place(
    as_member, member, fill, columns, order_of, watch
):
    cards = fill(columns[1], "A", "B", "C")
    watch.restart()

    answer = as_member.post(f"{CARDS}{cards[1].pk}/archive/")

    assert answer.status_code == 200
    assert answer.json()["archived_at"] is not None
    assert (answer.json()["column_id"], answer.json()["version"]) == (columns[1], 2)
    assert order_of(columns[1]) == ["A", "B", "C"]
    entry = watch.only()
    assert signed(entry) == ("card.archived", member.pk, "api")
    assert list(entry.details["after"]) == ["archived_at"]
    watch.restart()

    back = as_member.post(f"{CARDS}{cards[1].pk}/unarchive/")
    assert (back.json()["archived_at"], back.json()["version"]) == (None, 3)
    assert order_of(columns[1]) == ["A", "B", "C"]
    assert signed(watch.only()) == ("card.unarchived", member.pk, "api")


def test_archiving_twice_and_bringing_back_twice_change_nothing(as_member, address, watch):
    first = as_member.post(f"{address}archive/").json()
    watch.restart()
    assert as_member.post(f"{address}archive/").json() == first
    assert watch.entries() == []

    back = as_member.post(f"{address}unarchive/").json()
    watch.restart()
    assert as_member.post(f"{address}unarchive/").json() == back
    assert watch.entries() == []


@pytest.mark.parametrize("action", ["archive", "unarchive"])
def test_a_body_that_nobody_asked_for_is_refused(as_member, address, watch, action):
    answer = as_member.post(f"{address}{action}/", {"why": "old"})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["why"])
    assert watch.entries() == []


def test_an_archived_card_can_still_be_edited_and_moved(as_member, address, columns):
    as_member.post(f"{address}archive/")

    assert as_member.patch(address, {"title": "Edited"}).json()["title"] == "Edited"
    moved = as_member.post(f"{address}move/", {"column_id": columns[3]}).json()
    assert moved["column_id"] == columns[3]
    assert moved["archived_at"] is not None


def test_a_card_is_deleted_with_its_assignees(as_member, member, address, card, watch):
    CardAssigneeFactory(card=card, user=member)
    watch.restart()

    answer = as_member.delete(address)

    assert (answer.status_code, answer.content) == (204, b"")
    assert not Card.objects.exists()
    entries = watch.entries()
    assert sorted(entry.entity_type for entry in entries) == ["card", "card_assignee"]
    assert {signed(entry) for entry in entries} == {("card.deleted", member.pk, "api")}
    assert as_member.get(address).status_code == 404
    assert as_member.delete(address).status_code == 404
