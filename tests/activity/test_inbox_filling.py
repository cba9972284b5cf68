"""What comes into somebody's inbox, why, and what doesn't."""

import datetime
import itertools

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activity.models import InboxItem, InboxPosition
from activity.services import following, inbox_count
from boards.services import board_delete
from cards.models import Card, CardAssignee, Comment
from cards.services import (
    card_create,
    card_delete,
    card_update,
    comment_create,
    comment_delete,
    comment_edit,
)
from core.acting import acting, coming_from
from core.db.follow import log_bound
from core.models import EventLog
from decisions.services import decision_accept, decision_create, decision_reject
from discussions.models import ChannelMember
from discussions.services import (
    channel_create,
    channel_delete,
    channel_member_add,
    channel_member_remove,
    channel_update,
    message_delete,
    message_edit,
    message_post,
)
from tests.core.connections import as_app
from tests.factories import BoardFactory, CardFactory, MemberFactory, UserFactory
from tests.workspaces.together import together
from workspaces.models import WorkspaceMember

pytestmark = pytest.mark.django_db(transaction=True)


def reasons(person, chunks=50):
    """Why and by which action each item of the person's inbox came in, the oldest first."""
    inbox_count(user=person, at=timezone.now(), chunks=chunks)
    items = InboxItem.objects.visible_to(person).order_by("event_id", "reason")
    entries = EventLog.objects.in_bulk([item.event_id for item in items])
    return [(item.reason, entries[item.event_id].action) for item in items]


@pytest.fixture
def card(board, member):
    """A card that `member` made."""
    return CardFactory(board=board, title="Write the log", created_by=member)


@pytest.fixture
def begun(admin, member, member_of_both, outsider, workspace, other_workspace):
    """Inboxes that have followed the log up to here."""
    for person in (admin, member, member_of_both, outsider):
        reasons(person)


@pytest.fixture
def channel(project, admin, member, member_of_both):
    channel = channel_create(actor=admin, project=project, name="general")
    for person in (member, member_of_both):
        channel_member_add(channel=channel, user=person, actor=admin)
    return channel


@pytest.fixture
def hidden(project, admin, member):
    """A private channel of two."""
    channel = channel_create(actor=admin, project=project, name="plans", is_private=True)
    channel_member_add(channel=channel, user=member, actor=admin)
    return channel


# Mentions


def test_a_mention_in_a_comment_comes_in_for_whom_it_names(begun, card, admin, member):
    comment_create(actor=member, card=card, content="Look, @admin and @member")
    assert reasons(admin) == [("mention", "comment.created")]
    assert reasons(member) == []


def test_a_mention_in_a_message_comes_in(begun, channel, admin, member):
    message_post(actor=member, channel=channel, content="@admin?")
    assert reasons(admin) == [("mention", "message.posted")]


def test_an_edit_that_names_somebody_counts_and_one_that_still_does_is_none(
    begun, card, admin, member
):
    comment = comment_create(actor=member, card=card, content="Look")
    assert reasons(admin) == []
    comment = comment_edit(comment=comment, actor=member, content="Look, @admin")
    assert reasons(admin) == [("mention", "comment.edited")]
    comment_edit(comment=comment, actor=member, content="Do look, @admin")
    assert reasons(admin) == [("mention", "comment.edited")]


def test_an_edited_message_counts_alike(begun, channel, admin, member):
    message = message_post(actor=member, channel=channel, content="Hello")
    message_edit(message=message, actor=member, content="Hello @admin")
    message.refresh_from_db()
    message_edit(message=message, actor=member, content="Hello dear @admin")
    assert reasons(admin) == [("mention", "message.edited")]


