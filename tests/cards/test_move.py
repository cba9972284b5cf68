"""Moving a card: to another place, column or board."""

import pytest

from cards.models import Card, CardAssignee
from tests.factories import BoardFactory, CardAssigneeFactory, CardFactory, SprintFactory
from tests.watching import signed

CARDS = "/api/v1/cards/"
UNKNOWN = "019ab000-0000-7000-8000-000000000000"
BUG = {"id": "bug", "name": "Bug", "color": "#b42318"}


@pytest.fixture
def move(as_member):
    """`move(card, column_id=…)`: the answer."""

    def moved(card, client=as_member, **body):
        return client.post(f"{CARDS}{card.pk}/move/", body)

    return moved


@pytest.mark.parametrize(
    ("place", "order"),
    [
        ({}, ["X", "Y", "Z", "A"]),
        ({"place": "bottom"}, ["X", "Y", "Z", "A"]),
        ({"place": "top"}, ["A", "X", "Y", "Z"]),
        ({"before": "Y"}, ["X", "A", "Y", "Z"]),
        ({"after": "Y"}, ["X", "Y", "A", "Z"]),
    ],
)
def test_a_card_goes_to_a_place_of_another_column(
    move, member, fill, columns, order_of, watch, place, order
):
    [card] = fill(columns[0], "A")
    others = {other.title: str(other.pk) for other in fill(columns[1], "X", "Y", "Z")}
    place = {name: others.get(value, value) for name, value in place.items()}
    watch.restart()

    answer = move(card, column_id=columns[1], **place)

    assert answer.status_code == 200
    assert (answer.json()["column_id"], answer.json()["version"]) == (columns[1], 2)
    assert answer["ETag"] == f'"{card.pk}.2"'
    assert order_of(columns[1]) == order
    assert order_of(columns[0]) == []
    entry = watch.only()
    assert signed(entry) == ("card.moved", member.pk, "api")
    assert sorted(entry.details["after"]) == ["column_id", "position"]
    assert entry.details["context"] == {}


def test_a_card_is_moved_by_its_key(as_member, fill, columns):
    [card] = fill(columns[0], "A")

    answer = as_member.post(f"{CARDS}acme-{card.number}/move/", {"column_id": columns[2]})

    assert (answer.status_code, answer.json()["column_id"]) == (200, columns[2])


def test_entering_a_done_column_completes_and_leaving_it_reopens(move, fill, columns):
    [card] = fill(columns[0], "A")

    done = move(card, column_id=columns[3]).json()
    assert done["completed_at"] == done["updated_at"]
    assert move(card, column_id=columns[1]).json()["completed_at"] is None


@pytest.mark.parametrize(
    ("mover", "place"),
    [
        ("C", {}),
        ("A", {"place": "top"}),
        ("A", {"before": "B"}),
        ("C", {"after": "B"}),
        ("B", {"after": "A"}),
        ("B", {"sprint_id": None}),
    ],
)
def test_a_card_that_is_there_already_is_left_alone(
    move, fill, columns, order_of, watch, mover, place
):
    cards = {card.title: card for card in fill(columns[0], "A", "B", "C")}
    place = {
        name: str(cards[value].pk) if value in cards else value for name, value in place.items()
    }
    if mover == "B" and "sprint_id" in place:
        place["after"] = str(cards["A"].pk)
    watch.restart()

    answer = move(cards[mover], column_id=columns[0], **place)

    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert order_of(columns[0]) == ["A", "B", "C"]
    assert watch.entries() == []


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("anchor", ["left the column", "deleted", "unknown", "itself", "foreign"])
def test_an_anchor_that_is_gone_is_a_409_with_the_present_order(
    move, as_member, fill, columns, order_of, other_card, watch, side, anchor
):
    card, left, deleted = fill(columns[0], "A", "left", "deleted")
    others = fill(columns[1], "X", "Y")
    as_member.delete(f"{CARDS}{deleted.pk}/")
    watch.restart()
    beside = {
        "left the column": left.pk,
        "deleted": deleted.pk,
        "unknown": UNKNOWN,
        "itself": card.pk,
        "foreign": other_card.pk,
    }[anchor]

    answer = move(card, column_id=columns[1], **{side: str(beside)})

    assert answer.status_code == 409
    assert answer.json()["code"] == "anchor_gone"
    assert answer.json()["order"] == [str(other.pk) for other in others]
    assert list(answer.json()["errors"]) == [side]
    assert order_of(columns[1]) == ["X", "Y"]
    assert watch.entries() == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "column_id"),
        ({"column_id": UNKNOWN}, "column_id"),
        ({"column_id": "x"}, "column_id"),
        ({"column_id": None}, "column_id"),
        ({"place": "middle"}, "place"),
        ({"before": "x"}, "before"),
        ({"before": None}, "before"),
        ({"board_id": UNKNOWN}, "board_id"),
        ({"board_id": None}, "board_id"),
        ({"sprint_id": UNKNOWN}, "sprint_id"),
        ({"position": 7}, "position"),
        ({"override_wip_limit": 1}, "override_wip_limit"),
        ({"before": UNKNOWN, "after": UNKNOWN}, "after"),
        ({"before": UNKNOWN, "place": "top"}, "place"),
    ],
)
def test_a_bad_move_is_refused(move, fill, columns, order_of, watch, body, field):
    [card] = fill(columns[0], "A")
    watch.restart()

    answer = move(card, **({"column_id": columns[1], **body} if body else {}))

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert order_of(columns[0]) == ["A"]
    assert watch.entries() == []


