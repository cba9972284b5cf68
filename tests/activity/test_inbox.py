"""The inbox as its person reads it: by the API and on its page."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activity.models import InboxItem
from activity.services import inbox_count
from core.acting import acting
from core.models import EventLog
from decisions.services import decision_accept
from discussions.models import Message
from discussions.services import message_delete
from tests.factories import (
    CardAssigneeFactory,
    CardFactory,
    ChannelFactory,
    CommentFactory,
    DecisionFactory,
    MemberFactory,
    MessageFactory,
)
from workspaces.models import WorkspaceMember

pytestmark = pytest.mark.django_db

INBOX = "/api/v1/inbox/"


def concern(person, entity, reason, **ids):
    """The newest entry of a row in a person's inbox."""
    entry = EventLog.objects.filter(entity_id=entity.pk).latest("pk")
    return InboxItem.objects.create(
        user=person, event_id=entry.pk, reason=reason, workspace_id=entry.workspace_id, **ids
    )


@pytest.fixture
def comment(card, member):
    with acting(member, "comment.created"):
        return CommentFactory(card=card, author=member, content="Look at this, @admin")


@pytest.fixture
def mentioned(admin, card, comment):
    return concern(admin, comment, "mention", card_id=card.pk)


@pytest.fixture
def assigned(admin, member, card):
    with acting(member, "card.updated"):
        assignee = CardAssigneeFactory(card=card, user=admin)
    return concern(admin, assignee, "assignment", card_id=card.pk)


@pytest.fixture
def replied(admin, member, project):
    channel = ChannelFactory(project=project, name="general", members=[admin, member])
    top = MessageFactory(channel=channel, author=admin, content="Lunch?")
    with acting(member, "message.posted"):
        reply = MessageFactory(parent=top, author=member, content="Yes, please")
    return concern(admin, reply, "answer", channel_id=channel.pk)


@pytest.fixture
def accepted(admin, member, project):
    decision = DecisionFactory(project=project, title="Use PostgreSQL", created_by=admin)
    decision_accept(decision=decision, actor=admin)
    return concern(admin, decision, "answer", decision_id=decision.pk)


@pytest.fixture
def inbox(client_of):
    def read(person, **query):
        response = client_of(person).get(INBOX, query)
        assert response.status_code == 200, response.content
        return response.json()["results"]

    return read


def test_an_item_says_who_did_what_to_what_and_what_was_said(
    mentioned, card, comment, admin, member, inbox
):
    [item] = inbox(admin)
    entry = EventLog.objects.get(pk=mentioned.event_id)
    assert item["id"] == str(mentioned.pk)
    assert (item["reason"], item["read_at"]) == ("mention", None)
    assert item["workspace"] == str(card.workspace_id)
    assert item["event"] == {
        "id": entry.pk,
        "timestamp": item["event"]["timestamp"],
        "actor": str(member.pk),
        "actor_name": "Max Member",
        "action": "comment.created",
        "summary": f"Max Member commented on ACME-{card.number}: Look at this, @admin",
    }
    assert item["target"] == {
        "type": "card",
        "id": str(card.pk),
        "key": f"ACME-{card.number}",
        "title": "Write the log",
        "url": f"http://testserver/api/v1/cards/{card.pk}/",
    }
    assert item["excerpt"] == "Look at this, @admin"


def test_a_message_and_a_decision_are_told_alike(replied, accepted, admin, inbox):
    decision, message = inbox(admin)
    assert (message["target"]["type"], message["target"]["title"]) == ("message", "general")
    assert message["excerpt"] == "Yes, please"
    assert (decision["target"]["type"], decision["target"]["title"]) == (
        "decision", "Use PostgreSQL",
    )  # fmt: skip
    assert decision["event"]["summary"].endswith("accepted decision “Use PostgreSQL”")
    for item in (message, decision):
        assert item["target"]["key"] is None


def test_the_newest_stand_first_and_filters_narrow(mentioned, assigned, admin, workspace, inbox):
    found = [item["id"] for item in inbox(admin)]
    assert found == [str(assigned.pk), str(mentioned.pk)]
    assert [item["reason"] for item in inbox(admin, reason="mention")] == ["mention"]
    assert len(inbox(admin, reason="mention,assignment")) == 2
    assert len(inbox(admin, workspace=str(workspace.pk))) == 2
    InboxItem.objects.filter(pk=mentioned.pk).update(read_at=timezone.now())
    assert [item["id"] for item in inbox(admin, unread="true")] == [str(assigned.pk)]
    assert [item["id"] for item in inbox(admin, unread="false")] == [str(mentioned.pk)]


def test_pages_go_on_where_they_ended(admin, member, board, client_of):
    with acting(member, "card.created"):
        cards = CardFactory.create_batch(5, board=board)
    items = [concern(admin, card, "assignment", card_id=card.pk) for card in cards]
    address, found = f"{INBOX}?page_size=2", []
    while address:
        page = client_of(admin).get(address).json()
        found += [item["id"] for item in page["results"]]
        address = page["next"]
    assert found == [str(item.pk) for item in reversed(items)]


