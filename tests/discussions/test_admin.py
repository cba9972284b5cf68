"""Channels in the web pages: who sees them, and that every write goes through its service."""

import pytest
from django.utils import timezone

from core.models import EventLog
from discussions.admin.conversation import SHOWN_REPLIES, SHOWN_THREADS
from discussions.models import Channel, ChannelMember, Message
from discussions.services import message_delete, message_post
from projects.models import Project
from tests.factories import ChannelFactory, ChannelMemberFactory, MemberFactory, MessageFactory
from tests.web import errors, filled, newest, page, queries_of, said, web

pytestmark = pytest.mark.django_db

LIST = "discussions_channel_changelist"
TALK = "discussions_channel_conversation"
CHANGE = "discussions_channel_change"


def talk(browser, channel, **query):
    response = browser.get(page(TALK, channel.pk), query)
    assert response.status_code == 200
    return response


def told(response):
    """What the page tells, as texts; replies in lists below."""
    return [
        [each.message.shown_content, *(reply.message.shown_content for reply in each.replies)]
        for each in response.context["told"]
    ]


def do(browser, channel, what, message="", content="", query=""):
    data = {"do": what, "message": str(getattr(message, "pk", message)), "content": content}
    return browser.post(page(TALK, channel.pk) + query, data)


# Who sees what


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("contributor", {"general", "secret"}),
        ("director", {"general", "secret"}),
        ("admin", {"general"}),
        ("member", {"general"}),
        ("observer", {"general"}),
        ("outsider", set()),
        ("operator", {"general", "secret"}),
    ],
)
def test_private_channels_are_listed_for_members_and_operators(
    request, channel, secret, other_workspace, who, sees
):
    browser = web(request.getfixturevalue(who))
    listed = browser.get(page(LIST)).context["cl"].result_list
    assert {each.name for each in listed} == sees
    assert browser.get(page(TALK, secret.pk)).status_code == (200 if "secret" in sees else 302)


@pytest.mark.parametrize("name", [TALK, CHANGE, "discussions_channel_history"])
@pytest.mark.parametrize("who", ["admin", "outsider"])
def test_a_hidden_channel_is_answered_like_one_that_never_was(
    request, who, secret, other_workspace, name
):
    browser = web(request.getfixturevalue(who))
    hidden = browser.get(page(name, secret.pk))
    missing = browser.get(page(name, "0195b5f2-0000-7000-8000-000000000000"))
    assert (
        (hidden.status_code, hidden.url) == (missing.status_code, missing.url) == (302, "/admin/")
    )
    assert "secret" not in "".join(said(hidden))


@pytest.mark.parametrize("what", ["post", "read", "join", "leave", "reply", "edit", "delete"])
def test_nothing_is_done_in_a_hidden_channel(admin, secret, secret_message, what):
    entries = EventLog.objects.count()
    response = do(web(admin), secret, what, secret_message, "Hello")
    assert (response.status_code, response.url) == (302, "/admin/")
    assert EventLog.objects.count() == entries


def test_the_page_that_asks_before_a_deletion_counts_no_hidden_channel(
    admin, operator, project, channel, secret, secret_message
):
    address = page("projects_project_delete", project.pk)

    def counted(person):
        counts = dict(web(person).get(address).context["model_count"])
        return {str(name): number for name, number in counts.items()}

    assert counted(admin)["channels"] == 1
    assert "messages" not in counted(admin)
    assert counted(operator)["channels"] == 2
    assert counted(operator)["messages"] == 1


def test_the_filters_offer_what_one_sees(member, channel, secret):
    other = ChannelFactory(project=channel.project, name="other")
    browser = web(member)
    for query, expected in (
        ({"joined": "yes"}, {channel}),
        ({"joined": "no"}, {other}),
        ({"is_private__exact": "1"}, set()),
        ({"project__id__exact": str(channel.project_id)}, {channel, other}),
        ({"q": "gener"}, {channel}),
        ({"q": "secret"}, set()),
    ):
        assert set(browser.get(page(LIST), query).context["cl"].result_list) == expected


# The list and the settings


