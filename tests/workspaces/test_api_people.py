"""The caller's account and colleagues over REST: who sees whom, and what of them."""

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from core.models import EventLog
from tests.factories.workspaces import PASSWORD
from tests.watching import signed
from workspaces.services import token_create

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(admin, member, member_of_both, outsider, operator, workspace, other_workspace):
    return {
        "admin": admin,
        "member": member,
        "member_of_both": member_of_both,
        "outsider": outsider,
        "operator": operator,
    }


class TestPeople:
    @pytest.mark.parametrize(
        ("who", "names"),
        [
            ("admin", {"admin", "member", "member_of_both"}),
            ("member_of_both", {"admin", "member", "member_of_both", "outsider"}),
            ("outsider", {"outsider", "member_of_both"}),
            ("operator", {"operator"}),
        ],
    )
    def test_one_sees_colleagues(self, people, client_of, who, names):
        listed = client_of(people[who]).get("/api/v1/users/").json()["results"]
        assert {each["username"] for each in listed} == names

    @pytest.mark.parametrize(
        ("who", "seen"),
        [
            ("admin", {"admin", "member", "member_of_both"}),
            ("member", {"member"}),
            ("member_of_both", {"member_of_both"}),
            ("outsider", {"outsider", "member_of_both"}),
        ],
    )
    def test_emails_are_for_admins_of_theirs_and_themselves(self, people, client_of, who, seen):
        listed = client_of(people[who]).get("/api/v1/users/").json()["results"]
        assert {each["username"] for each in listed if each["email"] is not None} == seen

    def test_the_workspace_filter_tells_nothing_of_foreign_ones(
        self, people, client_of, workspace, other_workspace
    ):
        def found(who, place):
            answer = client_of(people[who]).get(f"/api/v1/users/?workspace={place.pk}")
            return {each["username"] for each in answer.json()["results"]}

        assert found("member_of_both", other_workspace) == {"outsider", "member_of_both"}
        # `member_of_both` is a colleague, but that they are in there as well is none of ours.
        assert found("admin", other_workspace) == set()

    def test_search_and_details(self, people, client_of, member, outsider):
        client = client_of(people["admin"])
        [found] = client.get("/api/v1/users/?search=max").json()["results"]
        assert client.get(f"/api/v1/users/{member.pk}/").json() == found
        assert client.get(f"/api/v1/users/{outsider.pk}/").status_code == 404
        assert client.get("/api/v1/users/?search=example.com").json()["results"] == []

    def test_nobody_changes_others(self, people, client_of, member):
        client = client_of(people["operator"])
        for method in ("patch", "delete", "post"):
            answer = getattr(client, method)(f"/api/v1/users/{member.pk}/", {"full_name": "X"})
            assert answer.status_code == 405


class TestMe:
    def test_what_is_shown(self, client_of, member):
        answer = client_of(member).get("/api/v1/users/me/")
        assert set(answer.json()) == {
            "id",
            "username",
            "email",
            "full_name",
            "avatar_url",
            "language",
            "is_operator",
            "version",
            "created_at",
            "updated_at",
        }
        assert answer["ETag"] == f'"{member.pk}.1"'
        again = client_of(member).get("/api/v1/users/me/", HTTP_IF_NONE_MATCH=answer["ETag"])
        assert again.status_code == 304

    def test_changing(self, client_of, member):
        body = {"full_name": "Maxine", "avatar_url": "https://example.com/max.png"}
        answer = client_of(member).patch("/api/v1/users/me/", body)
        assert answer.status_code == 200
        assert {name: answer.json()[name] for name in body} == body
        assert answer.json()["version"] == 2
        assert signed(EventLog.objects.latest("id")) == ("user.updated", member.pk, "api")

    @pytest.mark.parametrize(
        ("body", "status", "field"),
        [
            ({"is_operator": True}, 400, "is_operator"),
            ({"is_superuser": True}, 400, "is_superuser"),
            ({"avatar_url": "http://example.com/"}, 400, "avatar_url"),
            ({"avatar_url": "javascript:alert(1)"}, 400, "avatar_url"),
            ({"username": "a@b"}, 400, "username"),
            ({"username": "ADMIN"}, 409, "username"),
            ({"email": "new@example.com"}, 400, "current_password"),
            ({"email": "new@example.com", "current_password": "x"}, 400, "current_password"),
            ({"email": "nowhere", "current_password": PASSWORD}, 400, "email"),
            ({"email": "Admin@example.com", "current_password": PASSWORD}, 409, "email"),
        ],
    )
    def test_what_is_refused(self, client_of, member, admin, body, status, field):
        answer = client_of(member).patch("/api/v1/users/me/", body)
        assert (answer.status_code, list(answer.json()["errors"])) == (status, [field])
        member.refresh_from_db()
        assert member.version == 1

    def test_a_new_email_needs_the_password(self, client_of, member):
        body = {"email": "new@example.com", "current_password": PASSWORD}
        answer = client_of(member).patch("/api/v1/users/me/", body)
        assert (answer.status_code, answer.json()["email"]) == (200, "new@example.com")

    def test_not_by_an_access_token(self, member):
        _token, secret = token_create(
            user=member, actor=member, name="CI", scope="write", at=timezone.now()
        )
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        body = {"email": "new@example.com", "current_password": PASSWORD}
        assert client.patch("/api/v1/users/me/", body).status_code == 403
        assert client.patch("/api/v1/users/me/", {"full_name": "Bot"}).status_code == 200

    def test_deleting_oneself(self, client_of, member, workspace):
        client = client_of(member)
        address = "/api/v1/users/me/delete/"
        assert client.post(address, {"current_password": "wrong"}).status_code == 400
        assert client.post(address, {"current_password": PASSWORD}).status_code == 204
        member.refresh_from_db()
        assert member.deleted_at is not None

    def test_the_last_admin_does_not_delete_themselves(self, client_of, admin, workspace):
        body = {"current_password": PASSWORD}
        answer = client_of(admin).post("/api/v1/users/me/delete/", body)
        assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")
