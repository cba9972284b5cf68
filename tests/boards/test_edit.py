"""Renaming, archiving, listing and deleting boards."""

import pytest

from boards.models import Board, BoardColumn, Sprint
from cards.models import Card
from tests.factories import BoardFactory, CardAssigneeFactory, CardFactory, SprintFactory
from tests.watching import signed

BOARDS = "/api/v1/boards/"


def names(answer):
    return [row["name"] for row in answer.json()["results"]]


def test_a_board_is_renamed(as_member, member, address, board, watch):
    answer = as_member.patch(address, {"name": " Roadmap "})

    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["version"]) == ("Roadmap", 2)
    entry = watch.only()
    assert signed(entry) == ("board.updated", member.pk, "api")
    assert entry.details == {
        "before": {"name": "Product"},
        "after": {"name": "Roadmap"},
        "context": {},
    }


def test_a_name_that_is_the_same_changes_nothing(as_member, address, watch):
    answer = as_member.patch(address, {"name": "Product"})

    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert watch.entries() == []


def test_a_change_of_nothing_changes_nothing(as_member, address, watch):
    answer = as_member.patch(address, {})

    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert watch.entries() == []


def test_a_board_as_it_was_read_can_be_sent_back(as_member, address, watch):
    read = as_member.get(address).json()

    answer = as_member.patch(address, {**read, "name": "Roadmap"})

    assert answer.status_code == 200
    assert answer.json()["name"] == "Roadmap"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": None}, "name"),
        ({"archived": True}, "archived"),
        ({"columns": ["To Do"]}, "columns"),
        ({"workspace": "019ab000-0000-7000-8000-000000000000"}, "workspace"),
        ({"version": 9}, "version"),
        ({"project": "019ab000-0000-7000-8000-000000000000"}, "project"),
    ],
)
def test_what_cannot_be_changed_is_refused(as_member, address, board, watch, body, field):
    answer = as_member.patch(address, body)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert watch.entries() == []


def test_a_board_is_never_moved_to_another_workspace(
    client_of, member_of_both, address, board, other_workspace, watch
):
    answer = client_of(member_of_both).patch(address, {"workspace": str(other_workspace.pk)})

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["workspace"]
    assert watch.entries() == []


def test_archiving_and_unarchiving(as_member, member, address, board, watch):
    archived = as_member.post(f"{address}archive/")
    assert (archived.status_code, archived.json()["archived"]) == (200, True)
    assert signed(watch.only()) == ("board.archived", member.pk, "api")
    watch.restart()

    again = as_member.post(f"{address}archive/")
    assert (again.status_code, again.json()["version"]) == (200, 2)
    assert watch.entries() == []

    back = as_member.post(f"{address}unarchive/")
    assert (back.json()["archived"], back.json()["version"]) == (False, 3)
    assert signed(watch.only()) == ("board.unarchived", member.pk, "api")


def test_archiving_takes_no_body(as_member, address, board, watch):
    answer = as_member.post(f"{address}archive/", {"reason": "old"})

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["reason"]
    assert watch.entries() == []


def test_an_archived_board_takes_in_nothing_new(as_member, address, board, sprint, card, watch):
    second = BoardFactory(workspace=board.workspace)
    mover = CardFactory(board=second)
    archived = CardFactory(board=board, archived_at="2026-11-01T00:00:00Z")
    as_member.post(f"{address}archive/")
    watch.restart()

    refused = [
        as_member.post("/api/v1/cards/", {"board": str(board.pk), "title": "New"}),
        as_member.post(
            f"/api/v1/cards/{mover.pk}/move/",
            {"board_id": str(board.pk), "column_id": board.columns[0]["id"]},
        ),
        as_member.post(f"/api/v1/cards/{archived.pk}/unarchive/"),
        as_member.post(
            "/api/v1/sprints/",
            {
                "board": str(board.pk),
                "name": "S",
                "start_date": "2026-11-01",
                "end_date": "2026-11-02",
            },
        ),
    ]

    assert [answer.status_code for answer in refused] == [409] * 4
    assert {answer.json()["code"] for answer in refused} == {"board_archived"}
    assert watch.entries() == []


def test_archived_boards_are_left_out_of_lists_unless_asked_for(as_member, workspace):
    BoardFactory(workspace=workspace, name="In use")
    BoardFactory(workspace=workspace, name="Old", archived=True)

    assert names(as_member.get(BOARDS)) == ["In use"]
    assert names(as_member.get(BOARDS, {"archived": "true"})) == ["Old"]
    assert names(as_member.get(BOARDS, {"archived": "false"})) == ["In use"]


