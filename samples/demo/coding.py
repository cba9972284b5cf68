"""Scenes of code: repositories, and pull requests as GitHub would tell of them."""

from __future__ import annotations

from functools import partial

from core.clock import now
from integrations.models import GitRepository, PullRequestState
from integrations.services import pull_request_record, repository_create
from samples.demo.content.shapes import DemoPullRequest, DemoRepository
from samples.demo.story import Stage, Story


def tell_repository(story: Story, content: DemoRepository) -> None:
    story.at(content.made, partial(_make, content))


def tell(story: Story, content: DemoPullRequest) -> None:
    """It is opened, and where it is closed by now, closed later."""
    first = PullRequestState.DRAFT if content.state == "draft" else PullRequestState.OPEN
    story.at(content.opened, partial(_record, story, content, first), source="github")
    if content.closed is not None:
        closing = partial(_record, story, content, content.state)
        story.at(content.closed, closing, source="github")


def _make(content: DemoRepository, stage: Stage) -> None:
    repository_create(
        actor=stage.people[content.by],
        workspace=stage.workspace,
        github_id=content.github_id,
        full_name=content.full_name,
        private=content.private,
    )


def _record(story: Story, content: DemoPullRequest, state: str, stage: Stage) -> None:
    closed_at = now() if state in ("closed", "merged") else None
    pull_request_record(
        repository=GitRepository.objects.get(
            workspace=stage.workspace, full_name=content.repository
        ),
        actor=None,
        at=now(),
        number=content.number,
        title=content.title,
        state=state,
        head=content.head,
        base="main",
        url=f"https://github.com/{content.repository}/pull/{content.number}",
        opened_at=story.calendar.moment(content.opened),
        updated_on_github_at=now(),
        author=content.author,
        closed_at=closed_at,
        merged_at=closed_at if state == "merged" else None,
        check_status=content.checks or None,
        review_status=content.review or None,
        body=f"Closes {stage.key_of(content.card)}." if content.card else "",
    )
