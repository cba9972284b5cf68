"""Which pull requests carry out which cards: by the keys they name, and by hand."""

import pytest

from cards.models import Card
from cards.ordering import Place
from cards.services import card_delete, card_move
from integrations.models import CardPullRequest
from integrations.services import link_named_cards
from integrations.services.links import MAX_NAMED, numbers_named
from tests.factories import BoardFactory, CardFactory, CardPullRequestFactory, PullRequestFactory
from tests.integrations.test_pull_requests import news
from tests.watching import signed

pytestmark = pytest.mark.django_db

NAMED = {
    "ACME-42": [42],
    "acme-42": [42],
    "Acme-42: fix it": [42],
    "Fix ACME-42.": [42],
    "(ACME-42)": [42],
    "ACME-42, ACME-7 and acme-42": [42, 7],
    "feature/acme-42-sort-cards": [42],
    "acme-42_sort_cards": [42],
    "alice/ACME-42": [42],
    "fix-acme-42": [42],
    "https://taskly.example/cards/ACME-42/": [42],
    "«ACME-42»": [42],
    "ACME-42\nACME-43": [42, 43],
    "XACME-42": [],
    "ЁACME-42": [],
    "7ACME-42": [],
    "ACME-421": [421],
    "ACME-42b": [],
    "ACME-42Ё": [],
    "ACME-042": [],
    "ACME-0": [],
    "ACME 42": [],
    "ACME42": [],
    "ACME-": [],
    "ACMES-42": [],
    "OTHER-42": [],
    "ACME--42": [],
    "ACME-2147483647": [2147483647],
    "ACME-2147483648": [],
    "ACME-99999999999": [],
    "": [],
}


@pytest.mark.parametrize("text", NAMED)
def test_keys_are_found_where_nothing_runs_on(text):
    assert numbers_named("ACME", [text]) == NAMED[text]


def test_a_pull_request_that_names_very_many_names_fifty():
    text = " ".join(f"ACME-{number}" for number in range(1, 1000))

    assert numbers_named("ACME", [text]) == list(range(1, MAX_NAMED + 1))


def linked():
    return set(CardPullRequest.objects.values_list("card__number", "pull_request__number"))


@pytest.fixture
def three(board):
    return [CardFactory(board=board) for _time in range(3)]


@pytest.mark.parametrize(
    "told",
    [
        {"title": "ACME-2: count from zero"},
        {"head": "acme-2-count-from-zero"},
        {"body": "Closes ACME-2."},
    ],
    ids=["title", "branch", "text"],
)
def test_the_cards_that_are_named_are_linked(told, three, repository, watch):
    news(repository, **told)

    assert linked() == {(2, 7)}
    [entry] = [each for each in watch.entries() if each.entity_type == "card_pull_request"]
    assert signed(entry) == ("pull_request.recorded", None, "command")
    assert (entry.workspace_id, entry.board_id) == (repository.workspace_id, three[1].board_id)


def test_later_news_link_what_they_name_and_unlink_nothing(three, repository):
    news(repository, title="ACME-1")
    news(repository, 1, title="ACME-2", body="and ACME-3")

    assert linked() == {(1, 7), (2, 7), (3, 7)}


def test_cards_on_several_boards_are_linked_to_theirs(three, repository, workspace):
    elsewhere = CardFactory(board=BoardFactory(workspace=workspace))

    news(repository, title=f"ACME-1 ACME-{elsewhere.number}")

    assert set(CardPullRequest.objects.values_list("card", "board")) == {
        (three[0].pk, three[0].board_id),
        (elsewhere.pk, elsewhere.board_id),
    }


def test_keys_of_another_workspace_name_nothing(other_card, repository, other_repository):
    assert other_card.number == 1

    news(repository, title="OTHER-1 ACME-1")
    news(other_repository, title="ACME-1")

    assert linked() == set()


def test_an_archived_card_is_linked_too(three, repository):
    Card.objects.filter(pk=three[0].pk).update(archived_at="2026-11-01T00:00:00Z")

    news(repository, title="ACME-1")

    assert linked() == {(1, 7)}


def test_what_is_there_can_be_looked_through_again(three, repository):
    pull_request = PullRequestFactory(
        repository=repository, number=8, title="acme-3", head="acme-1"
    )

    for _time in range(2):
        link_named_cards(
            pull_request=pull_request, workspace=repository.workspace, actor=None, body="ACME-2"
        )

    assert linked() == {(1, 8), (2, 8), (3, 8)}


# By hand.


def of(card):
    return f"/api/v1/cards/{card.pk}/pull-requests/"


def test_a_pull_request_is_linked_by_hand(as_member, member, card, pull_request, watch):
    answer = as_member.post(of(card), {"pull_request": str(pull_request.pk)})

    assert answer.status_code == 201
    assert answer.json() == as_member.get(f"/api/v1/pull-requests/{pull_request.pk}/").json()
    assert linked() == {(card.number, 7)}
    assert signed(watch.only()) == ("pull_request.linked", member.pk, "api")
    assert watch.only().details["after"]["state"] == "open"


