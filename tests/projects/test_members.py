"""Giving, changing and taking roles in a project."""

import pytest

from projects.models import ProjectMember
from tests.factories import MemberFactory, ProjectFactory, ProjectMemberFactory
from tests.watching import signed

pytestmark = pytest.mark.django_db

UNKNOWN = "019ab000-0000-7000-8000-000000000000"


@pytest.fixture
def members(project):
    return f"/api/v1/projects/{project.pk}/members/"


def test_a_director_gives_a_role(as_director, director, members, project, member, watch):
    answer = as_director.post(members, {"user": str(member.pk), "role": "observer"})

    assert answer.status_code == 201
    role = answer.json()
    assert (role["project"], role["user"], role["role"]) == (
        str(project.pk),
        str(member.pk),
        "observer",
    )
    assert answer["Location"].endswith(f"{members}{role['id']}/")
    entry = watch.only()
    assert signed(entry) == ("project_member.added", director.pk, "api")
    assert (entry.project_id, entry.workspace_id) == (project.pk, project.workspace_id)


def test_a_role_is_changed_and_taken(as_director, director, members, member, project, watch):
    role = ProjectMemberFactory(project=project, user=member)
    watch.restart()

    changed = as_director.patch(f"{members}{role.pk}/", {"role": "architect"})
    assert (changed.status_code, changed.json()["role"]) == (200, "architect")
    assert signed(watch.only()) == ("project_member.role_changed", director.pk, "api")
    watch.restart()

    same = as_director.patch(f"{members}{role.pk}/", {"role": "architect"})
    assert (same.status_code, same.json()["version"]) == (200, 2)
    assert watch.entries() == []

    assert as_director.delete(f"{members}{role.pk}/").status_code == 204
    assert signed(watch.only()) == ("project_member.removed", director.pk, "api")
    assert not ProjectMember.objects.filter(pk=role.pk).exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"role": "boss"}, "role"),
        ({"role": None}, "role"),
        ({"user": UNKNOWN}, "user"),
        ({"user": None}, "user"),
        ({"project": UNKNOWN}, "project"),
    ],
)
def test_a_bad_role_is_refused_by_the_name_of_the_field(
    as_director, members, member, watch, body, field
):
    answer = as_director.post(members, {"user": str(member.pk), "role": "observer", **body})

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert watch.entries() == []


def test_nobody_has_two_roles_in_a_project(as_director, members, observer, watch):
    answer = as_director.post(members, {"user": str(observer.pk), "role": "director"})

    assert answer.status_code == 409
    assert answer.json()["code"] == "already_project_member"
    assert watch.entries() == []


def test_only_members_of_the_workspace_have_roles(as_director, director, members, watch):
    # A colleague from elsewhere: visible to the director, but not in this workspace.
    elsewhere = MemberFactory(user=director).workspace
    colleague = MemberFactory(workspace=elsewhere).user
    watch.restart()

    answer = as_director.post(members, {"user": str(colleague.pk), "role": "observer"})

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["user"]
    assert watch.entries() == []


def test_a_director_may_step_down_and_is_none_any_more(as_director, director, members, project):
    own = ProjectMember.objects.get(project=project, user=director)

    assert as_director.delete(f"{members}{own.pk}/").status_code == 204
    assert (
        as_director.post(members, {"user": str(director.pk), "role": "director"}).status_code == 403
    )


def test_an_observer_does_not_become_a_contributor_by_leaving(
    as_observer, observer, members, project
):
    own = ProjectMember.objects.get(project=project, user=observer)

    assert as_observer.delete(f"{members}{own.pk}/").status_code == 403
    assert ProjectMember.objects.filter(pk=own.pk).exists()


def test_a_role_of_another_project_is_not_there(as_director, members, project):
    second = ProjectFactory(workspace=project.workspace)
    role = ProjectMemberFactory(project=second)

    assert as_director.get(f"{members}{role.pk}/").status_code == 404
    assert as_director.patch(f"{members}{role.pk}/", {"role": "observer"}).status_code == 404


def test_roles_are_listed_and_filtered(as_observer, observer, director, members):
    def listed(**query):
        return {each["user"] for each in as_observer.get(members, query).json()["results"]}

    assert listed() == {str(observer.pk), str(director.pk)}
    assert listed(user="me") == {str(observer.pk)}
    assert listed(role="director") == {str(director.pk)}
    assert listed(role="architect") == set()
    assert as_observer.get(members, {"role": "boss"}).status_code == 400


def test_a_stale_change_of_a_role_is_refused(as_director, members, observer, project, watch):
    own = ProjectMember.objects.get(project=project, user=observer)

    answer = as_director.patch(
        f"{members}{own.pk}/", {"role": "architect"}, headers={"If-Match": f'"{own.pk}.9"'}
    )

    assert answer.status_code == 412
    assert watch.entries() == []
