"""Projects, features and releases in the web pages: rights shape what is offered."""

import pytest
from django.utils import timezone

from projects.models import Project, ProjectMember
from projects.services import project_update
from tests.factories import (
    BoardFactory,
    CardFactory,
    FeatureFactory,
    ProjectFactory,
    ProjectMemberFactory,
    ReleaseFactory,
)
from tests.web import errors, filled, newest, page, plain_board, queries_of, said, web

pytestmark = pytest.mark.django_db


def names(response):
    return {str(row) for row in response.context["cl"].result_list}


def actions(response):
    return {value for value, _label in response.context["action_form"].fields["action"].choices}


def buttons(response):
    return {
        button["url"].rstrip("/").rsplit("/", 1)[-1] for button in response.context["page_buttons"]
    }


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("member", {"Product"}),
        ("observer", {"Product"}),
        ("member_of_both", {"Product", "Foreign project"}),
        ("outsider", {"Foreign project"}),
        ("operator", {"Product", "Foreign project"}),
    ],
)
def test_the_list_shows_the_projects_of_ones_workspaces(request, project, other_project, who, sees):
    Project.objects.filter(pk=project.pk).update(name="Product")

    response = web(request.getfixturevalue(who)).get(page("projects_project_changelist"))

    assert names(response) == sees


def test_archived_projects_are_left_out_unless_asked_for(member, workspace):
    ProjectFactory(workspace=workspace, name="In use")
    ProjectFactory(workspace=workspace, name="Old", archived_at=timezone.now())
    browser = web(member)

    def listed(**filters):
        return names(browser.get(page("projects_project_changelist"), filters))

    assert listed() == {"In use"}
    assert listed(state="archived") == {"Old"}
    assert listed(state="all") == {"In use", "Old"}


@pytest.mark.parametrize("model", ["project", "feature", "release"])
def test_what_is_of_another_workspace_is_answered_like_what_never_was(outsider, other_workspace,
                                                                      project, model):  # fmt: skip
    rows = {
        "project": project,
        "feature": FeatureFactory(project=project),
        "release": ReleaseFactory(project=project),
    }
    browser = web(outsider)
    unknown = "0195b5f2-0000-7000-8000-000000000000"

    for view in ("change", "delete", "history"):
        foreign = browser.get(page(f"projects_{model}_{view}", rows[model].pk))
        missing = browser.get(page(f"projects_{model}_{view}", unknown))
        assert (foreign.status_code, foreign.url) == (missing.status_code, missing.url)


def test_a_project_is_made_by_its_service(member, workspace, other_workspace):
    browser = web(member)
    form = browser.get(page("projects_project_add"))
    fields = form.context["adminform"].form.fields
    assert other_workspace not in fields["workspace"].queryset
    assert form.context["adminform"].form.initial["owner"] == member.pk

    response = browser.post(page("projects_project_add"), filled(form, name=" Relaunch "))

    assert response.status_code == 302
    project = Project.objects.get()
    assert (project.name, project.workspace, project.owner) == ("Relaunch", workspace, member)
    assert (newest().action, newest().source) == ("project.created", "admin")
    assert ProjectMember.objects.get().role == "director"


@pytest.mark.parametrize(
    ("who", "changes", "archives", "deletes", "roles"),
    [
        ("admin", True, True, True, True),
        ("operator", True, True, True, True),
        ("director", True, True, False, True),
        ("architect", True, False, False, False),
        ("contributor", True, False, False, False),
        ("member", True, False, False, False),
        ("observer", False, False, False, False),
    ],
)
def test_a_projects_page_offers_what_one_may_do(
    request, project, director, who, changes, archives, deletes, roles
):
    browser = web(request.getfixturevalue(who))
    address = page("projects_project_change", project.pk)

    response = browser.get(address)

    assert response.context["has_change_permission"] is changes
    assert ("archive" in buttons(response)) is archives
    assert response.context["has_delete_permission"] is deletes
    assert bool(response.context.get("add_links")) is changes
    rows, *new = response.context["inline_admin_formsets"][:2]
    assert rows.has_change_permission is roles
    assert (new[0].opts.__class__.__name__ == "NewRoleInline") is roles
    archive = browser.post(page("projects_project_do", project.pk, "archive"))
    assert archive.status_code == (302 if archives else 403)
    delete = browser.post(page("projects_project_delete", project.pk), {"post": "yes"})
    assert delete.status_code == (302 if deletes else 403)
    assert Project.objects.filter(pk=project.pk).exists() is not deletes


@pytest.mark.parametrize(
    ("who", "offered"),
    [("director", True), ("admin", True), ("member", False), ("observer", False)],
)
def test_the_list_offers_archiving_to_those_who_direct(request, project, director, who, offered):
    response = web(request.getfixturevalue(who)).get(page("projects_project_changelist"))

    assert ({"archive", "unarchive"} <= actions(response)) is offered


