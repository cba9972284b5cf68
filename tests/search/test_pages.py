"""The search in a browser."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cards.models import Card
from search import pages
from tests.factories import (
    BoardFactory,
    CardFactory,
    ChannelFactory,
    DecisionFactory,
    FeatureFactory,
    MessageFactory,
)
from tests.web import page, web

pytestmark = pytest.mark.django_db

PAGE = "/admin/search/"


@pytest.fixture
def browser(member, workspace):
    return web(member)


def titles(response):
    assert response.status_code == 200
    return [str(row["title_html"]) for row in response.context["results"]]


def test_every_page_has_the_field(browser):
    text = browser.get("/admin/cards/card/").content.decode()
    assert f'action="{PAGE}"' in text
    assert 'name="q"' in text


def test_all_kinds_are_shown_with_their_pages(browser, workspace, plan):
    card = CardFactory(board=BoardFactory(workspace=workspace, name="Launch"), title="Needle one")
    FeatureFactory(project=plan, name="Needle two")
    MessageFactory(channel=ChannelFactory(project=plan, name="general"), content="A needle")
    DecisionFactory(project=plan, title="Needle three")
    answer = browser.get(PAGE, {"q": "needle"})
    assert set(titles(answer)) == {
        "<mark>Needle</mark> one",
        "<mark>Needle</mark> two",
        "<mark>Needle</mark> three",
        "#general",
    }
    text = answer.content.decode()
    assert f'href="{page("cards_card_change", card.pk)}"' in text
    assert f"ACME-{card.number}" in text
    assert "Card · Launch" in text
    assert "Feature · Plan" in text
    for kind, number in (("", 4), ("card", 1), ("decision", 1), ("nonsense", 4)):
        assert len(titles(browser.get(PAGE, {"q": "needle", "type": kind}))) == number


def test_a_key_comes_first(browser, board):
    card = CardFactory(board=board, title="Zebra")
    CardFactory(board=board, title=f"After ACME-{card.number}")
    assert titles(browser.get(PAGE, {"q": f"acme-{card.number}"}))[0] == "Zebra"


def test_archived_cards_are_shown_where_that_is_asked(browser, card):
    Card.objects.filter(pk=card.pk).update(archived_at=timezone.now())
    assert titles(browser.get(PAGE, {"q": "log"})) == []
    assert len(titles(browser.get(PAGE, {"q": "log", "archived": "true"}))) == 1


def test_pages_go_on_to_the_end(browser, board, monkeypatch):
    monkeypatch.setattr(pages, "PAGE", 2)
    for number in range(5):
        CardFactory(board=board, title=f"Needle {number}")
    seen, address = [], "?q=needle"
    while address:
        answer = browser.get(f"{PAGE}{address}")
        seen += [re.sub("</?mark>", "", title) for title in titles(answer)]
        address = answer.context["more_url"]
    assert seen == [f"Needle {number}" for number in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize("text", ["", "the", "-- !", "x" * 501, "x" * 600, "<script>", "%s"])
def test_whatever_is_asked_has_a_page(browser, text):
    answer = browser.get(PAGE, {"q": text})
    assert titles(answer) == []
    assert 'class="empty"' in answer.content.decode()


def test_a_made_up_cursor_is_no_fault(browser, card):
    answer = browser.get(PAGE, {"q": "log", "cursor": "nonsense"})
    assert answer.status_code == 200
    assert answer.context["problem"]


def test_hostile_texts_are_inert(browser, board):
    CardFactory(board=board, title="<script>alert('needle')</script>", description="<img src=x>")
    text = browser.get(PAGE, {"q": "needle <script>"}).content.decode()
    assert "<script>alert" not in text
    assert "<img src=x>" not in text
    text = browser.get(PAGE, {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in text


def test_other_tenants_are_not_shown(browser, other_card, outsider):
    assert titles(browser.get(PAGE, {"q": "foreign"})) == []
    assert len(titles(web(outsider).get(PAGE, {"q": "foreign"}))) == 1


def test_operators_look_everywhere_but_into_private_channels(operator, card, other_card, plan):
    private = ChannelFactory(project=plan, is_private=True)
    MessageFactory(channel=private, content="A card of ours")
    found = titles(web(operator).get(PAGE, {"q": "card or log"}))
    assert len(found) == 2
    assert not any("#" in title for title in found)


def test_who_is_not_signed_in_is_led_to_sign_in(db):
    answer = web(None).get(PAGE, {"q": "x"})
    assert answer.status_code == 302
    assert "/admin/login/" in answer["Location"]


def test_a_search_costs_the_same_for_few_and_for_many(browser, board):
    def queries(number):
        for _time in range(number):
            CardFactory(board=board, title="Needle")
        with CaptureQueriesContext(connection) as captured:
            browser.get(PAGE, {"q": "needle"})
        return len(captured)

    # Whoever opens their first page has their inbox filled.
    browser.get(PAGE)
    assert queries(4) == queries(20)


def test_a_message_leads_to_its_thread_in_its_channel(browser, plan):
    first = MessageFactory(channel=ChannelFactory(project=plan), content="The beginning")
    answer = MessageFactory(channel=first.channel, parent=first, content="A needle")
    (found,) = browser.get(PAGE, {"q": "needle"}).context["results"]
    channel = page("discussions_channel_conversation", first.channel_id)
    assert found["url"] == f"{channel}?thread={first.pk}#message-{answer.pk}"
