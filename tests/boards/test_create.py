"""Making a board."""

import pytest

from boards.models import Board
from tests.watching import signed

BOARDS = "/api/v1/boards/"


def make(client, tenant, /, **body):
    return client.post(BOARDS, {"workspace": str(tenant.pk), "name": "Plans", **body})


def shape(board):
    return [
        (column["name"], column["category"], column["wip_limit"], column["position"])
        for column in board["columns"]
    ]


def test_a_new_board_has_four_columns(as_member, member, workspace, watch):
    answer = make(as_member, workspace)

    assert answer.status_code == 201
    board = answer.json()
    assert list(board) == [
        "id",
        "workspace",
        "project",
        "name",
        "columns",
        "archived",
        "version",
        "created_at",
        "updated_at",
    ]
    assert (board["workspace"], board["name"]) == (str(workspace.pk), "Plans")
    assert (board["archived"], board["version"]) == (False, 1)
    assert shape(board) == [
        ("To Do", "todo", None, 0),
        ("In Progress", "in_progress", None, 1),
        ("In Review", "in_review", None, 2),
        ("Done", "done", None, 3),
    ]
    assert answer["ETag"] == f'"{board["id"]}.1"'
    assert answer["Location"].endswith(f"{BOARDS}{board['id']}/")
    entry = watch.only()
    assert signed(entry) == ("board.created", member.pk, "api")
    assert str(entry.entity_id) == board["id"]
    assert entry.details["after"]["name"] == "Plans"


def test_columns_can_be_given_by_name(as_member, workspace):
    board = make(as_member, workspace, columns=["Ideas", "Doing", "  Done  "]).json()

    assert shape(board) == [
        ("Ideas", "todo", None, 0),
        ("Doing", "todo", None, 1),
        ("Done", "todo", None, 2),
    ]


def test_columns_can_be_given_as_objects_and_names_mixed(as_member, workspace):
    board = make(
        as_member,
        workspace,
        columns=[
            {"name": "Doing", "category": "in_progress", "wip_limit": 3},
            "Parked",
            {"name": "Shipped", "category": "done", "wip_limit": None},
        ],
    ).json()

    assert shape(board) == [
        ("Doing", "in_progress", 3, 0),
        ("Parked", "todo", None, 1),
        ("Shipped", "done", None, 2),
    ]


def test_every_column_of_every_board_has_an_id_of_its_own(as_member, workspace):
    first, second = (make(as_member, workspace).json() for _ in range(2))

    ids = [column["id"] for board in (first, second) for column in board["columns"]]
    assert len(set(ids)) == 8


def test_a_name_is_trimmed(as_member, workspace):
    assert make(as_member, workspace, name="  Plans \n").json()["name"] == "Plans"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": None}, "name"),
        ({"name": 7}, "name"),
        ({"workspace": "not an id"}, "workspace"),
        ({"workspace": None}, "workspace"),
        ({"workspace": "019ab000-0000-7000-8000-000000000000"}, "workspace"),
        ({"columns": []}, "columns"),
        ({"columns": None}, "columns"),
        ({"columns": "To Do"}, "columns"),
        ({"columns": [""]}, "columns"),
        ({"columns": [7]}, "columns"),
        ({"columns": [None]}, "columns"),
        ({"columns": [["To Do"]]}, "columns"),
        ({"columns": ["Same", "Same"]}, "columns"),
        ({"columns": ["Same", " Same "]}, "columns"),
        ({"columns": ["x" * 101]}, "columns"),
        ({"columns": [f"Column {number}" for number in range(101)]}, "columns"),
        ({"columns": [{}]}, "columns"),
        ({"columns": [{"name": "A", "category": "finished"}]}, "columns"),
        ({"columns": [{"name": "A", "wip_limit": 0}]}, "columns"),
        ({"columns": [{"name": "A", "wip_limit": -1}]}, "columns"),
        ({"columns": [{"name": "A", "wip_limit": 1.5}]}, "columns"),
        ({"columns": [{"name": "A", "wip_limit": 1_000_000_000}]}, "columns"),
        ({"columns": [{"name": "A", "id": "019ab000-0000-7000-8000-000000000000"}]}, "columns"),
        ({"columns": [{"name": "A", "position": 3}]}, "columns"),
        ({"columns": [{"name": "A", "color": "red"}]}, "columns"),
        ({"archived": True}, "archived"),
        ({"version": 7}, "version"),
        ({"nmae": "Plans"}, "nmae"),
    ],
)
def test_a_bad_board_is_refused_by_the_name_of_the_field(as_member, workspace, watch, body, field):
    answer = make(as_member, workspace, **body)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert not Board.objects.exists()
    assert watch.entries() == []


def test_a_hundred_columns_are_allowed(as_member, workspace):
    names = [f"Column {number}" for number in range(100)]

    board = make(as_member, workspace, columns=names).json()

    assert [column["name"] for column in board["columns"]] == names


def test_a_bad_column_is_named_by_its_place(as_member, workspace):
    answer = make(as_member, workspace, columns=["Good", {"name": "Bad", "wip_limit": 0}])

    assert list(answer.json()["errors"]["columns"]) == ["1"]
    assert list(answer.json()["errors"]["columns"]["1"]) == ["wip_limit"]


def test_a_workspace_of_others_does_not_exist(as_member, other_workspace, watch):
    foreign = make(as_member, other_workspace)
    unknown = as_member.post(
        BOARDS, {"workspace": "019ab000-0000-7000-8000-000000000000", "name": "Plans"}
    )

    assert foreign.status_code == unknown.status_code == 400
    assert foreign.json()["errors"] == unknown.json()["errors"]
    assert watch.entries() == []
