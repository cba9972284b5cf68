"""Makers of rows for tests. They write what a service would have written, without its rules."""

from tests.factories.assistant import (
    ConversationFactory,
    ConversationMessageFactory,
    UserContextFactory,
)
from tests.factories.boards import BoardFactory, SprintFactory
from tests.factories.cards import CardAssigneeFactory, CardFactory
from tests.factories.decisions import (
    DecisionFactory,
    DecisionRelationshipFactory,
    TranscriptFactory,
)
from tests.factories.discussions import ChannelFactory, ChannelMemberFactory, MessageFactory
from tests.factories.integrations import (
    CardPullRequestFactory,
    PullRequestFactory,
    RepositoryFactory,
)
from tests.factories.parts import (
    CardLinkFactory,
    ChecklistItemFactory,
    CommentFactory,
    SavedFilterFactory,
)
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
    "CardLinkFactory",
    "CardPullRequestFactory",
    "ChannelFactory",
    "ChannelMemberFactory",
    "ChecklistItemFactory",
    "CommentFactory",
    "ConversationFactory",
    "ConversationMessageFactory",
    "DecisionFactory",
    "DecisionRelationshipFactory",
    "FeatureFactory",
    "InvitationFactory",
    "MemberFactory",
    "MessageFactory",
    "ProjectFactory",
    "ProjectMemberFactory",
    "PullRequestFactory",
    "ReleaseFactory",
    "RepositoryFactory",
    "SavedFilterFactory",
    "SprintFactory",
    "TranscriptFactory",
    "UserContextFactory",
    "UserFactory",
    "WorkspaceFactory",
]
