"""The whole board in one answer, and its ETag, which must never lie."""

import threading

import pytest
from django.db import connection, transaction

from cards.models import Card, CardAssignee
from core.models import EventLog
from tests.factories import (
    BoardFactory,
    CardAssigneeFactory,
    CardFactory,
    ChecklistItemFactory,
    CommentFactory,
    FeatureFactory,
    MemberFactory,
    SprintFactory,
    UserFactory,
)
from workspaces.models import User, WorkspaceMember

CARDS = "/api/v1/cards/"
BUG = {"id": "bug", "name": "Bug", "color": "#b42318"}


@pytest.fixture
def address(board):
    return f"/api/v1/boards/{board.pk}/snapshot/"


def by_column(answer):
    return [[card["title"] for card in column["cards"]] for column in answer.json()["columns"]]


def test_the_snapshot_of_an_empty_board(as_member, admin, member, member_of_both, board, address):
    answer = as_member.get(address)

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    whole = answer.json()
    assert list(whole) == ["board", "columns", "sprints", "labels", "members", "event_id"]
    listed = as_member.get(f"/api/v1/boards/{board.pk}/").json()
    assert whole["board"] == {name: listed[name] for name in listed if name != "columns"}
    assert whole["columns"] == [{**column, "cards": []} for column in listed["columns"]]
    assert (whole["sprints"], whole["labels"]) == ([], [])
    assert whole["members"] == [
        {
            "id": str(person.pk),
            "username": person.username,
            "full_name": person.full_name,
            "avatar_url": person.avatar_url,
            "role": "admin" if person == admin else "member",
        }
        for person in (admin, member, member_of_both)
    ]
    assert isinstance(whole["event_id"], int)


def test_a_drawn_card_shows_this_and_no_more(as_member, member, board, sprint, columns, address):
    feature = FeatureFactory(project__workspace=board.workspace)
    card = CardFactory(
        board=board,
        column_id=columns[1],
        title="Draw me",
        description="long",
        metadata={"labels": [BUG], "ours": 1},
        priority="high",
        story_points=5,
        due_date="2026-12-24",
        sprint=sprint,
        feature=feature,
    )
    CardAssigneeFactory(card=card, user=member)

    CommentFactory.create_batch(2, card=card)
    CommentFactory(card=card, deleted_at=card.created_at)
    ChecklistItemFactory.create_batch(2, card=card)
    ChecklistItemFactory(card=card, done_at=card.created_at)
    whole = as_member.get(address).json()

    assert whole["columns"][1]["cards"] == [
        {
            "id": str(card.pk),
            "key": "ACME-1",
            "version": 2,
            "title": "Draw me",
            "labels": [BUG],
            "assignees": [str(member.pk)],
            "priority": "high",
            "story_points": 5,
            "due_date": "2026-12-24",
            "sprint": str(sprint.pk),
            "feature": str(feature.pk),
            "comments": 2,
            "checklist_items": 3,
            "checklist_done": 1,
            "pull_requests": 0,
            "pull_request_state": None,
        }
    ]
    assert whole["labels"] == [BUG]
    assert whole["sprints"] == [
        {
            "id": str(sprint.pk),
            "name": "Sprint 1",
            "goal": "",
            "start_date": "2026-11-02",
            "end_date": "2026-11-15",
            "status": "planned",
            "capacity_points": None,
            "version": 1,
        }
    ]


def test_cards_stand_in_order_and_archived_ones_are_left_out(
    as_member, fill, columns, board, address, other_card
):
    fill(columns[0], "A", "B", "C", "D")
    fill(columns[3], "X")
    fill(columns[0], "put away", archived_at="2026-11-01T00:00:00Z")
    CardFactory(board=BoardFactory(workspace=board.workspace), title="elsewhere")
    ids = {card.title: card.pk for card in Card.objects.all()}
    as_member.post(f"{CARDS}{ids['D']}/move/", {"column_id": columns[0], "before": str(ids["B"])})

    assert by_column(as_member.get(address)) == [["A", "D", "B", "C"], [], [], ["X"]]


def test_a_label_is_shown_once_however_it_is_written(as_member, board, address):
    CardFactory(board=board, metadata={"labels": [BUG]})
    CardFactory(board=board, metadata={"labels": [{**BUG, "name": "bug"}]})
    CardFactory(board=board, metadata={})

    assert [label["id"] for label in as_member.get(address).json()["labels"]] == ["bug"]