def test_a_description_names_people_by_the_rules_for_mentions(begun, board, admin, member):
    UserFactory(username="admin.x")
    MemberFactory(workspace=board.workspace, user=UserFactory(username="admin.y"))
    named = {
        "Ask @Admin.": True,
        "Ask (@admin)": True,
        "Ask @admin.x": False,  # what nobody here is called
        "Ask @admin.y": False,  # who is somebody else
        "Mail me@admin": False,
        "`@admin` is how": False,
        "Ask @administrator": False,
    }
    for text in named:
        card_create(actor=member, board=board, title=text, description=text)
    reasons(admin)
    found = InboxItem.objects.filter(user=admin).values("card_id")
    assert set(Card.objects.filter(pk__in=found).values_list("title", flat=True)) == {
        text for text, is_named in named.items() if is_named
    }


def test_a_description_that_goes_on_naming_somebody_says_it_once(begun, card, admin, member):
    for text in ("First", "First @admin", "Second @admin", "Third", "Fourth @admin"):
        card_update(card=card, actor=member, changes={"description": text})
    assert reasons(admin) == [("mention", "card.updated")] * 2


def test_people_of_other_workspaces_are_not_meant(begun, board, outsider, member):
    card_create(actor=member, board=board, title="X", description="@outsider @member_of_both")
    assert reasons(outsider) == []


# Assignments


def test_who_is_assigned_by_somebody_else_hears_of_it(begun, card, admin, member):
    card_update(card=card, actor=member, changes={"assignees": [admin, member]})
    assert reasons(admin) == [("assignment", "card.updated")]
    assert reasons(member) == []


def test_an_assignment_at_the_cards_making_counts(begun, board, admin, member):
    card_create(actor=member, board=board, title="X", assignees=[admin])
    assert reasons(admin) == [("assignment", "card.created")]


def test_an_assignment_by_any_writer_counts(begun, card, admin, member):
    CardAssignee.objects.bulk_create(
        [CardAssignee(workspace=card.workspace, board=card.board, card=card, user=member)]
    )
    with as_app() as beside:
        beside.execute("UPDATE card_assignees SET user_id = %s", [admin.pk])
    assert reasons(admin) == [("assignment", "card_assignee.updated")]
    assert reasons(member) == []


def test_who_was_taken_off_meanwhile_is_not_told(begun, card, admin, member):
    card_update(card=card, actor=member, changes={"assignees": [admin]})
    card_update(card=card, actor=member, changes={"assignees": []})
    assert reasons(admin) == []


def test_a_card_that_goes_to_another_board_assigns_nobody_anew(begun, card, admin, member):
    card_update(card=card, actor=member, changes={"assignees": [admin]})
    reasons(admin)
    other = BoardFactory(workspace=card.workspace)
    with acting(member, "card.moved"):
        Card.objects.filter(pk=card.pk).update(
            board=other, column_id=other.columns[0]["id"], sprint=None
        )
    assert reasons(admin) == [("assignment", "card.updated")]


def test_what_an_import_brings_in_was_addressed_to_nobody(begun, board, admin, member):
    with coming_from("import"), acting(member, "board.imported"):
        card = CardFactory(board=board, created_by=member)
        CardAssignee.objects.create(workspace=card.workspace, board=board, card=card, user=admin)
    assert reasons(admin) == []


# Answers


@pytest.mark.parametrize("part", ["made", "assigned", "commented"])
def test_a_comment_is_an_answer_to_who_takes_part_in_the_card(
    part, begun, board, admin, member, member_of_both
):
    card = card_create(actor=admin if part == "made" else member, board=board, title="X")
    if part == "assigned":
        card_update(card=card, actor=admin, changes={"assignees": [admin]})
    if part == "commented":
        comment_create(actor=admin, card=card, content="Mine")
    reasons(admin)
    comment_create(actor=member, card=card, content="And now?")
    assert reasons(admin) == [("answer", "comment.created")]
    assert reasons(member_of_both) == []


def test_who_comes_later_hears_nothing_of_what_was_said_before(begun, card, admin, member):
    comment_create(actor=member, card=card, content="Early")
    comment_create(actor=admin, card=card, content="Here I am")
    card_update(card=card, actor=admin, changes={"assignees": [admin]})
    comment_create(actor=member, card=card, content="Late")
    assert reasons(admin) == [("answer", "comment.created")]
    late = EventLog.objects.filter(action="comment.created").latest("pk")
    assert InboxItem.objects.get(user=admin).event_id == late.pk


