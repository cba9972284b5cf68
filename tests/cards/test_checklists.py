"""The steps of a card: ticked off, and in an order that several people may change at once."""

import pytest

from cards.models import ChecklistItem
from cards.ordering import Place
from cards.services import checklist_item_move
from tests.cards.test_concurrency import at_once
from tests.factories import CardFactory, ChecklistItemFactory
from tests.web import page, web

ITEMS = "/api/v1/checklist-items/"


@pytest.fixture
def steps(card):
    """Three items, A, B and C."""
    return [
        ChecklistItemFactory(card=card, text=text, position=place)
        for place, text in enumerate("ABC", 1)
    ]


def order(card):
    return list(
        ChecklistItem.objects.filter(card=card).order_by("position").values_list("text", flat=True)
    )


def test_an_item_is_added_at_the_end(card, steps, as_member, watch):
    response = as_member.post(ITEMS, {"card": str(card.pk), "text": " D "}, format="json")
    assert response.status_code == 201
    body = response.json()
    assert (body["text"], body["checklist"], body["done"], body["done_by"]) == (
        "D", "Checklist", False, None,
    )  # fmt: skip
    assert order(card) == ["A", "B", "C", "D"]
    assert watch.actions() == [("checklist_item.created", "checklist_item")]


def test_an_item_is_ticked_off_and_taken_back(steps, member, as_member, watch):
    address = f"{ITEMS}{steps[0].pk}/"
    body = as_member.patch(address, {"done": True}, format="json").json()
    assert (body["done"], body["done_by"]) == (True, str(member.pk))
    assert body["done_at"] is not None
    # Ticking off what is done changes neither who nor when.
    assert as_member.patch(address, {"done": True}, format="json").json() == body
    body = as_member.patch(address, {"done": False}, format="json").json()
    assert (body["done"], body["done_by"], body["done_at"]) == (False, None, None)
    assert watch.actions() == [("checklist_item.updated", "checklist_item")] * 2


@pytest.mark.parametrize(
    ("field", "value"), [("text", ""), ("text", "x" * 501), ("checklist", " "), ("done", "maybe")]
)
def test_what_an_item_cannot_be_is_named(field, value, steps, as_member, watch):
    response = as_member.patch(f"{ITEMS}{steps[0].pk}/", {field: value}, format="json")
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]
    assert watch.actions() == []


MOVES = [
    ("C", {"place": "top"}, "CAB"),
    ("A", {}, "BCA"),
    ("A", {"place": "bottom"}, "BCA"),
    ("C", {"before": "B"}, "ACB"),
    ("A", {"after": "B"}, "BAC"),
    ("A", {"before": "B"}, "ABC"),
]


@pytest.mark.parametrize(("which", "where", "expected"), MOVES)
def test_an_item_is_moved(which, where, expected, card, steps, as_member):
    """Also where there is no room between two, as here."""
    ids = {item.text: str(item.pk) for item in steps}
    body = {name: ids.get(value, value) for name, value in where.items()}
    response = as_member.post(f"{ITEMS}{ids[which]}/move/", body, format="json")
    assert response.status_code == 200
    assert "".join(order(card)) == expected


def test_an_item_goes_to_another_checklist(steps, as_member):
    response = as_member.post(
        f"{ITEMS}{steps[0].pk}/move/", {"checklist": "Later", "place": "top"}, format="json"
    )
    assert response.json()["checklist"] == "Later"


def test_an_item_of_another_card_is_no_place_to_land(card, steps, as_member, watch):
    stranger = ChecklistItemFactory(card=CardFactory(board=card.board))
    watch.restart()
    response = as_member.post(
        f"{ITEMS}{steps[0].pk}/move/", {"before": str(stranger.pk)}, format="json"
    )
    assert (response.status_code, response.json()["code"]) == (409, "anchor_gone")
    assert response.json()["order"] == [str(item.pk) for item in steps]
    assert watch.actions() == []


def test_only_one_place_is_named(steps, as_member):
    body = {"before": str(steps[1].pk), "place": "top"}
    response = as_member.post(f"{ITEMS}{steps[0].pk}/move/", body, format="json")
    assert response.status_code == 400


