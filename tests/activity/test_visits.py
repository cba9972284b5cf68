"""What happened since one's last visit."""

import pytest
from django.utils import timezone

from activity.models import Visit
from activity.services import visit_mark
from core.db.follow import log_bound
from core.models import EventLog
from tests.core.connections import as_app
from tests.factories import BoardFactory

pytestmark = pytest.mark.django_db(transaction=True)

VISIT = "/api/v1/events/visit/"


def test_a_visit_is_marked_and_only_then_moves(workspace, member, client_of, feed):
    before = {entry["id"] for entry in feed(member)}
    assert {entry["id"] for entry in feed(member, since="last-visit")} == before
    assert {entry["id"] for entry in feed(member, since="last-visit")} == before
    response = client_of(member).post(VISIT, {}, format="json")
    assert response.status_code == 200
    assert response.json()["event_id"] == log_bound()
    assert feed(member, since="last-visit") == []
    board = BoardFactory(workspace=workspace)
    assert [entry["entity_id"] for entry in feed(member, since="last-visit")] == [str(board.pk)]


def test_a_visit_is_ones_own(workspace, member, admin, client_of, feed):
    client_of(member).post(VISIT, {}, format="json")
    assert feed(admin, since="last-visit")
    assert list(Visit.objects.values_list("user_id", flat=True)) == [member.pk]


def test_what_commits_late_is_new_at_the_next_visit(workspace, member, client_of, feed):
    one, other = BoardFactory.create_batch(2, workspace=workspace)
    rename = "UPDATE boards SET name = %s WHERE id = %s"
    with as_app() as early, as_app() as late:
        with early.transaction():
            early.execute(rename, ["Early", one.pk])
            late.execute(rename, ["Late", other.pk])
            client_of(member).post(VISIT, {}, format="json")
        found = {entry["entity_id"] for entry in feed(member, since="last-visit")}
    assert found == {str(one.pk), str(other.pk)}


def test_a_visit_reaches_as_far_as_is_said_and_never_back(workspace, member, client_of):
    BoardFactory.create_batch(3, workspace=workspace)
    bound = log_bound()
    client = client_of(member)
    for said, reached in ((bound - 1, bound - 1), (1, bound - 1), (2**62, bound)):
        answer = client.post(VISIT, {"event_id": said}, format="json").json()
        assert answer["event_id"] == reached


@pytest.mark.parametrize("wrong", [-1, "1", 1.5, None, True, []])
def test_what_is_no_id_is_refused(wrong, member, client_of):
    response = client_of(member).post(VISIT, {"event_id": wrong}, format="json")
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["event_id"]


def test_a_visit_makes_no_entry(member):
    entries = EventLog.objects.count()
    visit_mark(user=member, at=timezone.now())
    visit_mark(user=member, at=timezone.now())
    assert EventLog.objects.count() == entries
    assert Visit.objects.count() == 1