def test_an_item_is_read_and_unread_as_often_as_one_likes(mentioned, admin, client_of):
    client = client_of(admin)
    moments = [
        client.post(f"{INBOX}{mentioned.pk}/{what}/").json()["read_at"]
        for what in ("read", "read", "unread", "unread", "read")
    ]
    assert moments[0] is not None
    assert moments[1] == moments[0]
    assert moments[2:4] == [None, None]
    assert moments[4] not in (None, moments[0])


def test_all_is_read_up_to_an_entry_or_altogether(mentioned, assigned, admin, client_of):
    client = client_of(admin)
    body = {"event_id": mentioned.event_id}
    assert client.post(f"{INBOX}read-all/", body, format="json").json() == {"unread": 1}
    assert client.post(f"{INBOX}read-all/", {}, format="json").json() == {"unread": 0}
    assert client.post(f"{INBOX}read-all/", {}, format="json").json() == {"unread": 0}


@pytest.mark.parametrize("wrong", [-1, "1", None, 1.5])
def test_what_is_no_entry_is_refused(wrong, mentioned, admin, client_of):
    response = client_of(admin).post(f"{INBOX}read-all/", {"event_id": wrong}, format="json")
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["event_id"]
    assert InboxItem.objects.unread().count() == 1


@pytest.mark.parametrize("who", ["member", "member_of_both", "outsider", "operator"])
def test_an_inbox_is_ones_own(who, mentioned, admin, client_of, inbox, request):
    person = request.getfixturevalue(who)
    client = client_of(person)
    assert inbox(person) == []
    assert client.get(f"{INBOX}count/").json() == {"unread": 0}
    assert client.post(f"{INBOX}read-all/", {}, format="json").status_code == 200
    for what in ("read", "unread"):
        assert client.post(f"{INBOX}{mentioned.pk}/{what}/").status_code == 404
    mentioned.refresh_from_db()
    assert mentioned.read_at is None


def test_what_one_may_not_see_any_more_is_not_there(mentioned, admin, member, client_of, inbox):
    MemberFactory(workspace_id=mentioned.workspace_id, role="admin")
    WorkspaceMember.objects.filter(user=admin).delete()
    assert inbox(admin) == []
    assert client_of(admin).get(f"{INBOX}count/").json() == {"unread": 0}
    assert client_of(admin).post(f"{INBOX}{mentioned.pk}/read/").status_code == 404


def test_what_was_taken_back_says_nothing_any_more(mentioned, comment, replied, admin, inbox):
    type(comment).objects.filter(pk=comment.pk).update(deleted_at=timezone.now())
    reply = EventLog.objects.get(pk=replied.event_id).entity_id
    message_delete(message=Message.objects.get(pk=reply), actor=admin)
    assert [item["excerpt"] for item in inbox(admin)] == ["[deleted]", "[deleted]"]
    assert "please" not in str(inbox(admin))


def test_a_description_shows_the_part_that_names_one(board, admin, member, inbox):
    text = "Long before. " * 30 + "Ask @Admin about it. " + "Long after. " * 60
    with acting(member, "card.created"):
        card = CardFactory(board=board, description=text)
    concern(admin, card, "mention", card_id=card.pk)
    [item] = inbox(admin)
    assert "Ask @Admin about it." in item["excerpt"]
    assert item["excerpt"].startswith("…")
    assert len(item["excerpt"]) <= 281


def test_the_count_goes_no_further_than_a_hundred(board, admin):
    card = CardFactory(board=board)
    InboxItem.objects.bulk_create(
        InboxItem(
            user=admin, event_id=number, reason="mention", workspace_id=board.workspace_id,
            card_id=card.pk,
        )
        for number in range(150)
    )  # fmt: skip
    count = inbox_count(user=admin, at=timezone.now())
    assert (count.unread, str(count)) == (100, "99+")


# The page


@pytest.fixture
def browser(admin):
    client = Client()
    client.force_login(admin)
    return client


def test_the_page_shows_what_is_unread_and_all_on_demand(browser, mentioned, assigned):
    address = reverse("admin:inbox")
    text = browser.get(address).content.decode()
    assert text.count("data-inbox-item=") == 2
    assert "<strong><bdi>Max Member</bdi></strong> mentioned you" in text
    assert "<strong><bdi>Max Member</bdi></strong> assigned this to you" in text
    InboxItem.objects.filter(pk=mentioned.pk).update(read_at=timezone.now())
    assert browser.get(address).content.decode().count("data-inbox-item=") == 1
    assert browser.get(f"{address}?show=all").content.decode().count("data-inbox-item=") == 2


def test_an_empty_inbox_says_what_comes_there(browser, workspace):
    assert "You have read everything" in browser.get(reverse("admin:inbox")).content.decode()
    text = browser.get(reverse("admin:inbox") + "?show=all").content.decode()
    assert "Nothing here yet" in text
    assert "Mark all as read" not in text