def test_the_card_may_be_named_by_its_key(as_member, card, pull_request):
    address = f"/api/v1/cards/acme-{card.number}/pull-requests/"

    assert as_member.post(address, {"pull_request": str(pull_request.pk)}).status_code == 201
    listed = as_member.get(address).json()["results"]
    assert [each["id"] for each in listed] == [str(pull_request.pk)]
    assert as_member.delete(f"{address}{pull_request.pk}/").status_code == 204
    assert as_member.get(address).json()["results"] == []


def test_a_pull_request_is_linked_once(as_member, card, pull_request, watch):
    CardPullRequestFactory(card=card, pull_request=pull_request)
    watch.restart()

    answer = as_member.post(of(card), {"pull_request": str(pull_request.pk)})

    assert answer.status_code == 409
    assert answer.json()["errors"] == {"pull_request": ["The card has this pull request already."]}
    assert watch.entries() == []


def test_a_link_is_taken_off_and_both_stay(as_member, card, pull_request, watch):
    CardPullRequestFactory(card=card, pull_request=pull_request)
    watch.restart()

    assert as_member.delete(f"{of(card)}{pull_request.pk}/").status_code == 204

    assert watch.actions() == [("pull_request.unlinked", "card_pull_request")]
    assert as_member.delete(f"{of(card)}{pull_request.pk}/").status_code == 404
    pull_request.refresh_from_db()
    card.refresh_from_db()


def test_one_of_another_workspace_is_unknown(as_member, card, other_pull_request, client_of):
    unknown = "019ab000-0000-7000-8000-000000000000"
    answers = [
        as_member.post(of(card), {"pull_request": name}).json()
        for name in (str(other_pull_request.pk), unknown)
    ]

    for answer in answers:
        answer.pop("request_id")
    assert answers[0] == answers[1]
    assert answers[0]["errors"] == {"pull_request": ["There is nothing with this id."]}
    assert linked() == set()


def test_who_is_in_both_ties_no_two_workspaces(
    client_of, member_of_both, workspace, card, other_card, other_pull_request, pull_request
):
    client = client_of(member_of_both)
    for address, foreign in ((of(card), other_pull_request), (of(other_card), pull_request)):
        answer = client.post(address, {"pull_request": str(foreign.pk)})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["pull_request"])
    assert linked() == set()


def test_a_list_shows_what_was_linked_last_when_asked_to(as_member, card, repository):
    for number in (3, 1, 2):
        CardPullRequestFactory(card=card, pull_request__repository=repository,
                               pull_request__number=number)  # fmt: skip

    listed = as_member.get(f"{of(card)}?ordering=-number").json()["results"]
    assert [each["number"] for each in listed] == [3, 2, 1]


# What becomes of links.


def test_a_link_follows_its_card_to_another_board(board, card, pull_request, workspace, watch):
    link = CardPullRequestFactory(card=card, pull_request=pull_request)
    target = BoardFactory(workspace=workspace)
    watch.restart()

    card_move(card=card, actor=None, board=target, column_id=target.columns[0]["id"],
              place=Place())  # fmt: skip

    link.refresh_from_db()
    assert link.board_id == target.pk
    [entry] = [each for each in watch.entries() if each.entity_type == "card_pull_request"]
    assert entry.board_id == target.pk
    assert entry.details["before"] == {"board_id": str(board.pk)}


def test_a_link_goes_with_its_card(card, pull_request, watch):
    CardPullRequestFactory(card=card, pull_request=pull_request)
    watch.restart()

    card_delete(card=card, actor=None)

    assert linked() == set()
    assert sorted(watch.actions()) == [
        ("card.deleted", "card"),
        ("card.deleted", "card_pull_request"),
    ]


@pytest.mark.parametrize("state", ["draft", "merged", "closed"])
def test_a_link_carries_the_state_of_its_pull_request(state, card, repository, watch):
    link = CardPullRequestFactory(card=card, pull_request=news(repository))
    assert link.state == "open"
    watch.restart()

    news(repository, 1, state=state)

    link.refresh_from_db()
    assert link.state == state
    [entry] = [each for each in watch.entries() if each.entity_type == "card_pull_request"]
    assert entry.board_id == card.board_id
    assert entry.details["before"] == {"state": "open"}
    assert entry.details["after"] == {"state": state}


def test_a_new_link_takes_the_state_whatever_its_writer_says(card, repository):
    merged = PullRequestFactory(repository=repository, state="merged")

    link = CardPullRequest.objects.create(
        card=card, board=card.board, workspace=card.workspace, pull_request=merged, state="open"
    )

    link.refresh_from_db()
    assert link.state == "merged"
