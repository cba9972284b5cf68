"""Projects, their members, releases and features."""

from django.utils import timezone

from tests.factories import (
    BoardFactory,
    FeatureFactory,
    MemberFactory,
    ProjectFactory,
    ProjectMemberFactory,
    ReleaseFactory,
)
from tests.walks.case import Case, Ids
from tests.walks.sql import NOBODY, inserting, update

PROJECT = {"id": "project"}
IN_PROJECT = {"project_id": "project"}
ROLE = {**IN_PROJECT, "member_id": "project_member"}
RELEASE = {"id": "release"}
FEATURE = {"id": "feature"}


def _feature(ids: Ids) -> dict:
    return {
        "project": ids["project"],
        "name": "New",
        "release": ids["release"],
        "assigned_teams": ["Platform"],
    }


CASES = {
    # Projects
    "GET projects/": Case(filters={"workspace": "workspace", "owner": "user"}),
    "POST projects/": Case(
        body=lambda ids: {
            "workspace": ids["workspace"],
            "name": "New project",
            "owner": ids["user"],
        },
        body_ids={"workspace": "workspace", "owner": "user"},
        status=201,
    ),
    "GET projects/{id}/": Case(path=PROJECT),
    "PATCH projects/{id}/": Case(
        path=PROJECT,
        body=lambda ids: {"name": "New name", "owner": ids["user"]},
        body_ids={"owner": "user"},
    ),
    "DELETE projects/{id}/": Case(path=PROJECT, status=204, admin_only=True),
    "POST projects/{id}/archive/": Case(path=PROJECT, body=lambda ids: {}, admin_only=True),
    "POST projects/{id}/unarchive/": Case(path=PROJECT, body=lambda ids: {}, admin_only=True),
    # Members: `admin` is one of the workspace's, and nobody else is a director.
    "GET projects/{project_id}/members/": Case(path=IN_PROJECT, filters={"user": "user"}),
    "POST projects/{project_id}/members/": Case(
        path=IN_PROJECT,
        body=lambda ids: {"user": ids["without_role"], "role": "observer"},
        body_ids={"user": "without_role"},
        status=201,
        admin_only=True,
    ),
    "GET projects/{project_id}/members/{member_id}/": Case(path=ROLE),
    "PATCH projects/{project_id}/members/{member_id}/": Case(
        path=ROLE, body=lambda ids: {"role": "architect"}, admin_only=True
    ),
    "DELETE projects/{project_id}/members/{member_id}/": Case(
        path=ROLE, status=204, admin_only=True
    ),
    # Releases
    "GET releases/": Case(filters={"workspace": "workspace", "project": "project"}),
    "POST releases/": Case(
        body=lambda ids: {"project": ids["project"], "version": "9.9"},
        body_ids={"project": "project"},
        alone=("project",),
        status=201,
    ),
    "GET releases/{id}/": Case(path=RELEASE),
    "PATCH releases/{id}/": Case(path=RELEASE, body=lambda ids: {"status": "released"}),
    "DELETE releases/{id}/": Case(path=RELEASE, status=204),
    # Features
    "GET features/": Case(
        filters={"workspace": "workspace", "project": "project", "release": "release"}
    ),
    "POST features/": Case(
        body=_feature, body_ids={"project": "project", "release": "release"}, status=201
    ),
    "GET features/{id}/": Case(path=FEATURE),
    "PATCH features/{id}/": Case(
        path=FEATURE,
        body=lambda ids: {"release": ids["release"]},
        body_ids={"release": "release"},
    ),
    "DELETE features/{id}/": Case(path=FEATURE, status=204),
}

READS = {
    "GET projects/": 1,
    "GET projects/{id}/": 1,
    "GET projects/{project_id}/members/": 2,
    "GET projects/{project_id}/members/{member_id}/": 2,
    "GET releases/": 1,
    "GET releases/{id}/": 1,
    "GET features/": 1,
    "GET features/{id}/": 1,
}


