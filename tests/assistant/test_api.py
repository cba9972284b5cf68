"""Conversations, messages and the active project over REST."""

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from assistant.models import Conversation, ConversationMessage, UserContext
from core.models import EventLog
from tests.factories import ConversationFactory, ConversationMessageFactory
from tests.watching import Watch, signed
from workspaces.services import token_create

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/conversations/"
CONTEXT = "/api/v1/context/"


@pytest.fixture
def api(client_of, member, workspace):
    return client_of(member)


def messages_of(conversation):
    return f"{ADDRESS}{conversation.pk}/messages/"


def test_one_is_made_read_renamed_and_deleted(api, member):
    made = api.post(ADDRESS, {"title": "  Plans "}, format="json")
    assert made.status_code == 201
    assert set(made.json()) == {"id", "title", "version", "created_at", "updated_at"}
    address = made["Location"]
    assert api.get(address).json() == made.json()
    assert made.json()["title"] == "Plans"
    renamed = api.patch(address, {"title": "Other"}, format="json")
    assert (renamed.json()["title"], renamed.json()["version"]) == ("Other", 2)
    assert renamed["ETag"] == f'"{made.json()["id"]}.2"'
    stale = api.patch(address, {"title": "X"}, format="json", HTTP_IF_MATCH=made["ETag"])
    assert (stale.status_code, stale.json()["current"]["title"]) == (412, "Other")
    assert api.get(address, HTTP_IF_NONE_MATCH=renamed["ETag"]).status_code == 304
    assert api.delete(address).status_code == 204
    assert api.get(address).status_code == 404
    assert not Conversation.objects.exists()


def test_the_title_may_be_left_out_and_comes_from_the_first_message(api):
    made = api.post(ADDRESS, {}, format="json").json()
    assert made["title"] == ""
    for content in ("  Which\n projects? " + "x" * 100, "help"):
        api.post(f"{ADDRESS}{made['id']}/messages/", {"content": content}, format="json")
    title = api.get(f"{ADDRESS}{made['id']}/").json()["title"]
    assert title == ("Which projects? " + "x" * 100)[:79] + "…"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": "x" * 201}, "title"),
        ({"title": None}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"user": "x"}, "user"),
        ({"messages": []}, "messages"),
    ],
)
def test_a_wrong_body_is_refused_by_field(api, body, field):
    response = api.post(ADDRESS, body, format="json")
    assert (response.status_code, list(response.json()["errors"])) == (400, [field])
    assert not Conversation.objects.exists()


def test_the_list_begins_with_the_one_spoken_in_last(api, member):
    first, second = (ConversationFactory(user=member, title=title) for title in ("A", "B"))
    api.post(messages_of(first), {"content": "help"}, format="json")
    listed = api.get(ADDRESS).json()["results"]
    assert [each["title"] for each in listed] == ["A", "B"]
    ordered = api.get(ADDRESS, {"ordering": "-title"}).json()["results"]
    assert [each["title"] for each in ordered] == ["B", "A"]
    found = api.get(ADDRESS, {"search": "b"}).json()["results"]
    assert [each["id"] for each in found] == [str(second.pk)]
    since = Conversation.objects.get(pk=first.pk).updated_at.isoformat().replace("+00:00", "Z")
    changed = api.get(ADDRESS, {"updated_since": since}).json()["results"]
    assert [each["title"] for each in changed] == ["A"]


def test_posting_answers_with_the_assistants_message_and_keeps_both(api, conversation, alpha):
    watch = Watch()
    response = api.post(messages_of(conversation), {"content": " which projects "}, format="json")
    assert response.status_code == 201
    answer = response.json()
    assert set(answer) == {"id", "conversation", "role", "content", "created_at"}
    assert (answer["role"], answer["conversation"]) == ("assistant", str(conversation.pk))
    assert answer["content"] == "Context: no project\n\nYour projects:\n• Alpha (Acme)"
    listed = api.get(messages_of(conversation)).json()["results"]
    assert [(each["role"], each["content"]) for each in listed] == [
        ("user", "which projects"), ("assistant", answer["content"]),
    ]  # fmt: skip
    assert [signed(entry) for entry in watch.entries()] == [
        ("conversation_message.posted", conversation.user_id, "api"),
        ("conversation_message.answered", conversation.user_id, "assistant"),
    ]


def test_what_the_assistant_does_is_an_action_of_its_own(api, conversation, alpha):
    watch = Watch()
    api.post(messages_of(conversation), {"content": "switch to project Alpha"}, format="json")
    assert [signed(entry) for entry in watch.entries()] == [
        ("conversation_message.posted", conversation.user_id, "api"),
        ("user_context.switched", conversation.user_id, "assistant"),
        ("conversation_message.answered", conversation.user_id, "assistant"),
    ]
    assert len({entry.action_id for entry in watch.entries()}) == 3


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "content"),
        ({"content": ""}, "content"),
        ({"content": " \n\t\u00a0"}, "content"),
        ({"content": "x" * 10_001}, "content"),
        ({"content": None}, "content"),
        ({"content": 5}, "content"),
        ({"content": "a\x00b"}, "content"),
        ({"content": "x", "role": "assistant"}, "role"),
        ({"content": "x", "user": "x"}, "user"),
        ({"content": "x", "created_at": "2026-01-01T00:00:00Z"}, "created_at"),
    ],
)
def test_a_wrong_message_is_refused_and_nothing_is_kept(api, conversation, body, field):
    entries = EventLog.objects.count()
    response = api.post(messages_of(conversation), body, format="json")
    assert (response.status_code, list(response.json()["errors"])) == (400, [field])
    assert not ConversationMessage.objects.exists()
    assert EventLog.objects.count() == entries


