"""What the database holds by itself, and that lists, searches and counts use its indexes."""

import datetime
import json

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from core.models import EventLog
from discussions.models import Channel, ChannelMember, GoneChannel, Message
from discussions.querysets import readable_channel_ids
from tests.core.connections import in_the_owners_role
from tests.factories import ChannelFactory, MessageFactory, ProjectFactory

ROWS = 10_000


def plan(queryset):
    """The nodes of the plan that PostgreSQL makes for a queryset, as text."""
    with connection.cursor() as cursor:
        sql, params = queryset.query.sql_with_params()
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        return json.dumps(cursor.fetchone()[0])


@pytest.fixture
def many(channel, contributor, member):
    """Ten thousand messages in ten channels, a few of them deleted."""
    for each in [ChannelFactory(project=channel.project, members=[member]) for _ in range(9)]:
        MessageFactory(channel=each)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO messages (id, created_at, workspace_id, project_id, channel_id, author_id,
                                  content, deleted_at, mentions)
            SELECT gen_random_uuid(), now() - make_interval(secs => %(rows)s - n),
                   c.workspace_id, c.project_id, c.id, %(author)s,
                   'Message number ' || n || ' about w' || n %% 997 || 'x',
                   CASE WHEN n %% 50 = 0 THEN now() END,
                   CASE WHEN n %% 1000 = 1 THEN ARRAY[%(member)s::uuid] ELSE '{}' END
              FROM generate_series(1, %(rows)s) AS n
              JOIN (SELECT *, row_number() OVER (ORDER BY id) AS number FROM channels) AS c
                ON c.number = n %% 10 + 1
            """,
            {"author": contributor.pk, "member": member.pk, "rows": ROWS},
        )
    with in_the_owners_role(), connection.cursor() as cursor:
        cursor.execute("ANALYZE messages, channels, channel_members, workspace_members")
    return channel


@pytest.mark.django_db
def test_a_page_of_a_channel_walks_its_index_also_among_other_workspaces(many, member):
    with connection.cursor() as cursor:
        for channel in [ChannelFactory(project=ProjectFactory()) for _ in range(9)]:
            cursor.execute(
                """
                INSERT INTO messages (id, workspace_id, project_id, channel_id, author_id, content)
                SELECT gen_random_uuid(), %s, %s, %s, %s, 'Message number ' || n
                  FROM generate_series(1, 1000) AS n
                """,
                [channel.workspace_id, channel.project_id, channel.pk, member.pk],
            )
    with in_the_owners_role(), connection.cursor() as cursor:
        cursor.execute("ANALYZE messages, channels, workspaces, workspace_members")
    seen = Message.objects.visible_to(member)
    page = plan(seen.filter(channel=many).order_by("created_at", "id")[:51])
    assert "messages_channel_created_idx" in page
    assert '"Sort"' not in page


@pytest.mark.django_db
def test_lists_searches_and_counts_use_their_indexes(many, member):
    seen = Message.objects.visible_to(member)
    page = plan(seen.filter(channel=many).order_by("created_at", "id")[:51])
    assert "messages_channel_created_idx" in page
    assert '"Sort"' not in page
    of_workspace = seen.filter(workspace=many.workspace_id)
    newest = plan(of_workspace.order_by("-created_at", "-id")[:51])
    assert "messages_workspace_created_idx" in newest
    assert '"Sort"' not in newest
    assert "messages_search_idx" in plan(seen.search("w42x"))
    assert "messages_mentions_idx" in plan(seen.mentioning(member.pk))
    thread = seen.filter(parent=Message.objects.first()).order_by("created_at", "id")[:51]
    assert "messages_parent_idx" in plan(thread)
    # Whether a deleted message still has replies is asked of it alone.
    assert "hashed SubPlan" not in plan(Message.objects.standing())


@pytest.mark.django_db
def test_what_is_unread_is_counted_from_the_index(many, contributor, member):
    seen = Channel.objects.visible_to(member).as_seen_by(member)
    counted = plan(seen.order_by("id")[:51])
    assert counted.count("messages_channel_created_idx") == 2
    newest = Message.objects.filter(author=contributor).latest("created_at").created_at
    read_lately = newest - datetime.timedelta(seconds=99)
    ChannelMember.objects.filter(channel=many).update(last_read_at=read_lately)
    # One in ten of the messages of the last 99 seconds, of which one may be a deleted one.
    assert 8 <= seen.get(pk=many.pk).unread_count <= 10


@pytest.mark.django_db
def test_who_reads_the_log_is_worked_out_once_a_query(many, member):
    live, gone = readable_channel_ids(member)
    entries = EventLog.objects.filter(channel_id__in=live) | EventLog.objects.filter(
        channel_id__in=gone
    )
    told = plan(entries.order_by("-id")[:50])
    assert told.count("(channel_id = (hashed SubPlan") == 2


@pytest.mark.django_db
def test_a_reply_to_a_reply_joins_its_thread_for_every_writer(message):
    reply = MessageFactory(parent=message)
    deeper = MessageFactory(parent=reply)
    deeper.refresh_from_db()
    assert deeper.parent_id == message.pk
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO messages (id, workspace_id, project_id, channel_id, author_id, content, "
            "parent_id) SELECT gen_random_uuid(), workspace_id, project_id, channel_id, author_id, "
            "'SQL', id FROM messages WHERE id = %s",
            [reply.pk],
        )
    assert Message.objects.get(content="SQL").parent_id == message.pk


@pytest.mark.django_db
def test_replies_may_come_before_what_they_answer(channel, message):
    later = MessageFactory.build(channel=channel, author=message.author, content="Later")
    sooner = MessageFactory.build(channel=channel, author=message.author, content="Sooner")
    sooner.parent_id = later.pk
    Message.objects.bulk_create([sooner, later])
    assert Message.objects.get(content="Sooner").parent_id == later.pk


@pytest.mark.django_db
def test_reading_is_technical_for_every_writer(channel):
    inside = ChannelMember.objects.get()
    entries = EventLog.objects.count()
    ChannelMember.objects.update(last_read_at=timezone.now())
    inside.refresh_from_db()
    assert inside.version == 1
    assert EventLog.objects.count() == entries
    joined = EventLog.objects.get(entity_type="channel_member")
    assert "last_read_at" not in joined.details["after"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO gone_channels SELECT id, false, '{}', workspace_id FROM channels",
        "UPDATE gone_channels SET is_private = false",
        "DELETE FROM gone_channels",
    ],
)
def test_nobody_but_the_database_says_who_reads_what_is_gone(statement, channel):
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db
def test_django_deletes_a_channel_as_the_service_does(secret, secret_message, director):
    Channel.objects.get(pk=secret.pk).delete()
    assert director.pk in GoneChannel.objects.get().member_ids
    assert not ChannelMember.objects.exists()
