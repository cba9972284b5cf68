"""Every write to projects, their members, releases and features."""

from projects.services.features import FeatureGone, feature_create, feature_delete, feature_update
from projects.services.locks import ProjectArchived, ProjectGone, project_enter, project_lock
from projects.services.members import (
    AlreadyProjectMember,
    ProjectMemberGone,
    project_member_add,
    project_member_remove,
    project_member_update,
)
from projects.services.projects import (
    project_archive,
    project_create,
    project_delete,
    project_unarchive,
    project_update,
)
from projects.services.releases import ReleaseGone, release_create, release_delete, release_update

__all__ = [
    "AlreadyProjectMember",
    "FeatureGone",
    "ProjectArchived",
    "ProjectGone",
    "ProjectMemberGone",
    "ReleaseGone",
    "feature_create",
    "feature_delete",
    "feature_update",
    "project_archive",
    "project_create",
    "project_delete",
    "project_enter",
    "project_lock",
    "project_member_add",
    "project_member_remove",
    "project_member_update",
    "project_unarchive",
    "project_update",
    "release_create",
    "release_delete",
    "release_update",
]
