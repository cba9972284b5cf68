"""Making a card."""

import pytest

from cards.models import Card, CardAssignee
from tests.factories import BoardFactory, CardFactory, SprintFactory
from tests.watching import signed

CARDS = "/api/v1/cards/"
UNKNOWN = "019ab000-0000-7000-8000-000000000000"


@pytest.fixture
def make(as_member, board):
    def made(client=as_member, **body):
        return client.post(CARDS, {"board": str(board.pk), "title": "A card", **body})

    return made


def test_a_card_needs_a_board_and_a_title(make, member, board, columns, watch):
    answer = make(title="  Write it down \n")

    assert answer.status_code == 201
    card = answer.json()
    made = {name: card[name] for name in ("id", "created_at", "updated_at")}
    assert card == {
        **made,
        "key": "ACME-1",
        "number": 1,
        "board": str(board.pk),
        "column_id": columns[0],
        "title": "Write it down",
        "description": "",
        "metadata": {"labels": []},
        "priority": "none",
        "story_points": None,
        "estimated_hours": None,
        "due_date": None,
        "sprint": None,
        "feature": None,
        "assignees": [],
        "created_by": str(member.pk),
        "completed_at": None,
        "archived_at": None,
        "version": 1,
    }
    assert answer["ETag"] == f'"{card["id"]}.1"'
    assert answer["Location"].endswith(f"{CARDS}{card['id']}/")
    entry = watch.only()
    assert signed(entry) == ("card.created", member.pk, "api")
    assert (str(entry.entity_id), entry.board_id) == (card["id"], board.pk)
    assert entry.details["after"]["title"] == "Write it down"


def test_a_card_with_everything(make, as_member, member, admin, board, sprint, columns, watch):
    body = {
        "column_id": columns[1],
        "title": "Whole",
        "description": "  # Markdown\n",
        "metadata": {
            "labels": [{"id": "bug", "name": "Bug", "color": "#b42318"}],
            "acceptance_criteria": "It works",
            "ours": {"deep": [1, 2.5, None, "x"]},
        },
        "priority": "urgent",
        "story_points": 8,
        "estimated_hours": "2.50",
        "due_date": "2026-12-24",
        "sprint": str(sprint.pk),
    }

    answer = make(**body, assignees=[str(member.pk), str(admin.pk)])

    assert answer.status_code == 201
    card = answer.json()
    assert {name: card[name] for name in body} == body
    assert set(card["assignees"]) == {str(member.pk), str(admin.pk)}
    # Each assignee belongs to the card's version.
    assert card["version"] == 3
    assert answer["ETag"] == f'"{card["id"]}.3"'
    assert as_member.get(f"{CARDS}{card['id']}/").json() == card
    assert watch.actions() == [
        ("card.created", "card"),
        ("card.created", "card_assignee"),
        ("card.created", "card_assignee"),
    ]
    assert len({entry.action_id for entry in watch.entries()}) == 1


def test_new_cards_stand_below_the_others(make, fill, columns, order_of):
    fill(columns[0], "first", "second")

    make(title="third")

    assert order_of(columns[0]) == ["first", "second", "third"]


def test_a_card_made_in_a_done_column_is_completed(make, columns):
    card = make(column_id=columns[3]).json()

    assert card["completed_at"] == card["created_at"]


