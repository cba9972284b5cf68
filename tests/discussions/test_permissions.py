"""Who may do what in channels: every role × operation × public and private, in one table."""

import pytest

from core.models import EventLog
from discussions.models import Channel, ChannelMember, Message
from tests.factories import ChannelFactory, ChannelMemberFactory, MemberFactory, MessageFactory

API = "/api/v1/"
EVERYBODY = {"admin", "director", "architect", "contributor", "member", "observer"}
WRITERS = EVERYBODY - {"observer"}
DIRECTORS = {"admin", "director"}
NOBODY = set()

# Operation: (method, address, body, who of those that see the channel may, what they get). The
# others get 403. To whoever doesn't see the channel nothing of it is there.
OPERATIONS = {
    "channel: see": ("get", "channels/{channel}/", None, EVERYBODY, 200),
    "channel: rename": ("patch", "channels/{channel}/", {"name": "New"}, WRITERS, 200),
    "channel: describe": ("patch", "channels/{channel}/", {"description": "New"}, WRITERS, 200),
    "channel: close or open": (
        "patch",
        "channels/{channel}/",
        {"is_private": "{other_way}"},
        DIRECTORS,
        200,
    ),
    "channel: delete": ("delete", "channels/{channel}/", None, DIRECTORS, 204),
    "channel: read": ("post", "channels/{channel}/read/", {}, EVERYBODY, 200),
    "members: list": ("get", "channels/{channel}/members/", None, EVERYBODY, 200),
    "members: see": ("get", "channels/{channel}/members/{colleague_in}/", None, EVERYBODY, 200),
    "members: take in": (
        "post",
        "channels/{channel}/members/",
        {"user": "{bystander}"},
        WRITERS,
        201,
    ),
    "members: leave": ("delete", "channels/{channel}/members/{own_in}/", None, EVERYBODY, 204),
    "members: put out": (
        "delete",
        "channels/{channel}/members/{colleague_in}/",
        None,
        DIRECTORS,
        204,
    ),
    "messages: see": ("get", "messages/{theirs}/", None, EVERYBODY, 200),
    "messages: edit own": ("patch", "messages/{own}/", {"content": "New"}, WRITERS, 200),
    "messages: edit others'": ("patch", "messages/{theirs}/", {"content": "New"}, NOBODY, 200),
    "messages: delete own": ("delete", "messages/{own}/", None, WRITERS, 204),
    "messages: delete others'": ("delete", "messages/{theirs}/", None, DIRECTORS, 204),
}
# Here the channel stands in the body: to those who don't see it such ids are unknown, a 400.
IN_BODIES = {
    "messages: post": ({"channel": "{channel}", "content": "New"}, WRITERS),
    "messages: reply": (
        {"channel": "{channel}", "content": "New", "parent": "{theirs}"},
        WRITERS,
    ),
}
STRANGERS = ("outsider", "operator", "nobody")


def state():
    return (
        list(Channel.objects.order_by("id").values()),
        list(ChannelMember.objects.order_by("id").values("id", "version")),
        list(Message.objects.order_by("id").values()),
        EventLog.objects.count(),
    )


@pytest.fixture
def person_of(request):
    def found(who):
        return None if who == "nobody" else request.getfixturevalue(who)

    return found


@pytest.fixture
def ids_for(project):
    """What the placeholders stand for: a channel with a colleague in it, and `person` or not."""

    def made(person, *, is_private, inside):
        colleague, bystander = (MemberFactory(workspace=project.workspace).user for _ in "ab")
        channel = ChannelFactory(project=project, is_private=is_private)
        ids = {
            "channel": channel.pk,
            "other_way": not is_private,
            "bystander": bystander.pk,
            "colleague_in": ChannelMemberFactory(channel=channel, user=colleague).pk,
            "theirs": MessageFactory(channel=channel, author=colleague).pk,
            "own": MessageFactory(channel=channel, author=person or colleague).pk,
            "own_in": bystander.pk,
        }
        if inside:
            ids["own_in"] = ChannelMemberFactory(channel=channel, user=person).pk
        return ids

    return made


def call(client, method, address, body, ids):
    body = body and {
        name: ids[value[1:-1]] if isinstance(value, str) and value[0] == "{" else value
        for name, value in body.items()
    }
    return getattr(client, method)(f"{API}{address.format(**ids)}", body, format="json")


