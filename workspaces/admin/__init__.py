"""People and tenancy in the web pages: workspaces, people, invitations, tokens, the log."""

from workspaces.admin.invitations import InvitationAdmin
from workspaces.admin.log import EventLogAdmin
from workspaces.admin.people import UserAdmin
from workspaces.admin.tokens import AccessTokenAdmin
from workspaces.admin.workspaces import WorkspaceAdmin

__all__ = [
    "AccessTokenAdmin",
    "EventLogAdmin",
    "InvitationAdmin",
    "UserAdmin",
    "WorkspaceAdmin",
]
