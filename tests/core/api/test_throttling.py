"""Limits: counted once for all processes, per person or address, and told in headers."""

import re
import subprocess
import sys
import threading

import pytest

from core.api import throttling
from core.api.throttling import Counters

BOARDS = "/api/v1/boards/"


@pytest.fixture
def counters(tmp_path):
    return Counters(tmp_path / "counts" / "requests")


def test_a_caller_has_so_many_requests_a_minute(counters):
    taken = [counters.take("user", "a", 5, now=600.0 + n) for n in range(6)]

    assert [each.wait > 0 for each in taken] == [False] * 5 + [True]
    assert [each.remaining for each in taken] == [4, 3, 2, 1, 0, 0]
    assert counters.take("user", "b", 5, now=606.0).remaining == 4
    assert counters.take("address", "a", 5, now=606.0).remaining == 4


@pytest.mark.parametrize("limit", [1, 2, 5, 120, 1200])
@pytest.mark.parametrize("second", [0.0, 17.3, 59.9])
def test_who_waits_as_long_as_told_gets_through(counters, limit, second):
    now = 600.0 + second
    while (taken := counters.take("user", "a", limit, now=now)).wait == 0:
        pass

    assert 0 < taken.wait <= 2 * throttling.WINDOW
    assert counters.take("user", "a", limit, now=now + taken.wait).wait == 0


def test_no_minute_has_more_than_the_limit(counters):
    let_in = [
        moment
        for moment in (600 + step / 10 for step in range(3000))
        if counters.take("user", "a", 30, now=moment).wait == 0
    ]

    for start in let_in:
        # The share of the last minute is taken as even, so a few more are possible, never double.
        assert sum(start <= moment < start + 60 for moment in let_in) <= 30 * 1.2


def test_a_quiet_minute_gives_everything_back(counters):
    for _ in range(5):
        counters.take("user", "a", 5, now=600.0)

    assert counters.take("user", "a", 5, now=720.0).remaining == 4


def test_threads_and_processes_count_together(counters):
    code = (
        "import sys, pathlib; from core.api.throttling import Counters;"
        "import django; django.setup();"
        "c = Counters(pathlib.Path(sys.argv[1]));"
        "[c.take('user', 'a', 10_000, now=600.0) for _ in range(500)]"
    )
    others = [subprocess.Popen([sys.executable, "-c", code, str(counters.path)]) for _ in range(2)]

    def count():
        for _ in range(500):
            counters.take("user", "a", 10_000, now=600.0)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in others:
        assert other.wait(120) == 0

    assert counters.take("user", "a", 10_000, now=600.0).remaining == 10_000 - 3001


def test_the_longest_silent_caller_makes_room(counters):
    for number in range(100_000):
        counters.take("address", f"client-{number}", 5, now=600.0 + number / 1000)

    assert counters.take("address", "client-99999", 5, now=700.0).remaining == 3


def test_a_file_of_somebody_else_is_not_used(counters, monkeypatch):
    counters.take("user", "a", 5)
    monkeypatch.setattr(throttling.os, "geteuid", lambda: 12345)

    with pytest.raises(PermissionError):
        Counters(counters.path).take("user", "a", 5)


def test_an_answer_tells_what_is_left(as_member, client_of, member, settings):
    settings.TASKLY_RATE_USER = 3

    answers = [as_member.get(BOARDS) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0]["RateLimit-Policy"] == '"user";q=3;w=60'
    assert re.fullmatch(r'"user";r=2;t=\d+', answers[0]["RateLimit"])
    refused = answers[3]
    assert re.fullmatch(r'"user";r=0;t=\d+', refused["RateLimit"])
    assert int(refused["Retry-After"]) > 0
    assert refused.json()["code"] == "throttled"
    # One person, whichever session or token.
    assert client_of(member).get(BOARDS).status_code == 429


def test_refused_and_unknown_addresses_count_as_well(client_of, settings, db):
    settings.TASKLY_RATE_ANONYMOUS = 3
    client = client_of(None)

    statuses = [
        client.get(BOARDS).status_code,
        client.get("/api/v1/nothing/").status_code,
        client.get("/api/", headers={"Authorization": "Bearer x"}).status_code,
        client.get(BOARDS).status_code,
        client.get("/api/v1/nothing/").status_code,
    ]

    assert statuses == [401, 404, 401, 429, 429]


def test_no_limit_is_no_header(as_member):
    assert not as_member.get(BOARDS).has_header("RateLimit")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "address"),
    [
        (0, "203.0.113.9", "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (1, "10.9.9.9, 203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (2, "10.9.9.9, 203.0.113.9, 192.0.2.7", "198.51.100.1", "203.0.113.9"),
        (2, "203.0.113.9", "198.51.100.1", "198.51.100.1"),
        (1, "nonsense", "198.51.100.1", "unknown"),
        (0, "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (0, "", "::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_whose_address_it_is(rf, settings, proxies, forwarded, remote, address):
    settings.TASKLY_PROXIES = proxies
    request = rf.get("/", HTTP_X_FORWARDED_FOR=forwarded, REMOTE_ADDR=remote)

    assert throttling.client_address(request) == address
