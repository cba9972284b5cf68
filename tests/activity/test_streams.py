"""The streams give what a walk along the whole log would give, and read no more than that."""

import json
import random

import pytest
from django.db import connection

from activity.api.filters import EventFilters
from activity.querysets import events
from activity.streams import Asked, page_of
from core.acting import acting
from core.models import EventLog
from discussions.services import channel_delete
from tests.factories import (
    AccessTokenFactory,
    BoardFactory,
    CardFactory,
    ChannelFactory,
    FeatureFactory,
    InvitationFactory,
    MessageFactory,
    ProjectFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mixed(workspace, other_workspace, member, admin, member_of_both):
    """Everything in two workspaces, by turns."""
    chance = random.Random(7)
    projects = [ProjectFactory(workspace=each) for each in (workspace, other_workspace) * 2]
    boards = [BoardFactory(workspace=each.workspace, project=each) for each in projects]
    boards.append(BoardFactory(workspace=workspace))
    channels = [
        ChannelFactory(project=project, is_private=private, members=[member_of_both])
        for project in projects
        for private in (False, True)
    ]
    makers = [
        lambda: CardFactory(board=chance.choice(boards)),
        lambda: FeatureFactory(project=chance.choice(projects)),
        lambda: MessageFactory(channel=chance.choice(channels)),
        lambda: InvitationFactory(workspace=workspace),
        lambda: AccessTokenFactory(user=chance.choice([member, admin, member_of_both])),
    ]
    for _ in range(60):
        with acting(chance.choice([member, admin]), "made.something"):
            chance.choice(makers)()
    channel_delete(channel=channels[0], actor=None)
    channel_delete(channel=channels[1], actor=None)
    return {"project": projects[0].pk, "board": boards[0].pk, "workspace": workspace.pk}


@pytest.mark.parametrize("who", ["admin", "member", "outsider", "member_of_both", "operator"])
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"workspace": "workspace"},
        {"project": "project"},
        {"board": "board"},
        {"project": "project", "workspace": "workspace"},
        {"project": "project", "board": "board"},
        {"action": "made.something"},
        {"project": "project", "action": "made.something"},
        {"entity_type": "message,card,workspace_invitation,access_token"},
        {"since": "last-visit"},
    ],
    ids=str,
)
def test_pages_are_those_of_the_whole(who, query, mixed, request):
    person = request.getfixturevalue(who)
    given = {name: str(mixed.get(value, value)) for name, value in query.items()}
    request.user = person
    filterset = EventFilters(given, events(), request=request)
    asked = filterset.asked() if given and filterset.is_valid() else Asked()
    conditions = filterset.qs
    for ascending in (False, True):
        order = "pk" if ascending else "-pk"
        whole = list(conditions.readable_by(person).order_by(order).values_list("pk", flat=True))
        for limit in (1, 7, 500):
            page = page_of(person, asked, conditions, limit=limit, ascending=ascending)
            assert list(page.values_list("pk", flat=True)) == whole[:limit]


def rows_read(queryset):
    """How many rows of the log the plan of a query touched, those left out included."""
    [plan] = json.loads(queryset.explain(analyze=True, format="json"))

    def touched(node):
        own = 0
        if node.get("Relation Name") == "event_log":
            left_out = node.get("Rows Removed by Filter", 0)
            own = (node["Actual Rows"] + left_out) * node["Actual Loops"]
        return own + sum(touched(child) for child in node.get("Plans", ()))

    return touched(plan["Plan"])


def test_little_is_read_where_little_may_be_read(outsider, other_board, member, card):
    """A reader with a few entries in a log of 20,000 of others, of which the newest are private."""
    channel = ChannelFactory(project=ProjectFactory(workspace=other_board.workspace))
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(
            """
            INSERT INTO event_log (workspace_id, board_id, channel_id, action, action_id,
                                   entity_type, entity_id, "timestamp", details, source)
            SELECT CASE WHEN n < 15000 THEN %(theirs)s ELSE %(shared)s END::uuid,
                   CASE WHEN n < 15000 THEN %(board)s END::uuid,
                   CASE WHEN n >= 15000 THEN gen_random_uuid() END,
                   'card.moved', gen_random_uuid(), 'card', gen_random_uuid(), now(), '{}', 'api'
              FROM generate_series(1, 20000) AS n
            """,
            {
                "theirs": card.workspace_id,
                "board": card.board_id,
                "shared": other_board.workspace_id,
            },
        )
        cursor.execute("ANALYZE event_log")
    assert EventLog.objects.count() > 20_000
    for asked, conditions in (
        (Asked(), events()),
        (Asked(board=card.board_id), events().filter(board_id=card.board_id)),
        (Asked(board=other_board.pk), events().filter(board_id=other_board.pk)),
        (Asked(project=channel.project_id), events().filter(project_id=channel.project_id)),
    ):
        page = page_of(outsider, asked, conditions, limit=51)
        assert rows_read(page) < 500


@pytest.mark.parametrize("asked", [Asked(), Asked(anywhere=True)], ids=["all", "anywhere"])
def test_a_workspace_is_read_in_the_order_of_its_own_index(asked, outsider, other_card):
    """Only as pairs: otherwise a large log may be walked by its ids, which took half a minute to
    find a few old entries among 8 million."""
    sql, _params = page_of(outsider, asked, events(), limit=51).query.sql_with_params()
    assert "(event_log.workspace_id, event_log.id) < (stream.key" in sql
    assert 'ORDER BY "event_log"."workspace_id" DESC, "event_log"."id" DESC' in sql
