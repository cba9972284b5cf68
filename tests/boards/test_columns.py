"""The columns of a board: added, renamed, recategorised, limited, reordered, removed."""

import pytest

from boards.models import BoardColumn
from cards.models import Card
from tests.factories import BoardFactory, CardFactory
from tests.watching import signed

UNKNOWN = "019ab000-0000-7000-8000-000000000000"


@pytest.fixture
def columns(board):
    """The addresses of the board's columns, by name."""
    return {
        column["name"]: f"/api/v1/boards/{board.pk}/columns/{column['id']}/"
        for column in board.columns
    }


@pytest.fixture
def ids(board):
    return {column["name"]: column["id"] for column in board.columns}


def names(answer):
    return [column["name"] for column in answer.json()["columns"]]


def order_of(column_id):
    """The titles in a column, in order."""
    cards = Card.objects.filter(column_id=column_id).order_by("position")
    return list(cards.values_list("title", flat=True))


def fill(board, column_id, *titles, **values):
    return [
        CardFactory(board=board, column_id=column_id, title=title, **values) for title in titles
    ]


def test_a_column_is_added_at_the_end(as_member, member, address, watch):
    answer = as_member.post(f"{address}columns/", {"name": " Blocked "})

    assert answer.status_code == 201
    assert names(answer) == ["To Do", "In Progress", "In Review", "Done", "Blocked"]
    column = answer.json()["columns"][4]
    assert (column["category"], column["wip_limit"], column["position"]) == ("todo", None, 4)
    assert answer.json()["version"] == 2
    assert signed(watch.only()) == ("column.added", member.pk, "api")
    assert BoardColumn.objects.get(pk=column["id"]).name == "Blocked"


def test_a_column_is_added_at_a_place(as_member, address):
    body = {"name": "Ready", "category": "in_progress", "wip_limit": 5, "position": 1}

    answer = as_member.post(f"{address}columns/", body)

    assert names(answer) == ["To Do", "Ready", "In Progress", "In Review", "Done"]
    assert [column["position"] for column in answer.json()["columns"]] == [0, 1, 2, 3, 4]
    assert answer.json()["columns"][1]["category"] == "in_progress"
    assert answer.json()["columns"][1]["wip_limit"] == 5


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "Done"}, "name"),
        ({"name": " Done "}, "name"),
        ({"name": "New", "category": "finished"}, "category"),
        ({"name": "New", "category": None}, "category"),
        ({"name": "New", "wip_limit": 0}, "wip_limit"),
        ({"name": "New", "wip_limit": "3"}, "wip_limit"),
        ({"name": "New", "position": 5}, "position"),
        ({"name": "New", "position": -1}, "position"),
        ({"name": "New", "id": UNKNOWN}, "id"),
    ],
)
def test_a_bad_column_is_refused(as_member, address, board, watch, body, field):
    answer = as_member.post(f"{address}columns/", body)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert watch.entries() == []
    assert BoardColumn.objects.filter(board_id=board.pk).count() == 4


def test_a_board_has_at_most_a_hundred_columns(as_member, address, board, watch):
    for number in range(96):
        board.columns.append(
            {
                **board.columns[0],
                "id": f"019ab000-0000-7000-8000-{number:012}",
                "name": f"C{number}",
            }
        )
        board.columns[-1]["position"] = 4 + number
    board.save()
    watch.restart()

    answer = as_member.post(f"{address}columns/", {"name": "One more"})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["name"])
    assert watch.entries() == []


def test_a_column_is_renamed_without_touching_its_cards(
    as_member, member, columns, ids, board, watch
):
    [card] = fill(board, ids["To Do"], "A")
    watch.restart()

    answer = as_member.patch(columns["To Do"], {"name": "Next"})

    assert answer.status_code == 200
    assert names(answer) == ["Next", "In Progress", "In Review", "Done"]
    assert answer.json()["columns"][0]["id"] == ids["To Do"]
    assert signed(watch.only()) == ("column.updated", member.pk, "api")
    card.refresh_from_db()
    assert card.version == 1


def test_what_is_not_named_stays(as_member, columns):
    as_member.patch(columns["In Review"], {"wip_limit": 2})
    as_member.patch(columns["In Review"], {"name": "Checking"})

    column = as_member.patch(columns["In Review"], {"position": 0}).json()["columns"][0]

    assert {**column, "id": None} == {
        "id": None,
        "name": "Checking",
        "position": 0,
        "category": "in_review",
        "wip_limit": 2,
    }
    lifted = as_member.patch(columns["In Review"], {"wip_limit": None}).json()["columns"][0]
    assert lifted["wip_limit"] is None