def test_the_list_tells_what_is_unread(member, channel, message, contributor):
    ChannelFactory(project=channel.project, name="not mine")
    text = web(member).get(page(LIST)).content.decode()
    assert "1 new" in text
    assert "not joined" in text
    for _time in range(120):
        MessageFactory(channel=channel, author=contributor)
    assert "99+ new" in web(member).get(page(LIST)).content.decode()


def test_making_a_channel_leads_into_it(contributor, project):
    browser = web(contributor)
    form = browser.get(page("discussions_channel_add"))
    response = browser.post(
        page("discussions_channel_add"),
        filled(form, project=str(project.pk), name="plans", is_private="on"),
    )
    made = Channel.objects.get()
    assert response.url == page(TALK, made.pk)
    assert (made.name, made.is_private) == ("plans", True)
    assert list(made.memberships.values_list("user", flat=True)) == [contributor.pk]
    assert (newest().action, newest().source) == ("channel.created", "admin")


def test_a_taken_name_is_said_beside_the_field(contributor, project, channel):
    browser = web(contributor)
    form = browser.get(page("discussions_channel_add"))
    response = browser.post(
        page("discussions_channel_add"), filled(form, project=str(project.pk), name="General")
    )
    assert errors(response) == {"name": ["The project has a channel of this name already."]}


def test_observers_and_archived_projects_make_none(observer, contributor, project):
    assert web(observer).get(page("discussions_channel_add")).status_code == 403
    Project.objects.filter(pk=project.pk).update(archived_at=timezone.now())
    assert web(contributor).get(page("discussions_channel_add")).status_code == 403


@pytest.mark.parametrize(
    ("who", "fields"),
    [
        ("director", {"name", "description", "is_private"}),
        ("contributor", {"name", "description"}),
        ("observer", set()),
    ],
)
def test_what_each_may_change_about_a_channel(request, channel, who, fields):
    response = web(request.getfixturevalue(who)).get(page(CHANGE, channel.pk))
    assert response.status_code == 200
    form = response.context["adminform"].form
    assert set(form.fields) - {"row_version", "seen"} == fields


def test_a_stale_form_changes_nothing(director, contributor, channel):
    browser = web(director)
    form = browser.get(page(CHANGE, channel.pk))
    Channel.objects.filter(pk=channel.pk).update(name="meanwhile")
    response = browser.post(page(CHANGE, channel.pk), filled(form, name="mine"))
    assert response.status_code == 200
    assert Channel.objects.get().name == "meanwhile"


def test_people_are_taken_in_and_put_out_on_the_settings_page(
    director, channel, architect, member, outsider
):
    browser = web(director)
    form = browser.get(page(CHANGE, channel.pk))
    offered = form.context["inline_admin_formsets"][1].formset.empty_form.fields["user"].queryset
    assert architect in offered
    assert outsider not in offered
    assert member not in offered
    data = filled(form)
    data |= {
        "memberships-0-DELETE": "on",
        "memberships-2-TOTAL_FORMS": "1",
        "memberships-2-0-user": str(architect.pk),
    }
    browser.post(page(CHANGE, channel.pk), data)
    assert list(channel.memberships.values_list("user", flat=True)) == [architect.pk]


def test_who_does_not_direct_puts_nobody_out(contributor, channel):
    form = web(contributor).get(page(CHANGE, channel.pk))
    members, newcomers = form.context["inline_admin_formsets"]
    assert not members.has_delete_permission
    assert newcomers.has_add_permission


def test_deleting_is_for_directors_and_who_is_alone(director, contributor, channel, project):
    alone = ChannelFactory(project=project, is_private=True, members=[contributor])
    assert web(contributor).get(page("discussions_channel_delete", channel.pk)).status_code == 403
    for person, each in ((director, channel), (contributor, alone)):
        web(person).post(page("discussions_channel_delete", each.pk), {"post": "yes"})
    assert not Channel.objects.exists()


# The conversation