def test_columns_follow_their_order(as_member, board, columns, address):
    as_member.patch(f"/api/v1/boards/{board.pk}/columns/{columns[3]}/", {"position": 0})

    names = [column["name"] for column in as_member.get(address).json()["columns"]]
    assert names == ["Done", "To Do", "In Progress", "In Review"]


def test_who_may_not_see_the_board_finds_nothing(as_outsider, client_of, operator, address):
    assert as_outsider.get(address).status_code == 404
    assert client_of(operator).get(address).status_code == 404
    assert client_of(None).get(address).status_code == 401
    unknown = "/api/v1/boards/019ab000-0000-7000-8000-000000000000/snapshot/"
    assert as_outsider.get(unknown).status_code == 404


def test_a_board_of_forty_cards_takes_as_many_queries_as_one_of_four(
    as_member, board, columns, address, django_assert_num_queries
):
    for amount in (4, 36):
        for place in range(amount):
            person = MemberFactory(workspace=board.workspace).user
            card = CardFactory(
                board=board, column_id=columns[place % 4], metadata={"labels": [BUG]}
            )
            CardAssigneeFactory(card=card, user=person)
            SprintFactory(board=board)
        with django_assert_num_queries(3):
            answer = as_member.get(address)
        with django_assert_num_queries(2):
            assert (
                as_member.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304
            )
    assert sum(len(column) for column in by_column(answer)) == 40


