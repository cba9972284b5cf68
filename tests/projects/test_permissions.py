"""What each role in a project may do: one table of role and operation, every cell of it tried.

A refusal also leaves everything as it was, the log included.
"""

import pytest
from django.utils import timezone

from boards.models import Board, Sprint
from cards.models import Card, CardLink, ChecklistItem, Comment
from core.models import EventLog
from projects.models import Feature, Project, ProjectMember, Release
from tests.factories import (
    BoardFactory,
    CardFactory,
    CardLinkFactory,
    ChecklistItemFactory,
    FeatureFactory,
    MemberFactory,
    ProjectFactory,
    ProjectMemberFactory,
    ReleaseFactory,
    SprintFactory,
)

pytestmark = pytest.mark.django_db

API = "/api/v1/"
BUG = {"id": "bug", "name": "Bug", "color": "#b42318"}
DATES = {"start_date": "2026-11-02", "end_date": "2026-11-15"}

# Who may: read, write (contribute), direct, administer. Whoever isn't named may not.
READERS = ("admin", "director", "architect", "contributor", "observer", "member", "member_of_both")
WRITERS = tuple(who for who in READERS if who != "observer")
DIRECTORS = ("admin", "director")
ADMINS = ("admin",)
STRANGERS = ("outsider", "operator")
CALLERS = (*READERS, *STRANGERS, "nobody")