def test_a_reply_is_an_answer_to_all_who_wrote_in_the_thread(
    begun, channel, admin, member, member_of_both
):
    top = message_post(actor=admin, channel=channel, content="Lunch?")
    message_post(actor=member, channel=channel, content="Elsewhere")
    message_post(actor=member, channel=channel, content="Yes", parent=top)
    message_post(actor=member_of_both, channel=channel, content="Where?", parent=top)
    assert reasons(admin) == [("answer", "message.posted")] * 2
    assert reasons(member) == [("answer", "message.posted")]
    assert reasons(member_of_both) == []


def test_a_mention_says_more_than_an_answer(begun, channel, card, admin, member):
    top = message_post(actor=admin, channel=channel, content="Lunch?")
    message_post(actor=member, channel=channel, content="@admin yes", parent=top)
    comment_create(actor=admin, card=card, content="Mine")
    comment_create(actor=member, card=card, content="@admin yours")
    assert reasons(admin) == [("mention", "message.posted"), ("mention", "comment.created")]


def test_what_becomes_of_ones_proposal_is_an_answer(begun, project, admin, member):
    first = decision_create(actor=member, project=project, title="Use PostgreSQL")
    second = decision_create(actor=member, project=project, title="Use MongoDB")
    decision_accept(decision=first, actor=admin)
    decision_reject(decision=second, actor=admin)
    decision_accept(decision=decision_create(actor=admin, project=project, title="Z"), actor=admin)
    assert reasons(member) == [("answer", "decision.accepted"), ("answer", "decision.rejected")]
    assert reasons(admin) == []


# What one sees no more


def test_what_is_said_in_a_private_channel_is_its_members_own(
    begun, hidden, admin, member, member_of_both
):
    top = message_post(actor=admin, channel=hidden, content="@member_of_both @member")
    message_post(actor=member, channel=hidden, content="Yes", parent=top)
    assert reasons(member_of_both) == []
    assert reasons(member) == [("mention", "message.posted")]
    assert reasons(admin) == [("answer", "message.posted")]
    channel_member_add(channel=hidden, user=member_of_both, actor=admin)
    assert reasons(member_of_both) == []
    membership = ChannelMember.objects.get(channel=hidden, user=member)
    channel_member_remove(member=membership, actor=member)
    assert reasons(member) == []
    assert inbox_count(user=member, at=timezone.now()).unread == 0


def test_lost_rights_take_items_along_and_bring_them_back(begun, card, admin, member):
    comment_create(actor=admin, card=card, content="@member")
    assert reasons(member) == [("mention", "comment.created")]
    WorkspaceMember.objects.filter(user=member).delete()
    assert reasons(member) == []
    assert inbox_count(user=member, at=timezone.now()).unread == 0
    MemberFactory(workspace=card.workspace, user=member)
    assert reasons(member) == [("mention", "comment.created")]


@pytest.mark.parametrize("looks", [True, False], ids=["looks meanwhile", "doesn't look"])
def test_what_is_said_while_somebody_is_away_never_comes_in(
    looks, begun, card, hidden, admin, member
):
    top = message_post(actor=member, channel=hidden, content="Before")
    assert reasons(member) == []
    ChannelMember.objects.filter(user=member).delete()
    message_post(actor=admin, channel=hidden, content="Meanwhile", parent=top)
    WorkspaceMember.objects.filter(user=member).delete()
    comment_create(actor=admin, card=card, content="An answer meanwhile")
    if looks:
        assert reasons(member) == []
    MemberFactory(workspace=card.workspace, user=member)
    channel_member_add(channel=hidden, user=member, actor=admin)
    assert reasons(member) == []

    message_post(actor=admin, channel=hidden, content="Welcome back", parent=top)
    comment_create(actor=admin, card=card, content="Welcome back")
    assert reasons(member) == [("answer", "message.posted"), ("answer", "comment.created")]