@pytest.mark.parametrize(
    ("made", "leads_to"),
    [
        ("mentioned", "/admin/cards/card/{item.card_id}/change/#comment-{entity}"),
        ("assigned", "/admin/cards/card/{item.card_id}/change/"),
        (
            "replied",
            "/admin/discussions/channel/{item.channel_id}/conversation/"
            "?thread={thread}#message-{entity}",
        ),
        ("accepted", "/admin/decisions/decision/{item.decision_id}/change/"),
    ],
)
def test_opening_an_item_leads_to_the_thing_and_marks_it_read(made, leads_to, browser, request):
    item = request.getfixturevalue(made)
    entry = EventLog.objects.get(pk=item.event_id)
    thread = entry.details["after"].get("parent_id", "")
    response = browser.get(reverse("admin:inbox_open", args=[item.pk]))
    assert response.status_code == 302
    assert response.url == leads_to.format(item=item, entity=entry.entity_id, thread=thread)
    assert browser.get(response.url).status_code == 200
    item.refresh_from_db()
    assert item.read_at is not None


def test_a_browser_that_looks_ahead_reads_nothing(browser, mentioned):
    address = reverse("admin:inbox_open", args=[mentioned.pk])
    browser.get(address, headers={"Sec-Purpose": "prefetch;prerender"})
    browser.head(address)
    mentioned.refresh_from_db()
    assert mentioned.read_at is None


def test_marks_come_back_to_where_they_were_made(browser, mentioned, assigned):
    address = reverse("admin:inbox_item", args=[mentioned.pk])
    response = browser.post(address, {"read": "1", "show": "all"})
    assert (response.status_code, response.url) == (302, "/admin/inbox/?show=all")
    mentioned.refresh_from_db()
    assert mentioned.read_at is not None
    browser.post(address, {"read": "0"})
    mentioned.refresh_from_db()
    assert mentioned.read_at is None


def test_all_that_was_shown_is_marked_at_once(browser, mentioned, assigned):
    browser.post(reverse("admin:inbox_read_all"), {"newest": mentioned.event_id})
    assert list(InboxItem.objects.unread()) == [assigned]
    browser.post(reverse("admin:inbox_read_all"), {"newest": assigned.event_id})
    assert not InboxItem.objects.unread().exists()


@pytest.mark.parametrize("name", ["inbox_item", "inbox_read_all"])
def test_marks_are_no_links(name, browser, mentioned):
    args = [mentioned.pk] if name == "inbox_item" else []
    assert browser.get(reverse(f"admin:{name}", args=args)).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(mentioned.user)
    assert strict.post(reverse(f"admin:{name}", args=args), {"read": "1"}).status_code == 403


@pytest.mark.parametrize("who", ["member", "outsider", "operator"])
def test_nobody_opens_or_marks_anothers_items(who, mentioned, workspace, request, other_workspace):
    client = Client()
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("admin:inbox_open", args=[mentioned.pk])).status_code == 404
    address = reverse("admin:inbox_item", args=[mentioned.pk])
    assert client.post(address, {"read": "1"}).status_code == 404
    client.post(reverse("admin:inbox_read_all"))
    assert "data-inbox-item" not in client.get("/admin/inbox/?show=all").content.decode()
    mentioned.refresh_from_db()
    assert mentioned.read_at is None


def test_the_frame_and_the_start_page_say_how_much_is_unread(browser, mentioned, assigned):
    text = browser.get("/admin/").content.decode()
    assert 'class="sidebar-count"' in text
    assert text.count('href="/admin/inbox/') > 2
    assert "mentioned you: <bdi>Look at this, @admin</bdi>" in text
    assert browser.get(reverse("admin:inbox_unread")).json() == {"unread": 2}
    InboxItem.objects.update(read_at=timezone.now())
    text = browser.get("/admin/").content.decode()
    assert 'class="sidebar-count"' not in text
    assert "You have read everything that concerns you." in text


def test_the_page_takes_the_same_queries_however_much_there_is(
    browser, admin, member, board, mentioned, replied
):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert browser.get("/admin/inbox/").status_code == 200
        return len(captured)

    queries()
    few = queries()
    with acting(member, "card.created"):
        cards = CardFactory.create_batch(20, board=board)
    for card in cards:
        concern(admin, card, "assignment", card_id=card.pk)
    assert queries() == few


def test_what_stands_in_texts_stays_text(browser, admin, member, board):
    hostile = "<script>alert(1)</script>"
    with acting(member, "card.created"):
        card = CardFactory(board=board, title=hostile, description=f"@admin {hostile}")
    concern(admin, card, "mention", card_id=card.pk)
    text = browser.get("/admin/inbox/").content.decode()
    assert hostile not in text
    assert text.count("&lt;script&gt;") == 2