# Operation: (method, address, body, what it answers, who may).
PROJECTS = {
    "project: see": ("get", "projects/{project}/", None, 200, READERS),
    "project: change": ("patch", "projects/{project}/", {"name": "New"}, 200, WRITERS),
    "project: archive": ("post", "projects/{project}/archive/", {}, 200, DIRECTORS),
    "project: unarchive": ("post", "projects/{archived_project}/unarchive/", {}, 200, DIRECTORS),
    "project: delete": ("delete", "projects/{project}/", None, 204, ADMINS),
    "roles: list": ("get", "projects/{project}/members/", None, 200, READERS),
    "roles: see": ("get", "projects/{project}/members/{role}/", None, 200, READERS),
    "roles: give": (
        "post",
        "projects/{project}/members/",
        {"user": "{newcomer}", "role": "architect"},
        201,
        DIRECTORS,
    ),
    "roles: change": (
        "patch",
        "projects/{project}/members/{role}/",
        {"role": "architect"},
        200,
        DIRECTORS,
    ),
    "roles: take": ("delete", "projects/{project}/members/{role}/", None, 204, DIRECTORS),
    "release: see": ("get", "releases/{release}/", None, 200, READERS),
    "release: change": ("patch", "releases/{release}/", {"status": "released"}, 200, WRITERS),
    "release: delete": ("delete", "releases/{release}/", None, 204, WRITERS),
    "feature: see": ("get", "features/{feature}/", None, 200, READERS),
    "feature: change": ("patch", "features/{feature}/", {"name": "New"}, 200, WRITERS),
    "feature: set a status": (
        "patch",
        "features/{feature}/",
        {"status": "blocked", "status_reason": "No keys"},
        200,
        WRITERS,
    ),
    "feature: delete": ("delete", "features/{feature}/", None, 204, WRITERS),
}
BOARDS = {
    "board: see": ("get", "boards/{board}/", None, 200, READERS),
    "board: see whole": ("get", "boards/{board}/snapshot/", None, 200, READERS),
    "board: rename": ("patch", "boards/{board}/", {"name": "New"}, 200, WRITERS),
    "board: take out": ("patch", "boards/{board}/", {"project": None}, 200, WRITERS),
    "board: archive": ("post", "boards/{board}/archive/", {}, 200, WRITERS),
    "board: unarchive": ("post", "boards/{archived_board}/unarchive/", {}, 200, WRITERS),
    "board: delete": ("delete", "boards/{board}/", None, 204, ADMINS),
    "column: add": ("post", "boards/{board}/columns/", {"name": "New"}, 201, WRITERS),
    "column: change": (
        "patch",
        "boards/{board}/columns/{column}/",
        {"wip_limit": 5},
        200,
        WRITERS,
    ),
    "column: remove": ("delete", "boards/{board}/columns/{empty}/", None, 200, WRITERS),
    "labels: list": ("get", "boards/{board}/labels/", None, 200, READERS),
    "label: change": ("patch", "boards/{board}/labels/bug/", {"name": "New"}, 200, WRITERS),
    "sprint: see": ("get", "sprints/{sprint}/", None, 200, READERS),
    "sprint: change": ("patch", "sprints/{sprint}/", {"goal": "New"}, 200, WRITERS),
    "sprint: start": ("post", "sprints/{sprint}/start/", {}, 200, WRITERS),
    "sprint: complete": ("post", "sprints/{active_sprint}/complete/", {}, 200, WRITERS),
    "sprint: delete": ("delete", "sprints/{sprint}/", None, 204, WRITERS),
    "card: see": ("get", "cards/{card}/", None, 200, READERS),
    "card: change": ("patch", "cards/{card}/", {"title": "New"}, 200, WRITERS),
    "card: assign": ("patch", "cards/{card}/", {"assignees": ["{newcomer}"]}, 200, WRITERS),
    "card: give a feature": ("patch", "cards/{card}/", {"feature": "{feature}"}, 200, WRITERS),
    "card: move": ("post", "cards/{card}/move/", {"column_id": "{column}"}, 200, WRITERS),
    "card: move here": (
        "post",
        "cards/{free_card}/move/",
        {"column_id": "{column}", "board_id": "{board}"},
        200,
        WRITERS,
    ),
    "card: move away": (
        "post",
        "cards/{card}/move/",
        {"column_id": "{free_column}", "board_id": "{free_board}"},
        200,
        WRITERS,
    ),
    "card: archive": ("post", "cards/{card}/archive/", {}, 200, WRITERS),
    "card: unarchive": ("post", "cards/{archived_card}/unarchive/", {}, 200, WRITERS),
    "card: delete": ("delete", "cards/{card}/", None, 204, WRITERS),
    "checklist: tick": ("patch", "checklist-items/{item}/", {"done": True}, 200, WRITERS),
    "checklist: remove": ("delete", "checklist-items/{item}/", None, 204, WRITERS),
    "link: remove": ("delete", "card-links/{link}/", None, 204, WRITERS),
    # On a board of no project everybody works; but a feature is its project's.
    "free card: change": ("patch", "cards/{free_card}/", {"title": "New"}, 200, READERS),
    "free card: give a feature": (
        "patch",
        "cards/{free_card}/",
        {"feature": "{feature}"},
        200,
        WRITERS,
    ),
}
# Here the project's things stand in the body: to strangers such ids are unknown, a 400.
IN_BODIES = {
    "project: make": ("projects/", {"workspace": "{workspace}", "name": "New"}, 201, READERS),
    "release: make": ("releases/", {"project": "{project}", "version": "9.9"}, 201, WRITERS),
    "feature: make": ("features/", {"project": "{project}", "name": "New"}, 201, WRITERS),
    "board: make": (
        "boards/",
        {"workspace": "{workspace}", "project": "{project}", "name": "New"},
        201,
        WRITERS,
    ),
    "board: make a free one": (
        "boards/",
        {"workspace": "{workspace}", "name": "New"},
        201,
        READERS,
    ),
    "sprint: make": ("sprints/", {"board": "{board}", "name": "New", **DATES}, 201, WRITERS),
    "card: make": ("cards/", {"board": "{board}", "title": "New"}, 201, WRITERS),
    "free card: make": ("cards/", {"board": "{free_board}", "title": "New"}, 201, READERS),
    "free card: make for a feature": (
        "cards/",
        {"board": "{free_board}", "title": "New", "feature": "{feature}"},
        201,
        WRITERS,
    ),
    "comment: make": ("comments/", {"card": "{card}", "content": "New"}, 201, WRITERS),
    "checklist: add": ("checklist-items/", {"card": "{card}", "text": "New"}, 201, WRITERS),
    "link: make": (
        "card-links/",
        {"source": "{free_card}", "target": "{card}", "kind": "relates_to"},
        201,
        WRITERS,
    ),
    "bulk: create": (
        "cards/bulk/",
        {"create": [{"board": "{board}", "title": "New"}]},
        200,
        WRITERS,
    ),
    "bulk: create for a feature": (
        "cards/bulk/",
        {"create": [{"board": "{free_board}", "title": "New", "feature": "{feature}"}]},
        200,
        WRITERS,
    ),
    "bulk: change": (
        "cards/bulk/",
        {"change": [{"id": "{card}", "title": "New"}]},
        200,
        WRITERS,
    ),
    "bulk: change for a feature": (
        "cards/bulk/",
        {"change": [{"id": "{free_card}", "feature": "{feature}"}]},
        200,
        WRITERS,
    ),
    "bulk: move": (
        "cards/bulk/",
        {"move": [{"id": "{card}", "column_id": "{column}"}]},
        200,
        WRITERS,
    ),
    "bulk: move here": (
        "cards/bulk/",
        {"move": [{"id": "{free_card}", "column_id": "{column}", "board_id": "{board}"}]},
        200,
        WRITERS,
    ),
    "bulk: archive": ("cards/bulk/", {"archive": ["{card}"]}, 200, WRITERS),
    "bulk: unarchive": ("cards/bulk/", {"unarchive": ["{archived_card}"]}, 200, WRITERS),
}
OPERATIONS = {**PROJECTS, **BOARDS}


