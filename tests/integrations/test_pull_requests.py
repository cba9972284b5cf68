"""What GitHub tells of pull requests: in any order, and found again over REST."""

import datetime
import itertools

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from integrations.models import CardPullRequest, GitRepository, PullRequest
from integrations.services import pull_request_record
from tests.factories import CardFactory, CardPullRequestFactory, PullRequestFactory
from tests.factories.integrations import OPENED
from tests.watching import signed

pytestmark = pytest.mark.django_db

PULLS = "/api/v1/pull-requests/"
HOUR = datetime.timedelta(hours=1)


def news(repository, hour=0, **told):
    """What GitHub tells `hour` hours after the opening."""
    moment = OPENED + hour * HOUR
    if told.get("state") in ("closed", "merged"):
        told.setdefault("closed_at", moment)
    if told.get("state") == "merged":
        told.setdefault("merged_at", moment)
    return pull_request_record(
        **{
            "repository": repository,
            "actor": None,
            "at": timezone.now(),
            "number": 7,
            "title": "Count from one",
            "state": "open",
            "author": "octocat",
            "head": "count-from-one",
            "base": "main",
            "url": "https://github.com/acme/product/pull/7",
            "opened_at": OPENED,
            "updated_on_github_at": moment,
            **told,
        }
    )


def test_the_first_news_make_it(repository, watch):
    made = news(repository, check_status="pending", review_status="review_required")

    kept = PullRequest.objects.get()
    assert kept == made
    assert (kept.repository, kept.workspace_id) == (repository, repository.workspace_id)
    assert (kept.number, kept.title, kept.state) == (7, "Count from one", "open")
    assert (kept.check_status, kept.review_status) == ("pending", "review_required")
    assert signed(watch.only()) == ("pull_request.recorded", None, "command")


def test_later_news_replace_it(repository, watch):
    news(repository)
    watch.restart()

    news(repository, 2, title="Count from zero", state="merged")

    kept = PullRequest.objects.get()
    assert (kept.title, kept.state, kept.merged_at) == (
        "Count from zero",
        "merged",
        OPENED + 2 * HOUR,
    )
    assert set(watch.only().details["after"]) == {
        "title",
        "state",
        "closed_at",
        "merged_at",
        "updated_on_github_at",
    }


def test_news_that_were_overtaken_change_nothing(repository, card, watch):
    news(repository, 2, state="merged")
    watch.restart()

    kept = news(repository, 1, title=f"ACME-{card.number}", state="open")

    assert (kept.state, kept.title) == ("merged", "Count from one")
    assert watch.entries() == []


def test_news_in_any_order_end_the_same(workspace):
    story = [
        (0, {"state": "draft", "title": "A draft"}),
        (1, {"state": "open", "title": "To be looked at"}),
        (2, {"state": "closed", "title": "Given up"}),
        (3, {"state": "merged", "title": "Merged after all"}),
    ]
    for number, order in enumerate(itertools.permutations(story), 1):
        repository = GitRepository.objects.create(
            workspace=workspace, github_id=number, full_name=f"acme/{number}"
        )
        for hour, told in order:
            news(repository, hour, **told)
        kept = PullRequest.objects.get(repository=repository)
        assert (kept.state, kept.title) == ("merged", "Merged after all"), order
        assert kept.updated_on_github_at == OPENED + 3 * HOUR


def test_the_same_news_twice_are_no_change(repository, watch):
    news(repository)
    watch.restart()

    news(repository)

    assert watch.entries() == []
    assert PullRequest.objects.get().version == 1


def test_news_of_the_same_second_replace_it(repository):
    news(repository, title="First")

    assert news(repository, title="Second").title == "Second"


def test_checks_and_review_that_are_not_told_stay(repository):
    news(repository, check_status="success", review_status="approved")

    kept = news(repository, 1, title="Other")

    assert (kept.check_status, kept.review_status) == ("success", "approved")


