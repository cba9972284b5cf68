"""People and tenancy."""

from workspaces.models.credentials import AccessToken, SignIn, SignInAttempts
from workspaces.models.people import User, UserManager
from workspaces.models.workspaces import (
    InWorkspace,
    Workspace,
    WorkspaceInvitation,
    WorkspaceMember,
)

__all__ = [
    "AccessToken",
    "InWorkspace",
    "SignIn",
    "SignInAttempts",
    "User",
    "UserManager",
    "Workspace",
    "WorkspaceInvitation",
    "WorkspaceMember",
]
