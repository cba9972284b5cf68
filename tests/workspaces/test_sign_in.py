"""Signing in by JWT and by session, and what ends it."""

import base64
import datetime

import jwt
import orjson
import pytest
from django.contrib.auth import authenticate
from django.utils import timezone
from rest_framework.test import APIClient

from tests.factories import UserFactory
from tests.factories.workspaces import PASSWORD
from tests.watching import Watch
from tests.workspaces.hasher import CountingHasher
from workspaces.models import SignIn, Workspace
from workspaces.services import (
    password_set,
    sign_out_everywhere,
    user_deactivate,
    user_delete,
)
from workspaces.services import sign_in as services_sign_in

pytestmark = pytest.mark.django_db

ME = "/api/v1/users/me/"
TOKEN = "/api/v1/auth/token/"
REFRESH = "/api/v1/auth/token/refresh/"
VERIFY = "/api/v1/auth/token/verify/"
REVOKE = "/api/v1/auth/token/revoke/"


@pytest.fixture
def api():
    return APIClient()


@pytest.fixture
def pair(api, member):
    return sign_in(api).json()


def sign_in(api, username="member", password=PASSWORD, **headers):
    return api.post(TOKEN, {"username": username, "password": password}, **headers)


def me_with(access):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
    return client.get(ME)


@pytest.fixture
def hasher(settings):
    """Counts how often a password is hashed."""
    settings.PASSWORD_HASHERS = ["tests.workspaces.hasher.CountingHasher"]
    return CountingHasher


ENDINGS = {
    "signed out everywhere": lambda user: sign_out_everywhere(
        user=user, actor=user, at=timezone.now()
    ),
    "new password": lambda user: password_set(
        user=user, new_password="something else entirely", actor=None, at=timezone.now()
    ),
    "deactivated": lambda user: user_deactivate(user=user, actor=None, at=timezone.now()),
    "deleted": lambda user: user_delete(user=user, actor=None, at=timezone.now()),
}


class TestSigningIn:
    @pytest.mark.parametrize("username", ["member", "MEMBER", "Member@Example.com"])
    def test_by_username_or_email(self, api, member, username):
        answer = sign_in(api, username)
        assert answer.status_code == 200
        assert set(answer.json()) == {"access", "refresh"}
        assert answer["Cache-Control"] == "no-store"
        assert me_with(answer.json()["access"]).json()["id"] == str(member.pk)

    def test_the_first_time_makes_the_private_workspace(self, api, member):
        for _time in range(2):
            sign_in(api)
        assert Workspace.objects.filter(personal_for=member).count() == 1

    def test_it_is_noted_without_an_entry(self, api, member):
        sign_in(api)
        watch = Watch()
        sign_in(api)
        member.refresh_from_db()
        assert member.last_login is not None
        assert watch.entries() == []

    @pytest.mark.parametrize(
        ("username", "password"),
        [("member", "wrong"), ("nobody", PASSWORD), ("nobody@example.com", PASSWORD)],
    )
    def test_wrong_and_unknown_get_the_same_answer(self, api, member, username, password):
        answer = sign_in(api, username, password)
        expected = "That username (or email) and password do not belong together."
        assert (answer.status_code, answer.json()["detail"]) == (401, expected)

    @pytest.mark.parametrize("username", ["known", "nobody", "passwordless"])
    def test_known_or_not_it_costs_one_hash(self, api, hasher, username):
        UserFactory(username="known")
        passwordless = UserFactory(username="passwordless")
        passwordless.set_unusable_password()
        passwordless.save()
        hasher.count = 0
        assert sign_in(api, username, "wrong").status_code == 401
        assert hasher.count == 1

    @pytest.mark.parametrize("ending", ["deactivated", "deleted"])
    def test_not_when(self, api, member, ending):
        ENDINGS[ending](member)
        assert sign_in(api).status_code == 401

    def test_a_repeat_with_the_same_key_shows_nothing(self, api, member):
        first = sign_in(api, HTTP_IDEMPOTENCY_KEY="once")
        again = sign_in(api, HTTP_IDEMPOTENCY_KEY="once")
        assert (first.status_code, again.status_code) == (200, 409)
        assert SignIn.objects.count() == 1

    @pytest.mark.parametrize(
        "body", [{}, {"username": "member"}, {"username": 1, "password": []}, [], "x"]
    )
    def test_a_body_without_the_two_is_400(self, api, body):
        assert api.post(TOKEN, body).status_code == 400