@pytest.mark.parametrize("is_private", [False, True], ids=["public", "private"])
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_who_is_in_a_channel(who, operation, is_private, person_of, ids_for, client_of):
    person = person_of(who)
    ids = ids_for(person, is_private=is_private, inside=True)
    method, address, body, allowed, status = OPERATIONS[operation]
    before = state()
    response = call(client_of(person), method, address, body, ids)
    assert response.status_code == (status if who in allowed else 403), response.content
    if who not in allowed:
        assert state() == before


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if each != "members: leave"])
@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_who_has_not_joined_a_public_channel(who, operation, person_of, ids_for, client_of):
    person = person_of(who)
    ids = ids_for(person, is_private=False, inside=False)
    method, address, body, allowed, status = OPERATIONS[operation]
    expected = status if who in allowed else 403
    if operation == "channel: read":
        expected = 409
    assert call(client_of(person), method, address, body, ids).status_code == expected


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("who", [*sorted(EVERYBODY), *STRANGERS])
def test_who_is_not_in_a_private_channel(who, operation, person_of, ids_for, client_of):
    person = person_of(who)
    ids = ids_for(person, is_private=True, inside=False)
    method, address, body, _allowed, _status = OPERATIONS[operation]
    before = state()
    response = call(client_of(person), method, address, body, ids)
    assert response.status_code == (401 if person is None else 404)
    assert state() == before


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("who", STRANGERS)
def test_who_is_not_in_the_workspace(who, operation, person_of, ids_for, client_of):
    person = person_of(who)
    ids = ids_for(person, is_private=False, inside=False)
    method, address, body, _allowed, _status = OPERATIONS[operation]
    before = state()
    response = call(client_of(person), method, address, body, ids)
    assert response.status_code == (401 if person is None else 404)
    assert state() == before


@pytest.mark.parametrize("inside", [True, False], ids=["inside", "outside"])
@pytest.mark.parametrize("is_private", [False, True], ids=["public", "private"])
@pytest.mark.parametrize("operation", IN_BODIES)
@pytest.mark.parametrize("who", [*sorted(EVERYBODY), *STRANGERS])
def test_who_may_say_something(who, operation, is_private, inside, person_of, ids_for, client_of):
    if inside and who in STRANGERS:
        inside = False
    person = person_of(who)
    ids = ids_for(person, is_private=is_private, inside=inside)
    body, allowed = IN_BODIES[operation]
    before = state()
    response = call(client_of(person), "post", "messages/", body, ids)
    sees = who not in STRANGERS and (inside or not is_private)
    expected = (201 if who in allowed else 403) if sees else 400
    assert response.status_code == (401 if person is None else expected), response.content
    if expected != 201:
        assert state() == before
    if expected == 400 and person is not None:
        assert response.json()["errors"]["channel"] == ["There is nothing with this id."]


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        *((who, 201) for who in sorted(WRITERS)),
        ("observer", 403),
        ("outsider", 400),
        ("operator", 400),
    ],
)
@pytest.mark.parametrize("is_private", [False, True], ids=["public", "private"])
def test_who_may_make_a_channel(who, expected, is_private, project, person_of, client_of):
    person = person_of(who)
    body = {"project": str(project.pk), "name": "New", "is_private": is_private}
    response = client_of(person).post(f"{API}channels/", body, format="json")
    assert response.status_code == expected
    assert Channel.objects.exists() == (expected == 201)
    if expected == 201:
        assert response.json()["is_member"] is True
        assert list(ChannelMember.objects.values_list("user")) == [(person.pk,)]


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_everybody_joins_what_they_see(who, project, person_of, client_of):
    person = person_of(who)
    public = ChannelFactory(project=project)
    closed = ChannelFactory(project=project, is_private=True)
    body = {"user": str(person.pk)}
    client = client_of(person)
    assert client.post(f"{API}channels/{public.pk}/members/", body).status_code == 201
    assert client.post(f"{API}channels/{closed.pk}/members/", body).status_code == 404
    assert list(ChannelMember.objects.values_list("channel", "user")) == [(public.pk, person.pk)]


@pytest.mark.parametrize(("who", "expected"), [("contributor", 204), ("observer", 403)])
def test_who_is_alone_in_a_private_channel_may_delete_it(
    who, expected, project, person_of, client_of
):
    person = person_of(who)
    channel = ChannelFactory(project=project, is_private=True, members=[person])
    response = client_of(person).delete(f"{API}channels/{channel.pk}/")
    assert response.status_code == expected
    assert Channel.objects.exists() == (expected == 403)
