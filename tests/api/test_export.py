"""Whole lists as files: what is in them, who gets them, and what they cost."""

import csv
import io
import json
import tracemalloc
from decimal import Decimal

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from core.api import exports, views
from core.exports import inert, json_array, plain
from tests.factories import BoardFactory, CardAssigneeFactory, CardFactory, MemberFactory
from workspaces.models import WorkspaceMember

CARDS = "/api/v1/cards/"
CSV, LINES = "text/csv", "application/x-ndjson"


def sent(response):
    """The bytes of a streamed answer."""
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content)


def table(response):
    """A CSV answer as a list of dicts."""
    return list(csv.DictReader(io.StringIO(sent(response).decode(), newline="")))


def lines(response):
    return [json.loads(line) for line in sent(response).splitlines()]


@pytest.fixture
def api(member, workspace, client_of):
    return client_of(member)


@pytest.mark.django_db
def test_csv_has_a_header_and_every_row_of_the_list(api, board, monkeypatch):
    monkeypatch.setattr(exports, "CHUNK", 3)
    cards = [CardFactory(board=board, title=f"Card {number}") for number in range(7)]
    rows = table(api.get(f"{CARDS}?format=csv"))
    assert [row["title"] for row in rows] == [card.title for card in cards]
    page = api.get(CARDS).json()["results"]
    assert list(rows[0]) == list(page[0])
    assert rows[0]["id"] == page[0]["id"]
    assert rows[0]["created_at"] == page[0]["created_at"]


@pytest.mark.django_db
def test_lines_are_the_rows_of_the_list(api, board, monkeypatch):
    monkeypatch.setattr(exports, "CHUNK", 3)
    for number in range(7):
        CardFactory(board=board, title=f"Card {number}")
    assert lines(api.get(f"{CARDS}?format=ndjson")) == api.get(CARDS).json()["results"]


@pytest.mark.django_db
@pytest.mark.parametrize(("form", "kind"), [("csv", CSV), ("ndjson", LINES)])
def test_accept_asks_for_the_same_file(form, kind, api, card):
    by_accept = api.get(CARDS, headers={"Accept": kind})
    by_format = api.get(f"{CARDS}?format={form}")
    assert by_accept["Content-Type"] == by_format["Content-Type"]
    assert by_accept["Content-Type"].split(";")[0] == kind
    assert sent(by_accept) == sent(by_format)


@pytest.mark.django_db
def test_the_file_is_named_after_the_list_and_the_day(api, card, monkeypatch):
    answer = api.get(f"{CARDS}?format=csv")
    day = exports.timezone.now().strftime("%Y-%m-%d")
    assert answer["Content-Disposition"] == f'attachment; filename="cards-{day}.csv"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-cache"
    assert "Authorization" in answer["Vary"]
    assert not sent(answer).startswith(b"\xef\xbb\xbf")


@pytest.mark.django_db
def test_json_is_the_page_that_is_answered_anyway(api, card):
    named = api.get(f"{CARDS}?format=json", headers={"Accept": "text/html"})
    assert named["Content-Type"] == "application/json"
    assert named.json() == api.get(CARDS).json()


@pytest.mark.django_db
def test_a_browser_still_gets_its_page(api, card):
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert api.get(CARDS, headers={"Accept": accept})["Content-Type"].startswith("text/html")
    assert api.get(CARDS, headers={"Accept": "text/*"})["Content-Type"].startswith("text/html")
    assert api.get(CARDS, headers={"Accept": "*/*"})["Content-Type"] == "application/json"


@pytest.mark.django_db
def test_filters_and_order_are_those_of_the_list(api, board, workspace, monkeypatch):
    monkeypatch.setattr(exports, "CHUNK", 2)
    other = BoardFactory(workspace=workspace)
    for number, points in enumerate([3, None, 1, 2, None]):
        CardFactory(board=board, title=f"Card {number}", story_points=points)
    CardFactory(board=other)
    query = f"board={board.pk}&ordering=-story_points"
    rows = table(api.get(f"{CARDS}?{query}&format=csv"))
    page = api.get(f"{CARDS}?{query}").json()["results"]
    assert [row["id"] for row in rows] == [row["id"] for row in page]
    assert [row["story_points"] for row in rows] == ["3", "2", "1", "", ""]


