"""What drawn cards show of their pull requests, and that the board's ETag knows of it."""

import pytest

from cards.snapshot import CardPart, card_part_schemas, register_card_part, snapshot_sql
from core.models import EventLog
from integrations.models import CardPullRequest, PullRequest
from integrations.services import card_link, card_unlink, repository_delete
from tests.cards.following import Copy, whole
from tests.factories import CardFactory, CardPullRequestFactory, PullRequestFactory
from tests.integrations.test_pull_requests import news

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(board):
    return f"/api/v1/boards/{board.pk}/snapshot/"


def shown(client, address):
    """(count, state) by the title of each drawn card."""
    columns = client.get(address).json()["columns"]
    return {
        card["title"]: (card["pull_requests"], card["pull_request_state"])
        for column in columns
        for card in column["cards"]
    }


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], (0, None)),
        (["open"], (1, "open")),
        (["draft"], (1, "draft")),
        (["merged"], (1, "merged")),
        (["closed"], (1, "closed")),
        (["closed", "merged"], (2, "merged")),
        (["merged", "draft", "closed"], (3, "draft")),
        (["merged", "draft", "open", "open"], (4, "open")),
    ],
    ids=lambda value: "-".join(map(str, value)) or "none",
)
def test_a_card_shows_how_many_and_how_far_they_are(
    states, expected, as_member, card, repository, address
):
    for state in states:
        CardPullRequestFactory(card=card, pull_request__repository=repository,
                               pull_request__state=state)  # fmt: skip
    CardPullRequestFactory(
        card=CardFactory(board=card.board, title="Another"), pull_request__repository=repository
    )

    assert shown(as_member, address) == {card.title: expected, "Another": (1, "open")}


CHANGES = {
    "a link": lambda card, pulls: card_link(card=card, pull_request=pulls[0], actor=None),
    "an unlinking": lambda card, pulls: card_unlink(card=card, pull_request=pulls[1], actor=None),
    "a state": lambda card, pulls: news(pulls[1].repository, 1, number=8, state="merged"),
    "a state by raw update": lambda card, pulls: PullRequest.objects.filter(pk=pulls[1].pk).update(
        state="draft"
    ),
    "a key in a title": lambda card, pulls: news(
        pulls[0].repository, 1, title=f"ACME-{card.number}"
    ),
    "an untied repository": lambda card, pulls: repository_delete(
        repository=pulls[0].repository, actor=None
    ),
    "a deleted pull request": lambda card, pulls: pulls[1].delete(),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_a_card_shows_never_changes_behind_the_boards_etag(
    name, as_member, card, repository, address
):
    linked = PullRequestFactory(repository=repository, number=8)
    pulls = [PullRequestFactory(repository=repository, number=7), linked]
    CardPullRequestFactory(card=card, pull_request=linked)
    before = as_member.get(address)
    current = {"If-None-Match": before["ETag"]}
    assert as_member.get(address, headers=current).status_code == 304

    CHANGES[name](card, pulls)

    after = as_member.get(address, headers=current)
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]
    assert after.json()["columns"] != before.json()["columns"]


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.django_db(transaction=True)
def test_who_follows_the_board_is_told_of_the_card(name, as_member, card, repository, address):
    linked = PullRequestFactory(repository=repository, number=8)
    pulls = [PullRequestFactory(repository=repository, number=7), linked]
    CardPullRequestFactory(card=card, pull_request=linked)
    copy = Copy(as_member.get(address).json())

    CHANGES[name](card, pulls)

    told = as_member.get(address, {"since_event": copy.event_id}).json()
    assert [each["id"] for each in told["cards"]] == [str(card.pk)]
    copy.apply(told)
    assert copy.whole() == whole(as_member.get(address).json())


@pytest.mark.django_db(transaction=True)
def test_followers_of_the_board_hear_of_a_pull_requests_state(as_member, card, repository, address):
    CardPullRequestFactory(card=card, pull_request=news(repository))
    before = as_member.get(address).json()["event_id"]

    news(repository, 1, state="merged")

    heard = EventLog.objects.filter(board_id=card.board_id, id__gt=before)
    assert [each.details["after"] for each in heard] == [{"state": "merged"}]
    assert as_member.get(address).json()["event_id"] >= heard.get().pk


def test_what_a_card_does_not_show_leaves_the_board_as_it_is(
    as_member, card, repository, other_pull_request, address
):
    CardPullRequestFactory(card=card, pull_request=news(repository))
    current = {"If-None-Match": as_member.get(address)["ETag"]}

    news(repository, 1, title="Another title", check_status="success")
    PullRequest.objects.filter(pk=other_pull_request.pk).update(state="draft")

    assert as_member.get(address, headers=current).status_code == 304


def test_links_cost_the_snapshot_no_query(as_member, card, repository, address,
                                          django_assert_num_queries):  # fmt: skip
    for amount in (4, 36):
        for _time in range(amount):
            CardPullRequestFactory(card=CardFactory(board=card.board),
                                   pull_request__repository=repository)  # fmt: skip
        with django_assert_num_queries(3):
            assert as_member.get(address).status_code == 200
    assert CardPullRequest.objects.count() == 40


def test_an_app_above_adds_its_part_by_registering_it(as_member, card, address, monkeypatch):
    monkeypatch.setattr("cards.snapshot._parts", [])
    register_card_part(
        CardPart(
            name="counted",
            rows="SELECT id AS card_id, length(title) AS letters FROM cards "
            "WHERE board_id = %(board)s",
            members={"letters": ("counted.letters", {"type": "integer"})},
        )
    )
    try:
        [drawn] = as_member.get(address).json()["columns"][0]["cards"]
        assert drawn["letters"] == len(card.title)
        assert "pull_requests" not in drawn
        assert card_part_schemas() == {"letters": {"type": "integer"}}
    finally:
        snapshot_sql.cache_clear()
