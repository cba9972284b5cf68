"""Personal access tokens."""

import datetime
import json
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from core.exceptions import Forbidden
from core.models import EventLog
from tests.factories import UserFactory
from tests.watching import Watch, signed
from workspaces.models import AccessToken
from workspaces.services import (
    member_remove,
    token_authenticate,
    token_create,
    token_revoke,
    user_deactivate,
    user_delete,
)

ME = "/api/v1/users/me/"


def make(person, **changes):
    values = {"name": "A script", "scope": "write", "at": timezone.now(), **changes}
    return token_create(user=person, actor=person, **values)


def client_with(secret):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


@pytest.mark.django_db
class TestKeeping:
    def test_it_is_shown_once_and_kept_as_a_hash(self, member):
        watch = Watch()
        token, secret = make(member)
        assert secret.startswith("taskly_pat_")
        assert len(secret) == len("taskly_pat_") + 40
        assert token.prefix == secret[: len("taskly_pat_") + 4]
        assert signed(watch.only()) == ("token.created", member.pk, "command")
        written = json.dumps(watch.only().details)
        assert secret not in written
        assert token.token_hash not in written

    def test_nobody_makes_one_for_somebody_else(self, member, operator):
        with pytest.raises(Forbidden):
            token_create(user=member, actor=operator, name="Mine", at=timezone.now())

    def test_it_cannot_have_ended_already(self, member):
        with pytest.raises(ValidationError) as refusal:
            make(member, expires_at=timezone.now())
        assert list(refusal.value.message_dict) == ["expires_at"]

    def test_only_its_own_person_or_an_operator_revokes_it(self, member, admin, operator):
        token, _secret = make(member)
        with pytest.raises(Forbidden):
            token_revoke(token=token, actor=admin, at=timezone.now())
        assert token_revoke(token=token, actor=operator, at=timezone.now()).revoked_at is not None

    def test_a_changed_key_ring_still_knows_it(self, member, settings):
        _token, secret = make(member)
        settings.TASKLY_TOKEN_KEYS = ["newer", *settings.TASKLY_TOKEN_KEYS]
        assert token_authenticate(secret=secret, at=timezone.now()) is not None
        _token, newer = make(member)
        settings.TASKLY_TOKEN_KEYS = settings.TASKLY_TOKEN_KEYS[:1]
        assert token_authenticate(secret=secret, at=timezone.now()) is None
        assert token_authenticate(secret=newer, at=timezone.now()) is not None


@pytest.mark.django_db
class TestUsing:
    def test_it_signs_in(self, member):
        _token, secret = make(member)
        assert client_with(secret).get(ME).json()["username"] == "member"

    def test_its_use_is_noted_once_a_minute_and_makes_no_entry(self, member):
        token, secret = make(member)
        watch = Watch()
        client_with(secret).get(ME)
        token.refresh_from_db()
        first = token.last_used_at
        client_with(secret).get(ME)
        token.refresh_from_db()
        assert (token.last_used_at, token.version) == (first, 1)
        earlier = timezone.now() - datetime.timedelta(seconds=61)
        AccessToken.objects.filter(pk=token.pk).update(last_used_at=earlier)
        client_with(secret).get(ME)
        token.refresh_from_db()
        assert token.last_used_at > earlier
        assert watch.entries() == []

    def test_it_costs_one_query(self, member):
        _token, secret = make(member)
        token_authenticate(secret=secret, at=timezone.now())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            token_authenticate(secret=secret, at=timezone.now())
        assert len(queries) == 1

    @pytest.mark.parametrize("method", ["post", "patch", "delete"])
    def test_a_reading_one_changes_nothing(self, member, workspace, method):
        _token, secret = make(member, scope="read")
        client = client_with(secret)
        assert client.get(ME).status_code == 200
        answer = getattr(client, method)(f"/api/v1/workspaces/{workspace.pk}/", {})
        assert answer.status_code == 403
        assert answer.json()["code"] == "read_only_token"

    @pytest.mark.parametrize(
        "kill",
        [
            lambda token: token_revoke(token=token, actor=token.user, at=timezone.now()),
            lambda token: user_deactivate(user=token.user, actor=None, at=timezone.now()),
            lambda token: user_delete(user=token.user, actor=None, at=timezone.now()),
            lambda token: AccessToken.objects.filter(pk=token.pk).update(expires_at=timezone.now()),
        ],
        ids=["revoked", "deactivated", "deleted", "expired"],
    )
    def test_it_is_dead_at_the_next_request(self, member, kill):
        token, secret = make(member)
        client = client_with(secret)
        assert client.get(ME).status_code == 200
        kill(token)
        assert client.get(ME).status_code == 401

    def test_a_member_who_was_removed_is_out_at_the_next_request(self, member, workspace):
        _token, secret = make(member)
        client = client_with(secret)
        address = f"/api/v1/workspaces/{workspace.pk}/"
        assert client.get(address).status_code == 200
        member_remove(member=workspace.memberships.get(user=member), actor=None)
        assert client.get(address).status_code == 404

    @pytest.mark.parametrize(
        "credential",
        [
            "taskly_pat_",
            "taskly_pat_" + "a" * 40,
            "taskly_pat_" + "a" * 100_000,
            "taskly_pat_\xff",
            "",
            "a.b.c",
        ],
    )
    def test_what_is_none_is_401(self, db, credential):
        answer = client_with(credential).get(ME)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")

    @pytest.mark.parametrize(
        ("method", "address"),
        [
            ("get", "/api/v1/tokens/"),
            ("post", "/api/v1/tokens/"),
            ("post", "/api/v1/users/me/password/"),
            ("post", "/api/v1/users/me/delete/"),
            ("post", "/api/v1/auth/revoke-all/"),
        ],
    )
    def test_it_opens_no_further_doors(self, member, method, address):
        _token, secret = make(member)
        answer = getattr(client_with(secret), method)(address, {"name": "More"})
        assert answer.status_code == 403
        assert AccessToken.objects.count() == 1


