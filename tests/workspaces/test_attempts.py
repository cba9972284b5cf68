"""Guessing passwords is slow, and nobody is locked out for ever."""

import datetime
from functools import partial

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from tests.factories import UserFactory
from tests.factories.workspaces import PASSWORD
from tests.watching import Watch
from tests.workspaces.together import together
from workspaces.models import SignInAttempts
from workspaces.services.attempts import (
    FORGOTTEN_AFTER,
    FREE_OF_ACCOUNT,
    FREE_OF_ADDRESS,
    FREE_OF_PAIR,
    TooManyAttempts,
    attempt_begin,
    attempt_succeeded,
)

TOKEN = "/api/v1/auth/token/"
NOW = datetime.datetime(2026, 11, 22, 12, 0, tzinfo=datetime.UTC)


def seconds(number):
    return NOW + datetime.timedelta(seconds=number)


def fail(times, name="member", address="192.0.2.1", at=NOW):
    for _time in range(times):
        attempt_begin(identifier=name, address=address, at=at)


def wait_of(name="member", address="192.0.2.1", at=NOW):
    with pytest.raises(TooManyAttempts) as refusal:
        attempt_begin(identifier=name, address=address, at=at)
    return refusal.value.wait


@pytest.mark.django_db
class TestCounting:
    def test_the_wait_doubles_and_ends_at_a_quarter_of_an_hour(self):
        fail(FREE_OF_PAIR)
        moment, waits = NOW, []
        for _time in range(14):
            waits.append(wait_of(at=moment))
            moment += datetime.timedelta(seconds=waits[-1])
            fail(1, at=moment)
        assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]

    def test_waiting_attempts_do_not_count(self):
        fail(FREE_OF_PAIR)
        for _time in range(50):
            assert wait_of() == 1
        fail(1, at=seconds(1))

    def test_other_names_from_there_and_other_addresses_are_free(self):
        fail(FREE_OF_PAIR)
        fail(1, name="other")
        fail(1, address="192.0.2.2")

    def test_an_account_is_guarded_from_many_addresses(self):
        for number in range(FREE_OF_ACCOUNT):
            fail(1, address=f"192.0.2.{number}")
        assert wait_of(address="198.51.100.1") == 1

    def test_an_address_is_slowed_over_many_accounts(self):
        for number in range(FREE_OF_ADDRESS):
            fail(1, name=f"person{number}")
        assert wait_of(name="somebody else") == 1

    def test_who_has_signed_in_from_there_is_not_kept_out_by_others(self):
        good = attempt_begin(identifier="member", address="203.0.113.7", at=NOW)
        attempt_succeeded(attempt=good, at=NOW)
        for number in range(FREE_OF_ACCOUNT + 5):
            fail(1, address=f"192.0.2.{number}", at=seconds(number * 1000))
        moment = seconds((FREE_OF_ACCOUNT + 4) * 1000)
        assert wait_of(address="198.51.100.1", at=moment) > 1
        fail(1, address="203.0.113.7", at=moment)

    def test_success_forgets_the_failures(self):
        fail(FREE_OF_PAIR - 1)
        right = attempt_begin(identifier="MEMBER ", address="192.0.2.1", at=NOW)
        attempt_succeeded(attempt=right, at=NOW)
        fail(FREE_OF_PAIR)

    def test_an_account_of_ones_own_buys_no_guesses_at_others(self):
        for number in range(FREE_OF_ADDRESS):
            fail(1, name=f"person{number}")
            if number < FREE_OF_ADDRESS - 1:
                own = attempt_begin(identifier="own", address="192.0.2.1", at=NOW)
                attempt_succeeded(attempt=own, at=NOW)
        assert wait_of(name="somebody else") == 1

    def test_an_office_that_signs_in_all_day_is_not_slowed(self):
        for number in range(3 * FREE_OF_ADDRESS):
            right = attempt_begin(identifier=f"person{number}", address="192.0.2.1", at=NOW)
            attempt_succeeded(attempt=right, at=NOW)

    def test_a_day_later_all_is_forgotten_and_cleared_away(self):
        fail(FREE_OF_PAIR)
        fail(1, name="other", address="192.0.2.9", at=NOW + datetime.timedelta(hours=25))
        assert SignInAttempts.objects.count() == 3
        fail(FREE_OF_PAIR, at=NOW + datetime.timedelta(hours=25))

    def test_an_old_count_is_no_count(self):
        fail(FREE_OF_PAIR)
        later = NOW + FORGOTTEN_AFTER + datetime.timedelta(seconds=1)
        fail(1, at=later)
        assert SignInAttempts.objects.order_by("-failures").first().failures == 1

    def test_what_is_kept_names_nobody_and_makes_no_entry(self):
        watch = Watch()
        fail(1, name="member@example.com")
        kept = str(list(SignInAttempts.objects.values()))
        assert "member" not in kept
        assert "192.0.2.1" not in kept
        assert watch.entries() == []


