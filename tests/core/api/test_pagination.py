"""Pages: every row once, in order, both ways, whatever the order and whatever happens meanwhile."""

import datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from boards.models import Board
from cards.models import Card
from core.api import pagination
from tests.factories import BoardFactory, CardFactory

CARDS = "/api/v1/cards/"
BOARDS = "/api/v1/boards/"


def walk(client, address, way="next", limit=200):
    """Every page from `address` on, and the address of the last one."""
    pages = []
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, answer.json()
        pages.append(answer.json())
        address = answer.json()[way]
        assert len(pages) < limit, "the walk doesn't end"
    return pages


def ids(pages):
    return [row["id"] for page in pages for row in page["results"]]


@pytest.fixture
def cards(workspace):
    """Forty cards with ties and gaps in everything that one can order by."""
    boards = [BoardFactory(workspace=workspace, name=name) for name in ("Alpha", "Beta")]
    days = [None, datetime.date(2026, 11, 1), datetime.date(2026, 12, 24)]
    titles = ["same", "other", "Ünïcode", "x, y"]
    # Steps that share no factor with the lengths: every combination comes up, in no order.
    return [
        CardFactory(
            board=boards[number * number % 5 % 2],
            title=titles[number * 7 % 11 % 4],
            due_date=days[number * 5 % 7 % 3],
            story_points=[None, 1, 2][number * 3 % 13 % 3],
            priority=Card.Priority.values[number * 11 % 17 % 5],
        )
        for number in range(40)
    ]


def expected_order(cards, ordering):
    """The order told in Python: NULLs last, the id last, in its predecessor's direction."""
    names = ordering.split(",")
    rows = sorted(cards, key=lambda card: card.pk, reverse=names[-1].startswith("-"))
    for name in reversed(names):
        field = name.removeprefix("-")

        def value(card, field=field):
            return card.board.name if field == "board" else getattr(card, field)

        present = [card for card in rows if value(card) is not None]
        missing = [card for card in rows if value(card) is None]
        rows = sorted(present, key=value, reverse=name.startswith("-")) + missing
    return [str(card.pk) for card in rows]


@pytest.mark.parametrize(
    "ordering",
    [
        "title",
        "-title",
        "due_date",
        "-due_date",
        "due_date,-story_points",
        "-due_date,story_points,title",
        "priority,due_date",
        "board,-title",
        "-board,-priority,-title",
    ],
)
@pytest.mark.parametrize("size", [1, 7, 40, 200])
def test_a_walk_shows_every_row_once_in_order_and_back(as_member, cards, ordering, size):
    forward = walk(as_member, f"{CARDS}?ordering={ordering}&page_size={size}")

    assert ids(forward) == expected_order(cards, ordering)
    assert forward[0]["previous"] is None

    last = forward[-1]["previous"]
    if last is not None:
        backward = walk(as_member, last, "previous")
        backward.reverse()
        assert ids(backward) + ids(forward[-1:]) == ids(forward)


def test_a_page_back_leads_forward_again(as_member, cards):
    first = as_member.get(f"{CARDS}?page_size=10").json()
    second = as_member.get(first["next"]).json()
    back = as_member.get(second["previous"]).json()

    assert back["results"] == first["results"]
    assert back["previous"] is None
    assert as_member.get(back["next"]).json()["results"] == second["results"]


def test_a_page_is_one_query(as_member, cards, django_assert_num_queries):
    first = as_member.get(f"{CARDS}?page_size=10&ordering=-due_date").json()
    with django_assert_num_queries(1):
        as_member.get(first["next"])


def test_an_order_without_nulls_goes_to_its_place_by_one_comparison(
    as_member, cards, django_assert_num_queries
):
    first = as_member.get(f"{CARDS}?page_size=10&ordering=-updated_at").json()
    with django_assert_num_queries(1) as queries:
        as_member.get(first["next"])

    statement = queries.captured_queries[0]["sql"]
    assert '("cards"."updated_at", "cards"."id") < (' in statement
    assert "NULLS" not in statement