@pytest.mark.django_db
def test_an_empty_list_is_a_header(api):
    rows = sent(api.get(f"{CARDS}?format=csv"))
    assert rows.startswith(b"id,key,number,")
    assert rows.endswith(b"updated_at\r\n")
    assert rows.count(b"\r\n") == 1
    assert sent(api.get(f"{CARDS}?format=ndjson")) == b""


@pytest.mark.django_db
def test_texts_of_all_kinds_come_back_from_a_reader(api, board):
    texts = ['say "hi"', "a,b;c", "one\r\ntwo\nthree", "Решение — 🏳️‍🌈", " indented"]
    for text in texts:
        CardFactory(board=board, title="x", description=text)
    assert [row["description"] for row in table(api.get(f"{CARDS}?format=csv"))] == texts


@pytest.mark.django_db
def test_lists_are_joined_and_objects_are_json(api, board, member, admin):
    labels = {"labels": [{"id": "bug", "name": "=Bug", "color": "#b42318"}]}
    card = CardFactory(board=board, metadata=labels, estimated_hours=Decimal("1.50"))
    for person in (member, admin):
        CardAssigneeFactory(card=card, user=person)
    (row,) = table(api.get(f"{CARDS}?format=csv"))
    assert row["assignees"] == f"{member.pk}; {admin.pk}"
    assert json.loads(row["metadata"]) == labels
    assert row["estimated_hours"] == "1.50"
    assert row["sprint"] == ""


HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "  =1",
    "\u00a0=1",
]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_formula_is_a_text(text):
    assert inert(text) == f"'{text}"
    assert plain([text, "b"]) == f"'{text}; b"


@pytest.mark.parametrize("value", [-1, -1.5, Decimal("-2.50"), 0])
def test_a_number_stays_a_number(value):
    assert plain(value) == value


@pytest.mark.parametrize("text", ["", "a=b", "1-2", "plain", "'quoted", "{=x}"])
def test_other_texts_stay_as_they_are(text):
    assert inert(text) == text


@pytest.mark.parametrize(("value", "cell"), [(None, ""), (True, "true"), (False, "false")])
def test_nothing_and_truth_have_one_spelling(value, cell):
    assert plain(value) == cell


@pytest.mark.parametrize("rows", [[], [[]], [[{"a": 1}]], [[{"a": 1}, {"a": 2}], [{"a": None}]]])
def test_an_array_is_json_whatever_its_chunks(rows):
    assert json.loads(b"".join(json_array(rows))) == [row for part in rows for row in part]


@pytest.mark.django_db
def test_what_people_wrote_is_inert(api, board):
    for text in HOSTILE:
        CardFactory(board=board, title="x", description=text)
    cells = [row["description"] for row in table(api.get(f"{CARDS}?format=csv"))]
    assert cells == [f"'{text}" for text in HOSTILE]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["cursor", "page_size"])
def test_an_export_has_no_pages(name, api, card):
    answer = api.get(f"{CARDS}?format=csv&{name}=1")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert list(answer.json()["errors"]) == [name]


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["format=xml", "format=", "format=csv&format=csv", "format=CSV"])
def test_an_unknown_format_is_named(query, api, card):
    answer = api.get(f"{CARDS}?{query}")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["format"]


@pytest.mark.django_db
def test_what_is_no_list_has_no_export(api, card, board):
    for address in (f"{CARDS}{card.pk}/", f"/api/v1/boards/{board.pk}/snapshot/"):
        assert api.get(f"{address}?format=csv").status_code == 400
        assert api.get(address, headers={"Accept": CSV}).status_code == 406


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_refusals_are_problem_documents(form, api, client_of, other_workspace, workspace, member):
    refused = {
        client_of(None).get(f"{CARDS}?format={form}"): 401,
        api.get(f"{CARDS}?format={form}&board=nonsense"): 400,
        api.get(f"{CARDS}?format={form}&ordering=nonsense"): 400,
        api.get(f"/api/v1/workspaces/{other_workspace.pk}/members/?format={form}"): 404,
        api.get(f"/api/v1/workspaces/{workspace.pk}/invitations/?format={form}"): 403,
    }
    for answer, status in refused.items():
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == status
        assert "Content-Disposition" not in answer


@pytest.mark.django_db
def test_other_tenants_are_in_no_export(client_of, outsider, operator, card, other_card):
    rows = table(client_of(outsider).get(f"{CARDS}?format=csv"))
    assert [row["id"] for row in rows] == [str(other_card.pk)]
    assert lines(client_of(operator).get(f"{CARDS}?format=ndjson")) == []


