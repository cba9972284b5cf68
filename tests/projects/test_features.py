"""Planning features, and saying why one doesn't go on."""

import pytest

from cards.models import Card
from projects.models import Feature
from projects.services import feature_create
from tests.factories import (
    BoardFactory,
    CardFactory,
    FeatureFactory,
    ProjectFactory,
    ReleaseFactory,
)
from tests.watching import signed

pytestmark = pytest.mark.django_db

FEATURES = "/api/v1/features/"
UNKNOWN = "019ab000-0000-7000-8000-000000000000"


@pytest.fixture
def make(as_member, project):
    def made(**body):
        return as_member.post(
            FEATURES, {"project": str(project.pk), "name": "Dim by voice", **body}
        )

    return made


def test_a_feature_with_everything(make, as_member, member, project, watch):
    release = ReleaseFactory(project=project)
    watch.restart()
    body = {
        "description": "  # Why\n",
        "status": "blocked",
        "status_reason": "The vendor is late",
        "assigned_teams": ["Platform", "Мобильная команда 📱"],
        "assigned_po": "Priya",
        "release": str(release.pk),
    }

    answer = make(**body)

    assert answer.status_code == 201
    feature = answer.json()
    made = {name: feature[name] for name in ("id", "created_at", "updated_at")}
    assert feature == {
        **made,
        **body,
        "workspace": str(project.workspace_id),
        "project": str(project.pk),
        "name": "Dim by voice",
        "version": 1,
    }
    assert answer["ETag"] == f'"{feature["id"]}.1"'
    assert answer["Location"].endswith(f"{FEATURES}{feature['id']}/")
    assert as_member.get(f"{FEATURES}{feature['id']}/").json() == feature
    entry = watch.only()
    assert signed(entry) == ("feature.created", member.pk, "api")
    assert entry.project_id == project.pk
    assert "search" not in entry.details["after"]


def test_a_feature_begins_in_the_backlog(make):
    feature = make(name="  Dim ", assigned_teams=[" Web ", "Web"]).json()

    assert (feature["name"], feature["status"], feature["release"]) == ("Dim", "backlog", None)
    assert (feature["status_reason"], feature["assigned_po"]) == ("", "")
    assert feature["assigned_teams"] == ["Web"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"project": UNKNOWN}, "project"),
        ({"project": None}, "project"),
        ({"release": UNKNOWN}, "release"),
        ({"status": "someday"}, "status"),
        ({"status": "blocked"}, "status_reason"),
        ({"status": "cancelled"}, "status_reason"),
        ({"status": "blocked", "status_reason": " \n "}, "status_reason"),
        ({"status_reason": None}, "status_reason"),
        ({"status_reason": "x" * 10_001}, "status_reason"),
        ({"assigned_teams": "Web"}, "assigned_teams"),
        ({"assigned_teams": None}, "assigned_teams"),
        ({"assigned_teams": [""]}, "assigned_teams"),
        ({"assigned_teams": [7]}, "assigned_teams"),
        ({"assigned_teams": ["x" * 101]}, "assigned_teams"),
        ({"assigned_teams": [str(number) for number in range(51)]}, "assigned_teams"),
        ({"assigned_po": "x" * 101}, "assigned_po"),
        ({"assigned_po": None}, "assigned_po"),
        ({"description": "x" * 65_537}, "description"),
        ({"version": 7}, "version"),
        ({"title": "x"}, "title"),
    ],
)
def test_a_bad_feature_is_refused_by_the_name_of_the_field(make, project, watch, body, field):
    answer = make(**body)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert watch.entries() == []


def test_a_release_is_of_the_same_project(make, as_member, workspace, project, watch):
    foreign = ReleaseFactory(project=ProjectFactory(workspace=workspace))
    feature = FeatureFactory(project=project)
    watch.restart()

    answers = [
        make(release=str(foreign.pk)),
        as_member.patch(f"{FEATURES}{feature.pk}/", {"release": str(foreign.pk)}),
    ]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert [list(answer.json()["errors"]) for answer in answers] == [["release"]] * 2
    assert watch.entries() == []


