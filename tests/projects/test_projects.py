"""Making, changing, archiving and deleting a project."""

import pytest

from boards.models import Board
from cards.models import Card
from projects.models import Feature, Project, ProjectMember, Release
from tests.factories import (
    BoardFactory,
    CardFactory,
    FeatureFactory,
    ProjectFactory,
    ProjectMemberFactory,
    ReleaseFactory,
)
from tests.watching import signed

pytestmark = pytest.mark.django_db

PROJECTS = "/api/v1/projects/"
UNKNOWN = "019ab000-0000-7000-8000-000000000000"


@pytest.fixture
def address(project):
    return f"{PROJECTS}{project.pk}/"


def make(client, workspace, /, **body):
    return client.post(PROJECTS, {"workspace": str(workspace.pk), "name": "Relaunch", **body})


def test_whoever_makes_a_project_becomes_its_director(as_member, member, workspace, watch):
    answer = make(as_member, workspace)

    assert answer.status_code == 201
    project = answer.json()
    made = {name: project[name] for name in ("id", "created_at", "updated_at")}
    assert project == {
        **made,
        "workspace": str(workspace.pk),
        "name": "Relaunch",
        "description": "",
        "status": "active",
        "owner": None,
        "start_date": None,
        "end_date": None,
        "archived_at": None,
        "version": 1,
    }
    assert answer["ETag"] == f'"{project["id"]}.1"'
    assert answer["Location"].endswith(f"{PROJECTS}{project['id']}/")
    role = ProjectMember.objects.get()
    assert (role.user, role.role, str(role.project_id)) == (member, "director", project["id"])
    assert watch.actions() == [
        ("project.created", "project"),
        ("project.created", "project_member"),
    ]
    assert {str(entry.project_id) for entry in watch.entries()} == {project["id"]}
    assert signed(watch.entries()[0]) == ("project.created", member.pk, "api")


def test_a_project_with_everything(as_member, admin, workspace):
    body = {
        "description": "  # Why\n",
        "status": "planned",
        "owner": str(admin.pk),
        "start_date": "2026-11-01",
        "end_date": "2026-11-01",
    }

    project = make(as_member, workspace, name="  Relaunch ", **body).json()

    assert {name: project[name] for name in body} == body
    assert project["name"] == "Relaunch"
    assert as_member.get(f"{PROJECTS}{project['id']}/").json() == project


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " \n "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": None}, "name"),
        ({"description": None}, "description"),
        ({"description": "x" * 65_537}, "description"),
        ({"status": "paused"}, "status"),
        ({"status": None}, "status"),
        ({"owner": UNKNOWN}, "owner"),
        ({"owner": "me"}, "owner"),
        ({"start_date": "2026-11-02", "end_date": "2026-11-01"}, "end_date"),
        ({"start_date": "1.11.2026"}, "start_date"),
        ({"workspace": UNKNOWN}, "workspace"),
        ({"workspace": None}, "workspace"),
        ({"archived_at": "2026-11-01T00:00:00Z"}, "archived_at"),
        ({"version": 7}, "version"),
        ({"webhook_secret": "x"}, "webhook_secret"),
        ({"nmae": "x"}, "nmae"),
    ],
)
def test_a_bad_project_is_refused_by_the_name_of_the_field(
    as_member, workspace, watch, body, field
):
    answer = make(as_member, workspace, **body)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert watch.entries() == []


@pytest.mark.parametrize("name", ["Product", "product", "  PRODUCT "])
def test_a_name_is_unique_in_its_workspace_whatever_the_case(
    as_member, workspace, project, other_workspace, watch, name
):
    Project.objects.filter(pk=project.pk).update(name="Product")
    watch.restart()

    answer = make(as_member, workspace, name=name)

    assert answer.status_code == 409
    assert list(answer.json()["errors"]) == ["name"]
    assert watch.entries() == []
    ProjectFactory(workspace=other_workspace, name=name.strip())


def test_an_owner_is_a_member_of_the_workspace(
    client_of, member_of_both, workspace, outsider, other_workspace, watch
):
    # The caller knows the outsider from the other workspace.
    answer = make(client_of(member_of_both), workspace, owner=str(outsider.pk))

    assert answer.status_code == 400
    assert answer.json()["errors"] == {
        "owner": ["Only members of the workspace can own a project."]
    }
    assert watch.entries() == []