@pytest.mark.django_db
def test_head_reads_no_more_than_the_beginning(api, board, monkeypatch):
    monkeypatch.setattr(exports, "CHUNK", 2)
    for _time in range(9):
        CardFactory(board=board)
    with CaptureQueriesContext(connection) as queries:
        answer = api.head(f"{CARDS}?format=csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert len(queries) == 1


@pytest.mark.django_db
def test_a_failure_at_the_beginning_is_a_problem(api, card, monkeypatch):
    def broken(*args):
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(views.TasklyViewSet, "many", broken)
    answer = api.get(f"{CARDS}?format=csv")
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_a_failure_in_the_middle_breaks_the_answer_off(form, api, board, monkeypatch):
    monkeypatch.setattr(exports, "CHUNK", 2)
    for _time in range(5):
        CardFactory(board=board)
    whole, asked = views.TasklyViewSet.many, []

    def broken(self, *args):
        asked.append(args)
        if len(asked) == 2:
            raise OperationalError("the server closed the connection")
        return whole(self, *args)

    monkeypatch.setattr(views.TasklyViewSet, "many", broken)
    answer = api.get(f"{CARDS}?format={form}")
    assert answer.status_code == 200
    # The server that is handed the error ends the connection without the closing chunk.
    with pytest.raises(OperationalError):
        sent(answer)


@pytest.mark.django_db
def test_who_is_removed_meanwhile_gets_no_more(api, board, member, monkeypatch):
    monkeypatch.setattr(exports, "CHUNK", 2)
    for _time in range(6):
        CardFactory(board=board)
    parts = api.get(f"{CARDS}?format=ndjson").streaming_content
    first = next(parts)
    WorkspaceMember.objects.filter(user=member).delete()
    assert len((first + b"".join(parts)).splitlines()) == 2


@pytest.mark.django_db
def test_rows_changed_meanwhile_come_once(api, board, monkeypatch):
    monkeypatch.setattr(exports, "CHUNK", 2)
    cards = [CardFactory(board=board) for _time in range(6)]
    parts = api.get(f"{CARDS}?format=ndjson").streaming_content
    first = next(parts)
    for card in cards:
        type(card).objects.filter(pk=card.pk).update(title="Other")
    cards[4].delete()
    rows = [json.loads(line) for line in (first + b"".join(parts)).splitlines()]
    kept = [card for number, card in enumerate(cards) if number != 4]
    assert [row["id"] for row in rows] == [str(card.pk) for card in kept if card.pk]


@pytest.mark.django_db
def test_a_chunk_is_one_query_and_nothing_else(api, board, monkeypatch):
    monkeypatch.setattr(exports, "CHUNK", 2)
    for _time in range(5):
        CardFactory(board=board)
    with CaptureQueriesContext(connection) as queries:
        sent(api.get(f"{CARDS}?format=csv"))
    assert len(queries) == 3


def many_cards(board, number):
    """`number` cards on a board, made by the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO cards (id, workspace_id, board_id, column_id, number, position, title,
                               description, metadata, created_by_id, created_at, updated_at)
            SELECT gen_random_uuid(), %(workspace)s, %(board)s, %(column)s, n, n * 10,
                   'Card ' || n, repeat('Words of a card. ', 20), '{"labels": []}', %(person)s,
                   now(), now()
              FROM generate_series(1, %(number)s) AS n
            """,
            {
                "workspace": board.workspace_id,
                "board": board.pk,
                "column": board.columns[0]["id"],
                "person": board.workspace.created_by_id,
                "number": number,
            },
        )


def peak_of(work):
    """The most memory that Python held during `work`, in bytes."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_memory_does_not_grow_with_the_rows(form, workspace, client_of):
    few, many = MemberFactory(), MemberFactory()
    for membership, number in ((few, 2_000), (many, 20_000)):
        many_cards(BoardFactory(workspace=membership.workspace), number)

    def taken(person):
        rows = 0
        for part in client_of(person).get(f"{CARDS}?format={form}").streaming_content:
            rows += part.count(b"\n")
        return rows

    taken(few.user)
    small = peak_of(lambda: taken(few.user))
    large = peak_of(lambda: taken(many.user))
    assert taken(many.user) == 20_000 + (form == "csv")
    assert large < small * 1.2
