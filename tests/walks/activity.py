"""The readers of the log."""

from activity.models import Visit
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
}

# The page and who may read it, the log's bound, what was taken back, and all names.
READS = {"GET events/": 5, "GET events/{id}/": 4}


def tenant(ids, workspace, person):
    with acting(person, "board.created"):
        board = BoardFactory(workspace=workspace, name="Seen")
    return {"event": EventLog.objects.filter(entity_id=board.pk).get().pk}


def grow(number, ids, workspace, people):
    board = BoardFactory(workspace=workspace)
    for person in people:
        with acting(person, "card.created"):
            CardFactory.create_batch(number, board=board)


def fill(card):
    Visit.objects.create(user=card.created_by, last_event_id=1)


DEFAULTS = {"visits": {"user_id": "%(newcomer)s"}}
insert = inserting(DEFAULTS)


def things(cast):
    seen = UserFactory()
    Visit.objects.create(user=seen)
    return {"seen": seen.pk, "newcomer": UserFactory().pk}


BROKEN = [
    ("visits_pkey", "user", 409, insert("visits", user_id="%(seen)s")),
    ("visits_user_fk", "user", 400, insert("visits", user_id=NOBODY)),
    (
        "visits_last_event_id_not_negative",
        "last_event_id",
        400,
        insert("visits", last_event_id="-1"),
    ),
]

TECHNICAL = {"visits"}