def test_on_another_board_a_card_leaves_its_sprint_and_takes_that_boards_labels(
    move, member, admin, board, columns, sprint, watch
):
    second = BoardFactory(workspace=board.workspace)
    there = {"id": "there", "name": "bug", "color": "#000000"}
    taken = {"id": "later", "name": "Taken", "color": "#111111"}
    CardFactory(board=second, metadata={"labels": [there, taken]})
    card = CardFactory(
        board=board,
        sprint=sprint,
        metadata={"labels": [BUG, {"id": "later", "name": "Later", "color": "#475467"}], "x": 1},
    )
    CardAssigneeFactory(card=card, user=member)
    watch.restart()

    answer = move(card, board_id=str(second.pk), column_id=second.columns[1]["id"])

    assert answer.status_code == 200
    moved = answer.json()
    assert (moved["board"], moved["column_id"]) == (str(second.pk), second.columns[1]["id"])
    assert (moved["key"], moved["sprint"]) == (f"ACME-{card.number}", None)
    assert moved["assignees"] == [str(member.pk)]
    labels = moved["metadata"]["labels"]
    assert labels[0] == {**there, "name": "Bug"}
    # Its own id is taken there by another label, so it comes along under a new one.
    assert (labels[1]["name"], labels[1]["color"]) == ("Later", "#475467")
    assert labels[1]["id"] != "later"
    assert moved["metadata"]["x"] == 1
    assert moved["version"] == 3
    assert CardAssignee.objects.get().board_id == second.pk
    assert [signed(entry) for entry in watch.entries()] == [("card.moved", member.pk, "api")] * 2
    assert {entry.entity_type for entry in watch.entries()} == {"card", "card_assignee"}


def test_a_card_can_be_given_a_sprint_of_the_board_it_goes_to(move, board, card, sprint, watch):
    second = BoardFactory(workspace=board.workspace)
    theirs = SprintFactory(board=second)
    target = {"board_id": str(second.pk), "column_id": second.columns[0]["id"]}
    watch.restart()

    refused = move(card, **target, sprint_id=str(sprint.pk))
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["sprint_id"])
    assert watch.entries() == []

    assert move(card, **target, sprint_id=str(theirs.pk)).json()["sprint"] == str(theirs.pk)


def test_a_sprint_is_set_and_dropped_by_a_move_within_the_board(move, card, sprint, columns):
    assert move(card, column_id=columns[0], sprint_id=str(sprint.pk)).json()["sprint"] == str(
        sprint.pk
    )
    assert move(card, column_id=columns[1]).json()["sprint"] == str(sprint.pk)
    assert move(card, column_id=columns[1], sprint_id=None).json()["sprint"] is None


def test_column_and_board_have_to_belong_together(move, board, card, columns, watch):
    second = BoardFactory(workspace=board.workspace)
    watch.restart()

    for body in (
        {"board_id": str(second.pk), "column_id": columns[1]},
        {"column_id": second.columns[0]["id"]},
    ):
        answer = move(card, **body)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["column_id"])
    assert watch.entries() == []


def test_a_card_never_leaves_its_workspace(
    move, client_of, member_of_both, card, other_board, sprint, watch
):
    target = {"board_id": str(other_board.pk), "column_id": other_board.columns[0]["id"]}

    foreign = move(card, **target)
    of_both = move(card, client_of(member_of_both), **target)

    for answer in (foreign, of_both):
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["board_id"])
    card.refresh_from_db()
    assert card.board_id != other_board.pk
    assert watch.entries() == []


def test_the_old_and_the_new_board_both_show_the_move(move, as_member, board, card, columns):
    second = BoardFactory(workspace=board.workspace)

    move(card, board_id=str(second.pk), column_id=second.columns[2]["id"])

    def drawn(which):
        whole = as_member.get(f"/api/v1/boards/{which.pk}/snapshot/").json()
        return [row["id"] for column in whole["columns"] for row in column["cards"]]

    assert (drawn(board), drawn(second)) == ([], [str(card.pk)])


def test_a_move_writes_one_row_among_many(move, fill, columns, watch):
    cards = fill(columns[0], *map(str, range(30)))
    watch.restart()

    move(cards[29], column_id=columns[0], after=str(cards[3].pk))

    assert watch.actions() == [("card.moved", "card")]
    assert Card.objects.exclude(pk=cards[29].pk).filter(version__gt=1).count() == 0
