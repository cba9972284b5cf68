"""ETag, If-Match and If-None-Match."""

import gzip

import pytest

from core.acting import acting

BOARDS = "/api/v1/boards/"


@pytest.fixture
def address(board):
    return f"{BOARDS}{board.pk}/"


def test_a_write_with_the_present_tag_goes_through(as_member, address):
    tag = as_member.get(address)["ETag"]

    answer = as_member.patch(address, {"name": "Renamed"}, headers={"If-Match": tag})

    assert answer.status_code == 200
    assert answer["ETag"] != tag


def test_a_stale_write_is_told_what_is_there_now_and_who_did_it(
    as_member, client_of, admin, address, board
):
    tag = as_member.get(address)["ETag"]
    client_of(admin).patch(address, {"name": "By the admin"})

    answer = as_member.patch(address, {"name": "Mine"}, headers={"If-Match": tag})

    assert answer.status_code == 412
    problem = answer.json()
    assert problem["code"] == "stale_version"
    assert problem["current"]["name"] == "By the admin"
    assert problem["current"] == as_member.get(address).json()
    assert problem["changed_by"] == {"id": str(admin.pk), "name": "Ada Admin"}
    assert problem["changed_at"].endswith("Z")


def test_a_change_that_nobody_signed_for_has_no_name(as_member, address, board):
    board.name = "By the system"
    with acting(None, "board.updated"):
        board.save(update_fields=["name"])

    answer = as_member.delete(address, headers={"If-Match": f'"{board.pk}.1"'})

    assert answer.status_code == 412
    assert answer.json()["changed_by"] is None


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("*", 200),
        ('"{id}.1"', 200),
        ('"{id}.1-gzip"', 200),
        ('"other", "{id}.1"', 200),
        ('"{id}.2"', 412),
        ('W/"{id}.1"', 412),
        ('"019ab000-0000-7000-8000-000000000000.1"', 412),
        ('"{id}.x"', 412),
        ('"{id}.' + "9" * 50 + '"', 412),
        ("{id}.1", 400),
        ('"{id}.1', 400),
        ('"a" "b"', 400),
        ("", 400),
        (",", 400),
    ],
)
def test_if_match(as_member, board, address, header, status):
    header = header.replace("{id}", str(board.pk))

    answer = as_member.patch(address, {"name": "New"}, headers={"If-Match": header})

    assert answer.status_code == status
    if status == 400:
        assert list(answer.json()["errors"]) == ["If-Match"]
    board.refresh_from_db()
    assert board.name == ("New" if status == 200 else "Product")


def test_who_has_the_present_copy_gets_a_304(as_member, address):
    tag = as_member.get(address)["ETag"]

    for header in (tag, f"W/{tag}", f'"x", {tag}', "*", f'{tag[:-1]}-gzip"'):
        answer = as_member.get(address, headers={"If-None-Match": header})
        assert answer.status_code == 304
        assert answer["ETag"] == tag
        assert answer.content == b""
    assert as_member.get(address, headers={"If-None-Match": '"x"'}).status_code == 200


def test_a_compressed_answer_has_a_tag_of_its_own(as_member):
    plain = as_member.get("/api/v1/cards/raw/")
    packed = as_member.get("/api/v1/cards/raw/", headers={"Accept-Encoding": "br, gzip;q=0.5"})
    refused = as_member.get("/api/v1/cards/raw/", headers={"Accept-Encoding": "gzip;q=0"})

    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content == refused.content
    assert "Accept-Encoding" in plain["Vary"]
    assert not refused.has_header("Content-Encoding")
