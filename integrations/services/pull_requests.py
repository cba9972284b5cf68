"""Pull requests as GitHub tells of them, in whatever order its news arrive."""

from __future__ import annotations

import datetime
from typing import Any

from core.acting import acting
from integrations.models import GitRepository, PullRequest
from integrations.services.links import cards_named_lock, link_locked
from integrations.services.repositories import repository_lock
from workspaces.models import User


def pull_request_record(
    *,
    repository: GitRepository,
    actor: User | None,
    at: datetime.datetime,
    number: int,
    title: str,
    state: str,
    head: str,
    base: str,
    url: str,
    opened_at: datetime.datetime,
    updated_on_github_at: datetime.datetime,
    author: str = "",
    closed_at: datetime.datetime | None = None,
    merged_at: datetime.datetime | None = None,
    check_status: str | None = None,
    review_status: str | None = None,
    body: str = "",
) -> PullRequest:
    """Keep a pull request as GitHub had it at `updated_on_github_at`, and link the cards it names.

    News older than what is kept change nothing: deliveries overtake each other, and a retried one
    comes hours late. News of the same second replace it, since GitHub counts no finer. Checks and
    review that aren't told stay as they are. `body` is looked through for keys and not kept; `at`
    is when this was learned.
    """
    with acting(actor, "pull_request.recorded"):
        repository = repository_lock(repository.pk)
        present = PullRequest.objects.filter(repository=repository, number=number).first()
        if present is not None and present.updated_on_github_at > updated_on_github_at:
            return present
        # Before the pull request, whose state goes on to its links: the order of a card's deletion.
        cards = cards_named_lock(repository.workspace, (title, head, body))
        told: dict[str, Any] = {
            "title": title.strip(),
            "state": state,
            "author": author,
            "head": head,
            "base": base,
            "url": url,
            "opened_at": opened_at,
            "closed_at": closed_at,
            "merged_at": merged_at,
            "updated_on_github_at": updated_on_github_at,
        }
        if check_status is not None:
            told["check_status"] = check_status
        if review_status is not None:
            told["review_status"] = review_status
        pull_request = _written(present, repository, number, told)
        link_locked(pull_request, cards)
        if repository.last_synced_at is None or repository.last_synced_at < at:
            repository.last_synced_at = at
            repository.save(update_fields=["last_synced_at"])
        return pull_request


def _written(
    present: PullRequest | None, repository: GitRepository, number: int, told: dict[str, Any]
) -> PullRequest:
    """The row with what was told, made or changed under the repository's lock."""
    if present is None:
        made = PullRequest(
            workspace_id=repository.workspace_id, repository=repository, number=number, **told
        )
        made.clean_fields(exclude={"id", "workspace", "repository"})
        made.save(force_insert=True)
        return made
    changed = [name for name, value in told.items() if getattr(present, name) != value]
    for name in changed:
        setattr(present, name, told[name])
    present.clean_fields(exclude={"id", "workspace", "repository"})
    if changed:
        present.save(update_fields=changed)
    return present