def tenant(ids, workspace, person):
    project = ProjectFactory(workspace=workspace, name=f"Project of {workspace.key}")
    release = ReleaseFactory(project=project)
    return {
        "project": project.pk,
        "project_member": ProjectMemberFactory(project=project, user=person).pk,
        "without_role": MemberFactory(workspace=workspace).user_id,
        "release": release.pk,
        "feature": FeatureFactory(project=project, release=release).pk,
    }


def grow(number, ids, workspace, people):
    for _time in range(number):
        # In the project that all walk through, and another one.
        ProjectMemberFactory(
            project_id=ids["project"],
            workspace=workspace,
            user=MemberFactory(workspace=workspace).user,
        )
        release = ReleaseFactory(project_id=ids["project"], workspace=workspace)
        FeatureFactory(project_id=ids["project"], workspace=workspace, release=release)
        FeatureFactory(project=ProjectFactory(workspace=workspace, owner=people[0]))


def fill(card):
    project = ProjectFactory(workspace=card.workspace, owner=card.created_by)
    ProjectMemberFactory(project=project)
    FeatureFactory(project=project, release=ReleaseFactory(project=project))


DEFAULTS = {
    "projects": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "name": "'New'",
    },
    "project_members": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "project_id": "%(project)s",
        "user_id": "%(admin)s",
        "role": "'observer'",
    },
    "releases": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "project_id": "%(project)s",
        "version": "'9.9'",
    },
    "features": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "project_id": "%(project)s",
        "name": "'New'",
    },
}
insert = inserting(DEFAULTS)


def things(cast):
    """Rows for the statements below, by the names that they use."""
    project = cast["project"]
    archived = ProjectFactory(workspace=cast["workspace"], name="Put away")
    release = ReleaseFactory(project=project, version="1.0")
    rows = {
        "archived_project": archived.pk,
        "second_project": ProjectFactory(workspace=cast["workspace"], name="Second").pk,
        "project_member": ProjectMemberFactory(project=project, user=cast["member"]).pk,
        "release": release.pk,
        "feature": FeatureFactory(project=project, release=release).pk,
        "feature_without_release": FeatureFactory(project=project).pk,
        "feature_of_archived": FeatureFactory(project=archived).pk,
        "other_release": ReleaseFactory(project=cast["other_project"]).pk,
        "other_feature": FeatureFactory(project=cast["other_project"]).pk,
        "board_of_archived": BoardFactory(workspace=cast["workspace"], project=archived).pk,
    }
    archived.archived_at = timezone.now()
    archived.save(update_fields=["archived_at"])
    return rows


UNCHANGING = {
    ("projects", "workspace_id"),
    ("project_members", "project_id"),
    ("project_members", "user_id"),
    ("releases", "project_id"),
    ("features", "project_id"),
}

