"""Who may do what with boards, columns, sprints, labels and cards: one table."""

import pytest

from boards.models import Board, Sprint
from cards.models import Card
from core.models import EventLog
from tests.factories import CardFactory, SprintFactory

API = "/api/v1/"
BUG = {"id": "bug", "name": "Bug", "color": "#b42318"}
CALLERS = ("admin", "member", "member_of_both", "outsider", "operator", "nobody")

# Operation: (method, address, body, what a member gets). An admin gets the same, or what
# ADMINS says; to everybody else the things of the workspace aren't there.
OPERATIONS = {
    "boards: see": ("get", "boards/{board}/", None, 200),
    "boards: see whole": ("get", "boards/{board}/snapshot/", None, 200),
    "boards: rename": ("patch", "boards/{board}/", {"name": "New"}, 200),
    "boards: archive": ("post", "boards/{board}/archive/", {}, 200),
    "boards: unarchive": ("post", "boards/{board}/unarchive/", {}, 200),
    "boards: delete": ("delete", "boards/{board}/", None, 403),
    "columns: add": ("post", "boards/{board}/columns/", {"name": "New"}, 201),
    "columns: rename": ("patch", "boards/{board}/columns/{column}/", {"name": "New"}, 200),
    "columns: limit": ("patch", "boards/{board}/columns/{column}/", {"wip_limit": 5}, 200),
    "columns: remove": ("delete", "boards/{board}/columns/{column}/", None, 200),
    "labels: list": ("get", "boards/{board}/labels/", None, 200),
    "labels: rename": ("patch", "boards/{board}/labels/bug/", {"name": "New"}, 200),
    "sprints: see": ("get", "sprints/{sprint}/", None, 200),
    "sprints: change": ("patch", "sprints/{sprint}/", {"goal": "New"}, 200),
    "sprints: delete": ("delete", "sprints/{sprint}/", None, 204),
    "cards: see": ("get", "cards/{card}/", None, 200),
    "cards: see by key": ("get", "cards/ACME-1/", None, 200),
    "cards: change": ("patch", "cards/{card}/", {"title": "New"}, 200),
    "cards: assign": ("patch", "cards/{card}/", {"assignees": ["{member}"]}, 200),
    "cards: move": ("post", "cards/{card}/move/", {"column_id": "{column}"}, 200),
    "cards: move by key": ("post", "cards/ACME-1/move/", {"column_id": "{column}"}, 200),
    "cards: move past a limit": (
        "post",
        "cards/{card}/move/",
        {"column_id": "{full}", "override_wip_limit": True},
        403,
    ),
    "cards: archive": ("post", "cards/{card}/archive/", {}, 200),
    "cards: unarchive": ("post", "cards/{archived}/unarchive/", {}, 200),
    "cards: delete": ("delete", "cards/{card}/", None, 204),
}
# Here the workspace's things stand in the body: to others such ids are unknown, a 400.
IN_BODIES = {
    "boards: make": ("boards/", {"workspace": "{workspace}", "name": "New"}, 201),
    "sprints: make": (
        "sprints/",
        {
            "board": "{board}",
            "name": "New",
            "start_date": "2026-11-02",
            "end_date": "2026-11-02",
        },
        201,
    ),
    "cards: make": ("cards/", {"board": "{board}", "title": "New"}, 201),
    "cards: make past a limit": (
        "cards/",
        {"board": "{board}", "title": "New", "column_id": "{full}", "override_wip_limit": True},
        403,
    ),
    "cards: bulk create": ("cards/bulk/", {"create": [{"board": "{board}", "title": "New"}]}, 200),
    "cards: bulk change": ("cards/bulk/", {"change": [{"id": "{card}", "title": "New"}]}, 200),
    "cards: bulk move": (
        "cards/bulk/",
        {"move": [{"id": "{card}", "column_id": "{column}"}]},
        200,
    ),
    "cards: bulk archive": ("cards/bulk/", {"archive": ["{card}"]}, 200),
    "cards: bulk unarchive": ("cards/bulk/", {"unarchive": ["{archived}"]}, 200),
}
ADMINS = {
    "boards: delete": 204,
    "cards: move past a limit": 200,
    "cards: make past a limit": 201,
}