def test_a_conversation_reads_in_the_order_of_time_with_its_threads(
    member, channel, message, contributor
):
    gone = MessageFactory(channel=channel, author=contributor, content="Gone")
    MessageFactory(parent=gone, content="An answer to it")
    MessageFactory(parent=message, content="First reply")
    MessageFactory(parent=message, content="Second reply")
    message_delete(message=gone, actor=contributor)
    response = talk(web(member), channel)
    assert told(response) == [["Hello", "First reply", "Second reply"], ["", "An answer to it"]]
    text = response.content.decode()
    assert "This message was deleted." in text
    assert "Gone" not in text


def test_what_is_new_is_marked_until_it_is_read(member, channel, contributor, message):
    own = MessageFactory(channel=channel, author=member)
    MessageFactory(parent=own, author=contributor)
    browser = web(member)
    first, second = talk(browser, channel).context["told"]
    assert (first.is_new, first.begins_new) == (True, True)
    assert (second.is_new, second.replies[0].is_new) == (False, True)
    do(browser, channel, "read")
    assert not any(each.is_new for each in talk(browser, channel).context["told"])
    assert ChannelMember.objects.get().last_read_at >= message.created_at


def test_posting_replying_editing_and_deleting_from_the_page(member, channel, contributor):
    browser = web(member)
    posted = do(browser, channel, "post", content="Hi @contributor")
    top = Message.objects.get()
    assert posted.url == f"{page(TALK, channel.pk)}#message-{top.pk}"
    assert (top.author, top.mentions) == (member, [contributor.pk])
    assert (newest().action, newest().source) == ("message.posted", "admin")
    do(browser, channel, "reply", top, "And another thing")
    do(browser, channel, "edit", top, "Hi all")
    top.refresh_from_db()
    assert (top.content, top.is_edited) == ("Hi all", True)
    assert talk(web(contributor), channel).context["told"][0].is_mention is False
    reply = top.replies.get()
    do(browser, channel, "delete", reply)
    reply.refresh_from_db()
    assert reply.deleted_at is not None


@pytest.mark.parametrize("what", ["post", "reply", "edit"])
def test_what_is_refused_stays_in_its_box(what, member, channel):
    own = MessageFactory(channel=channel, author=member, content="Mine")
    written = "x" * 10_001
    response = do(web(member), channel, what, own if what != "post" else "", written)
    assert response.status_code == 200
    assert response.context["draft"].content == written
    assert written in response.content.decode()
    assert "A message has 1 to 10,000 characters." in response.content.decode()
    assert list(Message.objects.values_list("content", flat=True)) == ["Mine"]


@pytest.mark.parametrize("what", ["edit", "delete", "reply", "dance", ""])
def test_what_is_not_there_is_said(what, member, channel, secret_message):
    entries = EventLog.objects.count()
    for named in ("", "nonsense", secret_message, "0195b5f2-0000-7000-8000-000000000000"):
        response = do(web(member), channel, what, named, "Hello")
        assert response.status_code == 302
        assert said(response) == ["This message is not there any more."]
    assert EventLog.objects.count() == entries


def test_others_messages_are_not_edited(member, channel, message):
    response = do(web(member), channel, "edit", message, "Mine now")
    assert response.status_code == 403
    assert "Only its author may edit a message." in response.content.decode()
    assert do(web(member), channel, "delete", message).status_code == 302
    message.refresh_from_db()
    assert (message.content, message.deleted_at) == ("Hello", None)


def test_tools_are_shown_where_they_work(contributor, director, observer, member, channel, message):
    def tools(person):
        (only,) = talk(web(person), channel).context["told"]
        return only.may_edit, only.may_delete

    assert tools(contributor) == (True, True)
    assert tools(director) == (False, True)
    assert tools(member) == (False, False)
    Message.objects.filter(pk=message.pk).update(deleted_at=timezone.now())
    MessageFactory(parent=message, author=observer)
    (stone,) = talk(web(contributor), channel).context["told"]
    assert (stone.may_edit, stone.may_delete) == (False, False)
    (stone,) = talk(web(observer), channel).context["told"]
    assert (stone.replies[0].may_edit, stone.replies[0].may_delete) == (False, False)