@pytest.fixture
def ids(project, workspace, director, architect, contributor, observer, other_workspace, operator):
    """A project with something of everything, and a board of no project beside it."""
    # The same people have the same roles in an archived project.
    archived = ProjectFactory(workspace=workspace, name="Put away")
    for role in ProjectMember.objects.filter(project=project):
        ProjectMemberFactory(project=archived, user=role.user, role=role.role)
    archived.archived_at = timezone.now()
    archived.save(update_fields=["archived_at"])
    board = BoardFactory(workspace=workspace, project=project)
    free = BoardFactory(workspace=workspace)
    card = CardFactory(board=board, metadata={"labels": [BUG]})
    newcomer = MemberFactory(workspace=workspace).user
    somebody = MemberFactory(workspace=workspace).user
    return {
        "{workspace}": workspace.pk,
        "{project}": project.pk,
        "{archived_project}": archived.pk,
        "{role}": ProjectMemberFactory(project=project, user=somebody).pk,
        "{newcomer}": newcomer.pk,
        "{release}": ReleaseFactory(project=project).pk,
        "{feature}": FeatureFactory(project=project).pk,
        "{board}": board.pk,
        "{archived_board}": BoardFactory(workspace=workspace, project=project, archived=True).pk,
        "{column}": board.columns[1]["id"],
        "{empty}": board.columns[2]["id"],
        "{sprint}": SprintFactory(board=board).pk,
        "{active_sprint}": SprintFactory(
            board=BoardFactory(workspace=workspace, project=project),
            status="active",
            started_at=timezone.now(),
        ).pk,
        "{card}": card.pk,
        "{item}": ChecklistItemFactory(card=card).pk,
        "{link}": CardLinkFactory(source=card, target=CardFactory(board=board)).pk,
        "{archived_card}": CardFactory(board=board, archived_at=timezone.now()).pk,
        "{free_board}": free.pk,
        "{free_column}": free.columns[1]["id"],
        "{free_card}": CardFactory(board=free).pk,
    }


def filled(value, ids):
    """`value` with the placeholders in it replaced, however deep."""
    if isinstance(value, dict):
        return {name: filled(each, ids) for name, each in value.items()}
    if isinstance(value, list):
        return [filled(each, ids) for each in value]
    if isinstance(value, str):
        for name, identifier in ids.items():
            value = value.replace(name, str(identifier))
    return value


def state():
    models = (
        *(Project, ProjectMember, Release, Feature),
        *(Board, Sprint, Card, Comment, ChecklistItem, CardLink),
    )
    rows = [list(model.objects.order_by("id").values()) for model in models]
    return rows, EventLog.objects.count()


def expected_of(who, answers, may, strangers):
    if who == "nobody":
        return 401
    if who in STRANGERS:
        return strangers
    return answers if who in may else 403


@pytest.fixture
def client_for(request, client_of):
    return lambda who: client_of(None if who == "nobody" else request.getfixturevalue(who))


@pytest.mark.parametrize("who", CALLERS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_who_may_do_what_to_the_things_of_a_project(client_for, ids, who, operation):
    method, path, body, answers, may = OPERATIONS[operation]
    client, before = client_for(who), state()

    answer = getattr(client, method)(API + filled(path, ids), filled(body, ids))

    expected = expected_of(who, answers, may, strangers=404)
    assert answer.status_code == expected, answer.content
    if expected >= 400 or method == "get":
        assert state() == before
    else:
        assert state() != before


@pytest.mark.parametrize("who", CALLERS)
@pytest.mark.parametrize("operation", IN_BODIES)
def test_who_may_bring_what_into_a_project(client_for, ids, who, operation):
    path, body, answers, may = IN_BODIES[operation]
    client, before = client_for(who), state()

    answer = client.post(API + path, filled(body, ids))

    expected = expected_of(who, answers, may, strangers=400)
    assert answer.status_code == expected, answer.content
    assert (state() == before) is (expected >= 400)


@pytest.mark.parametrize("collection", ["projects", "releases", "features"])
@pytest.mark.parametrize("who", [*READERS, *STRANGERS])
def test_who_sees_what_in_lists(client_for, ids, who, collection):
    answer = client_for(who).get(f"{API}{collection}/")

    assert answer.status_code == 200
    assert bool(answer.json()["results"]) is (who in READERS)


@pytest.mark.parametrize("role", ["director", "architect", "contributor", "observer"])
def test_an_admin_of_the_workspace_may_all_of_it_whatever_the_role(
    as_admin, admin, project, ids, role
):
    ProjectMemberFactory(project=project, user=admin, role=role)

    made = as_admin.post(f"{API}cards/", {"board": str(ids["{board}"]), "title": "New"})
    archived = as_admin.post(f"{API}projects/{project.pk}/archive/")

    assert (made.status_code, archived.status_code) == (201, 200)


def test_a_role_counts_in_its_own_project_alone(as_observer, workspace, ids):
    second = ProjectFactory(workspace=workspace)

    made = as_observer.post(f"{API}features/", {"project": str(second.pk), "name": "New"})

    assert made.status_code == 201


def test_whoever_leaves_the_workspace_loses_the_role_and_comes_back_without(
    as_director, project, director, workspace
):
    workspace.memberships.get(user=director).delete()
    assert not ProjectMember.objects.filter(project=project, user=director).exists()
    assert as_director.get(f"{API}projects/{project.pk}/").status_code == 404

    MemberFactory(workspace=workspace, user=director)
    assert as_director.post(f"{API}projects/{project.pk}/archive/").status_code == 403
