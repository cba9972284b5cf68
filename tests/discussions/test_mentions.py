"""Who is meant by `@username`."""

import pytest

from discussions.models import ChannelMember
from discussions.services.mentions import mentioned_in
from tests.factories import MemberFactory, UserFactory
from workspaces.mentions import MOST_NAMES, names_in
from workspaces.models import User


@pytest.fixture
def people(workspace):
    names = ("ann", "Ann.Lee", "bob-2", "анна", "o'neil", "under_", "c++")
    return {
        name: MemberFactory(workspace=workspace, user=UserFactory(username=name)).user.pk
        for name in names
    }


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("@ann", ["ann"]),
        ("@ANN, look", ["ann"]),
        ("Hi @ann!", ["ann"]),
        ("(@ann)", ["ann"]),
        ("**@ann**", ["ann"]),
        ("> @ann's plan", ["ann"]),
        ("@ann.lee.", ["Ann.Lee"]),
        ("@ann.lee and @ann", ["Ann.Lee", "ann"]),
        ("@bob-2: and @ann @bob-2", ["bob-2", "ann"]),
        ("@Анна, привет", ["анна"]),
        ("@o'neil", ["o'neil"]),
        ("@under_, yes", ["under_"]),
        ("@c++ is fine", ["c++"]),
        ("a, @ann\n@bob-2", ["ann", "bob-2"]),
        ("ann@example.com", []),
        ("mail me: x.ann@ann", []),
        ("@ann@example.com", []),
        ("https://example.com/@ann and www.example.com/@ann", []),
        ("git+ssh://git@ann/x", []),
        ("`@ann` and ``x ` @ann``", []),
        ("`@ann` but @bob-2", ["bob-2"]),
        ("```\n@ann\n```\n@bob-2", ["bob-2"]),
        ("~~~ python\n@ann\n~~~", []),
        ("```\n@ann", []),
        ("a lone ` and @ann", ["ann"]),
        ("\\@ann", []),
        ("@nobody", []),
        ("@", []),
        ("@ ann", []),
        ("@annabel", []),
        ("@ann.smith", []),
    ],
)
def test_who_is_mentioned(content, expected, people, channel):
    assert mentioned_in(content, channel) == [people[name] for name in expected]


def test_only_who_sees_the_channel(channel, secret, contributor, outsider, member):
    content = "@contributor @member @outsider @director"
    assert len(mentioned_in(content, channel)) == 3
    assert outsider.pk not in mentioned_in(content, channel)
    assert set(mentioned_in(content, secret)) == set(
        ChannelMember.objects.filter(channel=secret).values_list("user", flat=True)
    )


def test_who_is_deleted_is_nobody(channel, member, workspace):
    User.objects.filter(pk=member.pk).update(
        is_active=False, deleted_at="2026-11-01T00:00:00Z", username="gone"
    )
    assert mentioned_in("@gone @member", channel) == []


def test_text_that_is_all_signs_takes_no_time_and_no_more_than_so_many_names():
    assert len(names_in("@ann " * 2_000)) == MOST_NAMES
    for hostile in ("`" * 10_000, "`` ` " * 2_000, "a." * 5_000, "@" * 10_000, "```\n" * 2_500):
        assert names_in(hostile) == []


@pytest.mark.django_db
def test_a_message_without_names_asks_nothing_of_the_database(channel, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert mentioned_in("Nobody is meant, not even a@b.example", channel) == []
    with django_assert_num_queries(1):
        mentioned_in("@ann @bob @eve", channel)