def test_what_was_said_openly_is_for_who_comes_into_the_channel_when_it_closes(
    begun, channel, admin, member, outsider, workspace
):
    newcomer = MemberFactory(workspace=workspace, user=UserFactory(username="newcomer")).user
    message_post(actor=member, channel=channel, content="@newcomer, in the open")
    channel_update(channel=channel, actor=admin, changes={"is_private": True})
    message_post(actor=member, channel=channel, content="@newcomer, in private")
    channel_member_add(channel=channel, user=newcomer, actor=admin)

    assert len(reasons(newcomer)) == 1


@pytest.mark.parametrize("gone", ["card", "board", "channel"])
def test_what_is_about_something_gone_is_neither_shown_nor_counted(
    gone, begun, card, channel, admin, member
):
    comment_create(actor=member, card=card, content="@admin")
    message_post(actor=member, channel=channel, content="@admin")
    assert len(reasons(admin)) == 2
    if gone == "card":
        card_delete(card=card, actor=admin)
    elif gone == "board":
        board_delete(board=card.board, actor=admin)
    else:
        channel_delete(channel=channel, actor=admin)
    left = "comment.created" if gone == "channel" else "message.posted"
    assert reasons(admin) == [("mention", left)]
    assert inbox_count(user=admin, at=timezone.now()).unread == 1


def test_what_was_taken_back_before_anybody_looked_never_comes_in(
    begun, card, channel, admin, member
):
    comment_delete(comment=comment_create(actor=member, card=card, content="@admin"), actor=member)
    message_delete(
        message=message_post(actor=member, channel=channel, content="@admin"), actor=member
    )
    assert reasons(admin) == []


# Following


def test_a_new_inbox_begins_with_what_is_recent(workspace, board, admin, member, monkeypatch):
    for _each in range(2):
        card_create(actor=member, board=board, title="X", assignees=[admin])
    assert reasons(admin) == [("assignment", "card.created")] * 2
    InboxItem.objects.all().delete()
    InboxPosition.objects.all().delete()
    monkeypatch.setattr(following, "BEGINS_BEFORE", -datetime.timedelta(minutes=1))
    assert reasons(admin) == []
    assert InboxPosition.objects.get(user=admin).last_event_id == log_bound()


def test_who_joins_reads_nothing_of_what_was_before(workspace, board, admin, member):
    person = UserFactory(username="newcomer")
    card_create(actor=admin, board=board, title="X", description="@newcomer")
    MemberFactory(workspace=workspace, user=person)
    card_create(actor=admin, board=board, title="Y", description="@newcomer")
    reasons(person)
    [item] = InboxItem.objects.filter(user=person)
    assert Card.objects.get(pk=item.card_id).title == "Y"


def test_what_commits_late_is_not_missed(begun, board, card, admin, member):
    other = CardFactory(board=board)
    name = (
        "INSERT INTO comments (id, workspace_id, board_id, card_id, author_id, content, mentions)"
        " VALUES (gen_random_uuid(), %s, %s, %s, %s, 'Hey', ARRAY[%s::uuid])"
    )
    with as_app() as early, as_app() as late:
        with early.transaction():
            early.execute(name, [card.workspace_id, board.pk, card.pk, member.pk, admin.pk])
            late.execute(name, [card.workspace_id, board.pk, other.pk, member.pk, admin.pk])
            # The later entry is there already, the earlier one isn't: neither is taken in.
            assert reasons(admin) == []
        assert reasons(admin) == [("mention", "comment.created")] * 2


def test_many_readers_at_once_take_each_entry_in_once(begun, card, admin, member, monkeypatch):
    monkeypatch.setattr(following, "CHUNK", 7)
    for number in range(40):
        comment_create(actor=member, card=card, content=f"{number} @admin")
    outcomes = together(*[lambda: reasons(admin)] * 8)
    assert outcomes == [[("mention", "comment.created")] * 40] * 8
    assert InboxItem.objects.filter(user=admin).count() == 40
    assert InboxPosition.objects.get(user=admin).last_event_id == log_bound()