class TestTokens:
    def test_the_claims(self, pair, member, settings):
        claims = jwt.decode(
            pair["access"],
            settings.SECRET_KEY,
            algorithms=["HS256"],
            audience="taskly-api",
            issuer="taskly",
        )
        assert claims["sub"] == str(member.pk)
        assert claims["generation"] == 1
        assert claims["exp"] - claims["iat"] == 15 * 60
        assert set(claims) == {
            "token_type",
            "exp",
            "iat",
            "jti",
            "sub",
            "generation",
            "family",
            "aud",
            "iss",
        }

    @pytest.mark.parametrize(
        "change",
        [
            {"aud": "others"},
            {"iss": "others"},
            {"token_type": "refresh"},
            {"exp": 1},
            {"generation": 2},
            {"generation": "1"},
            {"generation": True},
            {"generation": None},
            {"sub": "0190a200-0000-7000-8000-000000000001"},
            {"sub": "x"},
            {"sub": None},
            {"family": "0190a200-0000-7000-8000-000000000002"},
            {"family": 7},
            {"jti": None},
        ],
        ids=str,
    )
    def test_a_claim_that_is_not_ours_is_401(self, pair, settings, change):
        claims = jwt.decode(
            pair["access"], options={"verify_signature": False}, algorithms=["HS256"]
        )
        assert me_with(encode({**claims, **change}, settings.SECRET_KEY)).status_code == 401

    def test_other_keys_and_algorithms_are_401(self, pair, settings):
        claims = jwt.decode(
            pair["access"], options={"verify_signature": False}, algorithms=["HS256"]
        )
        unsigned = jwt.encode(claims, None, algorithm="none")
        for token in (
            encode(claims, "k" * 50),
            encode(claims, settings.SECRET_KEY, "HS512"),
            unsigned,
            pair["access"][:-2],
            pair["access"].rsplit(".", 1)[0],
        ):
            assert me_with(token).status_code == 401

    @pytest.mark.parametrize(
        "header",
        [
            {"alg": 5},
            {"alg": None},
            {"alg": []},
            {"alg": "HS256", "kid": 7},
            {"alg": "HS256", "b64": False},
            {"alg": "HS256", "crit": ["x"]},
            {},
            [],
            7,
        ],
        ids=str,
    )
    def test_a_strange_header_is_401(self, pair, header):
        encoded = base64.urlsafe_b64encode(orjson.dumps(header)).rstrip(b"=").decode()
        rest = pair["access"].partition(".")[2]
        assert me_with(f"{encoded}.{rest}").status_code == 401

    def test_a_changed_secret_key_signs_nobody_out(self, api, pair, settings):
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "n" * 50
        assert me_with(pair["access"]).status_code == 200
        renewed = api.post(REFRESH, {"refresh": pair["refresh"]}).json()
        settings.SECRET_KEY_FALLBACKS = []
        assert me_with(renewed["access"]).status_code == 200
        assert me_with(pair["access"]).status_code == 401

    def test_verify_tells_what_would_be_taken(self, api, pair):
        for token in pair.values():
            answer = api.post(VERIFY, {"token": token})
            assert (answer.status_code, answer.json()) == (200, {})
        api.post(REFRESH, {"refresh": pair["refresh"]})
        assert api.post(VERIFY, {"token": pair["refresh"]}).status_code == 401
        assert api.post(VERIFY, {"token": "x"}).status_code == 401
        assert api.post(VERIFY, {"token": "ü"}).status_code == 401

    def test_a_refresh_token_opens_nothing_else(self, pair):
        assert me_with(pair["refresh"]).status_code == 401


