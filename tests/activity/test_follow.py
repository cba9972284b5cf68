"""Following the feed by `after=`: every entry once, in whatever order they commit."""

import random
import threading
import time

import psycopg
import pytest

from activity.querysets import events
from activity.streams import Asked, page_of
from core.db.follow import log_bound
from core.models import EventLog
from tests.core.connections import as_app
from tests.factories import BoardFactory

EVENTS = "/api/v1/events/"
WRITERS = 16
ENTRIES_EACH = 625


def write(board_id, start, failures):
    """Transactions of one to five entries that wait before they commit, or are taken back."""
    chance = random.Random(board_id.int)
    rename = "UPDATE boards SET name = %s WHERE id = %s"
    try:
        with as_app() as app:
            start.wait()
            made = 0
            while made < ENTRIES_EACH:
                with app.transaction():
                    for _ in range(chance.randint(1, 5)):
                        made += 1
                        app.execute(rename, [f"Name {made}", board_id])
                    time.sleep(chance.random() * 0.02)
                    if chance.random() < 0.1:
                        raise psycopg.Rollback
    except Exception as error:
        failures.append(error)


def next_page(client, after):
    response = client.get(EVENTS, {"after": after, "page_size": 200})
    assert response.status_code == 200, response.content
    page = response.json()
    return [entry["id"] for entry in page["results"]], page["event_id"]


@pytest.mark.django_db(transaction=True)
def test_each_of_10000_entries_is_seen_once_while_16_connections_write(
    workspace, member, client_of
):
    boards = BoardFactory.create_batch(WRITERS, workspace=workspace)
    client = client_of(member)
    begin = log_bound()
    after, seen = begin, []
    newest, naively = begin, []
    failures = []
    start = threading.Barrier(WRITERS + 1)
    threads = [threading.Thread(target=write, args=(board.pk, start, failures)) for board in boards]
    for thread in threads:
        thread.start()
    start.wait()
    writing = True
    while writing:
        writing = any(thread.is_alive() for thread in threads)
        found, after = next_page(client, after)
        seen += found
        # The same page without the bound.
        page = page_of(member, Asked(), events(), limit=200, above=newest, ascending=True)
        new = list(page.values_list("pk", flat=True))
        naively += new
        newest = new[-1] if new else newest
    while True:
        found, after = next_page(client, after)
        if not found:
            break
        seen += found
    assert failures == []
    written = EventLog.objects.filter(pk__gt=begin).order_by("pk").values_list("pk", flat=True)
    assert len(written) > WRITERS * ENTRIES_EACH * 0.8
    assert seen == list(written)
    assert set(naively) < set(written)


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_commits_late_is_waited_for(workspace, member, client_of):
    one, other = BoardFactory.create_batch(2, workspace=workspace)
    client = client_of(member)
    begin = log_bound()
    rename = "UPDATE boards SET name = %s WHERE id = %s"
    with as_app() as early, as_app() as late:
        with early.transaction():
            early.execute(rename, ["Early", one.pk])
            late.execute(rename, ["Late", other.pk])
            assert next_page(client, begin) == ([], begin)
        assert next_page(client, begin) == ([begin + 1, begin + 2], begin + 2)


@pytest.mark.django_db(transaction=True)
def test_a_follower_goes_on_past_what_it_may_not_read(workspace, outsider, client_of):
    board = BoardFactory(workspace=workspace)
    begin = log_bound()
    type(board).objects.filter(pk=board.pk).update(name="Other")
    assert next_page(client_of(outsider), begin) == ([], begin + 1)


@pytest.mark.django_db(transaction=True)
def test_pages_follow_one_another_up_to_the_end(workspace, member, client_of):
    begin = log_bound()
    boards = BoardFactory.create_batch(5, workspace=workspace)
    page = client_of(member).get(EVENTS, {"after": begin, "page_size": 2}).json()
    found = [entry["entity_id"] for entry in page["results"]]
    while page["next"]:
        assert page["event_id"] == page["results"][-1]["id"]
        page = client_of(member).get(page["next"]).json()
        found += [entry["entity_id"] for entry in page["results"]]
    assert found == [str(board.pk) for board in boards]
    assert page["event_id"] == log_bound()
    assert page["previous"] is None


@pytest.mark.django_db(transaction=True)
def test_a_list_says_where_to_follow_from(workspace, member, client_of):
    BoardFactory(workspace=workspace)
    assert client_of(member).get(EVENTS).json()["event_id"] == log_bound()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "after", ["", "-1", "1.5", "x", "٣", "9" * 20, str(2**63), "1e3", "0x1", "last-visit"]
)
def test_what_is_no_id_is_refused(after, member, client_of):
    response = client_of(member).get(EVENTS, {"after": after})
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["after"]


@pytest.mark.django_db
def test_after_the_end_there_is_nothing(member, client_of):
    page = client_of(member).get(EVENTS, {"after": str(2**63 - 1)}).json()
    assert (page["results"], page["event_id"]) == ([], 2**63 - 1)


@pytest.mark.django_db
def test_a_follower_has_no_cursor(member, client_of, card):
    first = client_of(member).get(EVENTS, {"page_size": 1}).json()["next"]
    response = client_of(member).get(f"{first}&after=0")
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["cursor"]