def test_when_it_was_learned_is_no_news_to_the_log(repository, watch):
    news(repository, at=OPENED + 5 * HOUR)
    news(repository, 1, title="Other", at=OPENED + 3 * HOUR)

    kept = GitRepository.objects.get()
    assert kept.last_synced_at == OPENED + 5 * HOUR
    assert kept.version == 1
    assert not [each for each in watch.entries() if each.entity_type == "git_repository"]


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"state": "reopened"}, "state"),
        ({"title": ""}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"check_status": "green"}, "check_status"),
    ],
    ids=["state", "no title", "long title", "checks"],
)
def test_what_cannot_be_kept_is_refused_by_name(told, field, repository):
    with pytest.raises(ValidationError) as refused:
        news(repository, **told)

    assert list(refused.value.message_dict) == [field]
    assert not PullRequest.objects.exists()


@pytest.mark.parametrize("url", ["http://github.com/a/b/pull/7", "javascript:alert(1)", ""])
def test_an_address_is_https(url, repository):
    with pytest.raises((ValidationError, IntegrityError)):
        news(repository, url=url)


# Over REST.


def test_a_pull_request_as_it_is_answered(as_member, pull_request, repository):
    answer = as_member.get(f"{PULLS}{pull_request.pk}/")

    whole = answer.json()
    assert answer["ETag"] == f'"{pull_request.pk}.1"'
    assert {name: whole[name] for name in list(whole)[:-2]} == {
        "id": str(pull_request.pk),
        "workspace": str(repository.workspace_id),
        "repository": str(repository.pk),
        "number": 7,
        "title": "Count from one",
        "state": "open",
        "author": "octocat",
        "head": "fix-it",
        "base": "main",
        "url": "https://github.com/acme/product/pull/7",
        "check_status": "none",
        "review_status": "none",
        "opened_at": "2026-11-16T09:30:00Z",
        "closed_at": None,
        "merged_at": None,
        "updated_on_github_at": "2026-11-16T09:30:00Z",
        "version": 1,
    }


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_pull_requests_are_changed_on_github(method, as_admin, pull_request):
    for address in (PULLS, f"{PULLS}{pull_request.pk}/"):
        assert getattr(as_admin, method)(address, {"title": "Mine"}).status_code == 405


def test_pull_requests_are_found_by_what_they_are(as_member, workspace, repository, card):
    merged = PullRequestFactory(repository=repository, title="One", state="merged", number=1)
    draft = PullRequestFactory(repository=repository, title="Two", state="draft", number=2,
                               author="Hubot", check_status="failure")  # fmt: skip
    other = PullRequestFactory(repository__workspace=workspace, title="Three", number=3,
                               review_status="approved")  # fmt: skip
    CardPullRequestFactory(card=card, pull_request=draft)
    CardPullRequestFactory(card=card, pull_request=other)
    PullRequest.objects.filter(pk=merged.pk).update(title="One, renamed")
    merged.refresh_from_db()

    def titles(query):
        answer = as_member.get(f"{PULLS}?ordering=number&{query}")
        assert answer.status_code == 200, answer.content
        return [each["title"] for each in answer.json()["results"]]

    assert titles("") == ["One, renamed", "Two", "Three"]
    assert titles(f"workspace={workspace.pk}&state=open,draft") == ["Two", "Three"]
    assert titles(f"repository={repository.pk}") == ["One, renamed", "Two"]
    assert titles("state=merged") == ["One, renamed"]
    assert titles("author=hubot") == ["Two"]
    assert titles(f"card={card.pk}") == ["Two", "Three"]
    assert titles(f"card={CardFactory(board=card.board).pk}") == []
    assert titles("check_status=failure") == ["Two"]
    assert titles("review_status=approved,changes_requested") == ["Three"]
    moment = merged.updated_at.isoformat().replace("+00:00", "Z")
    assert titles(f"updated_since={moment}") == ["One, renamed"]
    assert titles("search=two") == ["Two"]


def test_a_link_is_gone_with_its_pull_request(repository, card):
    CardPullRequestFactory(card=card, pull_request__repository=repository)

    PullRequest.objects.all().delete()

    assert not CardPullRequest.objects.exists()