@pytest.mark.django_db
class TestOverRest:
    def test_made_listed_and_revoked(self, client_of, member):
        client = client_of(member)
        made = client.post("/api/v1/tokens/", {"name": "CI", "scope": "write"})
        assert made.status_code == 201
        secret = made.json()["token"]
        assert made["Cache-Control"] == "no-store"
        [listed] = client.get("/api/v1/tokens/").json()["results"]
        assert listed == {name: value for name, value in made.json().items() if name != "token"}
        assert client.get(made["Location"]).status_code == 200
        assert client.delete(made["Location"]).status_code == 204
        assert client.get(made["Location"]).status_code == 404
        assert client_with(secret).get(ME).status_code == 401

    def test_somebody_elses_is_not_there(self, client_of, member, admin):
        token, _secret = make(member)
        assert client_of(admin).get(f"/api/v1/tokens/{token.pk}/").status_code == 404
        assert client_of(admin).delete(f"/api/v1/tokens/{token.pk}/").status_code == 404
        assert client_of(admin).get("/api/v1/tokens/").json()["results"] == []

    def test_the_answer_with_the_token_is_not_kept(self, client_of, member):
        client = client_of(member)
        body = {"name": "CI"}
        first = client.post("/api/v1/tokens/", body, HTTP_IDEMPOTENCY_KEY="one")
        again = client.post("/api/v1/tokens/", body, HTTP_IDEMPOTENCY_KEY="one")
        assert (first.status_code, again.status_code) == (201, 409)
        assert again.json()["code"] == "credential_shown_once"
        assert AccessToken.objects.count() == 1

    def test_the_list_costs_the_same_with_4_and_with_40(self, client_of, member):
        client = client_of(member)

        def queries():
            with CaptureQueriesContext(connection) as captured:
                client.get("/api/v1/tokens/")
            return len(captured)

        for _number in range(4):
            make(member)
        few = queries()
        for _number in range(36):
            make(member)
        assert queries() == few


@pytest.mark.django_db(transaction=True)
def test_a_token_in_use_is_dead_as_soon_as_it_is_revoked():
    person = UserFactory()
    token, secret = make(person)
    revoked_at = []
    answers = []

    def use():
        try:
            while not revoked_at or len(answers) < 50:
                begun = timezone.now()
                answers.append((begun, token_authenticate(secret=secret, at=begun) is not None))
        finally:
            connection.close()

    threads = [threading.Thread(target=use) for _number in range(4)]
    for thread in threads:
        thread.start()
    token_revoke(token=token, actor=person, at=timezone.now())
    revoked_at.append(timezone.now())
    for thread in threads:
        thread.join()
    assert [good for begun, good in answers if begun > revoked_at[0] and good] == []
    assert EventLog.objects.filter(action="token.revoked").count() == 1