@pytest.mark.parametrize(
    ("name", "position", "order"),
    [
        ("To Do", 3, ["In Progress", "In Review", "Done", "To Do"]),
        ("To Do", 1, ["In Progress", "To Do", "In Review", "Done"]),
        ("Done", 0, ["Done", "To Do", "In Progress", "In Review"]),
        ("In Review", 2, ["To Do", "In Progress", "In Review", "Done"]),
    ],
)
def test_columns_are_reordered(as_member, columns, board, name, position, order):
    answer = as_member.patch(columns[name], {"position": position})

    assert names(answer) == order
    assert [column["position"] for column in answer.json()["columns"]] == [0, 1, 2, 3]
    known = BoardColumn.objects.filter(board_id=board.pk).order_by("position")
    assert list(known.values_list("name", flat=True)) == order


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "Done"}, "name"),
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"category": "x"}, "category"),
        ({"wip_limit": 0}, "wip_limit"),
        ({"position": 4}, "position"),
        ({"position": None}, "position"),
        ({"id": UNKNOWN}, "id"),
    ],
)
def test_a_bad_change_is_refused(as_member, columns, board, watch, body, field):
    answer = as_member.patch(columns["To Do"], body)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert watch.entries() == []


def test_a_column_that_becomes_done_completes_its_cards(as_member, columns, ids, board, watch):
    [card] = fill(board, ids["To Do"], "A")
    [other] = fill(board, ids["In Progress"], "B")
    watch.restart()

    as_member.patch(columns["To Do"], {"category": "done"})

    card.refresh_from_db()
    other.refresh_from_db()
    assert (card.completed_at is not None, card.version) == (True, 2)
    assert (other.completed_at, other.version) == (None, 1)
    assert sorted(watch.actions()) == [("column.updated", "board"), ("column.updated", "card")]

    as_member.patch(columns["To Do"], {"category": "in_review"})

    card.refresh_from_db()
    assert (card.completed_at, card.version) == (None, 3)


def test_a_limit_below_what_a_column_holds_moves_nothing_out(as_member, columns, ids, board):
    fill(board, ids["To Do"], "A", "B")

    answer = as_member.patch(columns["To Do"], {"wip_limit": 1})

    assert answer.status_code == 200
    assert order_of(ids["To Do"]) == ["A", "B"]


def test_an_empty_column_is_removed(as_member, member, columns, board, ids, watch):
    answer = as_member.delete(columns["In Review"])

    assert answer.status_code == 200
    assert names(answer) == ["To Do", "In Progress", "Done"]
    assert [column["position"] for column in answer.json()["columns"]] == [0, 1, 2]
    assert signed(watch.only()) == ("column.removed", member.pk, "api")
    assert not BoardColumn.objects.filter(pk=ids["In Review"]).exists()


def test_a_column_with_cards_is_not_removed_without_saying_where_they_go(
    as_member, columns, board, ids, watch
):
    fill(board, ids["To Do"], "A")
    fill(board, ids["To Do"], "B", archived_at="2026-11-01T00:00:00Z")
    watch.restart()

    answer = as_member.delete(columns["To Do"])

    assert answer.status_code == 409
    assert answer.json()["code"] == "column_not_empty"
    assert answer.json()["cards"] == 2
    assert list(answer.json()["errors"]) == ["move_cards_to"]
    assert order_of(ids["To Do"]) == ["A", "B"]
    assert watch.entries() == []


@pytest.mark.parametrize("way", ["query", "body"])
def test_the_cards_of_a_removed_column_go_in_order_below_those_of_another(
    as_member, member, columns, board, ids, watch, way
):
    fill(board, ids["To Do"], "A", "B", "C")
    fill(board, ids["To Do"], "put away", archived_at="2026-11-01T00:00:00Z")
    fill(board, ids["Done"], "X", "Y")
    watch.restart()

    if way == "query":
        answer = as_member.delete(f"{columns['To Do']}?move_cards_to={ids['Done']}")
    else:
        answer = as_member.delete(columns["To Do"], {"move_cards_to": ids["Done"]})

    assert answer.status_code == 200
    assert names(answer) == ["In Progress", "In Review", "Done"]
    assert order_of(ids["Done"]) == ["X", "Y", "A", "B", "C", "put away"]
    moved = Card.objects.get(title="A")
    assert moved.completed_at is not None
    assert Card.objects.get(title="put away").archived_at is not None
    entries = watch.entries()
    assert {signed(entry) for entry in entries} == {("column.removed", member.pk, "api")}
    assert sorted(entry.entity_type for entry in entries) == ["board"] + ["card"] * 4
    assert len({entry.action_id for entry in entries}) == 1


