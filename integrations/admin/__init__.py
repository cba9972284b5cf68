"""Repositories and pull requests in the web pages, and what cards, boards and projects show."""

from integrations.admin.cards import CardLinkInline, NewCardLinkInline
from integrations.admin.pull_requests import PullRequestAdmin
from integrations.admin.repositories import RepositoryAdmin
from integrations.admin.secrets import new_project_secret, new_repository_secret

__all__ = [
    "CardLinkInline",
    "NewCardLinkInline",
    "PullRequestAdmin",
    "RepositoryAdmin",
    "new_project_secret",
    "new_repository_secret",
]
