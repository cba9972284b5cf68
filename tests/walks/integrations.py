"""Repositories, pull requests, their links to cards, and what was taken in once."""

from cards.models import Card
from integrations.models import GitRepository
from tests.factories import (
    CardFactory,
    CardPullRequestFactory,
    PullRequestFactory,
    RepositoryFactory,
)
from tests.walks.case import Case, Ids
from tests.walks.sql import NOBODY, inserting, update

REPOSITORY = {"id": "repository"}
OF_CARD = {"card_id": "card"}


def _repository(ids: Ids) -> dict:
    return {"workspace": ids["workspace"], "github_id": 99, "full_name": "acme/new"}


CASES = {
    # Repositories
    "GET repositories/": Case(filters={"workspace": "workspace"}),
    "POST repositories/": Case(
        body=_repository,
        body_ids={"workspace": "workspace"},
        alone=("workspace",),
        status=201,
        admin_only=True,
    ),
    "GET repositories/{id}/": Case(path=REPOSITORY),
    "PATCH repositories/{id}/": Case(
        path=REPOSITORY, body=lambda ids: {"full_name": "acme/renamed"}, admin_only=True
    ),
    "DELETE repositories/{id}/": Case(path=REPOSITORY, status=204, admin_only=True),
    "POST repositories/{id}/webhook-secret/": Case(
        path=REPOSITORY, body=lambda ids: {}, admin_only=True
    ),
    "POST projects/{id}/webhook-secret/": Case(
        path={"id": "project"}, body=lambda ids: {}, admin_only=True
    ),
    # Pull requests
    "GET pull-requests/": Case(
        filters={"workspace": "workspace", "repository": "repository", "card": "card"}
    ),
    "GET pull-requests/{id}/": Case(path={"id": "pull_request"}),
    "GET cards/{card_id}/pull-requests/": Case(path=OF_CARD),
    "POST cards/{card_id}/pull-requests/": Case(
        path=OF_CARD,
        body=lambda ids: {"pull_request": ids["unlinked_pull_request"]},
        body_ids={"pull_request": "unlinked_pull_request"},
        status=201,
    ),
    "DELETE cards/{card_id}/pull-requests/{pull_request_id}/": Case(
        path={**OF_CARD, "pull_request_id": "pull_request"}, status=204
    ),
}

READS = {
    "GET repositories/": 1,
    "GET repositories/{id}/": 1,
    "GET pull-requests/": 1,
    "GET pull-requests/{id}/": 1,
    "GET cards/{card_id}/pull-requests/": 2,
}


def tenant(ids, workspace, person):
    repository = RepositoryFactory(workspace=workspace)
    pull_request = PullRequestFactory(repository=repository)
    CardPullRequestFactory(card=Card.objects.get(pk=ids["card"]), pull_request=pull_request)
    return {
        "repository": repository.pk,
        "pull_request": pull_request.pk,
        "unlinked_pull_request": PullRequestFactory(repository=repository).pk,
    }


def grow(number, ids, workspace, people):
    card = Card.objects.get(pk=ids["card"])
    repository = GitRepository.objects.get(pk=ids["repository"])
    for _time in range(number):
        RepositoryFactory(workspace=workspace)
        CardPullRequestFactory(card=card, pull_request=PullRequestFactory(repository=repository))
        another = CardFactory(board=card.board)
        CardPullRequestFactory(card=another, pull_request_id=ids["pull_request"], pull_request=None)


def fill(card):
    CardPullRequestFactory(card=card)


DEFAULTS = {
    "git_repositories": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "github_id": "98",
        "full_name": "'acme/new'",
    },
    "pull_requests": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "repository_id": "%(repository)s",
        "number": "98",
        "title": "'New'",
        "state": "'open'",
        "head": "'new'",
        "base": "'main'",
        "url": "'https://github.com/acme/new/pull/98'",
        "opened_at": "now()",
        "updated_on_github_at": "now()",
    },
    "card_pull_requests": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "board_id": "%(board)s",
        "card_id": "%(card)s",
        "pull_request_id": "%(unlinked)s",
    },
    "processed_messages": {"message_id": "'transcript:new'"},
}
insert = inserting(DEFAULTS)


def things(cast):
    """Rows for the statements below, by the names that they use."""
    repository = RepositoryFactory(workspace=cast["workspace"])
    foreign = PullRequestFactory(repository=RepositoryFactory(workspace=cast["other_workspace"]))
    linked = PullRequestFactory(repository=repository)
    return {
        "repository": repository.pk,
        "github_id": repository.github_id,
        "other_repository": foreign.repository_id,
        "linked": linked.pk,
        "unlinked": PullRequestFactory(repository=repository).pk,
        "foreign_pull_request": foreign.pk,
        "card_pull_request": CardPullRequestFactory(
            card=Card.objects.get(pk=getattr(cast["card"], "pk", cast["card"])),
            pull_request=linked,
        ).pk,
    }


def change(assignment):
    return update("pull_requests", assignment, "linked")


UNCHANGING = {
    ("git_repositories", "workspace_id"),
    ("git_repositories", "github_id"),
    ("pull_requests", "repository_id"),
    ("pull_requests", "number"),
    ("card_pull_requests", "card_id"),
}

