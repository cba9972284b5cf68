"""What changed on a board since an earlier answer: its shape, its bounds, what it costs."""

import json

import pytest
from django.db import connection

from cards.models import Card, CardAssignee, ChecklistItem, Comment
from cards.ordering import Place
from cards.services import card_archive, card_delete, card_move
from cards.snapshot import MOST_ENTRIES, changes_sql
from core.models import EventLog
from tests.cards.following import Copy, whole
from tests.cards.test_snapshot import Held
from tests.factories import BoardFactory, CardAssigneeFactory, CardFactory, CommentFactory
from workspaces.models import User, WorkspaceMember

# Each on connections that commit, since an answer's event is the newest that is final.
pytestmark = pytest.mark.django_db(transaction=True)

UNKNOWN = "019ab000-0000-7000-8000-000000000000"


@pytest.fixture
def address(board):
    return f"/api/v1/boards/{board.pk}/snapshot/"


@pytest.fixture
def since(as_member, address):
    """`since(answer)`: what changed since an answer."""

    def asked(answer, **headers):
        event_id = answer.json()["event_id"]
        return as_member.get(address, {"since_event": event_id}, headers=headers)

    return asked


def test_columns_come_without_cards_beside_those_that_changed(
    as_member, fill, columns, address, since, member
):
    first, second, third = fill(columns[0], "A", "B", "C")
    before = as_member.get(address)
    Card.objects.filter(pk=second.pk).update(title="Changed")
    CardAssigneeFactory(card=third, user=member)

    answer = since(before)

    told, now = answer.json(), as_member.get(address).json()
    assert answer.status_code == 200
    assert list(told) == [
        "board", "columns", "cards", "left", "sprints", "labels", "members", "event_id",
    ]  # fmt: skip
    assert told["cards"] == [
        {**now["columns"][0]["cards"][1], "column_id": columns[0], "after": str(first.pk)},
        {**now["columns"][0]["cards"][2], "column_id": columns[0], "after": str(second.pk)},
    ]
    assert told["left"] == []
    assert told["columns"] == [
        {name: value for name, value in column.items() if name != "cards"}
        for column in now["columns"]
    ]
    for beside in ("board", "sprints", "labels", "members", "event_id"):
        assert told[beside] == now[beside]


def test_what_leaves_is_told_by_id_and_what_comes_as_a_card(
    as_member, admin, board, fill, columns, address, since
):
    moved, archived, deleted, _stays = fill(columns[0], "moved", "archived", "deleted", "stays")
    beside = BoardFactory(workspace=board.workspace)
    [comes] = fill(beside.columns[0]["id"], "comes", on=beside)
    CommentFactory(card=comes)
    before = as_member.get(address)
    card_move(card=moved, actor=admin, board=beside, column_id=beside.columns[0]["id"])
    card_archive(card=archived, actor=admin)
    card_delete(card=deleted, actor=admin)
    card_move(
        card=comes, actor=admin, board=board, column_id=columns[2], place=Place("top"), sprint=None
    )

    told = since(before).json()

    assert set(told["left"]) == {str(each.pk) for each in (moved, archived, deleted)}
    [card] = told["cards"]
    assert (card["title"], card["column_id"], card["after"]) == ("comes", columns[2], None)
    assert card["comments"] == 1


def test_a_card_that_left_is_nobody_elses_business_afterwards(
    as_member, admin, board, fill, columns, address, since
):
    [moved] = fill(columns[0], "moved")
    beside = BoardFactory(workspace=board.workspace)
    card_move(card=moved, actor=admin, board=beside, column_id=beside.columns[0]["id"])
    left = as_member.get(address)

    Card.objects.filter(pk=moved.pk).update(title="elsewhere")

    assert since(left, **{"If-None-Match": left["ETag"]}).status_code == 304
    told = since(left).json()
    assert (told["cards"], told["left"]) == ([], [])


def test_without_a_change_the_tag_of_any_answer_gets_304(
    as_member, fill, columns, address, since, django_assert_num_queries
):
    [card] = fill(columns[0], "A")
    first = as_member.get(address)
    with django_assert_num_queries(2):
        assert since(first, **{"If-None-Match": first["ETag"]}).status_code == 304
    Card.objects.filter(pk=card.pk).update(title="B")

    with django_assert_num_queries(3):
        second = since(first, **{"If-None-Match": first["ETag"]})

    assert second.status_code == 200
    assert [each["title"] for each in second.json()["cards"]] == ["B"]
    third = since(second, **{"If-None-Match": second["ETag"]})
    assert (third.status_code, third.content) == (304, b"")
    # The tag names the board's state, whichever way it was asked for.
    whole_board = as_member.get(address, headers={"If-None-Match": second["ETag"]})
    assert whole_board.status_code == 304


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "1e3", "9223372036854775808", "٣", " 1"])
def test_what_names_no_event_is_refused_by_name(as_member, address, text):
    answer = as_member.get(address, {"since_event": text})

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["since_event"]
    assert as_member.get(f"{address}?since_event=1&since_event=2").status_code == 400


def test_an_event_that_never_was_gets_the_whole_board(as_member, fill, columns, address):
    fill(columns[0], "A")
    whole_board = as_member.get(address).json()

    for event_id in (whole_board["event_id"] + 1, 2**63 - 1):
        assert as_member.get(address, {"since_event": event_id}).json() == whole_board