def test_ten_thousand_characters_are_a_message(api, conversation):
    content = " " + "ж" * 10_000 + "\n"
    assert api.post(messages_of(conversation), {"content": content}).status_code == 201
    assert ConversationMessage.objects.get(role="user").content == content.strip()


def test_the_same_idempotency_key_says_it_once(api, conversation):
    answers = [
        api.post(
            messages_of(conversation), {"content": "help"}, HTTP_IDEMPOTENCY_KEY="say-it-once"
        ).json()
        for _time in range(2)
    ]
    assert answers[0] == answers[1]
    assert ConversationMessage.objects.count() == 2


def test_messages_come_in_pages_in_the_order_of_time(api, conversation):
    made = [str(ConversationMessageFactory(conversation=conversation).pk) for _number in range(7)]
    address, walked = f"{messages_of(conversation)}?page_size=3", []
    while address:
        answer = api.get(address).json()
        walked += [each["id"] for each in answer["results"]]
        address = answer["next"]
    assert walked == made
    newest = api.get(messages_of(conversation), {"ordering": "-created_at", "page_size": 1})
    assert newest.json()["results"][0]["id"] == made[-1]


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_what_was_said_is_not_changed(api, conversation, method):
    message = ConversationMessageFactory(conversation=conversation)
    assert getattr(api, method)(messages_of(conversation), {}).status_code == 405
    assert getattr(api, method)(f"{messages_of(conversation)}{message.pk}/", {}).status_code == 404


def test_the_context_is_none_then_a_project_then_none(api, member, alpha, beta):
    empty = api.get(CONTEXT)
    assert empty.json() == {"active_project": None, "version": 0, "updated_at": None}
    assert empty["ETag"] == f'"{member.pk}.0"'
    chosen = api.put(CONTEXT, {"active_project": str(alpha.pk)}, format="json")
    assert (chosen.status_code, chosen.json()["active_project"]) == (200, str(alpha.pk))
    assert chosen.json()["version"] == 1
    assert api.get(CONTEXT, HTTP_IF_NONE_MATCH=chosen["ETag"]).status_code == 304
    again = api.put(CONTEXT, {"active_project": str(alpha.pk)}, format="json")
    assert again.json() == chosen.json()
    left = api.put(CONTEXT, {"active_project": None}, format="json")
    assert (left.json()["active_project"], left.json()["version"]) == (None, 2)


def test_the_whole_answer_may_be_sent_back(api, alpha):
    for _time in range(2):
        present = api.get(CONTEXT).json()
        response = api.put(CONTEXT, {**present, "active_project": str(alpha.pk)}, format="json")
        assert response.status_code == 200
    assert api.put(CONTEXT, {**api.get(CONTEXT).json(), "version": 7}).status_code == 400


def test_a_stale_context_is_not_written(api, member, alpha, beta):
    first = api.get(CONTEXT)
    assert api.put(
        CONTEXT, {"active_project": str(alpha.pk)}, format="json", HTTP_IF_MATCH=first["ETag"]
    ).status_code == 200  # fmt: skip
    stale = api.put(
        CONTEXT, {"active_project": str(beta.pk)}, format="json", HTTP_IF_MATCH=first["ETag"]
    )
    assert stale.status_code == 412
    assert stale.json()["current"]["active_project"] == str(alpha.pk)
    assert stale.json()["changed_by"]["id"] == str(member.pk)
    assert UserContext.objects.get(pk=member.pk).active_project == alpha


@pytest.mark.parametrize(
    "body",
    [{}, {"active_project": "x"}, {"active_project": 5}, {"active_project": "none"}, {"a": None}],
)
def test_a_wrong_context_is_refused(api, body, alpha):
    assert api.put(CONTEXT, body, format="json").status_code == 400
    assert not UserContext.objects.exists()


def test_a_project_of_another_workspace_is_unknown(api, foreign_project):
    foreign = api.put(CONTEXT, {"active_project": str(foreign_project.pk)}, format="json")
    unknown = api.put(
        CONTEXT, {"active_project": "00000000-0000-7000-8000-000000000000"}, format="json"
    )
    assert foreign.status_code == unknown.status_code == 400
    assert foreign.json()["errors"] == unknown.json()["errors"]


@pytest.mark.parametrize("method", ["post", "patch", "delete"])
def test_the_context_takes_get_and_put(api, method):
    assert getattr(api, method)(CONTEXT, {}, format="json").status_code == 405


def test_an_access_token_that_only_reads_says_nothing(member, conversation, alpha):
    _token, secret = token_create(user=member, actor=member, name="CI", at=timezone.now())
    reader = APIClient(HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert reader.get(messages_of(conversation)).status_code == 200
    assert reader.post(messages_of(conversation), {"content": "help"}).status_code == 403
    assert reader.put(CONTEXT, {"active_project": str(alpha.pk)}).status_code == 403
    assert not ConversationMessage.objects.exists()
    assert not UserContext.objects.exists()