def test_a_card_has_no_more_than_500_items(card, as_member):
    ChecklistItem.objects.bulk_create(
        ChecklistItem(
            workspace_id=card.workspace_id, board_id=card.board_id, card=card,
            checklist="Long", text="x", position=place,
        )
        for place in range(500)
    )  # fmt: skip
    response = as_member.post(ITEMS, {"card": str(card.pk), "text": "One more"}, format="json")
    assert (response.status_code, response.json()["code"]) == (409, "checklist_full")


@pytest.mark.django_db(transaction=True)
def test_many_who_move_items_at_once_lose_none(card, member):
    items = [
        ChecklistItemFactory(card=card, text=f"{index}", position=index + 1) for index in range(12)
    ]
    answers = at_once(
        [
            lambda item=item, anchor=items[(index * 5 + 3) % 12]: checklist_item_move(
                item=item,
                actor=member,
                place=Place(end="top") if anchor.pk == item.pk else Place(before=anchor.pk),
            )
            for index, item in enumerate(items)
        ]
    )
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert sorted(order(card), key=int) == [f"{index}" for index in range(12)]


def test_a_whole_checklist_is_renamed_in_one_action(card, steps, as_member, watch):
    ChecklistItemFactory(card=card, checklist="Other", text="X", position=9)
    watch.restart()

    response = as_member.post(
        f"{ITEMS}rename/",
        {"card": str(card.pk), "checklist": steps[0].checklist, "name": " Steps "},
        format="json",
    )

    assert response.status_code == 204
    names = ChecklistItem.objects.order_by("position").values_list("checklist", flat=True)
    assert list(names) == ["Steps", "Steps", "Steps", "Other"]
    assert watch.actions() == [("checklist.renamed", "checklist_item")] * 3


def test_a_whole_checklist_is_taken_away_in_one_action(card, steps, as_member, watch):
    ChecklistItemFactory(card=card, checklist="Other", text="X", position=9)
    watch.restart()

    response = as_member.post(
        f"{ITEMS}clear/",
        {"card": str(card.pk), "checklist": steps[0].checklist},
        format="json",
    )

    assert response.status_code == 204
    assert order(card) == ["X"]
    assert watch.actions() == [("checklist.deleted", "checklist_item")] * 3


@pytest.mark.parametrize(("action", "more"), [("rename", {"name": "New"}), ("clear", {})])
def test_a_checklist_that_is_not_there_is_a_refusal(card, steps, as_member, watch, action, more):
    response = as_member.post(
        f"{ITEMS}{action}/", {"card": str(card.pk), "checklist": "Gone", **more}, format="json"
    )

    assert (response.status_code, response.json()["code"]) == (409, "checklist_gone")
    assert watch.actions() == []


@pytest.mark.parametrize(("action", "more"), [("rename", {"name": "New"}), ("clear", {})])
def test_observers_leave_checklists_as_they_are(
    client_of, observer, project, board, card, steps, watch, action, more
):
    board.project = project
    board.save()
    watch.restart()

    response = client_of(observer).post(
        f"{ITEMS}{action}/",
        {"card": str(card.pk), "checklist": steps[0].checklist, **more},
        format="json",
    )

    assert response.status_code == 403
    assert watch.actions() == []


def test_a_checklist_has_a_name(card, steps, as_member):
    response = as_member.post(
        f"{ITEMS}rename/",
        {"card": str(card.pk), "checklist": steps[0].checklist, "name": " "},
        format="json",
    )

    assert (response.status_code, list(response.json()["errors"])) == (400, ["name"])


def test_the_log_tells_of_a_checklist_as_a_whole(card, steps, as_member, member):
    name = steps[0].checklist
    as_member.post(f"{ITEMS}rename/", {"card": str(card.pk), "checklist": name, "name": "Steps"},
                   format="json")  # fmt: skip
    as_member.post(f"{ITEMS}clear/", {"card": str(card.pk), "checklist": "Steps"}, format="json")

    told = web(member).get(page("cards_card_history", card.pk)).context["told"]

    assert [line.sentence for line in told[:2]] == [
        "Max Member removed the checklist Steps from ACME-1",
        f"Max Member renamed the checklist {name} of a card to Steps",
    ]
