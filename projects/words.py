"""How the log tells of projects, their people, releases and features."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.history.words import Named, Words
from projects.models import ProjectMember, Release
from workspaces.words import membership

ACTIONS = {
    "project_member.added": Words(
        one=(_("%(actor)s gave %(it)s a role in %(project_id)s: %(role)s"),)
    ),
    "project_member.role_changed": Words(
        one=(
            _("%(actor)s changed the role of %(it)s: %(before_role)s → %(after_role)s"),
            _("%(actor)s changed the role of %(it)s"),
        )
    ),
    "project_member.removed": Words(
        one=(_("%(actor)s took the role of %(it)s in %(project_id)s away"),)
    ),
    "project_member.created": Words(one=(_("%(it)s got a role in %(project_id)s: %(role)s"),)),
    "project_member.deleted": Words(one=(_("%(it)s has no role in %(project_id)s any more"),)),
    "project.webhook_secret_made": Words(
        one=(_("%(actor)s made a new secret for the transcripts of %(it)s"),)
    ),
    "release.updated": Words(
        one=(
            _("%(actor)s changed the status of %(it)s: %(before_status)s → %(after_status)s"),
            _("%(actor)s changed %(it)s (%(changes)s)"),
            _("%(actor)s changed %(it)s"),
        )
    ),
    "feature.updated": Words(
        one=(
            _(
                "%(actor)s changed the status of %(it)s: %(before_status)s → %(after_status)s "
                "(%(after_status_reason)s)"
            ),
            _("%(actor)s changed the status of %(it)s: %(before_status)s → %(after_status)s"),
            _("%(actor)s changed %(it)s (%(changes)s)"),
            _("%(actor)s changed %(it)s"),
        )
    ),
}

NAMES = {
    ProjectMember: membership(),
    Release: Named(text="version", logged="version"),
}
