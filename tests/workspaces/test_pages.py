"""Joining on the page that the mail's link opens, and setting a forgotten password."""

import re

import pytest
from django.core import mail
from django.utils import timezone

from core.models import EventLog
from tests.factories import UserFactory
from tests.factories.workspaces import PASSWORD
from tests.watching import signed
from workspaces.models import SignInAttempts, User, Workspace, WorkspaceInvitation
from workspaces.services import invitation_create, invitation_revoke, invitations
from workspaces.services.passwords import reset_mail

pytestmark = pytest.mark.django_db

EMAIL = "ann@example.com"
NEW = "something else entirely"
SIGN_UP = {"username": "ann", "full_name": "Ann", "new_password": NEW, "repeated": NEW}


@pytest.fixture
def path(workspace, admin, django_capture_on_commit_callbacks):
    """The address that an invitation of `EMAIL` brought."""
    with django_capture_on_commit_callbacks(execute=True):
        invitation_create(workspace=workspace, email=EMAIL, actor=admin, at=timezone.now())
    return re.search(r"/invitations/[^/]+/", mail.outbox[-1].body).group(0)


@pytest.fixture
def reset_path(member, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        reset_mail(email=member.email, at=timezone.now())
    return re.search(r"/password-reset/[^/]+/[^/]+/", mail.outbox[-1].body).group(0)


def text_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


class TestInvitation:
    def test_a_stranger_signs_up_and_is_in(self, client, path, workspace):
        assert "Make an account and join" in text_of(client.get(path))
        answer = client.post(path, SIGN_UP)
        assert (answer.status_code, answer["Location"]) == (302, "/admin/")
        ann = User.objects.get(username="ann")
        assert (ann.email, ann.full_name) == (EMAIL, "Ann")
        assert workspace.memberships.get(user=ann).role == "member"
        assert "Welcome to Acme." in text_of(client.get("/admin/"))
        accepted = EventLog.objects.filter(action="invitation.accepted")
        assert {signed(entry) for entry in accepted} == {("invitation.accepted", ann.pk, "admin")}

    def test_somebody_with_an_account_signs_in_and_is_in(self, client, path, workspace):
        ann = UserFactory(username="ann", email="Ann@Example.com")
        page = text_of(client.get(path))
        assert "Sign in and join" in page
        assert "Make an account" not in page
        assert "not the password" in text_of(client.post(path, {"password": "wrong"}))
        assert client.post(path, {"password": PASSWORD}).status_code == 302
        assert workspace.memberships.filter(user=ann).exists()
        assert Workspace.objects.filter(personal_for=ann).exists()

    def test_guessing_there_is_slow_as_well(self, client, path, long_waits):
        UserFactory(username="ann", email=EMAIL)
        codes = [client.post(path, {"password": "wrong"}).status_code for _time in range(6)]
        assert codes == [200] * 5 + [429]
        assert SignInAttempts.objects.exists()

    def test_who_is_signed_in_joins_by_one_click(self, client, path, workspace):
        ann = UserFactory(username="ann", full_name="Ann", email=EMAIL)
        client.force_login(ann)
        assert "Join as Ann" in text_of(client.get(path))
        assert not workspace.memberships.filter(user=ann).exists()
        assert client.post(path).status_code == 302
        assert workspace.memberships.filter(user=ann).exists()

    def test_who_is_signed_in_as_somebody_else_is_told(self, client, path, outsider, workspace):
        client.force_login(outsider)
        assert "signed in with another address" in text_of(client.get(path))
        assert client.post(path).status_code == 403
        assert not workspace.memberships.filter(user=outsider).exists()

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"username": "a@b"}, "no @ and no spaces"),
            ({"username": "ADMIN"}, "This username is taken."),
            ({"username": ""}, "This field is required."),
            ({"new_password": "12345678", "repeated": "12345678"}, "too common"),
            ({"repeated": "another"}, "not the same"),
        ],
    )
    def test_what_is_wrong_stands_beside_its_field(self, client, path, change, said):
        answer = client.post(path, {**SIGN_UP, **change})
        assert answer.status_code == 200
        assert said in text_of(answer)
        assert not User.objects.filter(email=EMAIL).exists()
        assert WorkspaceInvitation.objects.get().accepted_at is None

    def test_used_revoked_old_and_made_up_look_the_same(self, client, path, admin):
        invitation = WorkspaceInvitation.objects.get()
        invitation_revoke(invitation=invitation, actor=admin, at=timezone.now())
        for address in (path, "/invitations/taskly_invite_nothing/"):
            for answer in (client.get(address), client.post(address, SIGN_UP)):
                assert answer.status_code == 404
                assert "doesn’t work any more" in text_of(answer)
                assert "Acme" not in text_of(answer)

    @pytest.mark.parametrize("known", [True, False], ids=["signing in", "signing up"])
    def test_one_that_is_used_while_the_form_is_open_is_closed(
        self, client, path, known, monkeypatch
    ):
        if known:
            UserFactory(username="ann", email=EMAIL)
        else:
            UserFactory(username="bob")
        monkeypatch.setattr(invitations, "_lock_open", lambda *given: invitations._closed())
        answer = client.post(path, {"password": PASSWORD} if known else SIGN_UP)
        assert answer.status_code == 404
        assert "doesn’t work any more" in text_of(answer)

    def test_the_same_by_one_click(self, client, path, monkeypatch):
        client.force_login(UserFactory(email=EMAIL))
        monkeypatch.setattr(invitations, "_lock_open", lambda *given: invitations._closed())
        assert client.post(path).status_code == 404

    def test_a_session_from_before_does_not_outlive_signing_up(self, client, path):
        client.get("/admin/login/")
        client.session["planted"] = "by somebody else"
        before = client.session.session_key
        client.post(path, SIGN_UP)
        assert client.session.session_key != before

    def test_the_token_goes_nowhere(self, client, path):
        answer = client.get(path)
        assert answer["Referrer-Policy"] == "same-origin"
        assert "no-store" in answer["Cache-Control"]
        assert "default-src 'self'" in answer["Content-Security-Policy"]
        links = re.findall(r"(?:href|src|action)=\"([^\"]+)\"", answer.content.decode())
        assert [link for link in links if not link.startswith(("/", "#"))] == []


