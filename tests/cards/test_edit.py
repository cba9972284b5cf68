"""Changing a card: its fields, who works on it, its metadata."""

import pytest

from cards.models import Card
from tests.factories import CardAssigneeFactory, SprintFactory
from tests.watching import signed

CARDS = "/api/v1/cards/"
UNKNOWN = "019ab000-0000-7000-8000-000000000000"


@pytest.fixture
def address(card):
    return f"{CARDS}{card.pk}/"


def test_only_the_fields_that_are_named_are_written(as_member, member, address, card, watch):
    answer = as_member.patch(address, {"title": " New title ", "story_points": 3})

    assert answer.status_code == 200
    assert (answer.json()["title"], answer.json()["story_points"]) == ("New title", 3)
    assert answer.json()["version"] == 2
    assert answer["ETag"] == f'"{card.pk}.2"'
    entry = watch.only()
    assert signed(entry) == ("card.updated", member.pk, "api")
    assert entry.details == {
        "before": {"title": "Write the log", "story_points": None},
        "after": {"title": "New title", "story_points": 3},
        "context": {},
    }


@pytest.mark.parametrize(
    ("field", "value", "emptied"),
    [
        ("description", "Text", ""),
        ("priority", "high", "none"),
        ("story_points", 5, None),
        ("estimated_hours", "1.25", None),
        ("due_date", "2026-12-24", None),
    ],
)
def test_every_field_can_be_set_and_emptied(as_member, address, field, value, emptied):
    assert as_member.patch(address, {field: value}).json()[field] == value
    assert as_member.patch(address, {field: emptied}).json()[field] == emptied


def test_a_change_to_the_same_changes_nothing(as_member, address, watch):
    for body in ({}, {"title": "Write the log"}, {"metadata": {}}, {"assignees": []}):
        answer = as_member.patch(address, body)
        assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert watch.entries() == []


def test_a_card_as_it_was_read_can_be_sent_back(as_member, address, card, member, columns, watch):
    CardAssigneeFactory(card=card, user=member)
    Card.objects.filter(pk=card.pk).update(
        column_id=columns[3], estimated_hours="1.50", archived_at="2026-11-01T00:00:00Z"
    )
    watch.restart()
    read = as_member.get(address).json()

    same = as_member.patch(address, read)
    changed = as_member.patch(address, {**read, "title": "Changed"})

    assert (same.status_code, same.json()) == (200, read)
    assert changed.status_code == 200
    assert watch.actions() == [("card.updated", "card")]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": None}, "title"),
        ({"column_id": UNKNOWN}, "column_id"),
        ({"board": UNKNOWN}, "board"),
        ({"number": 99}, "number"),
        ({"key": "ACME-99"}, "key"),
        ({"version": 99}, "version"),
        ({"position": 1}, "position"),
        ({"completed_at": "2026-11-01T00:00:00Z"}, "completed_at"),
        ({"archived_at": "2026-11-01T00:00:00Z"}, "archived_at"),
        ({"created_by": UNKNOWN}, "created_by"),
        ({"created_at": "2026-11-01T00:00:00Z"}, "created_at"),
        ({"sprint": UNKNOWN}, "sprint"),
        ({"assignees": [UNKNOWN]}, "assignees"),
        ({"priority": "x"}, "priority"),
        ({"metadata": []}, "metadata"),
        ({"override_wip_limit": True}, "override_wip_limit"),
        ({"due_dat": "2026-12-24"}, "due_dat"),
    ],
)
def test_a_bad_change_is_refused_whole(as_member, address, card, watch, body, field):
    answer = as_member.patch(address, {"description": "not written either", **body})

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    card.refresh_from_db()
    assert (card.title, card.description, card.version) == ("Write the log", "", 1)
    assert watch.entries() == []


def test_people_are_assigned_as_a_whole_list(
    as_member, member, admin, member_of_both, address, watch
):
    both = as_member.patch(address, {"assignees": [str(admin.pk), str(member.pk)]}).json()
    assert (set(both["assignees"]), both["version"]) == ({str(admin.pk), str(member.pk)}, 3)
    assert watch.actions() == [("card.updated", "card_assignee")] * 2
    watch.restart()

    other = as_member.patch(address, {"assignees": [str(member.pk), str(member_of_both.pk)]}).json()
    assert set(other["assignees"]) == {str(member.pk), str(member_of_both.pk)}
    assert other["version"] == 5
    assert len(watch.entries()) == 2
    assert {entry.actor_id for entry in watch.entries()} == {member.pk}
    watch.restart()

    same = as_member.patch(address, {"assignees": [str(member_of_both.pk), str(member.pk)]}).json()
    assert same["version"] == 5
    assert watch.entries() == []

    assert as_member.patch(address, {"assignees": []}).json()["assignees"] == []