def test_projects_are_archived_and_taken_back(director, project):
    browser = web(director)

    browser.post(page("projects_project_do", project.pk, "archive"))
    project.refresh_from_db()
    assert project.archived_at is not None
    assert newest().action == "project.archived"
    assert b"Add feature" not in browser.get(page("projects_project_change", project.pk)).content

    data = {"action": "unarchive", "_selected_action": [project.pk]}
    response = browser.post(page("projects_project_changelist") + "?state=archived", data)
    project.refresh_from_db()
    assert project.archived_at is None
    assert said(response) == ["1 project is in use again."]


def test_a_list_action_on_a_project_that_one_does_not_direct_changes_nothing(
    director, workspace, project
):
    second = ProjectFactory(workspace=workspace)
    data = {"action": "archive", "_selected_action": [project.pk, second.pk]}

    response = web(director).post(page("projects_project_changelist"), data)

    assert said(response) == ["Only directors of the project may do this."]
    assert not Project.objects.filter(archived_at__isnull=False).exists()


def test_a_stale_change_is_refused(member, admin, project):
    browser = web(member)
    data = filled(browser.get(page("projects_project_change", project.pk)), name="Mine")
    project_update(project=project, actor=admin, changes={"name": "Theirs"})

    shown = " ".join(
        errors(browser.post(page("projects_project_change", project.pk), data))["__all__"]
    )

    assert "became “Theirs” (Ada Admin)" in shown
    project.refresh_from_db()
    assert project.name == "Theirs"


def test_a_taken_name_is_an_error_beside_the_field(member, project):
    second = ProjectFactory(workspace=project.workspace, name="Second")
    browser = web(member)
    data = filled(browser.get(page("projects_project_change", second.pk)), name=project.name)

    assert list(errors(browser.post(page("projects_project_change", second.pk), data))) == ["name"]


def test_roles_are_changed_given_and_taken_on_the_page(director, project, observer, member):
    browser = web(director)
    address = page("projects_project_change", project.pk)
    form = browser.get(address)
    rows, new = form.context["inline_admin_formsets"][:2]
    places = {row.instance.user_id: row.prefix for row in rows.formset.forms if row.instance.pk}
    choices = new.formset.empty_form.fields["user"].queryset
    assert set(choices) & {director, observer} == set()
    assert member in choices

    prefix = new.formset.prefix
    response = browser.post(
        address,
        filled(
            form,
            **{
                f"{places[observer.pk]}-role": "architect",
                f"{prefix}-TOTAL_FORMS": "1",
                f"{prefix}-0-user": str(member.pk),
                f"{prefix}-0-role": "observer",
                f"{prefix}-0-project": str(project.pk),
            },
        ),
    )

    assert response.status_code == 302, response.context and errors(response)
    roles = dict(ProjectMember.objects.values_list("user__username", "role"))
    assert roles == {"director": "director", "observer": "architect", "member": "observer"}

    form = browser.get(address)
    rows = form.context["inline_admin_formsets"][0]
    places = {row.instance.user_id: row.prefix for row in rows.formset.forms if row.instance.pk}
    browser.post(address, filled(form, **{f"{places[member.pk]}-DELETE": "on"}))
    assert newest().action == "project_member.removed"
    assert not ProjectMember.objects.filter(user=member).exists()


def test_roles_sent_by_somebody_who_may_not_change_nothing(contributor, observer, project):
    browser = web(contributor)
    address = page("projects_project_change", project.pk)
    role = ProjectMember.objects.get(user=observer)
    data = filled(browser.get(address)) | {
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "1",
        "memberships-0-id": str(role.pk),
        "memberships-0-project": str(project.pk),
        "memberships-0-role": "director",
    }

    browser.post(address, data)

    role.refresh_from_db()
    assert role.role == "observer"


def test_the_page_shows_releases_and_what_is_to_be_done(observer, project):
    release = ReleaseFactory(project=project, version="2.0")
    for status in ("done", "backlog"):
        FeatureFactory(project=project, release=release, status=status, name=f"Feature {status}")
    FeatureFactory(project=project, name="Late", status="blocked", status_reason="No <b>keys</b>")

    shown = web(observer).get(page("projects_project_change", project.pk)).content.decode()

    assert ">2.0</a>" in shown
    assert "1 of 2" in shown
    assert "Feature backlog" in shown
    assert "Feature done" not in shown
    assert "No &lt;b&gt;keys&lt;/b&gt;" in shown


# Queries
# -------


def test_pages_take_as_many_queries_with_40_rows_as_with_4(director, workspace, project):
    release, feature = ReleaseFactory(project=project), FeatureFactory(project=project)
    board = BoardFactory(workspace=workspace, project=project)
    browser = web(director)

    def grow(number):
        for _time in range(number):
            ProjectMemberFactory(project=ProjectFactory(workspace=workspace))
            other = ReleaseFactory(project=project)
            FeatureFactory(project=project, release=other)
            FeatureFactory(project=project, release=release)
            CardFactory(board=board, feature=feature)

    def taken():
        return [
            queries_of(browser, address)
            for address in (
                page("projects_project_changelist"),
                page("projects_feature_changelist"),
                page("projects_release_changelist"),
                page("projects_project_change", project.pk),
                page("projects_feature_change", feature.pk),
                page("projects_release_change", release.pk),
                plain_board(board.pk),
            )
        ]

    grow(4)
    taken()
    few = taken()
    grow(36)
    assert taken() == few
