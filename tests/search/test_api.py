"""What a search finds, in which order, and how it is asked."""

import pytest
from django.utils import timezone

from boards.models import Board
from cards.models import Card
from discussions.models import Message
from search import finding
from tests.factories import (
    BoardFactory,
    CardFactory,
    ChannelFactory,
    DecisionFactory,
    FeatureFactory,
    MessageFactory,
    ProjectFactory,
)
from tests.search.conftest import SEARCH

pytestmark = pytest.mark.django_db


def found(results):
    return [(row["type"], row["title"]) for row in results]


@pytest.fixture
def one_of_each(workspace, plan):
    """A card, a feature, a message and a decision that all have the word "rollback"."""
    board = BoardFactory(workspace=workspace, project=plan)
    channel = ChannelFactory(project=plan, name="general")
    return {
        "card": CardFactory(board=board, title="Card", description="Try the rollback."),
        "feature": FeatureFactory(project=plan, name="Feature", description="A rollback."),
        "message": MessageFactory(channel=channel, content="We need a rollback"),
        "decision": DecisionFactory(project=plan, title="Decision", statement="Rollback first."),
    }


def test_all_kinds_are_found_in_one_list(search, one_of_each, plan, workspace):
    results = search("rollback")
    assert sorted(row["type"] for row in results) == ["card", "decision", "feature", "message"]
    by_type = {row["type"]: row for row in results}
    for kind, thing in one_of_each.items():
        row = by_type[kind]
        assert row["id"] == str(thing.pk)
        assert row["workspace"] == str(workspace.pk)
        assert row["project"] == str(plan.pk)
        assert row["url"].endswith(f"/api/v1/{kind}s/{thing.pk}/")
    card, message = by_type["card"], by_type["message"]
    assert card["key"] == f"ACME-{one_of_each['card'].number}"
    assert card["board"] == str(one_of_each["card"].board_id)
    assert card["title"] == "Card"
    assert card["excerpt_html"] == "Try the <mark>rollback</mark>"
    assert (message["title"], message["key"]) == ("#general", None)
    assert message["channel"] == str(one_of_each["message"].channel_id)


def test_every_address_of_an_answer_leads_to_it(search, one_of_each, client_of, member):
    for row in search("rollback"):
        assert client_of(member).get(row["url"]).json()["id"] == row["id"]


def test_the_best_come_first_and_of_equals_the_newest(search, board, plan):
    in_text = CardFactory(board=board, title="One", description="A needle in hay.")
    in_title = CardFactory(board=board, title="The needle")
    often = CardFactory(board=board, title="Needle and needle", description="Needle.")
    older = FeatureFactory(project=plan, name="Another needle")
    newest = CardFactory(board=board, title="Some needle")
    results = search("needle")
    assert [row["id"] for row in results] == [
        str(thing.pk) for thing in (often, newest, older, in_title, in_text)
    ]
    ranks = [row["rank"] for row in results]
    assert ranks == sorted(ranks, reverse=True)
    assert ranks[1] == ranks[2] == ranks[3] > ranks[4]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("решение", "решения"),
        ("решения", "решений"),
        ("Решений", "решение"),
        ("deploy", "deployed"),
        ("deployed", "deploying"),
        ("Deploying", "deploy"),
        ("Отложили deployment сервиса", "сервисы"),
    ],
)
def test_words_are_found_in_their_forms(search, plan, board, written, asked):
    CardFactory(board=board, title=written)
    FeatureFactory(project=plan, name=written)
    DecisionFactory(project=plan, title=written)
    MessageFactory(channel=ChannelFactory(project=plan), content=written)
    assert len(search(asked)) == 4


@pytest.mark.parametrize(
    "text", ["ACME-{}", "acme-{}", "Acme-{} soon", "see acme-{}!", "(acme-{})"]
)
def test_a_key_names_its_card_before_all_that_mention_it(search, board, text):
    card = CardFactory(board=board, title="Zebra")
    mentioning = CardFactory(board=board, title=f"soon see ACME-{card.number}")
    CardFactory(board=board, title="Nothing")
    results = search(text.format(card.number))
    assert results[0]["id"] == str(card.pk)
    assert [row["id"] for row in results[1:]] in ([], [str(mentioning.pk)])


@pytest.mark.parametrize(
    "text", ["ACME-0", "ACME-99999999999", "X-ACME-{}", "ACME-{}-b", "AСME-{}"]
)
def test_what_only_looks_like_a_key_is_words(search, board, text):
    card = CardFactory(board=board, title="Zebra")
    assert search(text.format(card.number)) == []


def test_a_key_of_another_tenant_names_nothing(search, other_board):
    card = CardFactory(board=other_board, title="Zebra")
    assert search(f"OTHER-{card.number}") == []


def test_several_keys_name_several_cards(search, board):
    cards = [CardFactory(board=board, title="x") for _time in range(3)]
    results = search(" ".join(f"acme-{card.number}" for card in cards[:2]))
    assert {row["id"] for row in results} == {str(card.pk) for card in cards[:2]}


def test_types_narrow_a_search(search, one_of_each):
    assert [row["type"] for row in search("rollback", type="feature")] == ["feature"]
    two = search("rollback", type="message,decision")
    assert sorted(row["type"] for row in two) == ["decision", "message"]
    key = f"acme-{one_of_each['card'].number}"
    assert search(key, type="feature") == []