def test_from_the_very_beginning_everything_changed(as_member, fill, columns, address):
    fill(columns[0], "A", "B")
    fill(columns[3], "C")
    empty = {**as_member.get(address).json()}
    empty["columns"] = [{**column, "cards": []} for column in empty["columns"]]
    copy = Copy(empty)

    copy.apply(as_member.get(address, {"since_event": 0}).json())

    assert copy.whole() == whole(as_member.get(address).json())


def test_after_too_much_the_whole_board_comes(as_member, fill, columns, address, since):
    card, _other = fill(columns[0], "A", "B")
    before = as_member.get(address)
    with connection.cursor() as cursor:
        cursor.execute(
            f"DO $$ BEGIN FOR points IN 0..{MOST_ENTRIES - 1} LOOP "
            f"UPDATE cards SET story_points = points WHERE id = '{card.pk}'; END LOOP; END $$"
        )
    assert [each["id"] for each in since(before).json()["cards"]] == [str(card.pk)]

    Card.objects.filter(pk=card.pk).update(title="One more")

    assert since(before).json() == as_member.get(address).json()


def test_who_may_not_see_the_board_finds_nothing(
    as_member, as_outsider, client_of, member, fill, columns, address, since
):
    [card] = fill(columns[0], "A")
    before = as_member.get(address)
    assert as_outsider.get(address, {"since_event": 0}).status_code == 404
    assert client_of(None).get(address, {"since_event": 0}).status_code == 401
    assert as_outsider.get(address.replace(str(card.board_id), UNKNOWN)).status_code == 404
    Card.objects.filter(pk=card.pk).update(title="Secret")

    WorkspaceMember.objects.filter(user=member).delete()

    for tag in (before["ETag"], "*"):
        answer = since(before, **{"If-None-Match": tag})
        assert answer.status_code == 404
        assert b"Secret" not in answer.content


def test_a_name_that_changes_is_told_with_the_members(as_member, member, address, since):
    before = as_member.get(address)
    User.objects.filter(pk=member.pk).update(full_name="Another")

    told = since(before, **{"If-None-Match": before["ETag"]}).json()

    assert "Another" in [each["full_name"] for each in told["members"]]
    assert (told["cards"], told["left"]) == ([], [])


@pytest.mark.parametrize("meanwhile", ["nothing", "this board", "another board"])
def test_what_commits_late_is_told_afterwards(as_member, fill, columns, address, since, meanwhile):
    late, other = fill(columns[0], "late", "other")
    stranger = CardFactory(board=BoardFactory(workspace=late.workspace))
    copy = Copy(as_member.get(address).json())
    changed = {"this board": other, "another board": stranger}.get(meanwhile)

    with Held(lambda: Card.objects.filter(pk=late.pk).update(title="came late")) as held:
        if changed is not None:
            Card.objects.filter(pk=changed.pk).update(title="came early")
        between = as_member.get(address, {"since_event": copy.event_id})
        copy.apply(between.json())
        assert "came late" not in json.dumps(copy.whole())
        held.commit()
    after = since(between, **{"If-None-Match": between["ETag"]})
    copy.apply(after.json())

    assert str(late.pk) in [each["id"] for each in after.json()["cards"]]
    assert copy.whole() == whole(as_member.get(address).json())


def nodes(plan):
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


def rows_read(board, person, since):
    """The rows that each reading of a table gave or threw away for a delta, by table."""
    names = {"board": "$1", "user": "$2", "event": "$3", "since": "$4"}
    with connection.cursor() as cursor:
        # As prepared once for all boards and events, which is how it is run.
        cursor.execute("SET plan_cache_mode = force_generic_plan")
        cursor.execute(f"PREPARE delta (uuid, uuid, bigint, bigint) AS {changes_sql() % names}")
        cursor.execute(
            "EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE delta (%s, %s, %s, %s)",
            [board.pk, person.pk, since, since],
        )
        [[[explained]]] = cursor.fetchall()
        cursor.execute("DEALLOCATE delta")
        cursor.execute("RESET plan_cache_mode")
    rows = {}
    for node in nodes(explained["Plan"]):
        if "Relation Name" in node:
            each = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            rows.setdefault(node["Relation Name"], []).append(each * node["Actual Loops"])
    return rows


def test_a_delta_reads_what_changed_and_not_the_board(board, admin, columns):
    cards = [
        Card(
            workspace_id=board.workspace_id,
            board=board,
            column_id=columns[place % 4],
            number=place + 1,
            position=place,
            title="One of many",
            created_by=admin,
        )
        for place in range(400)
    ]
    Card.objects.bulk_create(cards)
    hanging = {"workspace_id": board.workspace_id, "board": board}
    CardAssignee.objects.bulk_create(
        CardAssignee(card=each, user=admin, **hanging) for each in cards
    )
    Comment.objects.bulk_create(
        Comment(card=each, author=admin, content="Said", **hanging) for each in cards
    )
    ChecklistItem.objects.bulk_create(
        ChecklistItem(card=each, checklist="Steps", text="Step", position=1, **hanging)
        for each in cards
    )
    since = EventLog.objects.latest("pk").pk
    Card.objects.filter(pk__in=[each.pk for each in cards[100:103]]).update(title="Changed")
    ChecklistItem.objects.filter(card=cards[200]).update(text="Changed")

    rows = rows_read(board, admin, since)

    # The labels in use are whole, so they are looked for on every card; and nothing else is, also
    # where the planner has no statistics yet.
    *few, labels = sorted(rows.pop("cards"))
    assert labels == len(cards)
    assert sum(few) <= 20
    assert {table for table, read in rows.items() if sum(read) > 20} == set()
    assert {"event_log", "comments", "checklist_items", "card_assignees"} <= set(rows)