# A reason belongs to its status: (status, reason) before, what is sent, what comes of it.
CHANGES = {
    "into a status that has none": (
        ("backlog", ""), {"status": "done"}, ("done", "")),
    "into blocked with a reason": (
        ("planned", ""), {"status": "blocked", "status_reason": " Late "}, ("blocked", "Late")),
    "into blocked without": (("planned", ""), {"status": "blocked"}, None),
    "out of blocked": (("blocked", "Late"), {"status": "in_progress"}, ("in_progress", "")),
    "from blocked to cancelled, without": (("blocked", "Late"), {"status": "cancelled"}, None),
    "from blocked to cancelled, with": (
        ("blocked", "Late"),
        {"status": "cancelled", "status_reason": "Given up"},
        ("cancelled", "Given up"),
    ),
    "another reason": (
        ("blocked", "Late"), {"status_reason": "Later"}, ("blocked", "Later")),
    "no reason any more": (("blocked", "Late"), {"status_reason": ""}, None),
    "the same status": (("blocked", "Late"), {"status": "blocked"}, ("blocked", "Late")),
    "something else": (("blocked", "Late"), {"name": "New"}, ("blocked", "Late")),
    "a reason for going on": (
        ("backlog", ""),
        {"status": "planned", "status_reason": "Asked for"},
        ("planned", "Asked for"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_reason_belongs_to_its_status(as_member, project, watch, change):
    (status, reason), body, expected = CHANGES[change]
    feature = FeatureFactory(project=project, status=status, status_reason=reason)
    watch.restart()

    answer = as_member.patch(f"{FEATURES}{feature.pk}/", body)

    if expected is None:
        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == ["status_reason"]
        assert watch.entries() == []
    else:
        assert answer.status_code == 200
        assert (answer.json()["status"], answer.json()["status_reason"]) == expected


def test_a_patch_changes_what_it_names(as_member, member, project, watch):
    release = ReleaseFactory(project=project)
    feature = FeatureFactory(project=project, assigned_teams=["Web"])
    watch.restart()

    answer = as_member.patch(f"{FEATURES}{feature.pk}/", {"release": str(release.pk)})

    assert answer.json()["release"] == str(release.pk)
    assert answer.json()["assigned_teams"] == ["Web"]
    entry = watch.only()
    assert signed(entry) == ("feature.updated", member.pk, "api")
    assert entry.details["after"] == {"release_id": str(release.pk)}
    assert as_member.patch(f"{FEATURES}{feature.pk}/", {"release": None}).json()["release"] is None


def test_a_feature_never_changes_its_project(as_member, workspace, project, watch):
    feature = FeatureFactory(project=project)
    second = ProjectFactory(workspace=workspace)
    watch.restart()

    answer = as_member.patch(f"{FEATURES}{feature.pk}/", {"project": str(second.pk)})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["project"])
    assert watch.entries() == []


def test_deleting_a_feature_leaves_its_cards(as_member, workspace, project, watch):
    feature = FeatureFactory(project=project)
    card = CardFactory(board=BoardFactory(workspace=workspace), feature=feature)
    watch.restart()

    assert as_member.delete(f"{FEATURES}{feature.pk}/").status_code == 204

    assert not Feature.objects.exists()
    card = Card.objects.get(pk=card.pk)
    assert (card.feature_id, card.workspace_id) == (None, workspace.pk)
    assert watch.actions() == [("feature.deleted", "feature"), ("feature.deleted", "card")]


def test_lists_are_filtered_and_ordered(as_member, workspace, project):
    release = ReleaseFactory(project=project)
    FeatureFactory(
        project=project, name="Dim the lamps", release=release, assigned_teams=["Web", "Mobile"]
    )
    FeatureFactory(project=project, name="Билеты", description="Купить билет", status="planned")
    other = ProjectFactory(workspace=workspace)
    FeatureFactory(project=other, name="Count", status="blocked", status_reason="Late")

    def listed(**query):
        answer = as_member.get(FEATURES, query)
        assert answer.status_code == 200, answer.content
        return [each["name"] for each in answer.json()["results"]]

    assert listed() == ["Dim the lamps", "Билеты", "Count"]
    assert listed(project=str(project.pk)) == ["Dim the lamps", "Билеты"]
    assert listed(workspace=str(workspace.pk), status="blocked,planned") == ["Билеты", "Count"]
    assert listed(release=str(release.pk)) == ["Dim the lamps"]
    assert listed(release="none") == ["Билеты", "Count"]
    assert listed(team="Mobile") == ["Dim the lamps"]
    assert listed(team="mob") == []
    assert listed(search="lamp dimming") == ["Dim the lamps"]
    assert listed(search="купила билеты") == ["Билеты"]
    assert listed(search="late") == []
    assert listed(updated_since="2100-01-01T00:00:00Z") == []
    assert listed(ordering="name") == ["Count", "Dim the lamps", "Билеты"]
    for query in ("status=late", "release=x", "search=", "ordering=status_reason", "owner=me"):
        assert as_member.get(f"{FEATURES}?{query}").status_code == 400


def test_a_command_plans_for_nobody(project, watch):
    feature_create(actor=None, project=project, name="Imported")

    assert signed(watch.only()) == ("feature.created", None, "command")
