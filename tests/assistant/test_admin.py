"""The conversation's page: a chat, with the active project beside it."""

import re

import pytest

from assistant.models import Conversation, ConversationMessage, UserContext
from assistant.services.context import context_set
from core.models import EventLog
from tests.factories import ConversationFactory, ConversationMessageFactory
from tests.watching import Watch, signed
from tests.web import page, queries_of, said, web
from workspaces.services import workspace_create

pytestmark = pytest.mark.django_db

LIST = "assistant_conversation_changelist"
CHANGE = "assistant_conversation_change"
ADD = "assistant_conversation_add"


@pytest.fixture
def own(member, workspace):
    return web(member)


def test_an_empty_page_shows_what_can_be_said(own, alpha):
    text = own.get(page(ADD)).content.decode()
    assert "What would you like to do?" in text
    assert "switch to project Alpha — the project" in text
    assert 'name="content"' in text
    assert not Conversation.objects.exists()


def test_the_first_message_makes_the_conversation_and_shows_the_answer(own, member):
    watch = Watch()
    response = own.post(page(ADD), {"content": "which projects"})
    conversation = Conversation.objects.get()
    assert response["Location"] == f"{page(CHANGE, conversation.pk)}#compose"
    assert [signed(entry) for entry in watch.entries()] == [
        ("conversation.created", member.pk, "admin"),
        ("conversation_message.posted", member.pk, "admin"),
        ("conversation_message.posted", member.pk, "admin"),
        ("conversation_message.answered", member.pk, "assistant"),
    ]
    shown = own.get(page(CHANGE, conversation.pk))
    text = shown.content.decode()
    assert "<strong>Context: no project</strong>" in text
    assert (conversation.title, shown.context["title"]) == ("which projects", "which projects")
    assert "What would you like to do?" not in text


def test_what_is_refused_stays_in_its_box_and_nothing_is_kept(own, conversation):
    for address in (page(ADD), page(CHANGE, conversation.pk)):
        response = own.post(address, {"content": "x" * 10_001})
        assert response.context["problems"] == ["A message has at most 10,000 characters."]
        assert "x" * 10_001 in response.content.decode()
        assert own.post(address, {"content": " "}).context["problems"] == ["Write something first."]
        assert own.post(address, {"content": "a\x00b"}).context["problems"] == [
            "NUL characters are not allowed."
        ]
    assert list(Conversation.objects.all()) == [conversation]
    assert not ConversationMessage.objects.exists()


def test_what_is_said_is_shown_as_text(own, conversation):
    hostile = "<script>alert(1)</script> {{ 7 }} \u202e"
    own.post(page(CHANGE, conversation.pk), {"content": hostile})
    text = own.get(page(CHANGE, conversation.pk)).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 }}" in text
    assert "<script>alert" not in text
    assert text.count('class="chat-text" dir="auto"') == 2


def test_the_active_project_is_switched_beside_the_chat(own, member, conversation, alpha):
    watch = Watch()
    for address in (page(CHANGE, conversation.pk), page(ADD)):
        response = own.post(address, {"switch": "1", "project": str(alpha.pk)})
        assert (response.status_code, response["Location"]) == (302, address)
        text = own.get(address).content.decode()
        assert re.search(rf'value="{alpha.pk}" selected', text)
    assert [signed(entry) for entry in watch.entries()] == [
        ("user_context.switched", member.pk, "admin")
    ]
    response = own.post(page(ADD), {"switch": "1", "project": ""})
    assert said(response)[-1] == "No project is active now."
    assert UserContext.objects.get(pk=member.pk).active_project is None


@pytest.mark.parametrize("chosen", ["foreign", "x", "00000000-0000-7000-8000-000000000000"])
def test_a_project_that_one_does_not_see_is_not_chosen(own, conversation, foreign_project, chosen):
    value = str(foreign_project.pk) if chosen == "foreign" else chosen
    response = own.post(page(CHANGE, conversation.pk), {"switch": "1", "project": value})
    assert said(response) == ["You cannot see that project."]
    assert not UserContext.objects.exists()
    assert "Gamma" not in own.get(page(CHANGE, conversation.pk)).content.decode()