BROKEN = [
    # Projects
    ("projects_pkey", "id", 409, insert("projects", id="%(project)s")),
    ("projects_name_given", "name", 400, update("projects", "name = ' '")),
    (
        "projects_name_unique",
        "name",
        409,
        "INSERT INTO projects (id, workspace_id, name) "
        "SELECT gen_random_uuid(), workspace_id, upper(name) FROM projects WHERE id = %(project)s",
    ),
    ("projects_status_valid", "status", 400, update("projects", "status = 'paused'")),
    (
        "projects_end_after_start",
        "end_date",
        400,
        update("projects", "start_date = '2026-02-02', end_date = '2026-02-01'"),
    ),
    ("projects_workspace_fk", "workspace", 400, insert("projects", workspace_id=NOBODY)),
    ("projects_owner_fk", "owner", 400, insert("projects", owner_id=NOBODY)),
    ("projects_owner_fk", "owner", 400, update("projects", "owner_id = %(outsider)s")),
    (
        "projects_workspace_id_unchanging",
        "workspace",
        400,
        update("projects", "workspace_id = %(other_workspace)s", "second_project"),
    ),
    ("projects_id_unchanging", "id", 400, update("projects", f"id = {NOBODY}", "second_project")),
    # Members
    ("project_members_pkey", "id", 409, insert("project_members", id="%(project_member)s")),
    (
        "project_members_unique",
        "user",
        409,
        insert("project_members", user_id="%(member)s"),
    ),
    ("project_members_role_valid", "role", 400, insert("project_members", role="'boss'")),
    (
        "project_members_project_fk",
        "project",
        400,
        insert("project_members", project_id=NOBODY),
    ),
    (
        "project_members_project_fk",
        "project",
        400,
        insert("project_members", project_id="%(other_project)s"),
    ),
    (
        "project_members_member_fk",
        "user",
        400,
        insert("project_members", user_id="%(outsider)s"),
    ),
    (
        "project_members_project_id_unchanging",
        "project",
        400,
        update("project_members", "project_id = %(second_project)s"),
    ),
    (
        "project_members_user_id_unchanging",
        "user",
        400,
        update("project_members", "user_id = %(admin)s"),
    ),
    ("project_members_id_unchanging", "id", 400, update("project_members", f"id = {NOBODY}")),
    # Releases
    ("releases_pkey", "id", 409, insert("releases", id="%(release)s")),
    ("releases_version_given", "version", 400, update("releases", "version = ' '")),
    ("releases_version_unique", "version", 409, insert("releases", version="'1.0'")),
    ("releases_status_valid", "status", 400, update("releases", "status = 'shipped'")),
    ("releases_released_at_fits", "released_at", 400, update("releases", "status = 'released'")),
    ("releases_released_at_fits", "released_at", 400, update("releases", "released_at = now()")),
    ("releases_project_fk", "project", 400, insert("releases", project_id=NOBODY)),
    (
        "releases_project_fk",
        "project",
        400,
        insert("releases", project_id="%(other_project)s"),
    ),
    (
        "releases_project_open",
        "project",
        409,
        insert("releases", project_id="%(archived_project)s"),
    ),
    (
        "releases_project_id_unchanging",
        "project",
        400,
        update("releases", "project_id = %(second_project)s"),
    ),
    ("releases_id_unchanging", "id", 400, update("releases", f"id = {NOBODY}")),
    # Features
    ("features_pkey", "id", 409, insert("features", id="%(feature)s")),
    ("features_name_given", "name", 400, update("features", "name = ' '")),
    ("features_status_valid", "status", 400, update("features", "status = 'someday'")),
    (
        "features_status_reason_given",
        "status_reason",
        400,
        update("features", "status = 'blocked'"),
    ),
    (
        "features_status_reason_given",
        "status_reason",
        400,
        update("features", "status = 'cancelled', status_reason = ' '"),
    ),
    ("features_project_fk", "project", 400, insert("features", project_id=NOBODY)),
    (
        "features_project_fk",
        "project",
        400,
        insert("features", project_id="%(other_project)s"),
    ),
    ("features_release_fk", "release", 400, insert("features", release_id=NOBODY)),
    (
        "features_release_fk",
        "release",
        400,
        update("features", "release_id = %(other_release)s"),
    ),
    (
        "features_project_open",
        "project",
        409,
        insert("features", project_id="%(archived_project)s"),
    ),
    (
        "features_project_id_unchanging",
        "project",
        400,
        update("features", "project_id = %(second_project)s", "feature_without_release"),
    ),
    ("features_id_unchanging", "id", 400, update("features", f"id = {NOBODY}")),
]  # fmt: skip

SPOKEN_FOR = {
    # Begin with the primary key; they are what other tables' keys refer to.
    "projects_id_workspace_key",
    "releases_id_project_key",
    "features_id_workspace_key",
    # The trigger zz_keep counts revisions.
    "releases_revision_check",
}

GIN = {("features", "search")}