def test_a_patch_changes_what_it_names(as_member, member, address, project, watch):
    answer = as_member.patch(address, {"status": "on_hold"})

    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["name"]) == ("on_hold", project.name)
    assert answer.json()["version"] == 2
    entry = watch.only()
    assert signed(entry) == ("project.updated", member.pk, "api")
    assert entry.details["after"] == {"status": "on_hold"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "  "}, "name"),
        ({"end_date": "2025-12-31"}, "end_date"),
        ({"workspace": UNKNOWN}, "workspace"),
        ({"archived_at": None, "status": "x"}, "status"),
    ],
)
def test_a_bad_change_is_refused_and_changes_nothing(
    as_member, address, project, watch, body, field
):
    Project.objects.filter(pk=project.pk).update(start_date="2026-01-01")
    watch.restart()

    answer = as_member.patch(address, body)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert watch.entries() == []


def test_a_stale_change_is_refused_with_the_present_state(
    as_member, admin, client_of, address, watch
):
    seen = as_member.get(address)["ETag"]
    client_of(admin).patch(address, {"name": "Theirs"})
    watch.restart()

    answer = as_member.patch(address, {"name": "Mine"}, headers={"If-Match": seen})

    assert answer.status_code == 412
    assert answer.json()["current"]["name"] == "Theirs"
    assert answer.json()["changed_by"]["id"] == str(admin.pk)
    assert watch.entries() == []
    assert as_member.get(address, headers={"If-None-Match": seen}).status_code == 200


def test_archiving_and_unarchiving(as_director, director, address, watch):
    archived = as_director.post(f"{address}archive/")
    assert (archived.status_code, archived.json()["version"]) == (200, 2)
    assert archived.json()["archived_at"] is not None
    assert signed(watch.only()) == ("project.archived", director.pk, "api")
    watch.restart()

    again = as_director.post(f"{address}archive/")
    assert (again.status_code, again.json()["version"]) == (200, 2)
    assert watch.entries() == []

    back = as_director.post(f"{address}unarchive/")
    assert (back.json()["archived_at"], back.json()["version"]) == (None, 3)
    assert signed(watch.only()) == ("project.unarchived", director.pk, "api")


def test_an_archived_project_takes_in_nothing_new(
    as_director, as_observer, workspace, address, project, watch
):
    board = BoardFactory(workspace=workspace)
    as_director.post(f"{address}archive/")
    watch.restart()
    of_project = {"project": str(project.pk)}

    answers = [
        as_director.post("/api/v1/releases/", {**of_project, "version": "1.0"}),
        as_director.post("/api/v1/features/", {**of_project, "name": "New"}),
        as_director.post(
            "/api/v1/boards/", {**of_project, "workspace": str(workspace.pk), "name": "New"}
        ),
        as_director.patch(f"/api/v1/boards/{board.pk}/", of_project),
    ]

    assert [answer.status_code for answer in answers] == [409] * 4
    assert {answer.json()["code"] for answer in answers} == {"project_archived"}
    assert [list(answer.json()["errors"]) for answer in answers] == [["project"]] * 4
    assert watch.entries() == []
    # Who may write nothing there at all hears that first.
    refused = as_observer.post("/api/v1/features/", {**of_project, "name": "New"})
    assert refused.status_code == 403


def test_what_is_in_an_archived_project_can_still_be_changed(
    as_director, as_admin, workspace, address, project, member
):
    board = BoardFactory(workspace=workspace, project=project)
    card = CardFactory(board=board)
    release = ReleaseFactory(project=project)
    feature = FeatureFactory(project=project)
    as_director.post(f"{address}archive/")

    changed = [
        as_director.patch(address, {"name": "Renamed"}),
        as_director.patch(f"/api/v1/releases/{release.pk}/", {"version": "2.0"}),
        as_director.patch(f"/api/v1/features/{feature.pk}/", {"release": str(release.pk)}),
        # The project that the board has already takes nothing in.
        as_director.patch(
            f"/api/v1/boards/{board.pk}/", {"name": "Renamed", "project": str(project.pk)}
        ),
        as_director.patch(f"/api/v1/cards/{card.pk}/", {"feature": str(feature.pk)}),
        as_director.post(f"{address}members/", {"user": str(member.pk), "role": "observer"}),
        as_director.delete(f"/api/v1/features/{feature.pk}/"),
        as_admin.delete(address),
    ]

    assert [answer.status_code for answer in changed] == [200, 200, 200, 200, 200, 201, 204, 204]