@pytest.mark.django_db(transaction=True)
def test_a_walk_ends_though_every_row_that_it_shows_is_changed(as_member, workspace, monkeypatch):
    monkeypatch.setattr(pagination, "GRACE", datetime.timedelta(0))
    for number in range(30):
        BoardFactory(workspace=workspace, name=f"Board {number:02}")
    seen = []
    address = f"{BOARDS}?ordering=updated_at&page_size=5"
    for _page in range(60):
        page = as_member.get(address).json()
        for row in page["results"]:
            seen.append(row["id"])
            Board.objects.filter(pk=row["id"]).update(name=f"{row['name']}!")
        address = page["next"]
        if address is None:
            break

    assert address is None
    assert len(set(seen)) == 30


def test_rows_that_come_and_go_move_no_others(as_member, workspace):
    made = [BoardFactory(workspace=workspace, name=f"Board {n:02}") for n in range(12)]
    first = as_member.get(f"{BOARDS}?ordering=name&page_size=4").json()
    made[0].delete()
    made[3].delete()
    BoardFactory(workspace=workspace, name="Board 00 again")

    rest = walk(as_member, first["next"])

    assert [row["name"] for page in rest for row in page["results"]] == [
        f"Board {n:02}" for n in range(4, 12)
    ]


def test_a_page_whose_rows_are_all_gone_is_empty_and_leads_back(as_member, workspace):
    made = [BoardFactory(workspace=workspace, name=f"Board {n:02}") for n in range(6)]
    first = as_member.get(f"{BOARDS}?ordering=name&page_size=4").json()
    made[4].delete()
    made[5].delete()

    empty = as_member.get(first["next"]).json()

    assert empty["results"] == []
    assert empty["next"] is None
    names = [row["name"] for row in as_member.get(empty["previous"]).json()["results"]]
    assert names == ["Board 00", "Board 01", "Board 02"]


def test_the_next_page_keeps_the_filters(as_member, cards):
    pages = walk(as_member, f"{CARDS}?priority=high,urgent&page_size=3&ordering=-title")

    found = {row["priority"] for page in pages for row in page["results"]}
    assert found == {"high", "urgent"}
    assert parse_qs(urlsplit(pages[0]["next"]).query)["priority"] == ["high,urgent"]


def test_a_cursor_is_refused_when_it_was_changed_or_is_for_another_order(as_member, cards):
    first = as_member.get(f"{CARDS}?page_size=5&ordering=title").json()
    cursor = parse_qs(urlsplit(first["next"]).query)["cursor"][0]

    forged = cursor[:-1] + ("B" if cursor.endswith("A") else "A")
    changed = as_member.get(CARDS, {"cursor": forged, "ordering": "title"})
    elsewhere = as_member.get(CARDS, {"cursor": cursor, "ordering": "-title"})
    right = as_member.get(CARDS, {"cursor": cursor, "ordering": "title"})

    assert changed.status_code == elsewhere.status_code == 400
    assert list(changed.json()["errors"]) == list(elsewhere.json()["errors"]) == ["cursor"]
    assert right.status_code == 200


def test_an_unknown_id_finds_nothing_and_one_of_another_tenant_neither(
    as_member, cards, other_board
):
    for identifier in ("019ab000-0000-7000-8000-000000000000", other_board.workspace_id):
        assert as_member.get(BOARDS, {"workspace": str(identifier)}).json()["results"] == []


def test_words_stand_for_nobody_and_for_the_caller(client_of, admin, cards):
    client = client_of(admin)

    assert len(client.get(CARDS, {"sprint": "none"}).json()["results"]) == 40
    assert len(client.get(CARDS, {"creator": "me"}).json()["results"]) == 40
    assert client.get(CARDS, {"creator": str(cards[0].pk)}).json()["results"] == []


def test_a_moment_may_come_with_an_unescaped_plus(as_member, board):
    found = as_member.generic(
        "GET", BOARDS, QUERY_STRING="updated_since=2020-01-01T00:00:00+00:00"
    ).json()

    assert len(found["results"]) == 1