class TestForgottenPassword:
    def test_the_sign_in_page_leads_there(self, client):
        assert 'href="/password-reset/"' in client.get("/admin/login/").content.decode()

    def test_asking_tells_nothing(self, client, member, monkeypatch):
        asked = []
        monkeypatch.setattr(
            "workspaces.pages.views.services.password_reset_request",
            lambda **given: asked.append(given["email"]),
        )
        pages = [
            # Every form has a token of its own.
            re.sub(
                r'name="csrfmiddlewaretoken" value="\w+"',
                "",
                text_of(client.post("/password-reset/", {"email": email}, follow=True)),
            )
            for email in ("member@example.com", "nobody@example.com")
        ]
        assert "If an account has this address" in pages[0]
        assert pages[0] == pages[1]
        assert asked == ["member@example.com", "nobody@example.com"]
        assert "Enter a valid email" in text_of(client.post("/password-reset/", {"email": "x"}))

    def test_the_link_sets_a_password_once(self, client, reset_path, member):
        assert "Set the password" in text_of(client.get(reset_path))
        weak = client.post(reset_path, {"new_password": "12345678", "repeated": "12345678"})
        assert "too common" in text_of(weak)
        body = {"new_password": NEW, "repeated": NEW}
        answer = client.post(reset_path, body)
        assert (answer.status_code, answer["Location"]) == (302, "/password-reset/done/")
        assert "Sign in" in text_of(client.get(answer["Location"]))
        member.refresh_from_db()
        assert member.check_password(NEW)
        again = client.post(reset_path, body, follow=True)
        assert "doesn’t work any more" in text_of(again)

    def test_what_is_no_link_says_so(self, client, reset_path):
        for address in ("/password-reset/x/y/", reset_path[:-3] + "xx/"):
            assert "doesn’t work any more" in text_of(client.get(address))


class TestOwnPassword:
    def test_guessing_the_present_one_is_slow(self, client, member, workspace, long_waits):
        client.force_login(member)
        body = {"old_password": "wrong", "new_password1": NEW, "new_password2": NEW}
        pages = [text_of(client.post("/admin/password_change/", body)) for _time in range(6)]
        assert "too many failed attempts" not in pages[4]
        assert "too many failed attempts" in pages[5]