def test_without_a_change_there_is_nothing_to_send(as_member, address, board, other_card):
    first = as_member.get(address)

    again = as_member.get(address, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    # What happens on other boards and in other workspaces is no change of this one.
    CardFactory(board=BoardFactory(workspace=board.workspace))
    other_card.title = "Changed"
    other_card.save()
    User.objects.filter(username="member").update(last_login="2026-11-01T00:00:00Z")
    assert as_member.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304


@pytest.fixture
def scene(board, columns, fill, sprint, member, member_of_both):
    """A board with something of everything, and another beside it."""
    first, _second = fill(columns[0], "A", "B", metadata={"labels": [BUG]})
    CardAssigneeFactory(card=first, user=member_of_both)
    beside = BoardFactory(workspace=board.workspace)
    return {
        "card": f"{CARDS}{first.pk}/",
        "beside": beside,
        "stranger": f"{CARDS}{CardFactory(board=beside).pk}/",
        "board": f"/api/v1/boards/{board.pk}/",
        "column": f"/api/v1/boards/{board.pk}/columns/{columns[1]}/",
        "sprint": f"/api/v1/sprints/{sprint.pk}/",
        "columns": columns,
        "id": str(board.pk),
        "member": str(member.pk),
    }


def _moved_to(scene, card, board_id, column_id):
    return ("post", scene[card] + "move/", {"board_id": board_id, "column_id": column_id})


CHANGES = {
    "a card is made": lambda s: ("post", CARDS, {"board": s["id"], "title": "New"}),
    "a card is renamed": lambda s: ("patch", s["card"], {"title": "Renamed"}),
    "a card is moved": lambda s: ("post", s["card"] + "move/", {"column_id": s["columns"][0]}),
    "a card changes column": lambda s: (
        "post",
        s["card"] + "move/",
        {"column_id": s["columns"][2]},
    ),
    "a card leaves for another board": lambda s: _moved_to(
        s, "card", str(s["beside"].pk), s["beside"].columns[0]["id"]
    ),
    "a card comes from another board": lambda s: _moved_to(s, "stranger", s["id"], s["columns"][0]),
    "a card is archived": lambda s: ("post", s["card"] + "archive/", {}),
    "a card is deleted": lambda s: ("delete", s["card"], None),
    "a card is assigned": lambda s: ("patch", s["card"], {"assignees": [s["member"]]}),
    "a card loses its people": lambda s: ("patch", s["card"], {"assignees": []}),
    "a card is given to a sprint": lambda s: (
        "patch",
        s["card"],
        {"sprint": s["sprint"].split("/")[-2]},
    ),
    "a label is recolored": lambda s: ("patch", s["board"] + "labels/bug/", {"color": "#000000"}),
    "the board is renamed": lambda s: ("patch", s["board"], {"name": "Renamed"}),
    "the board is archived": lambda s: ("post", s["board"] + "archive/", {}),
    "a column is added": lambda s: ("post", s["board"] + "columns/", {"name": "New"}),
    "a column is renamed": lambda s: ("patch", s["column"], {"name": "Renamed"}),
    "a column is limited": lambda s: ("patch", s["column"], {"wip_limit": 9}),
    "a column is moved": lambda s: ("patch", s["column"], {"position": 3}),
    "a column is removed": lambda s: ("delete", s["column"], None),
    "a sprint is planned": lambda s: (
        "post",
        "/api/v1/sprints/",
        {"board": s["id"], "name": "S", "start_date": "2026-11-02", "end_date": "2026-11-02"},
    ),
    "a sprint is changed": lambda s: ("patch", s["sprint"], {"goal": "New"}),
    "a sprint is deleted": lambda s: ("delete", s["sprint"], None),
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_gets_a_new_tag(as_member, address, scene, name):
    before = as_member.get(address)
    method, path, body = CHANGES[name](scene)

    assert getattr(as_member, method)(path, body).status_code < 300

    after = as_member.get(address, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]
    assert {**after.json(), "event_id": 0} != {**before.json(), "event_id": 0}
    assert as_member.get(address, headers={"If-None-Match": after["ETag"]}).status_code == 304


PEOPLE = {
    "somebody joins": lambda workspace, person: MemberFactory(workspace=workspace),
    "somebody leaves": lambda workspace, person: WorkspaceMember.objects.filter(
        user=person
    ).delete(),
    "somebody becomes admin": lambda workspace, person: WorkspaceMember.objects.filter(
        user=person, workspace=workspace
    ).update(role="admin"),
    "somebody has another name": lambda workspace, person: User.objects.filter(pk=person.pk).update(
        full_name="Another"
    ),
    "somebody has another picture": lambda workspace, person: User.objects.filter(
        pk=person.pk
    ).update(avatar_url="https://example.com/a.png"),
}


@pytest.mark.parametrize("name", PEOPLE)
def test_a_change_among_the_members_gets_a_new_tag(
    as_admin, member_of_both, workspace, address, scene, name
):
    before = as_admin.get(address)

    PEOPLE[name](workspace, member_of_both)

    after = as_admin.get(address, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after.json()["members"] != before.json()["members"]


def test_whoever_leaves_is_on_no_card_any_more(as_admin, member_of_both, address, scene):
    before = as_admin.get(address).json()["columns"][0]["cards"][0]
    WorkspaceMember.objects.filter(user=member_of_both).delete()

    after = as_admin.get(address).json()["columns"][0]["cards"][0]

    assert (before["assignees"], after["assignees"]) == ([str(member_of_both.pk)], [])
    assert after["version"] == before["version"] + 1
    assert not CardAssignee.objects.exists()


class Held:
    """A change in a transaction of another connection, which commits when it is told to."""

    def __init__(self, change):
        self._change = change
        self._changed = threading.Event()
        self._commit = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        try:
            with transaction.atomic():
                self._change()
                self._changed.set()
                self._commit.wait(120)
        finally:
            self._changed.set()
            connection.close()

    def __enter__(self):
        self._thread.start()
        assert self._changed.wait(120)
        return self

    def __exit__(self, *error):
        self.commit()

    def commit(self):
        self._commit.set()
        self._thread.join(20)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("meanwhile", ["nothing", "this board", "another board"])
def test_a_change_that_commits_late_is_not_missed(as_member, fill, columns, address, meanwhile):
    late, other = fill(columns[0], "late", "other")
    stranger = CardFactory(board__workspace=late.workspace)

    with Held(lambda: Card.objects.filter(pk=late.pk).update(title="came late")) as held:
        if meanwhile == "this board":
            Card.objects.filter(pk=other.pk).update(title="came early")
        elif meanwhile == "another board":
            Card.objects.filter(pk=stranger.pk).update(title="came early")
        before = as_member.get(address)
        assert "came late" not in by_column(before)[0]
        assert ("came early" in by_column(before)[0]) == (meanwhile == "this board")
        held.commit()
        after = as_member.get(address, headers={"If-None-Match": before["ETag"]})

    assert after.status_code == 200
    assert "came late" in by_column(after)[0]
    assert as_member.get(address, headers={"If-None-Match": after["ETag"]}).status_code == 304
    # Who follows the log from the first answer's event meets the entry that came late.
    assert before.json()["event_id"] < late_entry(late).pk <= after.json()["event_id"]


def late_entry(card):
    return EventLog.objects.filter(entity_id=card.pk).latest("id")


@pytest.mark.django_db(transaction=True)
def test_a_new_member_of_a_transaction_that_commits_late_is_not_missed(
    as_member, workspace, address
):
    person = UserFactory(username="newcomer")

    with Held(lambda: MemberFactory(workspace=workspace, user=person)) as held:
        before = as_member.get(address)
        held.commit()
        after = as_member.get(address, headers={"If-None-Match": before["ETag"]})

    assert after.status_code == 200
    assert "newcomer" in [row["username"] for row in after.json()["members"]]
