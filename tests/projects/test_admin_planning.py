"""Features and releases in the web pages: who is offered what, and what comes of it."""

import pytest
from django.utils import timezone

from projects.models import Feature, Release
from projects.services import feature_update
from tests.factories import (
    BoardFactory,
    CardFactory,
    FeatureFactory,
    ProjectFactory,
    ReleaseFactory,
)
from tests.web import errors, filled, newest, page, web

pytestmark = pytest.mark.django_db

CAST = ("admin", "director", "architect", "contributor", "observer", "member")


@pytest.mark.parametrize("model", ["feature", "release"])
@pytest.mark.parametrize("who", [*CAST, "operator"])
def test_observers_look_on(request, project, who, model):
    rows = {"feature": FeatureFactory(project=project), "release": ReleaseFactory(project=project)}
    browser = web(request.getfixturevalue(who))
    may = who != "observer"

    shown = browser.get(page(f"projects_{model}_change", rows[model].pk))
    added = browser.get(page(f"projects_{model}_add"))

    assert shown.status_code == 200
    assert shown.context["has_change_permission"] is may
    assert shown.context["has_delete_permission"] is may
    # There is no other project in which an observer could make something.
    assert added.status_code == (200 if may else 403)
    delete = browser.post(page(f"projects_{model}_delete", rows[model].pk), {"post": "yes"})
    assert delete.status_code == (302 if may else 403)
    assert type(rows[model]).objects.filter(pk=rows[model].pk).exists() is not may


def test_a_feature_is_planned_in_an_open_project_of_ones_own(observer, workspace, project,
                                                            other_project):  # fmt: skip
    second = ProjectFactory(workspace=workspace, name="Second")
    ProjectFactory(workspace=workspace, archived_at=timezone.now())
    browser = web(observer)
    form = browser.get(page("projects_feature_add"))
    assert list(form.context["adminform"].form.fields["project"].queryset) == [second]

    data = filled(
        form,
        project=str(second.pk),
        name="Dim",
        status="blocked",
        status_reason="Late",
        assigned_teams="Web, Mobile ",
    )
    assert browser.post(page("projects_feature_add"), data).status_code == 302

    feature = Feature.objects.get()
    assert (feature.project, feature.status_reason) == (second, "Late")
    assert feature.assigned_teams == ["Web", "Mobile"]
    assert (newest().action, newest().source) == ("feature.created", "admin")


@pytest.mark.parametrize("status", ["blocked", "cancelled"])
def test_a_missing_reason_is_an_error_beside_it(member, project, status):
    feature = FeatureFactory(project=project)
    browser = web(member)
    address = page("projects_feature_change", feature.pk)

    assert list(errors(browser.post(address, filled(browser.get(address), status=status)))) == [
        "status_reason"
    ]


def test_the_reason_that_the_form_shows_goes_with_the_status(member, project):
    feature = FeatureFactory(project=project, status="blocked", status_reason="Late")
    browser = web(member)
    address = page("projects_feature_change", feature.pk)

    browser.post(address, filled(browser.get(address), status="cancelled"))
    feature.refresh_from_db()
    assert (feature.status, feature.status_reason) == ("cancelled", "Late")

    browser.post(address, filled(browser.get(address), status="planned"))
    feature.refresh_from_db()
    assert (feature.status, feature.status_reason) == ("planned", "")


def test_a_feature_is_offered_the_releases_of_its_project(member, workspace, project):
    own = ReleaseFactory(project=project)
    foreign = ReleaseFactory(project=ProjectFactory(workspace=workspace))
    feature = FeatureFactory(project=project)
    browser = web(member)
    address = page("projects_feature_change", feature.pk)

    form = browser.get(address)

    assert list(form.context["adminform"].form.fields["release"].queryset) == [own]
    data = filled(form, release=str(foreign.pk))
    assert list(errors(browser.post(address, data))) == ["release"]
    chosen = browser.get(page("projects_feature_add"), {"project": str(project.pk)})
    assert list(chosen.context["adminform"].form.fields["release"].queryset) == [own]


@pytest.mark.parametrize("model", ["feature", "release"])
@pytest.mark.parametrize("project_id", ["nonsense", "0195b5f2-0000-7000-8000-000000000000", ""])
def test_a_project_in_the_address_that_is_none_is_none(member, project, model, project_id):
    response = web(member).get(page(f"projects_{model}_add"), {"project": project_id})

    assert response.status_code == 200
    assert list(response.context["adminform"].form.fields["project"].queryset) == [project]


def test_a_feature_shows_its_cards(member, project, workspace):
    feature = FeatureFactory(project=project)
    CardFactory(board=BoardFactory(workspace=workspace), feature=feature, title="Solder <it>")

    shown = web(member).get(page("projects_feature_change", feature.pk)).content.decode()

    assert "Solder &lt;it&gt;" in shown
    assert "ACME-1" in shown


def test_a_release_is_planned_and_shipped(member, project):
    browser = web(member)
    form = browser.get(page("projects_release_add"))
    browser.post(page("projects_release_add"), filled(form, project=str(project.pk), version="2.0"))
    release = Release.objects.get()

    address = page("projects_release_change", release.pk)
    browser.post(address, filled(browser.get(address), status="released"))

    release.refresh_from_db()
    assert release.released_at is not None
    assert newest().action == "release.updated"


def test_a_release_shows_how_far_it_has_come(observer, project, workspace):
    release = ReleaseFactory(project=project)
    board = BoardFactory(workspace=workspace)
    FeatureFactory(project=project, release=release)
    done = FeatureFactory(project=project, release=release, status="done")
    CardFactory(board=board, feature=done, column_id=board.columns[3]["id"], story_points=3)
    CardFactory(board=board, feature=done, story_points=5)
    browser = web(observer)

    for address in (
        page("projects_release_change", release.pk),
        page("projects_release_changelist"),
    ):
        shown = browser.get(address).content.decode()
        assert '<progress value="1" max="2" aria-label="Features">' in shown
        assert '<progress value="3" max="8" aria-label="Points">' in shown
        assert "3 of 8" in shown


def test_a_stale_feature_is_refused(member, admin, project):
    feature = FeatureFactory(project=project, name="Dim")
    browser = web(member)
    address = page("projects_feature_change", feature.pk)
    data = filled(browser.get(address), name="Mine")
    feature_update(feature=feature, actor=admin, changes={"name": "Theirs"})

    shown = " ".join(errors(browser.post(address, data))["__all__"])

    assert "Name: “Dim” became “Theirs” (Ada Admin)" in shown