def test_workspace_and_project_narrow_a_search(
    search, one_of_each, workspace, other_workspace, plan, member_of_both
):
    CardFactory(board=BoardFactory(workspace=workspace), title="Rollback elsewhere")
    foreign = CardFactory(board=BoardFactory(workspace=other_workspace), title="Rollback there")
    elsewhere = ProjectFactory(workspace=workspace)
    assert len(search("rollback", member_of_both)) == 6
    assert len(search("rollback", member_of_both, workspace=workspace.pk)) == 5
    (row,) = search("rollback", member_of_both, workspace=other_workspace.pk)
    assert row["id"] == str(foreign.pk)
    assert len(search("rollback", project=plan.pk)) == 4
    assert search("rollback", project=elsewhere.pk) == []


def test_what_is_put_away_is_found_where_that_is_asked(search, board, one_of_each, plan):
    archived = CardFactory(board=board, title="Rollback by hand")
    Card.objects.filter(pk=archived.pk).update(archived_at=timezone.now())
    assert len(search("rollback")) == 4
    (row,) = search("rollback", archived="true")
    assert row["id"] == str(archived.pk)
    assert search(f"acme-{archived.number}") == []
    type(plan).objects.filter(pk=plan.pk).update(archived_at=timezone.now())
    assert search("rollback", archived="false") == []
    assert len(search("rollback", archived="true")) == 5


def test_an_archived_board_is_put_away_with_its_cards(search, card, board):
    Board.objects.filter(pk=board.pk).update(archived=True)
    assert search("log") == []
    assert [row["id"] for row in search("log", archived="true")] == [str(card.pk)]


def test_what_is_deleted_is_not_found(search, one_of_each):
    now = timezone.now()
    Message.objects.filter(pk=one_of_each["message"].pk).update(deleted_at=now)
    decision = one_of_each["decision"]
    type(decision).objects.filter(pk=decision.pk).update(deleted_at=now)
    for archived in ("false", "true"):
        types = {row["type"] for row in search("rollback", archived=archived)}
        assert types.isdisjoint({"message", "decision"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("alpha beta", {"Alpha Beta", "Beta alpha"}),
        ('"alpha beta"', {"Alpha Beta"}),
        ("alpha -beta", {"Alpha"}),
        ("gamma or beta", {"Alpha Beta", "Beta alpha", "Gamma"}),
    ],
)
def test_searches_have_operators(search, board, text, expected):
    for title in ("Alpha Beta", "Beta alpha", "Alpha", "Gamma"):
        CardFactory(board=board, title=title)
    assert {row["title"] for row in search(text)} == expected


@pytest.mark.parametrize(
    "text",
    ["the", "и", "of the", "&", "|", "!", "- -", '""', '"', "or", "OR or", ":*", "()", "\\", "'"],
)
def test_what_asks_for_nothing_finds_nothing(search, card, text):
    assert search(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "x" * 500,
        "a " * 250,
        "-a " * 160,
        "((((((((",
        "a & b | !c <-> d:*",
        "'; DROP TABLE cards; --",
        "%s %(text)s {kind}",
        "<script>alert(1)</script>",
        "\u202e\u200b🏳️‍🌈",
        "\x02\x03",
        "acme-1 " * 70,
    ],
)
def test_hostile_texts_are_searches_like_others(search, one_of_each, text):
    search(text)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "q"),
        ("q=", "q"),
        ("q=%20", "q"),
        (f"q={'x' * 501}", "q"),
        ("q=a&q=b", "q"),
        ("q=a%00", "q"),
        ("q=a&type=board", "type"),
        ("q=a&type=", "type"),
        ("q=a&workspace=x", "workspace"),
        ("q=a&project=none", "project"),
        ("q=a&archived=1", "archived"),
        ("q=a&ordering=id", "ordering"),
        ("q=a&cursor=x", "cursor"),
        ("q=a&page_size=201", "page_size"),
        ("q=a&search=b", "search"),
    ],
)
def test_a_wrong_question_is_named(client_of, member, workspace, query, name):
    answer = client_of(member).get(f"{SEARCH}?{query}")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [name]


def walk(client, address, way="next"):
    pages = []
    while address:
        answer = client.get(address).json()
        pages.append([row["id"] for row in answer["results"]])
        last, address = address, answer[way]
        assert len(pages) < 50
    return pages, last


def test_pages_go_through_all_answers_and_back(client_of, member, board, plan):
    for number in range(5):
        CardFactory(board=board, title=f"Needle {number}")
        FeatureFactory(project=plan, name="Hay", description="A needle.")
    card = CardFactory(board=board, title="Zebra")
    client = client_of(member)
    text = f"{SEARCH}?q=needle or ACME-{card.number}"
    whole, _last = walk(client, text)
    assert len(whole[0]) == 11
    assert whole[0][0] == str(card.pk)
    for size in (1, 3, 10, 11):
        pages, last = walk(client, f"{text}&page_size={size}")
        assert [each for page in pages for each in page] == whole[0]
        back, _first = walk(client, last, "previous")
        assert [each for page in reversed(back) for each in page] == whole[0]


def test_the_newest_of_many_are_weighed(search, board, plan, monkeypatch):
    monkeypatch.setattr(finding, "LOOKED_AT", 3)
    for number in range(6):
        CardFactory(board=board, title=f"Needle {number}")
    FeatureFactory(project=plan, name="Needle")
    assert found(search("needle")) == [
        ("feature", "Needle"),
        ("card", "Needle 5"),
        ("card", "Needle 4"),
        ("card", "Needle 3"),
    ]


def test_nobody_is_told_to_sign_in(client_of, db):
    assert client_of(None).get(f"{SEARCH}?q=x").status_code == 401
