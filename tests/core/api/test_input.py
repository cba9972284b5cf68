"""What must not come in is refused with its place, never a 500, and nothing is written."""

import json

import pytest

from boards.models import Board

BOARDS = "/api/v1/boards/"
CHECK = "/api/v1/cards/check/"
LARGE = "/api/v1/boards/large/"


def send(client, body, content_type="application/json", address=CHECK, **headers):
    return client.generic("POST", address, body, content_type=content_type, **headers)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "title"),
        (b"{", "line 1, column 2"),
        (b"[]", "object"),
        (b'"text"', "object"),
        (b"null", "object"),
        (b'{"title": NaN}', "NaN"),
        (b'{"title": -Infinity}', "-Infinity"),
        (b'{"story_points": 1e400}', "too large"),
        (b'{"story_points": 1' + b"0" * 30 + b"}", "64 bits"),
        (b'{"story_points": 9223372036854775808}', "64 bits"),
        (b'{"story_points": 0.' + b"1" * 500 + b"}", "too many digits"),
        (b'{"title": "a", "title": "b"}', "given twice"),
        (b'{"title": "\xff"}', "UTF-8 at byte 11"),
        (b'\xef\xbb\xbf{"title": "a"}', "not JSON"),
        (b'{"title": "a\x00b"}', "not JSON"),
        (b'{"metadata": ' + b"[" * 1000 + b"]" * 1000 + b"}", "32 deep"),
        (b'{"metadata": ' + b'{"a":' * 100_000, "32 deep"),
    ],
)
def test_what_is_not_strict_json_is_a_400_that_says_where(as_member, body, words):
    answer = send(as_member, body)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert words in answer.json()["detail"]


@pytest.mark.parametrize("text", ["a\\u0000b", "\\ud800", "\\udc00 and more", "\\ud83dx"])
def test_text_that_nothing_can_hold_is_refused_where_it_stands(as_member, text):
    in_field = send(as_member, f'{{"title": "{text}"}}')
    in_json = send(as_member, f'{{"title": "a", "metadata": {{"list": [1, {{"x": "{text}"}}]}}}}')
    in_name = send(as_member, f'{{"title": "a", "metadata": {{"{text}": 1}}}}')

    assert {answer.status_code for answer in (in_field, in_json, in_name)} == {400}
    assert list(in_field.json()["errors"]) == ["title"]
    assert list(in_json.json()["errors"]["metadata"]["list"]["1"]) == ["x"]
    assert list(in_name.json()["errors"]) == ["metadata"]


def test_a_pair_of_surrogates_is_a_character(as_member):
    answer = send(as_member, b'{"title": "\\ud83d\\ude00", "story_points": null}')

    assert answer.status_code == 200
    assert answer.json()["title"] == "😀"


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("title", [None, "", "   ", 5, True, [], {}, "x" * 501]),
        ("story_points", ["5", True, 1.5, -1, 1000, 2**40, [], {}]),
        (
            "estimated_hours",
            ["NaN", "Infinity", "1_0", "\uff11", "1e999", "x", True, [], 1e12, 0.001],
        ),
        ("due_date", ["2026-13-01", "20260101", "2026-W01-1", "22.11.2026", 5, "0000-01-01"]),
        (
            "starts_at",
            [
                "2026-11-22T10:00:00",
                "2026-11-22",
                "2026-11-22T10:00:00+16:00",
                "2026-11-22T10:00:00+99:99",
                "0001-01-01T00:00:00+10:00",
                "9999-12-31T23:59:59-10:00",
                "2026-02-30T00:00:00Z",
                5,
                None,
            ],
        ),
        (
            "metadata",
            [[], "x", 5, {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": 1}}}}}}}}}],
        ),
        ("priority", ["", "none ", 1, [], {}, "Urgent"]),
        ("archived", ["true", 1, 0, "yes", None]),
        ("token", ["x", 1, "{019ab000-0000-7000-8000-000000000000}", "0" * 32, None]),
        ("sprint", ["x", 1, True, [], {}, "019AB000000070008000000000000000"]),
        ("assignees", ["x", {}, None, 5, ["x"], [1], [None], [[]]]),
    ],
)
def test_a_field_takes_only_what_it_says(as_member, field, values):
    for value in values:
        body = {"title": "a", "story_points": 1, field: value}
        answer = send(as_member, json.dumps(body))
        assert answer.status_code == 400, value
        assert list(answer.json()["errors"]) == [field], value


def test_json_in_order_arrives_as_it_was_meant(as_member, member):
    body = {
        "title": "  Trimmed  ",
        "story_points": 3.0,
        "estimated_hours": "2.50",
        "due_date": "2026-11-22",
        "starts_at": "2026-11-22T10:00:00.5+03:00",
        "metadata": {"labels": []},
        "priority": "high",
        "archived": False,
        "assignees": [str(member.pk)],
    }

    answer = send(as_member, json.dumps(body))

    assert answer.status_code == 200
    assert answer.json() == {
        **body,
        "title": "Trimmed",
        "story_points": 3,
        "starts_at": "2026-11-22T07:00:00.500000Z",
    }


def test_faults_in_rows_are_named_by_index(as_member):
    body = {"title": "a", "story_points": 1, "parts": [{"a": "x"}, {"b": "long"}, {}]}

    answer = send(as_member, json.dumps(body))

    assert answer.json()["errors"] == {
        "parts": {"1": {"b": ["Ensure this field has no more than 3 characters."]}}
    }


