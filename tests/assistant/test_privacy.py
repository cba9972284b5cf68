"""What one says to the assistant is one's own: every way to it × everybody who isn't its person."""

import json

import pytest
from django.contrib import admin as django_admin

from assistant.models import Conversation, ConversationMessage, UserContext
from assistant.services.context import context_set
from assistant.services.conversations import (
    ConversationGone,
    conversation_create,
    conversation_delete,
    conversation_update,
)
from assistant.services.messages import message_post
from core.models import EventLog
from tests.web import page, web
from workspaces.models import User
from workspaces.services import user_delete

pytestmark = pytest.mark.django_db

SECRET = "Quetzalcoatl"
EVERYBODY_ELSE = ["admin", "member_of_both", "outsider", "operator"]


@pytest.fixture
def said(member, workspace, other_workspace, alpha):
    """A conversation of `member` in which something was said that nobody else may read."""
    conversation = conversation_create(actor=member, title=f"On {SECRET}")
    message_post(conversation=conversation, actor=member, content=f"I like {SECRET}")
    message_post(conversation=conversation, actor=member, content="switch to project Alpha")
    return conversation


def everything():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Conversation, ConversationMessage, UserContext)
    ]


ADDRESSES = "/api/v1/conversations/"
# (Name, method, address, body, status for its person, status for everybody else.)
OPERATIONS = [
    ("read", "get", ADDRESSES + "{id}/", None, 200, 404),
    ("rename", "patch", ADDRESSES + "{id}/", {"title": "Mine"}, 200, 404),
    ("delete", "delete", ADDRESSES + "{id}/", None, 204, 404),
    ("read messages", "get", ADDRESSES + "{id}/messages/", None, 200, 404),
    ("write", "post", ADDRESSES + "{id}/messages/", {"content": "hello"}, 201, 404),
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation[0])
@pytest.mark.parametrize("who", ["member", *EVERYBODY_ELSE])
def test_over_the_api(who, operation, said, request, client_of):
    person = request.getfixturevalue(who)
    _name, method, address, body, own, others = operation
    before = everything()
    response = getattr(client_of(person), method)(address.format(id=said.pk), body, format="json")
    assert response.status_code == (own if who == "member" else others)
    if who != "member":
        assert SECRET not in response.content.decode()
        assert everything() == before


@pytest.mark.parametrize("who", EVERYBODY_ELSE)
@pytest.mark.parametrize(
    "address",
    [
        ADDRESSES,
        f"{ADDRESSES}?search={SECRET[:7]}",
        "/api/v1/context/",
        "/api/v1/events/",
        "/api/v1/events/?after=0",
        "/api/v1/users/",
    ],
)
def test_in_lists_and_in_the_feed(who, address, said, member, alpha, request, client_of):
    person = request.getfixturevalue(who)
    response = client_of(person).get(address)
    assert response.status_code == 200
    text = response.content.decode()
    assert SECRET not in text
    assert str(said.pk) not in text
    assert "conversation" not in json.dumps(response.json().get("results", response.json()))


@pytest.mark.parametrize("who", EVERYBODY_ELSE)
def test_in_search(who, said, request, client_of):
    response = client_of(request.getfixturevalue(who)).get("/api/v1/search/", {"q": SECRET})
    assert SECRET not in json.dumps(response.json().get("results", []))


# (Name, method, page, form, status for its person, status for everybody else.)
PAGES = [
    ("look", "get", "assistant_conversation_change", None, 200, 302),
    ("look at earlier", "get", "assistant_conversation_change", {"before": "x"}, 200, 302),
    ("write", "post", "assistant_conversation_change", {"content": "hello"}, 302, 302),
    ("rename", "post", "assistant_conversation_change", {"rename": "1", "title": "Mine"}, 302, 302),
    ("history", "get", "assistant_conversation_history", None, 200, 302),
    ("ask before deleting", "get", "assistant_conversation_delete", None, 200, 302),
    ("delete", "post", "assistant_conversation_delete", {"post": "yes"}, 302, 302),
]


