"""The collections' own ways: lists, rows, writes, and what they cost in queries."""

import pytest

from boards.models import Board
from tests.factories import BoardFactory, CardAssigneeFactory, CardFactory

BOARDS = "/api/v1/boards/"
CARDS = "/api/v1/cards/"


def test_a_list_shows_the_rows_that_the_caller_may_see(as_member, board, other_board):
    answer = as_member.get(BOARDS)

    assert answer.status_code == 200
    assert [row["id"] for row in answer.json()["results"]] == [str(board.pk)]
    assert answer.json()["next"] is answer.json()["previous"] is None


def test_a_row_of_another_tenant_is_not_found(as_member, other_board):
    foreign = as_member.get(f"{BOARDS}{other_board.pk}/")
    unknown = as_member.get(f"{BOARDS}019ab000-0000-7000-8000-000000000000/")

    assert foreign.status_code == unknown.status_code == 404
    assert {**foreign.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}


def test_who_is_not_signed_in_is_told_to(client_of, board):
    answer = client_of(None).get(BOARDS)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_created_row_is_answered_with_its_address_and_tag(as_member, workspace):
    answer = as_member.post(BOARDS, {"workspace": str(workspace.pk), "name": "  New  "})

    assert answer.status_code == 201
    board = Board.objects.get(name="New")
    assert answer["Location"] == f"http://testserver{BOARDS}{board.pk}/"
    assert answer["ETag"] == f'"{board.pk}.1"'
    assert answer.json()["version"] == 1


def test_a_change_writes_only_what_it_names(as_member, board):
    answer = as_member.patch(f"{BOARDS}{board.pk}/", {"archived": True})

    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["archived"]) == ("Product", True)
    assert answer.json()["version"] == 2


def test_a_removed_row_is_gone(as_member, board):
    assert as_member.delete(f"{BOARDS}{board.pk}/").status_code == 204
    assert not Board.objects.exists()


@pytest.mark.parametrize("address", [BOARDS, CARDS])
def test_a_list_takes_as_many_queries_for_forty_rows_as_for_four(
    as_member, board, member, address, django_assert_num_queries
):
    def grow(count):
        for _ in range(count):
            BoardFactory(workspace=board.workspace)
            CardAssigneeFactory(card=CardFactory(board=board), user=member)

    grow(4)
    with django_assert_num_queries(1):
        few = as_member.get(address).json()["results"]
    grow(36)
    with django_assert_num_queries(1):
        many = as_member.get(address).json()["results"]
    assert len(few) < len(many)


def test_a_list_and_a_detail_show_a_row_alike(as_member, board, member, django_assert_num_queries):
    card = CardFactory(board=board, estimated_hours="2.50", story_points=3)
    CardAssigneeFactory(card=card, user=member)

    [listed] = as_member.get(CARDS).json()["results"]
    with django_assert_num_queries(1):
        answer = as_member.get(f"{CARDS}{card.pk}/")

    assert answer.json() == listed
    assert listed["board"] == str(board.pk)
    assert listed["estimated_hours"] == "2.50"
    assert listed["assignees"] == [str(member.pk)]


def test_options_tells_nothing_of_what_is_in_the_database(as_member, board, other_board):
    answer = as_member.options(BOARDS)

    assert answer.status_code == 200
    assert set(answer.json()) == {"name", "description", "renders", "parses"}


def test_head_answers_like_get_without_a_body(as_member, board):
    answer = as_member.head(f"{BOARDS}{board.pk}/")

    assert answer.status_code == 200
    assert answer["ETag"] == f'"{board.pk}.1"'
    assert answer.content == b""


def test_bytes_go_out_as_they_are(as_member):
    answer = as_member.get(f"{CARDS}raw/")

    assert answer["Content-Type"] == "application/json"
    assert len(answer.json()["cards"]) == 1000