@pytest.fixture
def ids(board, columns, limit, other_workspace, operator, member):
    """A board with something of everything: what the placeholders of the table stand for."""
    card = CardFactory(board=board, metadata={"labels": [BUG]})
    archived = CardFactory(board=board, archived_at="2026-11-01T00:00:00Z")
    CardFactory(board=board, column_id=columns[2])
    limit(2, 1)
    return {
        "{workspace}": str(board.workspace_id),
        "{board}": str(board.pk),
        "{column}": columns[1],
        "{full}": columns[2],
        "{sprint}": str(SprintFactory(board=board).pk),
        "{card}": str(card.pk),
        "{archived}": str(archived.pk),
        "{member}": str(member.pk),
    }


def filled(value, ids):
    """`value` with the placeholders in it replaced, however deep."""
    if isinstance(value, dict):
        return {name: filled(each, ids) for name, each in value.items()}
    if isinstance(value, list):
        return [filled(each, ids) for each in value]
    if isinstance(value, str):
        for name, identifier in ids.items():
            value = value.replace(name, identifier)
    return value


def state():
    return (
        list(Board.objects.order_by("id").values()),
        list(Sprint.objects.order_by("id").values()),
        list(Card.objects.order_by("id").values()),
        EventLog.objects.count(),
    )


def expected_of(who, operation, members, others):
    if who == "nobody":
        return 401
    if who in ("outsider", "operator"):
        return others
    return ADMINS.get(operation, members) if who == "admin" else members


@pytest.fixture
def person(admin, member, member_of_both, outsider, operator):
    people = {
        "admin": admin,
        "member": member,
        "member_of_both": member_of_both,
        "outsider": outsider,
        "operator": operator,
    }
    return lambda who: people.get(who)


@pytest.mark.parametrize("who", CALLERS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_who_may_do_what_to_the_things_of_a_workspace(client_of, person, ids, who, operation):
    method, path, body, members = OPERATIONS[operation]
    before = state()

    client = client_of(person(who))
    answer = getattr(client, method)(API + filled(path, ids), filled(body, ids))

    expected = expected_of(who, operation, members, others=404)
    assert answer.status_code == expected
    if expected >= 400:
        assert state() == before
    if expected == 404:
        assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize("who", CALLERS)
@pytest.mark.parametrize("operation", IN_BODIES)
def test_who_may_bring_what_into_a_workspace(client_of, person, ids, who, operation):
    path, body, members = IN_BODIES[operation]
    before = state()

    answer = client_of(person(who)).post(API + path, filled(body, ids))

    expected = expected_of(who, operation, members, others=400)
    assert answer.status_code == expected
    if expected >= 400:
        assert state() == before


@pytest.mark.parametrize("collection", ["boards", "sprints", "cards"])
@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("admin", True),
        ("member", True),
        ("member_of_both", True),
        ("outsider", False),
        ("operator", False),
    ],
)
def test_who_sees_what_in_lists(client_of, person, ids, who, sees, collection):
    answer = client_of(person(who)).get(f"{API}{collection}/")

    assert answer.status_code == 200
    assert bool(answer.json()["results"]) is sees
    assert client_of(None).get(f"{API}{collection}/").status_code == 401


def test_whoever_is_removed_is_out_at_once(as_member, workspace, member, ids):
    assert as_member.get(f"{API}boards/{ids['{board}']}/").status_code == 200

    workspace.memberships.get(user=member).delete()

    assert as_member.get(f"{API}boards/{ids['{board}']}/").status_code == 404
    assert as_member.patch(f"{API}cards/{ids['{card}']}/", {"title": "Mine"}).status_code == 404
    assert as_member.get(f"{API}cards/").json()["results"] == []


def test_whoever_is_no_longer_admin_may_no_more_than_a_member(as_admin, workspace, admin, ids):
    workspace.memberships.filter(user__username="member").update(role="admin")
    workspace.memberships.filter(user=admin).update(role="member")

    assert as_admin.delete(f"{API}boards/{ids['{board}']}/").status_code == 403
    assert Board.objects.filter(pk=ids["{board}"]).exists()
