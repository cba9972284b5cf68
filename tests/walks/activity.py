"""The readers of the log."""

from activity.models import InboxItem, InboxPosition, Visit
from core.acting import acting
from core.models import EventLog
from tests.factories import BoardFactory, CardFactory, UserFactory
from tests.walks.case import Case
from tests.walks.sql import NOBODY, inserting

CASES = {
    "GET events/": Case(
        filters={
            "workspace": "workspace",
            "project": "project",
            "board": "board",
            "entity_id": "card",
            "actor": "user",
        }
    ),
    "GET events/{id}/": Case(path={"id": "event"}),
    "POST events/visit/": Case(private=True, body=lambda ids: {}),
    "GET inbox/": Case(private=True, filters={"workspace": "workspace"}),
    "GET inbox/count/": Case(private=True),
    "POST inbox/read-all/": Case(private=True, body=lambda ids: {}),
    "POST inbox/{id}/read/": Case(path={"id": "inbox_item"}),
    "POST inbox/{id}/unread/": Case(path={"id": "inbox_item"}),
}

# The page and who may read it, the log's bound, what was taken back, and all names.
# Of the inbox besides: how far it has followed the log and what is unread, and, as long as it has
# no place yet, where it begins.
READS = {
    "GET events/": 5,
    "GET events/{id}/": 4,
    "GET inbox/": 8,
    "GET inbox/count/": 3,
}


def tenant(ids, workspace, person):
    with acting(person, "board.created"):
        board = BoardFactory(workspace=workspace, name="Seen")
    item = concern(workspace.created_by, EventLog.objects.filter(entity_id=ids["card"])[0])
    return {"event": EventLog.objects.filter(entity_id=board.pk).get().pk, "inbox_item": item.pk}


def concern(person, entry):
    """An entry about a card in a person's inbox."""
    return InboxItem.objects.create(
        user=person,
        event_id=entry.pk,
        reason="assignment",
        workspace_id=entry.workspace_id,
        card_id=entry.entity_id,
    )


def grow(number, ids, workspace, people):
    board = BoardFactory(workspace=workspace)
    for person in people:
        with acting(person, "card.created"):
            cards = CardFactory.create_batch(number, board=board)
        for card in cards:
            concern(person, EventLog.objects.get(entity_id=card.pk))


def fill(card):
    Visit.objects.create(user=card.created_by, last_event_id=1)
    InboxPosition.objects.create(user=card.created_by, last_event_id=1)
    concern(card.created_by, EventLog.objects.filter(entity_id=card.pk)[0])


DEFAULTS = {
    "visits": {"user_id": "%(newcomer)s"},
    "inbox_positions": {"user_id": "%(newcomer)s", "last_event_id": "1"},
    "inbox_items": {
        "id": "gen_random_uuid()",
        "user_id": "%(newcomer)s",
        "event_id": "1",
        "reason": "'mention'",
        "workspace_id": "%(workspace)s",
    },
}
insert = inserting(DEFAULTS)


def things(cast):
    seen = UserFactory()
    Visit.objects.create(user=seen)
    InboxPosition.objects.create(user=seen, last_event_id=1)
    item = InboxItem.objects.create(
        user=seen, event_id=7, reason="answer", workspace_id=cast["workspace"].pk
    )
    return {"seen": seen.pk, "newcomer": UserFactory().pk, "inbox_item": item.pk}


BROKEN = [
    ("visits_pkey", "user", 409, insert("visits", user_id="%(seen)s")),
    ("visits_user_fk", "user", 400, insert("visits", user_id=NOBODY)),
    (
        "visits_last_event_id_not_negative",
        "last_event_id",
        400,
        insert("visits", last_event_id="-1"),
    ),
    ("inbox_positions_pkey", "user", 409, insert("inbox_positions", user_id="%(seen)s")),
    ("inbox_positions_user_fk", "user", 400, insert("inbox_positions", user_id=NOBODY)),
    (
        "inbox_positions_last_event_id_not_negative",
        "last_event_id",
        400,
        insert("inbox_positions", last_event_id="-1"),
    ),
    ("inbox_items_pkey", "id", 409, insert("inbox_items", id="%(inbox_item)s")),
    ("inbox_items_user_fk", "user", 400, insert("inbox_items", user_id=NOBODY)),
    (
        "inbox_items_unique",
        "reason",
        409,
        insert("inbox_items", user_id="%(seen)s", event_id="7", reason="'answer'"),
    ),
    *[
        ("inbox_items_reason_valid", "reason", 400, insert("inbox_items", reason=f"'{reason}'"))
        for reason in ("", "Mention", "visit")
    ],
]

TECHNICAL = {"visits", "inbox_items", "inbox_positions"}
