"""The feed's page, and the log wherever else the web pages tell of it."""

import pytest
from django.urls import reverse

from activity.models import Visit
from cards.services import card_create, card_move, card_update
from core.acting import acting
from core.models import EventLog
from tests.factories import (
    BoardFactory,
    ChannelFactory,
    FeatureFactory,
    MessageFactory,
)
from tests.web import page, queries_of, web

pytestmark = pytest.mark.django_db

FEED = "/admin/core/eventlog/"


def lines(person, address=FEED, **query):
    """The sentences of the page, in order."""
    response = web(person).get(address, query)
    assert response.status_code == 200
    return [line.sentence for line in response.context["cl"].lines]


@pytest.fixture
def acted(member, board):
    """`acted(n)`: so many actions, each with entries of its own."""

    def work(number):
        for place in range(number):
            card_create(actor=member, board=board, title=f"Card {place}", assignees=[member])

    return work


def test_the_page_tells_by_day_who_did_what(member, board):
    card = card_create(actor=member, board=board, title="<b>Bold</b> & long")
    card_move(card=card, actor=member, column_id=board.columns[3]["id"])
    content = web(member).get(FEED).content.decode()
    link = f'<a href="/admin/cards/card/{card.pk}/change/">ACME-1</a>'
    columns = "from <bdi>To Do</bdi> to <bdi>Done</bdi>"
    assert f"<strong>Max Member</strong> moved {link} {columns}" in content
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; long" in content
    assert "<b>Bold" not in content


def test_pages_show_every_action_once(acted, member):
    acted(70)
    browser = web(member)
    found, address = [], FEED
    while address:
        changelist = browser.get(address).context["cl"]
        found += [line.entry.action_id for line in changelist.lines]
        address = changelist.next_url and FEED + changelist.next_url
    assert len(found) == len(set(found))
    mine = EventLog.objects.filter(actor_id=member.pk).values_list("action_id", flat=True)
    assert set(mine) <= set(found)


def test_an_action_that_reaches_over_pages_stands_on_the_first(acted, member):
    acted(2)
    newest = EventLog.objects.latest("pk")
    assert EventLog.objects.filter(action_id=newest.action_id).count() == 2
    response = web(member).get(FEED, {"before": str(newest.pk)})
    shown = [line.entry.action_id for line in response.context["cl"].lines]
    assert newest.action_id not in shown
    assert shown


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, ""])
def test_a_place_that_is_none_shows_the_first_page(before, acted, member):
    acted(2)
    assert lines(member, before=before) == lines(member)


def test_the_page_is_filtered_by_project(member, project, workspace):
    with acting(member, "feature.created"):
        FeatureFactory(project=project, name="Search")
    board = BoardFactory(workspace=workspace, project=project)
    card_create(actor=member, board=board, title="In the project")
    card_create(actor=member, board=BoardFactory(workspace=workspace), title="Elsewhere")
    found = lines(member, project=str(project.pk))
    assert "Max Member created ACME-1" in found
    assert "Max Member created feature “Search”" in found
    assert "Max Member created ACME-2" not in found


def test_filters_by_what_one_may_not_see_are_none(member, acted, other_project, other_workspace):
    acted(1)
    for query in ({"project": str(other_project.pk)}, {"workspace": str(other_workspace.pk)}):
        assert lines(member, **query) == lines(member)
        content = web(member).get(FEED, query).content.decode()
        assert other_project.name not in content


def test_opening_the_page_is_a_visit(member, acted):
    acted(1)
    browser = web(member)
    assert browser.get(FEED).context["seen"] is None
    assert Visit.objects.get().user_id == member.pk
    assert browser.get(FEED).context["seen"].pk == member.pk


def test_looking_further_is_none(member, acted):
    acted(1)
    web(member).get(FEED, {"kind": "card"})
    assert not Visit.objects.exists()


def test_a_private_channel_is_not_on_anybody_elses_page(project, member, admin):
    with acting(member, "channel.created"):
        channel = ChannelFactory(project=project, name="plans", is_private=True, members=[member])
    with acting(member, "message.posted"):
        MessageFactory(channel=channel, author=member, content="Nobody knows")
    assert any("Nobody knows" in line for line in lines(member))
    for address in (FEED, "/admin/"):
        content = web(admin).get(address).content.decode()
        assert "Nobody knows" not in content
        assert "plans" not in content


def test_operators_see_what_is_nobodys_own(operator, member, card):
    assert any("ACME-1" in line for line in lines(operator))


def test_an_entry_has_a_page_with_all_of_it(member, board):
    card = card_create(actor=member, board=board, title="Told", description="In full " * 50)
    entry = EventLog.objects.get(entity_id=card.pk)
    content = web(member).get(page("core_eventlog_change", entry.pk)).content.decode()
    assert "Max Member created ACME-1" in content
    assert "In full " * 49 in content


def test_long_texts_show_what_differs(member, board):
    words = " ".join(f"word{number}" for number in range(200))
    card = card_create(actor=member, board=board, title="Told", description=words)
    changed = words.replace("word100", "another")
    card_update(card=card, actor=member, changes={"description": changed})
    [change] = web(member).get(FEED).context["cl"].lines[0].changes
    assert (change.before, change.after) == ("word100", "another")
    assert change.lead.endswith("word99")
    assert change.tail.startswith("word101")


def test_the_page_takes_as_many_queries_with_40_actions_as_with_4(acted, member):
    acted(4)
    browser = web(member)
    browser.get(FEED)
    few = queries_of(browser, FEED)
    acted(25)
    assert queries_of(browser, FEED) == few


def test_the_history_of_a_card_is_told(member, board):
    card = card_create(actor=member, board=board, title="Told")
    card_move(card=card, actor=member, column_id=board.columns[1]["id"])
    response = web(member).get(reverse("admin:cards_card_history", args=[card.pk]))
    assert [line.sentence for line in response.context["told"]] == [
        "Max Member moved ACME-1 from To Do to In Progress",
        "Max Member created ACME-1",
    ]


def test_the_feed_is_taken_out_as_a_file(member, board):
    card_create(actor=member, board=board, title="Told")
    response = web(member).get(f"{FEED}export/csv/", {"action": "card.created"})
    content = b"".join(response.streaming_content).decode()
    assert "Max Member,Max Member created ACME-1" in content
    assert "Product" not in content