def test_an_archived_board_can_still_be_read(as_member, workspace):
    board = BoardFactory(workspace=workspace, archived=True)

    assert as_member.get(f"{BOARDS}{board.pk}/").json()["archived"] is True
    assert as_member.get(f"{BOARDS}{board.pk}/snapshot/").json()["board"]["archived"] is True


def test_boards_are_found_by_workspace_and_words_of_their_names(
    client_of, member_of_both, workspace, other_workspace
):
    BoardFactory(workspace=workspace, name="Product plans")
    BoardFactory(workspace=workspace, name="Support")
    BoardFactory(workspace=other_workspace, name="Plans of others")
    client = client_of(member_of_both)

    assert names(client.get(BOARDS)) == ["Product plans", "Support", "Plans of others"]
    assert names(client.get(BOARDS, {"workspace": str(workspace.pk)})) == [
        "Product plans",
        "Support",
    ]
    assert names(client.get(BOARDS, {"search": "PLANS"})) == ["Product plans", "Plans of others"]
    assert names(client.get(BOARDS, {"ordering": "-name"})) == [
        "Support",
        "Product plans",
        "Plans of others",
    ]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("archived=yes", "archived"),
        ("workspace=7", "workspace"),
        ("search=", "search"),
        ("ordering=columns", "ordering"),
        ("name=Plans", "name"),
        ("page_size=0", "page_size"),
    ],
)
def test_a_question_that_the_list_does_not_know_is_refused(as_member, query, name):
    answer = as_member.get(f"{BOARDS}?{query}")

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [name]


def test_a_workspace_of_others_filters_to_nothing(as_member, board, other_board):
    answer = as_member.get(BOARDS, {"workspace": str(other_board.workspace_id)})

    assert (answer.status_code, names(answer)) == (200, [])


def test_an_admin_deletes_a_board_with_all_that_is_on_it(
    as_admin, admin, member, address, board, sprint, other_card
):
    CardAssigneeFactory(card=CardFactory(board=board, sprint=sprint), user=member)
    CardFactory(board=board, archived_at="2026-11-01T00:00:00Z")

    answer = as_admin.delete(address)

    assert (answer.status_code, answer.content) == (204, b"")
    assert not Board.objects.filter(pk=board.pk).exists()
    assert not BoardColumn.objects.filter(board_id=board.pk).exists()
    assert not Sprint.objects.exists()
    assert list(Card.objects.all()) == [other_card]


def test_a_deletion_is_one_action_with_an_entry_for_each_row(
    as_admin, admin, member, address, board, sprint, watch
):
    CardAssigneeFactory(card=CardFactory(board=board, sprint=sprint), user=member)
    watch.restart()

    as_admin.delete(address)

    entries = watch.entries()
    assert {signed(entry) for entry in entries} == {("board.deleted", admin.pk, "api")}
    assert len({entry.action_id for entry in entries}) == 1
    deletions = [entry.entity_type for entry in entries if entry.details["after"] == {}]
    assert sorted(deletions) == ["board", "card", "card_assignee", "sprint"]


def test_a_member_may_not_delete_a_board(as_member, address, board, card, watch):
    answer = as_member.delete(address)

    assert answer.status_code == 403
    assert answer.json()["code"] == "forbidden"
    assert Board.objects.get(pk=board.pk).version == 1
    assert Card.objects.get() == card
    assert watch.entries() == []


def test_to_an_outsider_a_board_is_not_there(as_outsider, address, board, watch):
    assert as_outsider.delete(address).status_code == 404
    assert Board.objects.filter(pk=board.pk).exists()
    assert watch.entries() == []


def test_a_stale_if_match_gets_the_present_board_and_who_changed_it(
    as_member, as_admin, admin, address, board, watch
):
    tag = as_member.get(address)["ETag"]
    as_admin.patch(address, {"name": "By the admin"})
    watch.restart()

    for answer in (
        as_member.patch(address, {"name": "Mine"}, headers={"If-Match": tag}),
        as_member.post(f"{address}archive/", headers={"If-Match": tag}),
        as_member.post(f"{address}columns/", {"name": "More"}, headers={"If-Match": tag}),
        as_admin.delete(address, headers={"If-Match": tag}),
    ):
        assert answer.status_code == 412
        assert answer.json()["current"] == as_member.get(address).json()
        assert answer.json()["changed_by"] == {"id": str(admin.pk), "name": "Ada Admin"}
    assert watch.entries() == []


def test_a_list_takes_as_many_queries_for_forty_boards_as_for_four(
    as_member, workspace, django_assert_num_queries
):
    for amount in (4, 36):
        for _ in range(amount):
            SprintFactory(board=BoardFactory(workspace=workspace))
        with django_assert_num_queries(1):
            as_member.get(BOARDS)
        with django_assert_num_queries(1):
            as_member.get("/api/v1/sprints/")
