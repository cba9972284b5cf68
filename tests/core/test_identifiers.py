"""Ids: time-ordered, of version 7, and different from each other."""

import time
import uuid

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


def test_ids_of_later_milliseconds_sort_behind():
    made = []
    for _ in range(20):
        made.append(uuid7())
        time.sleep(0.002)
    assert made == sorted(made)
    assert [str(each) for each in made] == sorted(str(each) for each in made)


def test_no_two_ids_are_the_same():
    assert len({uuid7() for _ in range(100_000)}) == 100_000
