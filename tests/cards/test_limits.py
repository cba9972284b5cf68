"""A column's limit of cards holds on every way in."""

import pytest

from boards.models import Board
from cards.models import Card
from tests.factories import BoardFactory, CardFactory

CARDS = "/api/v1/cards/"


@pytest.fixture
def full(board, columns, fill, limit):
    """In Progress holds two cards and may hold no more; an archived one doesn't count."""
    fill(columns[1], "X", "Y")
    fill(columns[1], "put away", archived_at="2026-11-01T00:00:00Z")
    limit(1, 2)
    return columns[1]


def move(card, column_id, **body):
    return ("post", f"{CARDS}{card.pk}/move/", {"column_id": column_id, **body})


# How a card gets into the full column: (method, address, body) from the scene.
WAYS = {
    "create": lambda s: (
        "post",
        CARDS,
        {"board": s["board"], "column_id": s["full"], "title": "N"},
    ),
    "move": lambda s: move(s["card"], s["full"]),
    "move to the top": lambda s: move(s["card"], s["full"], place="top"),
    "move from another board": lambda s: move(s["stranger"], s["full"], board_id=s["board"]),
    "unarchive": lambda s: ("post", f"{CARDS}{s['archived'].pk}/unarchive/", {}),
    "bulk create": lambda s: (
        "post",
        f"{CARDS}bulk/",
        {"create": [{"board": s["board"], "column_id": s["full"], "title": "N"}]},
    ),
    "bulk move": lambda s: (
        "post",
        f"{CARDS}bulk/",
        {"move": [{"id": str(s["card"].pk), "column_id": s["full"]}]},
    ),
    "bulk unarchive": lambda s: (
        "post",
        f"{CARDS}bulk/",
        {"unarchive": [str(s["archived"].pk)]},
    ),
}
# Where the body says that the limit may be passed.
OVERRIDE = {
    "bulk create": lambda body: body["create"][0],
    "bulk move": lambda body: body["move"][0],
}


@pytest.fixture
def scene(board, columns, full, fill):
    [card] = fill(columns[0], "A")
    return {
        "board": str(board.pk),
        "full": full,
        "card": card,
        "stranger": CardFactory(board=BoardFactory(workspace=board.workspace)),
        "archived": Card.objects.get(title="put away"),
    }


def live(column_id):
    return Card.objects.live().filter(column_id=column_id).count()


@pytest.mark.parametrize("way", WAYS)
def test_a_full_column_takes_nobody_in(as_member, as_admin, scene, full, watch, way):
    method, path, body = WAYS[way](scene)
    watch.restart()

    # An admin who doesn't say so is held to it as well.
    for client in (as_member, as_admin):
        answer = getattr(client, method)(path, body)

        assert answer.status_code == 409
        assert answer.json()["code"] == "column_full"
        assert (answer.json()["column_id"], answer.json()["wip_limit"]) == (full, 2)
    assert live(full) == 2
    assert watch.entries() == []


@pytest.mark.parametrize("way", [way for way in WAYS if way != "bulk unarchive"])
def test_a_member_may_not_pass_the_limit(as_member, scene, full, watch, way):
    method, path, body = WAYS[way](scene)
    OVERRIDE.get(way, lambda body: body)(body)["override_wip_limit"] = True
    watch.restart()

    answer = getattr(as_member, method)(path, body)

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert live(full) == 2
    assert watch.entries() == []


@pytest.mark.parametrize("way", [way for way in WAYS if way != "bulk unarchive"])
def test_an_admin_may_and_the_log_says_so(as_admin, admin, scene, full, watch, way):
    method, path, body = WAYS[way](scene)
    OVERRIDE.get(way, lambda body: body)(body)["override_wip_limit"] = True
    watch.restart()

    answer = getattr(as_admin, method)(path, body)

    assert answer.status_code in (200, 201)
    assert live(full) == 3
    [entry] = [entry for entry in watch.entries() if entry.entity_type == "card"]
    assert entry.details["context"] == {"override_wip_limit": True}
    assert entry.actor_id == admin.pk


def test_an_override_that_was_not_needed_is_not_in_the_log(as_admin, board, columns, watch):
    answer = as_admin.post(
        CARDS, {"board": str(board.pk), "title": "N", "override_wip_limit": True}
    )

    assert answer.status_code == 201
    assert watch.only().details["context"] == {}


def test_within_a_full_column_cards_still_change_places(as_member, scene, full, order_of):
    card = Card.objects.get(title="Y")

    answer = as_member.post(f"{CARDS}{card.pk}/move/", {"column_id": full, "place": "top"})

    assert answer.status_code == 200
    assert order_of(full) == ["Y", "X", "put away"]


def test_an_archived_card_needs_no_room(as_member, scene, full, fill, columns):
    [archived] = fill(columns[0], "B", archived_at="2026-11-01T00:00:00Z")

    answer = as_member.post(f"{CARDS}{archived.pk}/move/", {"column_id": full})

    assert (answer.status_code, live(full)) == (200, 2)


def test_who_leaves_makes_room(as_member, scene, full, columns):
    leaving = Card.objects.get(title="X")
    as_member.post(f"{CARDS}{leaving.pk}/archive/")

    assert (
        as_member.post(f"{CARDS}{scene['card'].pk}/move/", {"column_id": full}).status_code == 200
    )
    assert live(full) == 2
    back = as_member.post(f"{CARDS}{leaving.pk}/unarchive/")
    assert (back.status_code, back.json()["code"]) == (409, "column_full")


def test_a_bulk_fills_a_column_to_its_limit_and_not_beyond(
    as_member, board, columns, fill, limit, watch
):
    limit(2, 3)
    cards = fill(columns[0], "A", "B", "C", "D")
    watch.restart()

    def moves(amount):
        return {"move": [{"id": str(card.pk), "column_id": columns[2]} for card in cards[:amount]]}

    refused = as_member.post(f"{CARDS}bulk/", moves(4))
    assert refused.status_code == 409
    assert (refused.json()["list"], refused.json()["index"]) == ("move", 3)
    assert live(columns[2]) == 0
    assert watch.entries() == []

    assert as_member.post(f"{CARDS}bulk/", moves(3)).status_code == 200
    assert live(columns[2]) == 3


def test_a_limit_that_is_lifted_lets_everybody_in(as_member, board, scene, full):
    as_member.patch(f"/api/v1/boards/{board.pk}/columns/{full}/", {"wip_limit": None})

    assert (
        as_member.post(f"{CARDS}{scene['card'].pk}/move/", {"column_id": full}).status_code == 200
    )
    assert Board.objects.get(pk=board.pk).columns[1]["wip_limit"] is None
