"""People and tenancy."""

from workspaces.models.credentials import AccessToken, SignIn, SignInAttempts
from workspaces.models.people import User, UserManager
from workspaces.models.workspaces import Workspace, WorkspaceInvitation, WorkspaceMember

__all__ = [
    "AccessToken",
    "SignIn",
    "SignInAttempts",
    "User",
    "UserManager",
    "Workspace",
    "WorkspaceInvitation",
    "WorkspaceMember",
]