def test_many_cards_of_a_removed_column_keep_their_order(as_member, columns, board, ids):
    titles = [f"{number:04}" for number in range(600)]
    Card.objects.bulk_create(
        Card(
            workspace_id=board.workspace_id,
            board=board,
            column_id=ids["To Do"],
            position=7 * place,
            title=title,
            created_by_id=board.workspace.created_by_id,
        )
        for place, title in enumerate(titles)
    )

    answer = as_member.delete(columns["To Do"], {"move_cards_to": ids["In Review"]})

    assert answer.status_code == 200
    assert order_of(ids["In Review"]) == titles


@pytest.mark.parametrize(
    "target",
    [UNKNOWN, "To Do", "of another board", "nonsense", ""],
)
def test_a_column_that_cannot_take_the_cards_is_refused(
    as_member, columns, board, ids, watch, target
):
    fill(board, ids["To Do"], "A")
    second = BoardFactory(workspace=board.workspace)
    target = {"To Do": ids["To Do"], "of another board": second.columns[0]["id"]}.get(
        target, target
    )
    watch.restart()

    answer = as_member.delete(columns["To Do"], {"move_cards_to": target})

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["move_cards_to"]
    assert order_of(ids["To Do"]) == ["A"]
    assert watch.entries() == []


def test_where_the_cards_go_is_checked_even_where_there_are_none(as_member, columns, board, watch):
    answer = as_member.delete(columns["To Do"], {"move_cards_to": UNKNOWN})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["move_cards_to"])
    assert watch.entries() == []


@pytest.mark.parametrize("body", [[], "text", {"move": "x"}, {"override_wip_limit": "yes"}])
def test_a_body_that_says_something_else_is_refused(as_member, columns, board, watch, body):
    answer = as_member.delete(columns["To Do"], body)

    assert answer.status_code == 400
    assert watch.entries() == []


def test_removing_a_column_keeps_the_other_columns_limit(
    as_member, as_admin, columns, board, ids, watch
):
    as_member.patch(columns["Done"], {"wip_limit": 2})
    fill(board, ids["To Do"], "A", "B")
    fill(board, ids["Done"], "X")
    watch.restart()

    full = as_member.delete(columns["To Do"], {"move_cards_to": ids["Done"]})
    forbidden = as_member.delete(
        columns["To Do"], {"move_cards_to": ids["Done"], "override_wip_limit": True}
    )

    assert (full.status_code, full.json()["code"]) == (409, "column_full")
    assert (full.json()["column_id"], full.json()["wip_limit"]) == (ids["Done"], 2)
    assert forbidden.status_code == 403
    assert order_of(ids["To Do"]) == ["A", "B"]
    assert watch.entries() == []

    address = f"{columns['To Do']}?move_cards_to={ids['Done']}&override_wip_limit=true"
    assert as_admin.delete(address).status_code == 200
    assert order_of(ids["Done"]) == ["X", "A", "B"]
    contexts = [entry.details["context"] for entry in watch.entries()]
    assert contexts == [{"override_wip_limit": True}] * 3


def test_archived_cards_fit_into_a_column_over_its_limit(as_member, columns, board, ids):
    fill(board, ids["Done"], "X", "Y")
    fill(board, ids["To Do"], "put away", archived_at="2026-11-01T00:00:00Z")
    as_member.patch(columns["Done"], {"wip_limit": 1})

    answer = as_member.delete(columns["To Do"], {"move_cards_to": ids["Done"]})

    assert answer.status_code == 200
    assert order_of(ids["Done"]) == ["X", "Y", "put away"]


def test_the_last_column_stays(as_member, columns, board, watch):
    for name in ("To Do", "In Progress", "In Review"):
        as_member.delete(columns[name])
    watch.restart()

    answer = as_member.delete(columns["Done"])

    assert (answer.status_code, answer.json()["code"]) == (409, "last_column")
    assert BoardColumn.objects.filter(board_id=board.pk).count() == 1
    assert watch.entries() == []


def test_a_column_of_another_board_is_not_there(as_member, board, other_board, watch):
    second = BoardFactory(workspace=board.workspace)
    watch.restart()
    for column_id in (second.columns[0]["id"], other_board.columns[0]["id"], UNKNOWN, "nonsense"):
        column = f"/api/v1/boards/{board.pk}/columns/{column_id}/"

        assert as_member.patch(column, {"name": "Mine"}).status_code == 404
        assert as_member.delete(column).status_code == 404
    assert watch.entries() == []
