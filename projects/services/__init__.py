"""Every write to projects, their members, releases and features."""

from projects.services.locks import ProjectArchived, ProjectGone, project_enter, project_lock

__all__ = ["ProjectArchived", "ProjectGone", "project_enter", "project_lock"]