def test_observers_and_archived_projects_have_no_box(observer, contributor, channel, message):
    text = talk(web(observer), channel).content.decode()
    assert "You observe this project" in text
    assert "<textarea" not in text
    Project.objects.filter(pk=channel.project_id).update(archived_at=timezone.now())
    text = talk(web(contributor), channel).content.decode()
    assert "The project is archived" in text
    response = do(web(contributor), channel, "post", content="Still?")
    assert response.status_code == 409
    assert "The project is archived: unarchive it first." in response.content.decode()


def test_joining_and_leaving_from_the_page(architect, channel, secret, contributor, director):
    browser = web(architect)
    assert talk(browser, channel).context["may_join"]
    do(browser, channel, "join")
    assert ChannelMember.objects.filter(channel=channel, user=architect).exists()
    assert not talk(browser, channel).context["may_join"]
    do(browser, channel, "leave")
    assert not ChannelMember.objects.filter(channel=channel, user=architect).exists()
    assert said(do(browser, channel, "leave")) == ["This message is not there any more."]
    # Out of a private one leads back to the list; its last member stays.
    response = do(web(director), secret, "leave")
    assert web(director).get(page(TALK, secret.pk) + response.url).status_code in (200, 302)
    assert said(do(web(contributor), secret, "leave")) == [
        "A private channel has at least one member. Delete it, or let somebody else in."
    ]


def test_long_threads_are_cut_and_have_a_page_of_their_own(member, channel, message):
    for number in range(SHOWN_REPLIES + 4):
        MessageFactory(parent=message, content=f"Reply {number}")
    browser = web(member)
    response = talk(browser, channel)
    assert told(response) == [["Hello", "Reply 4", "Reply 5", "Reply 6"]]
    assert "4 earlier replies" in response.content.decode()
    whole = talk(browser, channel, thread=str(message.pk))
    assert len(whole.context["told"][0].replies) == SHOWN_REPLIES + 4
    reply = message.replies.first()
    assert told(talk(browser, channel, thread=str(reply.pk))) == []
    back = do(browser, channel, "reply", message, "More", query=f"?thread={message.pk}")
    assert "thread=" in back.url


def test_long_conversations_have_pages(member, channel, contributor):
    for number in range(SHOWN_THREADS + 5):
        MessageFactory(channel=channel, author=contributor, content=f"Message {number}")
    browser = web(member)
    response = talk(browser, channel)
    assert told(response)[0] == ["Message 5"]
    assert told(response)[-1] == [f"Message {SHOWN_THREADS + 4}"]
    earlier = talk(browser, channel, before=str(response.context["earlier"].pk))
    assert told(earlier) == [[f"Message {number}"] for number in range(5)]
    assert earlier.context["earlier"] is None


def test_hostile_words_are_shown_as_they_are(member, channel, contributor):
    hostile = '<script>alert(1)</script> https://example.com/"onclick="x javascript:alert(1)'
    MessageFactory(channel=channel, author=contributor, content=hostile)
    Channel.objects.filter(pk=channel.pk).update(description=hostile)
    text = talk(web(member), channel).content.decode()
    assert "<script>alert(1)" not in text
    assert 'href="javascript' not in text
    assert '"onclick="' not in text


def test_operators_look_in_without_being_members(operator, secret, secret_message):
    response = talk(web(operator), secret)
    assert told(response) == [["Hush, confidential"]]
    assert not response.context["may_join"]
    assert do(web(operator), secret, "join").status_code == 302
    assert not ChannelMember.objects.filter(user=operator).exists()


def test_pages_cost_the_same_whatever_is_in_them(member, channel, message, workspace):
    browser = web(member)
    ChannelMemberFactory(channel=channel, user=MemberFactory(workspace=workspace).user)
    # Whoever opens their first page has their inbox filled.
    browser.get("/admin/")
    few = [queries_of(browser, address) for address in (page(LIST), page(TALK, channel.pk))]
    for number in range(12):
        person = MemberFactory(workspace=workspace).user
        ChannelFactory(project=channel.project, members=[person, member])
        ChannelMemberFactory(channel=channel, user=person)
        top = message_post(actor=person, channel=channel, content=f"{number}")
        message_post(actor=member, channel=channel, content="Yes", parent=top)
    many = [queries_of(browser, address) for address in (page(LIST), page(TALK, channel.pk))]
    assert many == few
