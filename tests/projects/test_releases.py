"""Planning and shipping releases, and how far they have come."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.models import Feature, Release
from tests.factories import (
    BoardFactory,
    CardFactory,
    FeatureFactory,
    ProjectFactory,
    ReleaseFactory,
)
from tests.watching import signed

pytestmark = pytest.mark.django_db

RELEASES = "/api/v1/releases/"
UNKNOWN = "019ab000-0000-7000-8000-000000000000"
NOTHING = {
    "features": 0,
    "features_done": 0,
    "cards": 0,
    "cards_done": 0,
    "points": 0,
    "points_done": 0,
}


@pytest.fixture
def make(as_member, project):
    def made(**body):
        return as_member.post(RELEASES, {"project": str(project.pk), "version": "1.0", **body})

    return made


def test_a_release_is_planned(make, as_member, member, project, watch):
    answer = make(version=" 2.4.0 ", target_date="2026-12-24")

    assert answer.status_code == 201
    release = answer.json()
    made = {name: release[name] for name in ("id", "created_at", "updated_at")}
    assert release == {
        **made,
        "workspace": str(project.workspace_id),
        "project": str(project.pk),
        "version": "2.4.0",
        "status": "planned",
        "target_date": "2026-12-24",
        "released_at": None,
        "revision": 1,
        "progress": NOTHING,
    }
    assert answer["ETag"] == f'"{release["id"]}.1"'
    assert answer["Location"].endswith(f"{RELEASES}{release['id']}/")
    assert as_member.get(f"{RELEASES}{release['id']}/").json() == release
    entry = watch.only()
    assert signed(entry) == ("release.created", member.pk, "api")
    assert entry.project_id == project.pk


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"version": ""}, "version"),
        ({"version": "  "}, "version"),
        ({"version": "x" * 51}, "version"),
        ({"version": 2}, "version"),
        ({"project": UNKNOWN}, "project"),
        ({"project": None}, "project"),
        ({"status": "shipped"}, "status"),
        ({"target_date": "soon"}, "target_date"),
        ({"released_at": "2026-11-01T00:00:00Z"}, "released_at"),
        ({"revision": 3}, "revision"),
        ({"progress": {"features": 3}}, "progress"),
        ({"name": "x"}, "name"),
    ],
)
def test_a_bad_release_is_refused_by_the_name_of_the_field(make, project, watch, body, field):
    answer = make(**body)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert watch.entries() == []


def test_a_version_is_unique_in_its_project(make, as_member, workspace, project, watch):
    ReleaseFactory(project=project, version="1.0")
    ReleaseFactory(project=ProjectFactory(workspace=workspace), version="2.0")
    watch.restart()

    taken = make(version="1.0")

    assert (taken.status_code, list(taken.json()["errors"])) == (409, ["version"])
    assert watch.entries() == []
    assert make(version="2.0").status_code == 201


def test_released_at_follows_the_status(make, as_member, watch):
    release = make().json()
    address = f"{RELEASES}{release['id']}/"
    before = timezone.now()

    shipped = as_member.patch(address, {"status": "released"}).json()
    moment = datetime.datetime.fromisoformat(shipped["released_at"])
    assert before <= moment <= timezone.now()
    assert shipped["revision"] == 2

    renamed = as_member.patch(address, {"version": "1.0.1"}).json()
    assert renamed["released_at"] == shipped["released_at"]

    again = as_member.patch(address, {"status": "released"}).json()
    assert (again["released_at"], again["revision"]) == (shipped["released_at"], 3)

    back = as_member.patch(address, {"status": "in_progress"}).json()
    assert (back["released_at"], back["revision"]) == (None, 4)
    assert [entry.action for entry in watch.entries()] == ["release.created"] + [
        "release.updated"
    ] * 3


def test_a_release_can_be_made_released(make):
    assert make(status="released").json()["released_at"] is not None


def test_a_stale_change_is_refused_by_its_revision(make, as_member, watch):
    release = make().json()
    address = f"{RELEASES}{release['id']}/"
    as_member.patch(address, {"target_date": "2026-12-01"})
    watch.restart()

    answer = as_member.patch(
        address, {"version": "9.9"}, headers={"If-Match": f'"{release["id"]}.1"'}
    )

    assert answer.status_code == 412
    assert answer.json()["current"]["revision"] == 2
    assert watch.entries() == []


def test_deleting_a_release_leaves_its_features(make, as_member, project, watch):
    release = make().json()
    feature = FeatureFactory(project=project, release_id=release["id"])
    watch.restart()

    assert as_member.delete(f"{RELEASES}{release['id']}/").status_code == 204

    assert not Release.objects.exists()
    feature.refresh_from_db()
    assert (feature.release_id, feature.project_id) == (None, project.pk)
    assert watch.actions() == [("release.deleted", "release"), ("release.deleted", "feature")]


# Progress
# --------


@pytest.fixture
def progress_of(as_member):
    def read(release):
        one = as_member.get(f"{RELEASES}{release.pk}/").json()["progress"]
        listed = as_member.get(RELEASES, {"project": str(release.project_id)}).json()["results"]
        assert [each["progress"] for each in listed if each["id"] == str(release.pk)] == [one]
        return one

    return read


def test_progress_counts_features_cards_and_points(workspace, project, progress_of):
    release = ReleaseFactory(project=project)
    board = BoardFactory(workspace=workspace, project=project)
    # A card can carry a feature out on any board of the workspace.
    elsewhere = BoardFactory(workspace=workspace)
    done = board.columns[3]["id"]

    def feature(status, **values):
        return FeatureFactory(project=project, release=release, status=status, **values)

    finished, started = feature("done"), feature("in_progress")
    blocked = feature("blocked", status_reason="No keys")
    cancelled = feature("cancelled", status_reason="Nobody asked")
    feature("backlog")  # without cards
    CardFactory(board=board, column_id=done, feature=finished, story_points=5)
    CardFactory(board=board, column_id=done, feature=finished, story_points=None)
    CardFactory(board=board, feature=started, story_points=8)
    CardFactory(board=elsewhere, feature=started, story_points=3)
    CardFactory(
        board=elsewhere, column_id=elsewhere.columns[3]["id"], feature=blocked, story_points=1
    )
    # Put away: the finished one still counts, the other doesn't.
    CardFactory(
        board=board, column_id=done, feature=blocked, story_points=2, archived_at=timezone.now()
    )
    CardFactory(board=board, feature=blocked, story_points=100, archived_at=timezone.now())
    # Of no account: cards of a cancelled feature, of none, and of another release's.
    CardFactory(board=board, feature=cancelled, story_points=13)
    CardFactory(board=board, story_points=13)
    other = FeatureFactory(project=project, release=ReleaseFactory(project=project))
    CardFactory(board=board, feature=other, story_points=21)

    assert progress_of(release) == {
        "features": 4,
        "features_done": 1,
        "cards": 6,
        "cards_done": 4,
        "points": 19,
        "points_done": 8,
    }
    assert progress_of(other.release) == {
        **NOTHING,
        "features": 1,
        "cards": 1,
        "points": 21,
    }


def test_a_release_of_nothing_has_come_nowhere(project, progress_of):
    release = ReleaseFactory(project=project)
    assert progress_of(release) == NOTHING

    FeatureFactory(project=project, release=release, status="cancelled", status_reason="No")
    assert progress_of(release) == NOTHING


def test_progress_is_told_with_the_release_in_one_query(as_member, workspace, project):
    board = BoardFactory(workspace=workspace)

    def grow(number):
        for _time in range(number):
            release = ReleaseFactory(project=project)
            for feature in FeatureFactory.create_batch(2, project=project, release=release):
                CardFactory(board=board, feature=feature, story_points=1)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            answer = as_member.get(RELEASES)
        return len(captured), [each["progress"]["points"] for each in answer.json()["results"]]

    grow(4)
    as_member.get(RELEASES)
    assert queries() == (1, [2] * 4)
    grow(36)
    assert queries() == (1, [2] * 40)
    assert Feature.objects.count() == 80


# Lists
# -----


def test_lists_are_filtered_and_ordered(as_member, workspace, project):
    ReleaseFactory(project=project, version="1.0", target_date="2026-11-01", status="in_progress")
    ReleaseFactory(project=project, version="2.0-beta")
    other = ProjectFactory(workspace=workspace)
    ReleaseFactory(project=other, version="0.1", target_date="2026-12-01")

    def listed(**query):
        answer = as_member.get(RELEASES, query)
        assert answer.status_code == 200, answer.content
        return [each["version"] for each in answer.json()["results"]]

    assert listed() == ["1.0", "2.0-beta", "0.1"]
    assert listed(project=str(project.pk)) == ["1.0", "2.0-beta"]
    assert listed(workspace=str(workspace.pk)) == ["1.0", "2.0-beta", "0.1"]
    assert listed(workspace=UNKNOWN) == []
    assert listed(status="in_progress,cancelled") == ["1.0"]
    assert listed(search="BETA") == ["2.0-beta"]
    assert listed(target_before="2026-12-01") == ["1.0"]
    assert listed(target_after="2026-11-01") == ["0.1"]
    assert listed(updated_since="2100-01-01T00:00:00Z") == []
    assert listed(ordering="target_date") == ["1.0", "0.1", "2.0-beta"]
    assert listed(ordering="-version") == ["2.0-beta", "1.0", "0.1"]
    for query in ("status=shipped", "project=x", "target_before=soon", "ordering=progress", "x=1"):
        assert as_member.get(f"{RELEASES}?{query}").status_code == 400


def test_who_has_a_release_already_is_still_told_how_far_it_has_come(as_member, project):
    """Its own version doesn't change with its features."""
    release = ReleaseFactory(project=project)
    address = f"{RELEASES}{release.pk}/"
    known = as_member.get(address)["ETag"]
    FeatureFactory(project=project, release=release)
    again = as_member.get(address, headers={"If-None-Match": known})
    assert again.status_code == 200
    assert again.json()["progress"]["features"] == 1