def test_unknown_fields_are_refused_by_name(as_member, workspace):
    answer = as_member.post(BOARDS, {"workspace": str(workspace.pk), "name": "", "nmae": 1})

    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"name", "nmae"}
    assert not Board.objects.exists()


def test_read_only_fields_may_come_back_as_they_were_but_not_otherwise(as_member, board):
    shown = as_member.get(f"{BOARDS}{board.pk}/").json()

    same = as_member.patch(f"{BOARDS}{board.pk}/", {**shown, "name": "Renamed"})
    differing = as_member.patch(
        f"{BOARDS}{board.pk}/",
        {"version": 9, "created_at": "2026-01-01T00:00:00Z", "id": None, "name": "No"},
    )

    assert same.status_code == 200, same.json()
    assert same.json()["name"] == "Renamed"
    assert differing.status_code == 400
    assert set(differing.json()["errors"]) == {"version", "created_at", "id"}
    board.refresh_from_db()
    assert board.name == "Renamed"


def test_a_read_only_field_has_no_place_in_a_new_row(as_member, workspace):
    answer = as_member.post(BOARDS, {"workspace": str(workspace.pk), "name": "x", "version": 1})

    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"version"}


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin-1",
        "application/json; charset=utf-16",
        "application/merge-patch+json",
        "application/" + "x" * 300,
        "garbage",
    ],
)
def test_other_kinds_of_body_are_a_415(as_member, content_type):
    answer = send(as_member, b'{"title": "a"}', content_type)

    assert answer.status_code == 415
    assert answer.json()["code"] == "unsupported_media_type"


def test_a_body_has_a_limit_that_an_address_can_raise(as_member):
    body = b'{"a": "' + b"x" * 1024 * 1024 + b'"}'

    assert send(as_member, body).status_code == 413
    assert send(as_member, body, address=LARGE).json() == {"names": 1}
    assert send(as_member, body + b" " * 1024 * 1024, address=LARGE).status_code == 413


@pytest.mark.parametrize("length", ["x", "-1", "\uff19", "1" * 30])
def test_a_wrong_length_is_refused(as_member, length):
    answer = send(as_member, b"{}", CONTENT_LENGTH=length)

    assert answer.status_code in (400, 413)


def test_a_body_without_length_is_refused(as_member):
    answer = send(as_member, b"", HTTP_TRANSFER_ENCODING="chunked", CONTENT_LENGTH="")

    assert answer.status_code == 411


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("page_size=0", "page_size"),
        ("page_size=201", "page_size"),
        ("page_size=-1", "page_size"),
        ("page_size=9223372036854775808", "page_size"),
        ("page_size=1e400", "page_size"),
        ("page_size=1&page_size=2", "page_size"),
        ("page_size=%D9%A1", "page_size"),
        ("cursor=x", "cursor"),
        ("cursor=", "cursor"),
        ("cursor=a:b", "cursor"),
        ("ordering=workspace", "ordering"),
        ("ordering=", "ordering"),
        ("ordering=name,,name", "ordering"),
        ("ordering=--name", "ordering"),
        ("ordering=?", "ordering"),
        ("search=%00", "search"),
        ("search=%ff", "search"),
        ("search=" + "x" * 5000, "search"),
        ("search=", "search"),
        ("archived=1", "archived"),
        ("archived=", "archived"),
        ("archived=true&archived=false", "archived"),
        ("workspace=x", "workspace"),
        ("workspace=", "workspace"),
        ("workspace=none", "workspace"),
        ("updated_since=yesterday", "updated_since"),
        ("updated_since=2026-11-22T10:00:00", "updated_since"),
        ("updated_since=0001-01-01T00:00:00%2B10:00", "updated_since"),
        ("format=xml", "format"),
        ("nonsense=1", "nonsense"),
        ("%00=1", "\\x00"),
        ("%ed%a0%80=1", "���"),
        ("&".join(f"a{n}=1" for n in range(101)), "query"),
    ],
)
def test_a_wrong_parameter_is_a_400_that_names_it(as_member, query, name):
    answer = as_member.generic("GET", BOARDS, QUERY_STRING=query)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [name]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("priority=high,", "priority"),
        ("priority=High", "priority"),
        ("priority=", "priority"),
        ("due_before=20260101", "due_before"),
        ("due_before=2026-02-30", "due_before"),
        ("points=1.5", "points"),
        ("points=99999999999", "points"),
        ("points=4294967296", "points"),
        ("sprint=me", "sprint"),
        ("creator=none", "creator"),
    ],
)
def test_a_wrong_filter_value_is_a_400_that_names_it(as_member, query, name):
    answer = as_member.generic("GET", "/api/v1/cards/", QUERY_STRING=query)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [name]


@pytest.mark.parametrize(
    "path", ["boards/%00/", "boards/x/", "boards/%ff/", "boards/../../x", "%ed%a0%80/", "boards//"]
)
def test_a_wrong_address_is_a_404(as_member, path):
    answer = as_member.get(f"/api/v1/{path}")

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_pages_outside_the_api_refuse_a_broken_query_too(client):
    answer = client.get("/admin/login/?next=%00")

    assert answer.status_code == 400


def test_a_row_takes_no_parameters(as_member, board):
    answer = as_member.get(f"{BOARDS}{board.pk}/?expand=all")

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["expand"]
