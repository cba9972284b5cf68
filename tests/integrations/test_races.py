"""Links and news at the same moment: nothing doubled, nothing stale, nobody left waiting."""

import datetime
import itertools

import pytest
from django.db import IntegrityError

from cards.ordering import Place
from cards.services import card_delete, card_move
from core.api.retry import retrying
from core.exceptions import RuleViolation
from integrations.models import CardPullRequest, GitRepository, PullRequest
from integrations.services import card_link, card_unlink, pull_request_record, repository_delete
from tests.factories import BoardFactory, CardFactory, PullRequestFactory
from tests.factories.integrations import OPENED
from tests.integrations.test_pull_requests import HOUR, news
from tests.workspaces.together import together

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 8


def again_where_undone(work):
    """As every request is run."""
    return lambda: retrying(work)


def links_agree():
    """Whether each link has the board of its card and the state of its pull request."""
    links = CardPullRequest.objects.select_related("card", "pull_request")
    return all(
        (link.board_id, link.state) == (link.card.board_id, link.pull_request.state)
        for link in links
    )


def test_the_first_news_eight_times_at_once_make_one(repository, card):
    outcomes = together(*[lambda: news(repository, title=f"ACME-{card.number}")] * AT_ONCE)

    assert {type(each) for each in outcomes} == {PullRequest}
    assert PullRequest.objects.count() == 1
    assert CardPullRequest.objects.count() == 1


def test_news_that_race_end_with_the_latest(repository):
    for number in range(1, 4):
        works = [
            lambda hour=hour, number=number: news(
                repository, hour, number=number, title=f"After {hour}"
            )
            for hour in range(AT_ONCE)
        ]
        together(*works)
        kept = PullRequest.objects.get(number=number)
        assert (kept.title, kept.updated_on_github_at) == (
            f"After {AT_ONCE - 1}",
            OPENED + (AT_ONCE - 1) * HOUR,
        )


def test_a_card_is_linked_once_by_eight_people(repository, card):
    pull_request = PullRequestFactory(repository=repository)

    outcomes = together(
        *[lambda: card_link(card=card, pull_request=pull_request, actor=None)] * AT_ONCE
    )

    made = [each for each in outcomes if isinstance(each, CardPullRequest)]
    refused = [each for each in outcomes if isinstance(each, IntegrityError)]
    assert (len(made), len(refused)) == (1, AT_ONCE - 1)


def test_a_link_never_keeps_a_state_that_has_passed(repository, board):
    """Linking and merging at once: whoever comes second sees what the first has done."""
    cards = [CardFactory(board=board) for _time in range(AT_ONCE)]
    for number in range(1, 5):
        pull_request = news(repository, number=number)
        works = [
            lambda card=card, pull_request=pull_request: card_link(
                card=card, pull_request=pull_request, actor=None
            )
            for card in cards
        ]
        states = itertools.cycle(["merged", "closed", "draft", "open"])
        for hour in range(1, 5):
            state = next(states)
            works.append(
                lambda hour=hour, state=state, number=number: news(
                    repository, hour, number=number, state=state
                )
            )
        outcomes = together(*map(again_where_undone, works))
        assert not [each for each in outcomes if isinstance(each, Exception)], outcomes
        assert CardPullRequest.objects.filter(pull_request=pull_request).count() == len(cards)
        assert links_agree()


def test_news_moves_deletions_and_links_at_once_come_to_their_end(
    repository, other_repository, workspace
):
    boards = [BoardFactory(workspace=workspace) for _time in range(2)]
    refused = (RuleViolation, IntegrityError)
    for number in range(1, 6):
        cards = [CardFactory(board=boards[each % 2]) for each in range(6)]
        named = " ".join(f"ACME-{card.number}" for card in cards)
        pull_request = news(repository, number=number, title=named)
        works = [
            lambda number=number, named=named: news(
                repository, 1, number=number, title=named, state="merged"
            ),
            lambda number=number, named=named: news(
                repository, 2, number=number, title=f"{named}!", state="closed"
            ),
            lambda card=cards[0]: card_delete(card=card, actor=None),
            lambda card=cards[1], pull=pull_request: card_unlink(
                card=card, pull_request=pull, actor=None
            ),
            *(
                lambda card=card, target=boards[(place + 1) % 2]: card_move(
                    card=card,
                    actor=None,
                    board=target,
                    column_id=target.columns[0]["id"],
                    place=Place(),
                )
                for place, card in enumerate(cards)
                if place >= 2
            ),
        ]
        outcomes = together(*map(again_where_undone, works))
        unexpected = [
            each
            for each in outcomes
            if isinstance(each, Exception) and not isinstance(each, refused)
        ]
        assert unexpected == []
        assert PullRequest.objects.get(number=number, repository=repository).state == "closed"
        assert links_agree()
    assert not CardPullRequest.objects.filter(pull_request__repository=other_repository).exists()


def test_untying_a_repository_while_it_is_told_of_and_linked(repository, board, workspace):
    cards = [CardFactory(board=board) for _time in range(3)]
    pull_request = news(repository)
    works = [
        lambda: repository_delete(repository=repository, actor=None),
        lambda: news(repository, 1, title=f"ACME-{cards[0].number}", state="merged"),
        lambda: card_link(card=cards[1], pull_request=pull_request, actor=None),
        lambda: pull_request_record(
            repository=repository,
            actor=None,
            at=OPENED + datetime.timedelta(days=1),
            number=99,
            title="New",
            state="open",
            head="new",
            base="main",
            url="https://github.com/acme/product/pull/99",
            opened_at=OPENED,
            updated_on_github_at=OPENED,
        ),
    ]

    outcomes = together(*map(again_where_undone, works))

    assert not [
        each
        for each in outcomes
        if isinstance(each, Exception) and not isinstance(each, (RuleViolation, IntegrityError))
    ]
    assert not GitRepository.objects.exists()
    assert not PullRequest.objects.exists()
    assert not CardPullRequest.objects.exists()