def test_deleting_a_project_takes_its_plans_and_leaves_its_boards(
    as_admin, admin, workspace, address, project, watch
):
    board = BoardFactory(workspace=workspace, project=project)
    feature = FeatureFactory(project=project, release=ReleaseFactory(project=project))
    card = CardFactory(board=board, feature=feature)
    ProjectMemberFactory(project=project)
    watch.restart()

    assert as_admin.delete(address).status_code == 204

    assert not Project.objects.exists()
    assert not Release.objects.exists()
    assert not Feature.objects.exists()
    assert not ProjectMember.objects.exists()
    assert Board.objects.get(pk=board.pk).project_id is None
    assert Card.objects.get(pk=card.pk).feature_id is None
    entries = watch.entries()
    assert {entry.action for entry in entries} == {"project.deleted"}
    assert sorted(entry.entity_type for entry in entries) == [
        "board",
        "card",
        "feature",
        "project",
        "project_member",
        "release",
    ]
    assert signed(entries[0])[1:] == (admin.pk, "api")


def test_when_an_owner_leaves_the_project_stays_without(project, workspace, member):
    Project.objects.filter(pk=project.pk).update(owner=member)

    workspace.memberships.get(user=member).delete()

    project.refresh_from_db()
    assert project.owner_id is None
    assert project.workspace_id == workspace.pk


# Lists
# -----


def listed(client, **query):
    answer = client.get(PROJECTS, query)
    assert answer.status_code == 200, answer.content
    return [project["name"] for project in answer.json()["results"]]


@pytest.fixture
def three(workspace, admin, member):
    ProjectFactory(workspace=workspace, name="Alpha", status="planned", owner=member)
    ProjectFactory(workspace=workspace, name="Beta", description="the lamp", owner=admin)
    ProjectFactory(workspace=workspace, name="Gone", archived_at="2026-11-01T00:00:00Z")


def test_archived_projects_are_left_out_unless_asked_for(as_member, three):
    assert listed(as_member) == ["Alpha", "Beta"]
    assert listed(as_member, archived="true") == ["Gone"]
    assert listed(as_member, archived="false") == ["Alpha", "Beta"]


def test_lists_are_filtered_and_ordered(as_member, three, workspace, admin):
    assert listed(as_member, status="planned") == ["Alpha"]
    assert listed(as_member, status="planned,active") == ["Alpha", "Beta"]
    assert listed(as_member, owner="me") == ["Alpha"]
    assert listed(as_member, owner=str(admin.pk)) == ["Beta"]
    assert listed(as_member, owner="none") == []
    assert listed(as_member, owner="none", archived="true") == ["Gone"]
    assert listed(as_member, search="LAMP") == ["Beta"]
    assert listed(as_member, search="alph") == ["Alpha"]
    assert listed(as_member, workspace=str(workspace.pk)) == ["Alpha", "Beta"]
    assert listed(as_member, workspace=UNKNOWN) == []
    assert listed(as_member, ordering="-name") == ["Beta", "Alpha"]
    assert listed(as_member, updated_since="2100-01-01T00:00:00Z") == []


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("status=paused", "status"),
        ("archived=1", "archived"),
        ("owner=x", "owner"),
        ("updated_since=2026-01-01", "updated_since"),
        ("ordering=description", "ordering"),
        ("role=director", "role"),
    ],
)
def test_a_question_that_the_list_does_not_know_is_refused(as_member, query, name):
    answer = as_member.get(f"{PROJECTS}?{query}")

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [name]


def test_the_webhook_secret_is_in_no_answer_and_no_entry(as_director, project, address, watch):
    Project.objects.filter(pk=project.pk).update(webhook_secret=b"gAAAAAsecret")

    assert b"secret" not in as_director.get(address).content
    assert b"secret" not in as_director.get(PROJECTS).content
    assert "gAAAAA" not in str(watch.only().details)