@pytest.mark.django_db
@pytest.mark.usefixtures("long_waits")
class TestOverRest:
    def guess(self, **headers):
        body = {"username": "member", "password": "wrong"}
        return APIClient().post(TOKEN, body, **headers)

    def test_429_with_retry_after_whether_the_account_exists_or_not(self, member):
        for name in ("member", "nobody"):
            body = {"username": name, "password": "wrong"}
            answers = [APIClient().post(TOKEN, body) for _time in range(FREE_OF_PAIR + 1)]
            assert [each.status_code for each in answers] == [401] * FREE_OF_PAIR + [429]
            assert int(answers[-1]["Retry-After"]) >= 1

    def test_the_right_password_waits_as_well(self, member):
        for _time in range(FREE_OF_PAIR):
            self.guess()
        body = {"username": "member", "password": PASSWORD}
        assert APIClient().post(TOKEN, body).status_code == 429

    def test_keys_make_no_guess_free(self, member):
        codes = [
            self.guess(HTTP_IDEMPOTENCY_KEY=f"guess-{number}").status_code
            for number in range(FREE_OF_PAIR + 1)
        ]
        assert codes == [401] * FREE_OF_PAIR + [429]

    @pytest.mark.parametrize(
        ("method", "address", "body"),
        [
            ("patch", "/api/v1/users/me/", {"email": "new@example.com"}),
            ("post", "/api/v1/users/me/password/", {"new_password": "another good one"}),
            ("post", "/api/v1/users/me/delete/", {}),
        ],
    )
    def test_confirming_with_the_password_is_counted_too(
        self, client_of, member, method, address, body
    ):
        client = client_of(member)
        codes = [
            getattr(client, method)(
                address,
                {"current_password": f"wrong{number}", **body},
                HTTP_IDEMPOTENCY_KEY=f"guess-{number}",
            ).status_code
            for number in range(FREE_OF_PAIR + 1)
        ]
        assert codes == [400] * FREE_OF_PAIR + [429]
        member.refresh_from_db()
        assert member.version == 1

    def test_the_form_of_the_pages_counts_with_the_api(self, client, member):
        for _time in range(FREE_OF_PAIR):
            self.guess()
        answer = client.post("/admin/login/", {"username": "member", "password": PASSWORD})
        assert answer.status_code == 429
        assert int(answer["Retry-After"]) >= 1
        assert "too many failed attempts" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_hundred_guesses_at_once_are_a_hundred():
    at = timezone.now()
    UserFactory(username="member")
    calls = [
        partial(attempt_begin, identifier="member", address="192.0.2.1", at=at)
        for _number in range(16)
    ]
    outcomes = together(*calls)
    counted = [each for each in outcomes if not isinstance(each, Exception)]
    assert SignInAttempts.objects.order_by("-failures").first().failures == len(counted)
    assert {type(each) for each in outcomes if isinstance(each, Exception)} <= {TooManyAttempts}
    assert wait_of(at=at) >= 1