BROKEN = [
    # Repositories
    ("git_repositories_pkey", "id", 409, insert("git_repositories", id="%(repository)s")),
    (
        "git_repositories_github_id_unique",
        "github_id",
        409,
        insert("git_repositories", github_id="%(github_id)s"),
    ),
    (
        "git_repositories_github_id_positive",
        "github_id",
        400,
        insert("git_repositories", github_id="0"),
    ),
    *[
        (
            "git_repositories_full_name_valid",
            "full_name",
            400,
            insert("git_repositories", full_name=f"'{name}'"),
        )
        for name in ("", "acme", "acme/", "/new", "acme/new/er", "acme /new", "acme/né")
    ],
    (
        "git_repositories_default_branch_given",
        "default_branch",
        400,
        insert("git_repositories", default_branch="' '"),
    ),
    (
        "git_repositories_workspace_fk",
        "workspace",
        400,
        insert("git_repositories", workspace_id=NOBODY),
    ),
    (
        "git_repositories_workspace_id_unchanging",
        "workspace",
        400,
        update("git_repositories", "workspace_id = %(other_workspace)s", "repository"),
    ),
    (
        "git_repositories_github_id_unchanging",
        "github_id",
        400,
        update("git_repositories", "github_id = 97", "repository"),
    ),
    (
        "git_repositories_id_unchanging",
        "id",
        400,
        update("git_repositories", f"id = {NOBODY}", "repository"),
    ),
    # Pull requests
    ("pull_requests_pkey", "id", 409, insert("pull_requests", id="%(linked)s")),
    (
        "pull_requests_number_unique",
        "number",
        409,
        insert("pull_requests", number="(SELECT number FROM pull_requests WHERE id = %(linked)s)"),
    ),
    ("pull_requests_number_positive", "number", 400, insert("pull_requests", number="0")),
    ("pull_requests_number_check", "number", 400, insert("pull_requests", number="-1")),
    ("pull_requests_title_given", "title", 400, change("title = ' '")),
    ("pull_requests_state_valid", "state", 400, insert("pull_requests", state="'reopened'")),
    ("pull_requests_head_given", "head", 400, change("head = ''")),
    ("pull_requests_base_given", "base", 400, change("base = ' '")),
    ("pull_requests_url_https", "url", 400, change("url = 'http://github.com/acme/new/pull/1'")),
    ("pull_requests_url_https", "url", 400, change("url = 'javascript:alert(1)'")),
    ("pull_requests_url_https", "url", 400, change("url = 'https://github.com/ acme'")),
    (
        "pull_requests_check_status_valid",
        "check_status",
        400,
        change("check_status = 'cancelled'"),
    ),
    (
        "pull_requests_review_status_valid",
        "review_status",
        400,
        change("review_status = 'dismissed'"),
    ),
    ("pull_requests_closed_at_agrees", "closed_at", 400, change("closed_at = now()")),
    ("pull_requests_closed_at_agrees", "closed_at", 400, change("state = 'closed'")),
    ("pull_requests_merged_at_agrees", "merged_at", 400, change("merged_at = now()")),
    (
        "pull_requests_merged_at_agrees",
        "merged_at",
        400,
        change("state = 'merged', closed_at = now()"),
    ),
    ("pull_requests_repository_fk", "repository", 400, insert("pull_requests",
                                                              repository_id=NOBODY)),
    (
        "pull_requests_repository_fk",
        "repository",
        400,
        insert("pull_requests", repository_id="%(other_repository)s"),
    ),
    (
        "pull_requests_repository_id_unchanging",
        "repository",
        400,
        change("repository_id = %(other_repository)s"),
    ),
    ("pull_requests_number_unchanging", "number", 400, change("number = 97")),
    ("pull_requests_id_unchanging", "id", 400, change(f"id = {NOBODY}")),
    # Links
    (
        "card_pull_requests_pkey",
        "id",
        409,
        insert("card_pull_requests", id="%(card_pull_request)s"),
    ),
    (
        "card_pull_requests_unique",
        "pull_request",
        409,
        insert("card_pull_requests", pull_request_id="%(linked)s"),
    ),
    ("card_pull_requests_card_fk", "card", 400, insert("card_pull_requests", card_id=NOBODY)),
    (
        "card_pull_requests_card_fk",
        "card",
        400,
        insert("card_pull_requests", board_id="%(empty_board)s"),
    ),
    (
        "card_pull_requests_pull_request_fk",
        "pull_request",
        400,
        insert("card_pull_requests", pull_request_id=NOBODY),
    ),
    (
        "card_pull_requests_pull_request_fk",
        "pull_request",
        400,
        insert("card_pull_requests", pull_request_id="%(foreign_pull_request)s"),
    ),
    (
        "card_pull_requests_pull_request_fk",
        "pull_request",
        400,
        update("card_pull_requests", "state = 'merged'"),
    ),
    (
        "card_pull_requests_card_id_unchanging",
        "card",
        400,
        update("card_pull_requests", "card_id = %(labelled_card)s"),
    ),
    ("card_pull_requests_id_unchanging", "id", 400, update("card_pull_requests", f"id = {NOBODY}")),
    # What was taken in
    (
        "processed_messages_pkey",
        "message_id",
        409,
        f"{insert('processed_messages')}, ('transcript:new')",
    ),
    *[
        (
            "processed_messages_id_names_its_source",
            "message_id",
            400,
            insert("processed_messages", message_id=f"'{name}'"),
        )
        for name in ("", "transcript", "transcript:", ":new", "transcript:a b")
    ],
]  # fmt: skip

SPOKEN_FOR = {
    # Begin with the primary key; they are what other tables' keys refer to.
    "git_repositories_id_workspace_key",
    "pull_requests_id_workspace_state_key",
}

TECHNICAL = {"processed_messages"}