def test_an_operator_chooses_among_their_own_projects(operator, alpha):
    text = web(operator).get(page(ADD)).content.decode()
    assert str(alpha.pk) not in text
    workspace_create(actor=operator, name="Ops", key="OPS")
    assert str(alpha.pk) not in web(operator).get(page(ADD)).content.decode()


def test_it_is_renamed_by_who_saw_it_as_it_is(own, conversation):
    address = page(CHANGE, conversation.pk)
    form = {"rename": "1", "title": " Better ", "row_version": str(conversation.version)}
    assert said(own.post(address, form)) == ["Renamed."]
    assert Conversation.objects.get(pk=conversation.pk).title == "Better"
    stale = own.post(address, {**form, "title": "Other"})
    assert said(stale)[-1] == "Somebody changed this in the meantime."
    long = own.post(address, {"rename": "1", "title": "x" * 201})
    assert said(long)[-1] == "A title has at most 200 characters."
    assert Conversation.objects.get(pk=conversation.pk).title == "Better"


def test_earlier_messages_are_a_page_further(own, conversation):
    made = [ConversationMessageFactory(conversation=conversation).content for _time in range(120)]
    address, seen = page(CHANGE, conversation.pk), []
    query: dict[str, str] = {}
    while True:
        response = own.get(address, query)
        seen = [message.content for message in response.context["told"]] + seen
        if response.context["earlier"] is None:
            break
        query = {"before": str(response.context["earlier"].pk)}
    assert seen == made
    assert "chat-compose" not in response.content.decode()
    for before in ("x", "00000000-0000-7000-8000-000000000000"):
        latest = own.get(address, {"before": before}).context["told"]
        assert [message.content for message in latest] == made[-50:]


def test_the_page_costs_the_same_however_much_was_said(own, conversation, member, alpha):
    context_set(actor=member, project=alpha)
    ConversationMessageFactory(conversation=conversation)
    # Whoever opens their first page has their inbox filled.
    own.get("/admin/")
    few = queries_of(own, page(CHANGE, conversation.pk))
    for _time in range(60):
        ConversationMessageFactory(conversation=conversation)
    assert queries_of(own, page(CHANGE, conversation.pk)) == few


def test_the_list_has_ones_own_the_latest_first(own, member, conversation):
    other = ConversationFactory(user=member, title="")
    ConversationFactory(title="Somebody else's")
    ConversationMessageFactory(conversation=conversation)
    listed = own.get(page(LIST)).context["cl"].result_list
    assert list(listed) == [conversation, other]
    text = own.get(page(LIST)).content.decode()
    assert "New conversation" in text
    assert "Somebody else" not in text
    found = own.get(page(LIST), {"q": "thought"}).context["cl"].result_list
    assert list(found) == [conversation]


def test_one_and_many_are_deleted(own, member, conversation):
    ConversationMessageFactory(conversation=conversation)
    asked = own.get(page("assistant_conversation_delete", conversation.pk)).content.decode()
    assert "conversation messages" in asked.lower()
    own.post(page("assistant_conversation_delete", conversation.pk), {"post": "yes"})
    assert not ConversationMessage.objects.exists()
    rows = [ConversationFactory(user=member) for _time in range(2)]
    foreign = ConversationFactory()
    own.post(
        page(LIST),
        {
            "action": "delete_selected",
            "_selected_action": [str(row.pk) for row in [*rows, foreign]],
            "post": "yes",
        },
    )
    assert list(Conversation.objects.all()) == [foreign]


def test_an_action_over_other_peoples_conversations_is_refused(own, operator):
    foreign = ConversationFactory()
    entries = EventLog.objects.count()
    web(operator).post(
        page(LIST),
        {"action": "delete_selected", "_selected_action": [str(foreign.pk)], "post": "yes"},
    )
    assert Conversation.objects.filter(pk=foreign.pk).exists()
    assert EventLog.objects.count() == entries


def test_the_history_tells_without_the_words(own, conversation):
    own.post(page(CHANGE, conversation.pk), {"content": "A secret thought"})
    text = own.get(page("assistant_conversation_history", conversation.pk)).content.decode()
    assert "began the conversation" in text
    feed = own.get("/admin/core/eventlog/").content.decode()
    assert "wrote to the assistant" in feed
    for told in (text, feed):
        assert "secret thought" not in told
        assert "[hidden]" not in told