def test_numbers_count_up_within_the_workspace_and_none_comes_twice(
    make, as_member, as_outsider, board, other_board
):
    second = BoardFactory(workspace=board.workspace)
    assert [make(board=str(each.pk)).json()["key"] for each in (board, second, board)] == [
        "ACME-1",
        "ACME-2",
        "ACME-3",
    ]
    last = Card.objects.get(number=3)
    as_member.delete(f"{CARDS}{last.pk}/")

    assert make().json()["key"] == "ACME-4"
    foreign = as_outsider.post(CARDS, {"board": str(other_board.pk), "title": "Theirs"})
    assert foreign.json()["key"] == "OTHER-1"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": " \n\t "}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"title": None}, "title"),
        ({"title": "a\x00b"}, None),
        ({"description": "x" * 65_537}, "description"),
        ({"description": None}, "description"),
        ({"priority": "highest"}, "priority"),
        ({"priority": None}, "priority"),
        ({"story_points": -1}, "story_points"),
        ({"story_points": 1000}, "story_points"),
        ({"story_points": 2.5}, "story_points"),
        ({"story_points": "3"}, "story_points"),
        ({"estimated_hours": 0}, "estimated_hours"),
        ({"estimated_hours": "-1"}, "estimated_hours"),
        ({"estimated_hours": "1.234"}, "estimated_hours"),
        ({"estimated_hours": "NaN"}, "estimated_hours"),
        ({"estimated_hours": 1_000_000}, "estimated_hours"),
        ({"due_date": "24.12.2026"}, "due_date"),
        ({"due_date": "2026-02-30"}, "due_date"),
        ({"due_date": "2026-12-24T00:00:00Z"}, "due_date"),
        ({"board": UNKNOWN}, "board"),
        ({"board": "x"}, "board"),
        ({"board": None}, "board"),
        ({"column_id": UNKNOWN}, "column_id"),
        ({"column_id": "x"}, "column_id"),
        ({"sprint": UNKNOWN}, "sprint"),
        ({"assignees": [UNKNOWN]}, "assignees"),
        ({"assignees": ["x"]}, "assignees"),
        ({"assignees": None}, "assignees"),
        ({"assignees": "me"}, "assignees"),
        ({"metadata": {"acceptance_criteria": 7}}, "metadata"),
        ({"metadata": {"x": "y" * 65_536}}, "metadata"),
        ({"position": 1}, "position"),
        ({"number": 7}, "number"),
        ({"key": "ACME-7"}, "key"),
        ({"completed_at": "2026-11-01T00:00:00Z"}, "completed_at"),
        ({"archived_at": "2026-11-01T00:00:00Z"}, "archived_at"),
        ({"created_by": UNKNOWN}, "created_by"),
        ({"override_wip_limit": "yes"}, "override_wip_limit"),
        ({"feature": UNKNOWN}, "feature"),
        ({"titel": "x"}, "titel"),
    ],
)
def test_a_bad_card_is_refused_by_the_name_of_the_field(make, board, watch, body, field):
    answer = make(**body)

    assert answer.status_code == 400
    if field is not None:
        assert list(answer.json()["errors"]) == [field]
    assert not Card.objects.exists()
    assert watch.entries() == []


def test_the_same_person_twice_is_refused(make, member, watch):
    answer = make(assignees=[str(member.pk)] * 2)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["assignees"])
    assert watch.entries() == []


def test_longest_and_largest_values_are_taken(make):
    body = {"title": "x" * 500, "description": "ж" * 65_536, "story_points": 999}

    answer = make(**body, estimated_hours="999999.99")

    assert answer.status_code == 201
    assert {name: answer.json()[name] for name in body} == body


def test_a_column_or_sprint_of_another_board_is_refused(make, board, watch):
    second = BoardFactory(workspace=board.workspace)
    sprint = SprintFactory(board=second)
    watch.restart()

    for field, value in (("column_id", second.columns[0]["id"]), ("sprint", str(sprint.pk))):
        answer = make(**{field: value})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert watch.entries() == []


def test_what_belongs_to_another_workspace_is_refused_also_to_who_is_in_both(
    client_of, member_of_both, make, other_board, outsider, watch
):
    client = client_of(member_of_both)
    sprint = SprintFactory(board=other_board)
    watch.restart()

    for field, value in (
        ("column_id", other_board.columns[0]["id"]),
        ("sprint", str(sprint.pk)),
        ("assignees", [str(outsider.pk)]),
    ):
        answer = make(client, **{field: value})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Card.objects.exists()
    assert watch.entries() == []


def test_ids_of_another_tenant_are_answered_as_unknown_ones(make, other_board, outsider):
    sprint = SprintFactory(board=other_board)
    for field, value, unknown in (
        ("board", str(other_board.pk), UNKNOWN),
        ("sprint", str(sprint.pk), UNKNOWN),
        ("assignees", [str(outsider.pk)], [UNKNOWN]),
    ):
        assert make(**{field: value}).json()["errors"] == make(**{field: unknown}).json()["errors"]


def test_a_repeat_with_an_idempotency_key_makes_no_second_card(make, as_member, board, watch):
    body = {"board": str(board.pk), "title": "Once"}
    headers = {"Idempotency-Key": "a key"}

    first = as_member.post(CARDS, body, headers=headers)
    again = as_member.post(CARDS, body, headers=headers)
    other = as_member.post(CARDS, {**body, "title": "Twice"}, headers=headers)

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert again.json() == first.json()
    assert again["Location"] == first["Location"]
    assert again["Idempotency-Replayed"] == "true"
    assert Card.objects.count() == 1
    assert watch.actions() == [("card.created", "card")]


def test_a_card_takes_as_many_queries_to_make_in_a_full_board_as_in_an_empty_one(
    make, board, django_assert_max_num_queries
):
    make()
    with django_assert_max_num_queries(15):
        make()
    CardFactory.create_batch(40, board=board)
    with django_assert_max_num_queries(15):
        make()


def test_whoever_is_removed_from_the_workspace_is_no_longer_assigned(make, member, workspace):
    card = make(assignees=[str(member.pk)]).json()

    workspace.memberships.get(user=member).delete()

    assert not CardAssignee.objects.exists()
    assert Card.objects.get(pk=card["id"]).version == card["version"] + 1
