"""People, workspaces, members and invitations over REST: who sees and who may what."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import EventLog
from tests.factories import InvitationFactory, MemberFactory, UserFactory, WorkspaceFactory
from tests.factories.workspaces import PASSWORD
from tests.watching import Watch, signed
from workspaces.models import User, Workspace, WorkspaceInvitation
from workspaces.services import workspace_of_one_ensure

pytestmark = pytest.mark.django_db

CAST = ["admin", "member", "member_of_both", "outsider", "operator", "nobody"]


@pytest.fixture
def people(admin, member, member_of_both, outsider, operator, workspace, other_workspace):
    return {
        "admin": admin,
        "member": member,
        "member_of_both": member_of_both,
        "outsider": outsider,
        "operator": operator,
        "nobody": None,
    }


@pytest.fixture
def invitation(workspace):
    return InvitationFactory(workspace=workspace, email="ann@example.com")


def table(*codes):
    """The expected status for each of the cast, in its order."""
    return pytest.mark.parametrize(("who", "expected"), list(zip(CAST, codes, strict=True)))


def of(workspace, *parts):
    return "/".join(["/api/v1/workspaces", str(workspace.pk), *map(str, parts), ""])


class TestWorkspaces:
    @table(200, 200, 200, 404, 404, 401)
    def test_reading(self, people, client_of, workspace, who, expected):
        assert client_of(people[who]).get(of(workspace)).status_code == expected

    @table(200, 403, 403, 404, 404, 401)
    def test_renaming(self, people, client_of, workspace, who, expected):
        answer = client_of(people[who]).patch(of(workspace), {"name": "New"})
        assert answer.status_code == expected
        workspace.refresh_from_db()
        assert workspace.name == ("New" if expected == 200 else "Acme")

    @table(204, 403, 403, 404, 404, 401)
    def test_deleting(self, people, client_of, workspace, who, expected):
        assert client_of(people[who]).delete(of(workspace)).status_code == expected
        assert Workspace.objects.filter(pk=workspace.pk).exists() == (expected != 204)

    @pytest.mark.parametrize(
        ("who", "names"),
        [
            ("admin", {"Acme"}),
            ("member_of_both", {"Acme", "Other"}),
            ("outsider", {"Other"}),
            ("operator", set()),
        ],
    )
    def test_the_list_is_of_ones_own(self, people, client_of, who, names):
        listed = client_of(people[who]).get("/api/v1/workspaces/").json()["results"]
        assert {each["name"] for each in listed} == names

    def test_making_one(self, client_of, member):
        client = client_of(member)
        made = client.post("/api/v1/workspaces/", {"name": "Mine", "key": "MINE"})
        assert made.status_code == 201
        body = made.json()
        assert {**body, "id": 0, "created_at": 0, "updated_at": 0} == {
            "id": 0,
            "name": "Mine",
            "key": "MINE",
            "created_by": str(member.pk),
            "is_private": False,
            "version": 1,
            "created_at": 0,
            "updated_at": 0,
        }
        assert made["ETag"] == f'"{body["id"]}.1"'
        assert client.get(made["Location"]).json() == body
        assert signed(EventLog.objects.latest("id")) == ("workspace.created", member.pk, "api")

    @pytest.mark.parametrize(
        ("body", "status", "field"),
        [
            ({"name": "Mine"}, 400, "key"),
            ({"name": "Mine", "key": "mine"}, 400, "key"),
            ({"name": "Mine", "key": "ACME"}, 409, "key"),
            ({"name": " ", "key": "MINE"}, 400, "name"),
            ({"name": "Mine", "key": "MINE", "created_by": "x"}, 400, "created_by"),
        ],
    )
    def test_what_cannot_be_made(self, client_of, member, workspace, body, status, field):
        answer = client_of(member).post("/api/v1/workspaces/", body)
        assert (answer.status_code, list(answer.json()["errors"])) == (status, [field])
        assert Workspace.objects.count() == 1

    def test_the_key_never_changes(self, client_of, admin, workspace):
        answer = client_of(admin).patch(of(workspace), {"key": "NEW"})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["key"])

    def test_the_private_one_is_told_apart(self, client_of, member, workspace):
        private = workspace_of_one_ensure(user=member)
        client = client_of(member)
        for asked, found in (("true", private), ("false", workspace)):
            [listed] = client.get(f"/api/v1/workspaces/?private={asked}").json()["results"]
            assert listed["id"] == str(found.pk)
        assert client.delete(of(private)).json()["code"] == "private_workspace"
        [found] = client.get("/api/v1/workspaces/?search=acm").json()["results"]
        assert found["key"] == "ACME"

    def test_a_stale_write_gets_the_present_state(self, client_of, admin, workspace):
        client = client_of(admin)
        tag = client.get(of(workspace))["ETag"]
        assert client.patch(of(workspace), {"name": "A"}, HTTP_IF_MATCH=tag).status_code == 200
        stale = client.patch(of(workspace), {"name": "B"}, HTTP_IF_MATCH=tag)
        assert stale.status_code == 412
        assert stale.json()["current"]["name"] == "A"
        assert stale.json()["changed_by"]["id"] == str(admin.pk)


class TestMembers:
    @table(200, 200, 200, 404, 404, 401)
    def test_the_list(self, people, client_of, workspace, who, expected):
        answer = client_of(people[who]).get(of(workspace, "members"))
        assert answer.status_code == expected
        if expected == 200:
            assert len(answer.json()["results"]) == 3

    @table(200, 403, 403, 404, 404, 401)
    def test_changing_a_role(self, people, client_of, workspace, member, who, expected):
        place = workspace.memberships.get(user=member)
        answer = client_of(people[who]).patch(of(workspace, "members", place.pk), {"role": "admin"})
        assert answer.status_code == expected
        place.refresh_from_db()
        assert place.role == ("admin" if expected == 200 else "member")

    @table(204, 204, 403, 404, 404, 401)
    def test_removing_a_member(self, people, client_of, workspace, member, who, expected):
        place = workspace.memberships.get(user=member)
        answer = client_of(people[who]).delete(of(workspace, "members", place.pk))
        assert answer.status_code == expected
        assert workspace.memberships.filter(user=member).exists() == (expected != 204)

    def test_the_last_admin_stays(self, client_of, admin, workspace):
        place = workspace.memberships.get(user=admin)
        address = of(workspace, "members", place.pk)
        for answer in (
            client_of(admin).patch(address, {"role": "member"}),
            client_of(admin).delete(address),
        ):
            assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")

    @table(201, 403, 403, 404, 404, 401)
    def test_adding_a_colleague(self, people, client_of, workspace, admin, who, expected):
        elsewhere = MemberFactory(workspace=WorkspaceFactory(created_by=admin)).user
        answer = client_of(people[who]).post(of(workspace, "members"), {"user": str(elsewhere.pk)})
        assert answer.status_code == expected
        assert workspace.memberships.filter(user=elsewhere).exists() == (expected == 201)
        if expected == 201:
            assert client_of(admin).get(answer["Location"]).json() == answer.json()

    def test_strangers_and_unknown_ids_get_the_same_answer(self, client_of, admin, workspace):
        stranger = UserFactory()
        answers = [
            client_of(admin).post(of(workspace, "members"), {"user": str(identifier)})
            for identifier in (stranger.pk, "01a200c7-1944-7d15-afd4-312b4868a147")
        ]
        assert [each.status_code for each in answers] == [400, 400]
        assert answers[0].json()["errors"] == answers[1].json()["errors"]

    def test_a_place_of_another_workspace_is_not_found_here(
        self, people, client_of, workspace, other_workspace, member_of_both
    ):
        place = other_workspace.memberships.get(user=member_of_both)
        client = client_of(people["admin"])
        for answer in (
            client.get(of(workspace, "members", place.pk)),
            client.patch(of(workspace, "members", place.pk), {"role": "admin"}),
            client.delete(of(workspace, "members", place.pk)),
            client_of(member_of_both).get(of(workspace, "members", place.pk)),
        ):
            assert answer.status_code == 404

    def test_filters(self, client_of, admin, member, workspace):
        client = client_of(admin)

        def found(query):
            answer = client.get(f"{of(workspace, 'members')}?{query}")
            return {each["user"] for each in answer.json()["results"]}

        assert found("role=admin") == {str(admin.pk)}
        assert found("user=me") == {str(admin.pk)}
        assert found(f"user={member.pk}") == {str(member.pk)}
        assert client.get(f"{of(workspace, 'members')}?role=owner").status_code == 400
        assert client.get(f"{of(workspace, 'members')}?name=x").status_code == 400


class TestInvitations:
    @table(200, 403, 403, 404, 404, 401)
    def test_the_list_is_for_admins(self, people, client_of, workspace, invitation, who, expected):
        answer = client_of(people[who]).get(of(workspace, "invitations"))
        assert answer.status_code == expected
        if expected == 200:
            [listed] = answer.json()["results"]
            assert listed["email"] == "ann@example.com"
            assert "token" not in answer.content.decode()

    @table(201, 403, 403, 404, 404, 401)
    def test_inviting(
        self, people, client_of, workspace, who, expected, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            answer = client_of(people[who]).post(
                of(workspace, "invitations"), {"email": "new@example.com", "role": "admin"}
            )
        assert answer.status_code == expected
        assert len(mail.outbox) == WorkspaceInvitation.objects.count() == (expected == 201)

    @table(204, 403, 403, 404, 404, 401)
    def test_revoking(self, people, client_of, workspace, invitation, who, expected):
        address = of(workspace, "invitations", invitation.pk)
        assert client_of(people[who]).delete(address).status_code == expected
        invitation.refresh_from_db()
        assert (invitation.revoked_at is not None) == (expected == 204)
        if expected == 204:
            assert client_of(people[who]).get(address).status_code == 404

    def test_the_filter(self, client_of, admin, workspace, invitation):
        client = client_of(admin)
        for asked, number in (("true", 0), ("false", 1)):
            answer = client.get(f"{of(workspace, 'invitations')}?accepted={asked}")
            assert len(answer.json()["results"]) == number

    def test_accepting_signed_in(self, client_of, workspace, admin, settings):
        ann = UserFactory(email="ann@example.com")
        token = self.invite(client_of(admin), workspace)
        client = client_of(ann)
        surplus = client.post("/api/v1/invitations/accept/", {"token": token, "username": "b"})
        assert list(surplus.json()["errors"]) == ["username"]
        joined = client.post("/api/v1/invitations/accept/", {"token": token})
        assert joined.status_code == 201
        assert joined.json()["workspace"] == str(workspace.pk)
        again = client.post("/api/v1/invitations/accept/", {"token": token})
        assert (again.status_code, again.json()["code"]) == (409, "invitation_closed")

    def test_accepting_with_a_new_account(self, client_of, workspace, admin):
        token = self.invite(client_of(admin), workspace)
        client = client_of(None)
        missing = client.post("/api/v1/invitations/accept/", {"token": token})
        assert list(missing.json()["errors"]) == ["username", "password"]
        watch = Watch()
        body = {"token": token, "username": "ann", "password": PASSWORD}
        joined = client.post("/api/v1/invitations/accept/", body)
        assert joined.status_code == 201
        ann = User.objects.get(username="ann")
        assert {signed(entry) for entry in watch.entries()} == {
            ("invitation.accepted", ann.pk, "api")
        }

    def test_a_taken_username_leaves_the_invitation_open(self, client_of, workspace, admin):
        token = self.invite(client_of(admin), workspace)
        body = {"token": token, "username": "ADMIN", "password": PASSWORD}
        answer = client_of(None).post("/api/v1/invitations/accept/", body)
        assert (answer.status_code, list(answer.json()["errors"])) == (409, ["username"])
        assert WorkspaceInvitation.objects.get().accepted_at is None

    def test_somebody_elses_is_403(self, client_of, workspace, admin, outsider):
        token = self.invite(client_of(admin), workspace)
        answer = client_of(outsider).post("/api/v1/invitations/accept/", {"token": token})
        assert (answer.status_code, answer.json()["code"]) == (403, "invited_somebody_else")

    def invite(self, client, workspace):
        with pytest.MonkeyPatch.context() as patch:
            sent = []
            patch.setattr(
                "workspaces.services.invitations.mail_send", lambda **given: sent.append(given)
            )
            client.post(of(workspace, "invitations"), {"email": "ann@example.com"})
        return sent[0]["context"]["link"].rstrip("/").rpartition("/")[2]


@pytest.mark.parametrize("address", ["users/", "workspaces/", "members/", "invitations/"])
def test_a_list_costs_the_same_with_4_and_with_40(client_of, admin, workspace, address):
    client = client_of(admin)
    path = f"/api/v1/{address}"
    if address in ("members/", "invitations/"):
        path = of(workspace) + address

    def grow(number):
        for _time in range(number):
            MemberFactory(workspace=workspace)
            InvitationFactory(workspace=workspace)
            WorkspaceFactory(created_by=admin)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    grow(4)
    few = queries()
    grow(36)
    assert queries() == few


def test_nothing_written_here_ever_shows_a_secret(client_of, admin, workspace):
    client = client_of(admin)
    client.post(of(workspace, "invitations"), {"email": "ann@example.com"})
    secret = client.post("/api/v1/tokens/", {"name": "CI"}).json()["token"]
    client.post(
        "/api/v1/users/me/password/",
        {"current_password": PASSWORD, "new_password": "something else entirely"},
    )
    admin.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(event_log::text, ' ') FROM event_log")
        written = cursor.fetchone()[0]
    kept = [WorkspaceInvitation.objects.get().token_hash, admin.access_tokens.get().token_hash]
    for hidden in (secret, PASSWORD, "something else entirely", admin.password, *kept):
        assert hidden not in written
