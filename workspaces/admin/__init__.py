"""People and tenancy in the web pages: workspaces, people, invitations, tokens."""

from workspaces.admin.invitations import InvitationAdmin
from workspaces.admin.people import UserAdmin
from workspaces.admin.switch import switch_view
from workspaces.admin.tokens import AccessTokenAdmin
from workspaces.admin.workspaces import WorkspaceAdmin

__all__ = [
    "AccessTokenAdmin",
    "InvitationAdmin",
    "UserAdmin",
    "WorkspaceAdmin",
    "switch_view",
]