class TestRenewing:
    def test_each_refresh_token_works_once(self, api, pair):
        renewed = api.post(REFRESH, {"refresh": pair["refresh"]})
        assert renewed.status_code == 200
        assert me_with(renewed.json()["access"]).status_code == 200
        assert SignIn.objects.count() == 1

    @pytest.mark.parametrize("headers", [{}, {"HTTP_IDEMPOTENCY_KEY": "copy"}], ids=["", "key"])
    def test_one_that_is_used_twice_ends_the_family(self, api, pair, headers):
        renewed = api.post(REFRESH, {"refresh": pair["refresh"]}).json()
        again = api.post(REFRESH, {"refresh": pair["refresh"]}, **headers)
        assert again.status_code == 401
        assert again["WWW-Authenticate"].startswith("Bearer")
        assert me_with(renewed["access"]).status_code == 401
        assert api.post(REFRESH, {"refresh": renewed["refresh"]}).status_code == 401

    def test_other_families_live_on(self, api, pair):
        other = sign_in(api).json()
        api.post(REFRESH, {"refresh": pair["refresh"]})
        api.post(REFRESH, {"refresh": pair["refresh"]})
        assert me_with(other["access"]).status_code == 200

    def test_an_access_token_renews_nothing(self, api, pair):
        assert api.post(REFRESH, {"refresh": pair["access"]}).status_code == 401

    def test_families_that_have_expired_are_cleared_away(self, api, pair):
        SignIn.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
        sign_in(api)
        assert SignIn.objects.count() == 1


class TestEnding:
    def test_revoking_ends_one_family_with_its_access_tokens(self, api, pair):
        other = sign_in(api).json()
        for _time in range(2):
            assert api.post(REVOKE, {"refresh": pair["refresh"]}).status_code == 204
        assert me_with(pair["access"]).status_code == 401
        assert me_with(other["access"]).status_code == 200
        assert api.post(REVOKE, {"refresh": "nonsense"}).status_code == 204

    @pytest.mark.parametrize("ending", list(ENDINGS))
    def test_jwts_are_dead_at_the_next_request_when(self, api, pair, member, ending):
        ENDINGS[ending](member)
        assert me_with(pair["access"]).status_code == 401
        assert api.post(REFRESH, {"refresh": pair["refresh"]}).status_code == 401

    @pytest.mark.parametrize("ending", list(ENDINGS))
    def test_sessions_are_dead_at_the_next_request_when(self, client, member, ending):
        assert client.login(username="member", password=PASSWORD)
        assert client.get(ME).status_code == 200
        ENDINGS[ending](member)
        assert client.get(ME).status_code == 401

    def test_revoke_all_ends_the_caller_too(self, api, pair, member):
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {pair['access']}")
        assert client.post("/api/v1/auth/revoke-all/").status_code == 204
        assert client.get(ME).status_code == 401

    def test_of_two_renewals_at_once_one_is_refused(self, pair):
        """The second has passed the first look; the row's own condition tells it from the first."""
        services_sign_in.refresh(token=pair["refresh"], at=timezone.now())
        with pytest.raises(services_sign_in.SignedOut):
            services_sign_in.refresh(token=pair["refresh"], at=timezone.now())
        assert not SignIn.objects.exists()


class TestSessions:
    def test_writing_needs_the_csrf_token(self, member):
        client = APIClient(enforce_csrf_checks=True)
        client.login(username="member", password=PASSWORD)
        assert client.get(ME).status_code == 200
        assert client.patch(ME, {"full_name": "Evil"}).status_code == 403
        member.refresh_from_db()
        assert member.full_name == "Max Member"

    def test_nobody_is_401(self, api):
        answer = api.get(ME)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")

    @pytest.mark.parametrize("username", ["", "member"])
    def test_without_a_name_or_a_password_nobody_is_looked_up(self, member, username):
        assert authenticate(None, username=username, password=None) is None
        assert authenticate(None, username="", password=PASSWORD) is None

    def test_the_pages_ask_rights_by_membership_and_operators_may_look(self, member, operator):
        assert (member.has_perm("x"), member.has_module_perms("cards")) == (False, False)
        assert (operator.has_perm("x"), operator.has_module_perms("cards")) == (True, True)

    def test_other_schemes_are_nobody(self, api, member):
        assert api.get(ME, HTTP_AUTHORIZATION="Basic bWVtYmVyOng=").status_code == 401


def encode(claims, key, algorithm="HS256"):
    present = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(present, key, algorithm=algorithm)
