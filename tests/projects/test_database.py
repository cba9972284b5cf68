"""What PostgreSQL does with many rows: the indexes behind lists, archived rows and cascades."""

import re

import pytest
from django.db import connection

from core.api.pagination import PAGE_SIZE
from projects.models import Feature, Project, ProjectMember, Release
from tests.core.connections import in_the_owners_role
from tests.factories import FeatureFactory, ProjectFactory, ReleaseFactory, WorkspaceFactory
from workspaces.models import Workspace, WorkspaceMember

pytestmark = pytest.mark.django_db

MANY = 5_000

FILL_PROJECTS = """
INSERT INTO projects (id, workspace_id, name, archived_at)
SELECT gen_random_uuid(), w.id, 'Project ' || n, CASE WHEN n %% 10 > 0 THEN now() END
  FROM generate_series(1, %(many)s) AS n
  JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place, count(*) OVER () AS all_of_them
          FROM workspaces) AS w ON w.place = 1 + n %% w.all_of_them
"""
FILL_RELEASES = """
INSERT INTO releases (id, workspace_id, project_id, version)
SELECT gen_random_uuid(), p.workspace_id, p.id, n::text
  FROM generate_series(1, %(many)s) AS n
  JOIN (SELECT id, workspace_id, row_number() OVER (ORDER BY id) AS place,
               count(*) OVER () AS all_of_them
          FROM projects WHERE archived_at IS NULL) AS p ON p.place = 1 + n %% p.all_of_them
"""
FILL_FEATURES = """
INSERT INTO features (id, workspace_id, project_id, release_id, name, status)
SELECT gen_random_uuid(), r.workspace_id, r.project_id, r.id, 'Feature ' || r.version,
       (ARRAY['backlog', 'planned', 'in_progress', 'done'])[1 + r.version::int %% 4]
  FROM releases r
"""


def run(statement, **values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def crowd(workspace):
    """Five thousand of each in forty workspaces; `workspace` has its part."""
    WorkspaceFactory.create_batch(39)
    run(FILL_PROJECTS, many=MANY)
    run(FILL_RELEASES, many=MANY)
    run(FILL_FEATURES)
    with in_the_owners_role():
        run("ANALYZE projects, releases, features, project_members, workspace_members")
    return workspace


def indexes_of(queryset):
    """The names of the indexes that a query reads."""
    return set(re.findall(r'"Index Name": "([^"]+)"', queryset.explain(format="json")))


def test_lists_and_cascades_go_by_the_indexes_that_are_there_for_them(crowd):
    release = Release.objects.order_by("id")[0]
    projects = Project.objects.filter(workspace=crowd)
    features = Feature.objects.filter(project=release.project_id)
    expected = {
        # In use or archived: the first by the partial index alone.
        "projects_open_idx": projects.in_use().order_by("name", "id")[:PAGE_SIZE],
        "projects_workspace_idx": projects.order_by("id")[:5],
        "projects_owner_idx": Project.objects.filter(owner=crowd.created_by_id),
        "releases_workspace_idx": Release.objects.filter(workspace=crowd).order_by("id")[:5],
        "features_project_status_idx": features.filter(status="done"),
        "features_release_idx": Feature.objects.filter(release=release),
        "features_search_idx": Feature.objects.search("feature 4711"),
    }

    assert {name: indexes_of(rows) for name, rows in expected.items()} == {
        name: {name} for name in expected
    }


def test_a_role_ends_with_the_membership_for_every_writer(project, workspace, member):
    ProjectMember.objects.create(project=project, workspace=workspace, user=member, role="director")

    run(
        "DELETE FROM workspace_members WHERE workspace_id = %(workspace)s AND user_id = %(user)s",
        workspace=workspace.pk,
        user=member.pk,
    )

    assert not ProjectMember.objects.exists()
    assert not WorkspaceMember.objects.filter(workspace=workspace, user=member).exists()


def test_a_workspace_takes_its_projects_along(project, workspace):
    FeatureFactory(project=project, release=ReleaseFactory(project=project))

    run("DELETE FROM workspaces WHERE id = %(workspace)s", workspace=workspace.pk)

    assert not Workspace.objects.filter(pk=workspace.pk).exists()
    assert not Project.objects.exists()
    assert not Feature.objects.exists()
    assert not Release.objects.exists()


def test_an_archived_project_can_be_changed_and_emptied_by_raw_sql(workspace):
    project = ProjectFactory(workspace=workspace)
    feature = FeatureFactory(project=project, release=ReleaseFactory(project=project))
    run("UPDATE projects SET archived_at = now() WHERE id = %(id)s", id=project.pk)

    run(
        "UPDATE features SET name = 'New', project_id = project_id WHERE id = %(id)s", id=feature.pk
    )
    run("DELETE FROM releases WHERE project_id = %(id)s", id=project.pk)

    feature.refresh_from_db()
    assert (feature.name, feature.release_id) == ("New", None)