def test_only_members_of_the_workspace_are_assigned(
    client_of, member_of_both, outsider, other_workspace, operator, address, card, watch
):
    for person in (outsider, operator):
        answer = client_of(member_of_both).patch(address, {"assignees": [str(person.pk)]})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["assignees"])
    assert card.card_assignees.count() == 0
    assert watch.entries() == []


def test_a_sprint_is_given_and_taken_away(as_member, address, sprint, watch):
    assert as_member.patch(address, {"sprint": str(sprint.pk)}).json()["sprint"] == str(sprint.pk)
    assert as_member.patch(address, {"sprint": None}).json()["sprint"] is None
    assert watch.actions() == [("card.updated", "card")] * 2


def test_a_sprint_of_another_board_is_refused(
    as_member, client_of, member_of_both, address, board, other_board, watch
):
    from_same = SprintFactory(board__workspace=board.workspace)
    from_other = SprintFactory(board=other_board)
    watch.restart()

    for client, sprint in ((as_member, from_same), (client_of(member_of_both), from_other)):
        answer = client.patch(address, {"sprint": str(sprint.pk)})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["sprint"])
    assert watch.entries() == []


# RFC 7396, appendix A: what is there, what is sent, what comes of it.
MERGES = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ({"a": "text"}, {"a": {"b": 1}}, {"a": {"b": 1}}),
    ({"a": {"b": 1}}, {}, {"a": {"b": 1}}),
]


@pytest.mark.parametrize(("present", "patch", "result"), MERGES)
def test_metadata_is_merged(as_member, address, card, present, patch, result):
    labels = [{"id": "bug", "name": "Bug", "color": "#b42318"}]
    Card.objects.filter(pk=card.pk).update(metadata={"labels": labels, **present})

    answer = as_member.patch(address, {"metadata": patch})

    assert answer.status_code == 200
    assert answer.json()["metadata"] == {"labels": labels, **result}


def test_labels_are_replaced_as_a_list(as_member, address):
    bug = {"id": "bug", "name": "Bug", "color": "#b42318"}
    api = {"id": "api", "name": "api", "color": "#1570a8"}
    as_member.patch(address, {"metadata": {"labels": [bug], "acceptance_criteria": "Works"}})

    answer = as_member.patch(address, {"metadata": {"labels": [api]}})
    assert answer.json()["metadata"] == {"labels": [api], "acceptance_criteria": "Works"}

    answer = as_member.patch(address, {"metadata": {"labels": None, "acceptance_criteria": None}})
    assert answer.json()["metadata"] == {"labels": []}


def test_metadata_does_not_grow_without_end(as_member, address, card, watch):
    assert as_member.patch(address, {"metadata": {"a": "x" * 40_000}}).status_code == 200
    watch.restart()

    answer = as_member.patch(address, {"metadata": {"b": "x" * 40_000}})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["metadata"])
    assert watch.entries() == []


def test_a_stale_if_match_gets_the_present_card_and_who_changed_it(
    as_member, as_admin, admin, address, card, columns, watch
):
    tag = as_member.get(address)["ETag"]
    as_admin.patch(address, {"title": "By the admin"})
    watch.restart()

    for answer in (
        as_member.patch(address, {"title": "Mine"}, headers={"If-Match": tag}),
        as_member.post(f"{address}move/", {"column_id": columns[1]}, headers={"If-Match": tag}),
        as_member.post(f"{address}archive/", headers={"If-Match": tag}),
        as_member.post(f"{address}unarchive/", headers={"If-Match": tag}),
        as_member.delete(address, headers={"If-Match": tag}),
    ):
        assert answer.status_code == 412
        assert answer.json()["code"] == "stale_version"
        assert answer.json()["current"] == as_member.get(address).json()
        assert answer.json()["changed_by"] == {"id": str(admin.pk), "name": "Ada Admin"}
    assert watch.entries() == []


def test_who_assigned_somebody_is_who_changed_the_card(
    as_member, as_admin, member, admin, address, card
):
    as_member.patch(address, {"title": "By the member"})
    tag = as_member.get(address)["ETag"]
    as_admin.patch(address, {"assignees": [str(member.pk)]})

    answer = as_member.patch(address, {"title": "Mine"}, headers={"If-Match": tag})

    assert answer.status_code == 412
    assert answer.json()["changed_by"] == {"id": str(admin.pk), "name": "Ada Admin"}


def test_the_present_tag_lets_a_change_through_and_gets_a_304(as_member, address):
    tag = as_member.get(address)["ETag"]
    assert as_member.get(address, headers={"If-None-Match": tag}).status_code == 304

    answer = as_member.patch(address, {"title": "Mine"}, headers={"If-Match": tag})

    assert answer.status_code == 200
    assert as_member.get(address, headers={"If-None-Match": tag}).status_code == 200
    assert as_member.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_a_card_can_be_changed_by_its_key(as_member, card):
    answer = as_member.patch(f"{CARDS}acme-{card.number}/", {"title": "By key"})

    assert (answer.status_code, answer.json()["id"]) == (200, str(card.pk))
