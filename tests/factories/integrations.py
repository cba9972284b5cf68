"""Repositories, pull requests and their links to cards."""

import datetime

import factory
from factory.django import DjangoModelFactory

from integrations.models import CardPullRequest, GitRepository, PullRequest
from tests.factories.cards import CardFactory
from tests.factories.workspaces import WorkspaceFactory

OPENED = datetime.datetime(2026, 11, 16, 9, 30, tzinfo=datetime.UTC)


class RepositoryFactory(DjangoModelFactory):
    class Meta:
        model = GitRepository

    workspace = factory.SubFactory(WorkspaceFactory)
    github_id = factory.Sequence(lambda n: 700_000_000 + n)
    full_name = factory.Sequence(lambda n: f"acme/repository-{n}")


class PullRequestFactory(DjangoModelFactory):
    """An open pull request; `state="merged"` and the others bring their times."""

    class Meta:
        model = PullRequest

    repository = factory.SubFactory(RepositoryFactory)
    workspace = factory.SelfAttribute("repository.workspace")
    number = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"Pull request {n}")
    state = "open"
    author = "octocat"
    head = "fix-it"
    base = "main"
    url = factory.LazyAttribute(
        lambda made: f"https://github.com/{made.repository.full_name}/pull/{made.number}"
    )
    opened_at = OPENED
    closed_at = factory.LazyAttribute(
        lambda made: (
            OPENED + datetime.timedelta(hours=5) if made.state in ("closed", "merged") else None
        )
    )
    merged_at = factory.LazyAttribute(
        lambda made: made.closed_at if made.state == "merged" else None
    )
    updated_on_github_at = factory.LazyAttribute(lambda made: made.closed_at or made.opened_at)


class CardPullRequestFactory(DjangoModelFactory):
    class Meta:
        model = CardPullRequest

    card = factory.SubFactory(CardFactory)
    board = factory.SelfAttribute("card.board")
    workspace = factory.SelfAttribute("card.workspace")
    pull_request = factory.SubFactory(
        PullRequestFactory,
        repository=factory.SubFactory(
            RepositoryFactory, workspace=factory.SelfAttribute("...workspace")
        ),
    )
