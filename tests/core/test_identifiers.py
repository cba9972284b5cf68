"""Ids: time-ordered, of version 7, and different from each other."""

import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from core.identifiers import uuid7


def test_an_id_says_its_version_and_variant():
    made = [uuid7() for _ in range(1_000)]
    assert {each.version for each in made} == {7}
    assert {each.variant for each in made} == {uuid.RFC_4122}


def test_an_id_begins_with_the_millisecond_it_was_made_in():
    before = time.time_ns() // 1_000_000
    made = uuid7()
    after = time.time_ns() // 1_000_000
    assert before <= made.int >> 80 <= after


def test_ids_sort_in_the_order_they_were_made_in():
    made = [uuid7() for _ in range(20_000)]

    assert made == sorted(made)
    assert [str(each) for each in made] == sorted(str(each) for each in made)


def test_ids_go_on_where_the_clock_stands_still_or_is_set_back(monkeypatch):
    before = uuid7()
    for moment in (time.time_ns(), time.time_ns(), time.time_ns() - 3_600_000_000_000):
        monkeypatch.setattr(time, "time_ns", lambda moment=moment: moment)
        after = uuid7()
        assert after > before
        before = after


def test_ids_that_threads_make_at_once_are_in_order_for_each_of_them():
    start = threading.Barrier(8)

    def make(_number):
        start.wait()
        return [uuid7() for _ in range(2_000)]

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(make, range(8)))

    assert all(each == sorted(each) for each in made)
    assert len({identifier for each in made for identifier in each}) == 16_000


def test_no_two_ids_are_the_same():
    assert len({uuid7() for _ in range(100_000)}) == 100_000
