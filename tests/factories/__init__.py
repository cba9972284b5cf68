"""Makers of rows for tests. They write what a service would have written, without its rules."""

from tests.factories.boards import BoardFactory, SprintFactory
from tests.factories.cards import CardAssigneeFactory, CardFactory
from tests.factories.projects import (
    FeatureFactory,
    ProjectFactory,
    ProjectMemberFactory,
    ReleaseFactory,
)
from tests.factories.workspaces import (
    AccessTokenFactory,
    InvitationFactory,
    MemberFactory,
    UserFactory,
    WorkspaceFactory,
)

__all__ = [
    "AccessTokenFactory",
    "BoardFactory",
    "CardAssigneeFactory",
    "CardFactory",
    "FeatureFactory",
    "InvitationFactory",
    "MemberFactory",
    "ProjectFactory",
    "ProjectMemberFactory",
    "ReleaseFactory",
    "SprintFactory",
    "UserFactory",
    "WorkspaceFactory",
]