@pytest.mark.parametrize("operation", PAGES, ids=lambda operation: operation[0])
@pytest.mark.parametrize("who", ["member", *EVERYBODY_ELSE])
def test_in_the_admin(who, operation, said, request):
    person = request.getfixturevalue(who)
    _name, method, name, form, own, others = operation
    before = everything()
    response = getattr(web(person), method)(page(name, said.pk), form or {})
    assert response.status_code == (own if who == "member" else others)
    if who != "member":
        assert response["Location"] in ("/admin/", page("assistant_conversation_changelist"))
        assert SECRET not in response.content.decode()
        assert everything() == before
    elif method == "post":
        assert everything() != before


@pytest.mark.parametrize("who", EVERYBODY_ELSE)
@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("assistant_conversation_changelist", {}),
        ("assistant_conversation_changelist", {"q": SECRET[:7]}),
        ("assistant_conversation_add", {}),
        ("core_eventlog_changelist", {}),
        ("index", {}),
    ],
)
def test_on_the_pages_that_list(who, name, query, said, request):
    response = web(request.getfixturevalue(who)).get(page(name), query)
    assert response.status_code == 200
    text = response.content.decode()
    assert SECRET not in text
    assert str(said.pk) not in text
    # Nor their number.
    listed = response.context.get("cl")
    if listed is not None and name.startswith("assistant"):
        assert (listed.result_count, listed.full_result_count) == (0, None)


def test_an_operator_who_deletes_a_person_is_not_told_of_conversations(said, member, operator):
    response = web(operator).get(page("workspaces_user_change", member.pk))
    assert "conversation" not in response.content.decode().split('id="content-start"')[1].lower()


def test_what_is_the_persons_own_leads_to_its_page(said, member):
    browser = web(member)
    text = browser.get(page("assistant_conversation_changelist")).content.decode()
    assert f"On {SECRET}" in text
    text = browser.get(page("assistant_conversation_change", said.pk)).content.decode()
    assert f"I like {SECRET}" in text


def test_the_log_keeps_no_word_of_it_and_tells_nobody_else(said, member):
    entries = EventLog.objects.filter(
        entity_type__in=["conversation", "conversation_message", "user_context"]
    )
    assert entries.count() == 6
    for entry in entries:
        assert entry.private_to == member.pk
        assert entry.workspace_id is entry.project_id is entry.board_id is None
        assert SECRET not in json.dumps(entry.details)
    titles = entries.filter(entity_type="conversation").values_list("details__after__title")
    texts = entries.filter(entity_type="conversation_message").values_list(
        "details__after__content"
    )
    assert set(titles) == set(texts) == {("[hidden]",)}


@pytest.mark.parametrize("who", EVERYBODY_ELSE)
def test_services_ask_whose_it_is(who, said, request):
    person = request.getfixturevalue(who)
    before = everything()
    for write in (
        lambda: conversation_update(conversation=said, actor=person, title="Mine"),
        lambda: conversation_delete(conversation=said, actor=person),
        lambda: message_post(conversation=said, actor=person, content="hello"),
    ):
        with pytest.raises(ConversationGone):
            write()
    assert everything() == before


@pytest.mark.parametrize("model", [Conversation, ConversationMessage, UserContext])
def test_rows_are_visible_to_their_person_alone(model, said, member, operator, admin):
    assert model.objects.visible_to(member).count() == model.objects.count() > 0
    for person in (operator, admin):
        assert not model.objects.visible_to(person).exists()


def test_nobody_chooses_a_conversation_in_a_form(rf, operator, said):
    request = rf.get("/")
    request.user = operator
    shown = django_admin.site.get_model_admin(Conversation).visible(request)
    assert list(shown) == []


def test_all_of_it_goes_with_its_person(said, member, admin, alpha):
    own = conversation_create(actor=admin)
    context_set(actor=admin, project=alpha)
    user_delete(user=member, actor=member, at="2026-11-22T00:00:00Z")
    assert list(Conversation.objects.all()) == [own]
    assert not ConversationMessage.objects.exists()
    assert [context.user_id for context in UserContext.objects.all()] == [admin.pk]
    assert User.objects.get(pk=member.pk).deleted_at is not None
    gone = EventLog.objects.filter(entity_type="conversation_message", entity_id__isnull=False)
    assert SECRET not in json.dumps([entry.details for entry in gone])