def test_readers_and_writers_at_once_lose_nothing(begun, board, admin, member, monkeypatch):
    monkeypatch.setattr(following, "CHUNK", 5)
    cards = CardFactory.create_batch(4, board=board, created_by=member)

    def write(card):
        for number in range(15):
            comment_create(actor=member, card=card, content=f"{number} @admin")

    def read():
        for _time in range(25):
            reasons(admin, chunks=2)

    outcomes = together(*[lambda card=card: write(card) for card in cards], read, read, read)
    assert outcomes == [None] * 7
    assert reasons(admin) == [("mention", "comment.created")] * 60
    assert Comment.objects.count() == 60


def test_a_long_absence_is_caught_up_a_part_at_a_time(begun, card, admin, member, monkeypatch):
    monkeypatch.setattr(following, "CHUNK", 5)
    for number in range(12):
        comment_create(actor=member, card=card, content=f"{number} @admin")
    # What the card is made of came first.
    assert [len(reasons(admin, chunks=1)) for _time in range(4)] == [3, 8, 12, 12]


def queries_of_count(person):
    with CaptureQueriesContext(connection) as captured:
        inbox_count(user=person, at=timezone.now())
    return len(captured)


def test_the_count_takes_one_statement_where_nothing_is_new_and_two_where_nothing_is_mine(
    board, card, admin, member, other_board, outsider, begun
):
    assert queries_of_count(admin) == 1
    with acting(outsider, "card.created"):
        CardFactory.create_batch(5, board=other_board)
    assert [queries_of_count(admin) for _time in range(3)] == [2, 2, 2]
    with acting(member, "card.created"):
        CardFactory.create_batch(5, board=board)
    assert [queries_of_count(admin) for _time in range(3)] == [2, 2, 2]
    comment_create(actor=member, card=card, content="@admin")
    # Taken in and counted again; from then on there is nothing new.
    assert [queries_of_count(admin) for _time in range(3)] == [4, 1, 1]


def entries_read(person):
    """How many rows of the log the two statements of a count read."""
    read = []

    def explained(execute, sql, params, many, context):
        with connection.connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
            read.append(rows_of_log(cursor.fetchone()[0][0]["Plan"]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explained):
        inbox_count(user=person, at=timezone.now())
    return sum(read)


def rows_of_log(plan):
    own = 0
    if plan.get("Relation Name") == "event_log":
        own = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    return own + sum(rows_of_log(child) for child in plan.get("Plans", ()))


def test_what_others_do_costs_a_reader_nothing(board, admin, other_board, outsider, begun):
    with acting(outsider, "card.created"):
        CardFactory.create_batch(30, board=other_board)
    few = entries_read(admin)
    with acting(outsider, "card.updated"):
        for number in range(30):
            Card.objects.filter(board=other_board).update(story_points=number)
    assert EventLog.objects.count() > 900
    assert entries_read(admin) == few
    assert few <= 10


def test_an_inbox_makes_no_entry(begun, card, admin, member):
    comment_create(actor=member, card=card, content="@admin")
    entries = EventLog.objects.count()
    reasons(admin)
    InboxItem.objects.update(read_at=timezone.now())
    assert EventLog.objects.count() == entries


def test_a_deleted_persons_inbox_is_nobodys(begun, card, admin, member):
    comment_create(actor=member, card=card, content="@admin")
    reasons(admin)
    person = UserFactory()
    InboxItem.objects.create(
        user=person, event_id=1, reason="mention", workspace_id=card.workspace_id
    )
    get_user_model().objects.filter(pk=person.pk).delete()
    assert list(itertools.chain(InboxItem.objects.values_list("user_id", flat=True))) == [admin.pk]
