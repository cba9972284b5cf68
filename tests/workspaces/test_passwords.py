"""Passwords: changed by who knows them, set anew by who gets the mail."""

import datetime
import re
import threading
from functools import partial

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from rest_framework.test import APIClient

from core.exceptions import Forbidden
from core.models import EventLog
from tests.factories import UserFactory
from tests.factories.workspaces import PASSWORD
from tests.watching import Watch, signed
from tests.workspaces.together import Together, wait_until_waiting
from workspaces.models import User
from workspaces.services import (
    ResetLinkUsed,
    password_change,
    password_reset_confirm,
    password_set,
    passwords,
    user_deactivate,
)
from workspaces.services.passwords import password_reset_request, reset_mail

NEW = "something else entirely"


def link_in(message):
    return re.search(r"/password-reset/([^/]+)/([^/]+)/", message.body).groups()


@pytest.fixture
def link(member, django_capture_on_commit_callbacks):
    """The two parts of a link that was mailed to `member`."""
    with django_capture_on_commit_callbacks(execute=True):
        reset_mail(email="MEMBER@example.com", at=timezone.now())
    return link_in(mail.outbox[0])


def set_by(link, password=NEW):
    uid, token = link
    return password_reset_confirm(uid=uid, token=token, new_password=password, at=timezone.now())


@pytest.mark.django_db
class TestChanging:
    def test_by_who_knows_the_present_one(self, member):
        watch = Watch()
        changed = password_change(
            user=member,
            actor=member,
            current_password=PASSWORD,
            new_password=NEW,
            at=timezone.now(),
        )
        assert changed.check_password(NEW)
        assert changed.auth_generation == 2
        assert signed(watch.only()) == ("user.password_changed", member.pk, "command")
        assert watch.only().details["before"]["password"] == "[hidden]"
        assert watch.only().details["after"]["password"] == "[hidden]"

    @pytest.mark.parametrize(
        ("current", "new", "field"),
        [("wrong", NEW, "current_password"), (PASSWORD, "12345678", "new_password")],
    )
    def test_otherwise_not(self, member, current, new, field):
        with pytest.raises(ValidationError) as refusal:
            password_change(
                user=member,
                actor=member,
                current_password=current,
                new_password=new,
                at=timezone.now(),
            )
        assert list(refusal.value.message_dict) == [field]
        member.refresh_from_db()
        assert member.check_password(PASSWORD)

    def test_an_admin_of_a_workspace_sets_nobodys(self, member, admin, workspace, operator):
        with pytest.raises(Forbidden):
            password_set(user=member, new_password=NEW, actor=admin, at=timezone.now())
        assert password_set(
            user=member, new_password=NEW, actor=operator, at=timezone.now()
        ).check_password(NEW)

    def test_over_rest_the_asking_session_lives_on(self, client, member):
        client.login(username="member", password=PASSWORD)
        other = APIClient()
        other.login(username="member", password=PASSWORD)
        answer = client.post(
            "/api/v1/users/me/password/",
            {"current_password": PASSWORD, "new_password": NEW},
            content_type="application/json",
        )
        assert answer.status_code == 204
        assert client.get("/api/v1/users/me/").status_code == 200
        assert other.get("/api/v1/users/me/").status_code == 401

    def test_on_the_page_the_asking_session_lives_on(self, client, member, workspace):
        client.login(username="member", password=PASSWORD)
        body = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
        answer = client.post("/admin/password_change/", body)
        assert (answer.status_code, answer["Location"]) == (302, "/admin/password_change/done/")
        assert client.get(answer["Location"]).status_code == 200
        member.refresh_from_db()
        assert member.auth_generation == 2
        entry = EventLog.objects.latest("id")
        assert signed(entry) == ("user.password_changed", member.pk, "admin")


@pytest.mark.django_db
class TestResetting:
    def test_the_link_sets_the_password_once(self, link, member):
        watch = Watch()
        assert set_by(link).check_password(NEW)
        assert signed(watch.only()) == ("user.password_reset", member.pk, "command")
        with pytest.raises(ResetLinkUsed):
            set_by(link, "yet another one")

    def test_a_weak_password_leaves_the_link_good(self, link):
        with pytest.raises(ValidationError):
            set_by(link, "12345678")
        assert set_by(link).check_password(NEW)

    def test_a_changed_password_ends_the_link(self, link, member):
        password_set(user=member, new_password=NEW, actor=None, at=timezone.now())
        with pytest.raises(ResetLinkUsed):
            set_by(link)

    def test_deactivation_ends_the_link(self, link, member):
        user_deactivate(user=member, actor=None, at=timezone.now())
        with pytest.raises(ResetLinkUsed):
            set_by(link)

    def test_time_ends_the_link(self, link, settings):
        settings.PASSWORD_RESET_TIMEOUT = -1
        with pytest.raises(ResetLinkUsed):
            set_by(link)

    def test_somebody_elses_name_does_not_fit_the_token(self, link, admin):
        with pytest.raises(ResetLinkUsed):
            set_by((link[0][:-2] + "AA", link[1]))

    @pytest.mark.parametrize("uid", ["", "AA", "!", "ü", "MQ", "A" * 200])
    def test_what_is_no_link_is_refused(self, link, uid):
        with pytest.raises(ResetLinkUsed):
            set_by((uid, link[1]))

    @pytest.mark.parametrize("email", ["nobody@example.com", "nobody", "", "member"])
    def test_who_has_no_account_gets_no_mail(
        self, member, email, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            reset_mail(email=email, at=timezone.now())
        assert mail.outbox == []

    def test_nobody_is_flooded(self, member, django_capture_on_commit_callbacks):
        moment = timezone.now()
        with django_capture_on_commit_callbacks(execute=True):
            for _time in range(20):
                reset_mail(email=member.email, at=moment)
        assert len(mail.outbox) == 3

    def test_the_answer_over_rest_tells_nothing(self, member, monkeypatch):
        asked = []
        monkeypatch.setattr(
            "workspaces.services.passwords._mail_reset_link",
            lambda *given: asked.append(given[0]),
        )
        for email in ("member@example.com", "nobody@example.com"):
            answer = APIClient().post("/api/v1/auth/password-reset/", {"email": email})
            assert (answer.status_code, answer.content) == (204, b"")
        for thread in threading.enumerate():
            if thread.name == "password-reset-mail":
                thread.join()
        assert sorted(asked) == ["member@example.com", "nobody@example.com"]

    def test_over_rest_the_link_sets_the_password(self, link, member):
        address = "/api/v1/auth/password-reset/confirm/"
        body = {"uid": link[0], "token": link[1], "new_password": NEW}
        assert APIClient().post(address, body).status_code == 204
        again = APIClient().post(address, body)
        assert (again.status_code, again.json()["code"]) == (409, "reset_link_used")
        member.refresh_from_db()
        assert member.check_password(NEW)


@pytest.mark.django_db
class TestTerminal:
    def run(self, monkeypatch, *typed, username="Member"):
        answers = iter(typed)
        monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
        call_command("changepassword", username)

    def test_setting_a_password(self, member, monkeypatch):
        self.run(monkeypatch, NEW, NEW)
        member.refresh_from_db()
        assert member.check_password(NEW)

    @pytest.mark.parametrize(
        ("typed", "said"),
        [((NEW, "another"), "not the same"), (("12345678", "12345678"), "too common")],
    )
    def test_what_is_refused_changes_nothing(self, member, monkeypatch, typed, said):
        with pytest.raises(CommandError, match=said):
            self.run(monkeypatch, *typed)
        member.refresh_from_db()
        assert member.version == 1

    def test_nobody(self, db, monkeypatch):
        with pytest.raises(CommandError, match="nobody called"):
            self.run(monkeypatch, username="nobody")

    def test_who_insists_gets_a_weak_one(self, member):
        set_anyway = password_set(
            user=member, new_password="x", actor=None, at=timezone.now(), check_password=False
        )
        assert set_anyway.check_password("x")


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_down_is_logged_and_nothing_more(monkeypatch, caplog):
    UserFactory(username="member")
    monkeypatch.setattr(passwords, "reset_mail_allowed", lambda **given: 1 / 0)
    password_reset_request(email="member@example.com", at=timezone.now())
    for thread in threading.enumerate():
        if thread.name == "password-reset-mail":
            thread.join(timeout=120)
    assert "password_reset_mail_failed" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_the_mail_leaves_from_a_thread_of_its_own():
    UserFactory(username="member")
    password_reset_request(email="member@example.com", at=timezone.now())
    for thread in threading.enumerate():
        if thread.name == "password-reset-mail":
            thread.join(timeout=120)
    [message] = mail.outbox
    assert message.to == ["member@example.com"]
    assert set_by(link_in(message)).check_password(NEW)


@pytest.mark.django_db(transaction=True)
def test_of_two_uses_of_one_link_at_once_one_sets_the_password():
    person = UserFactory(username="member")
    reset_mail(email=person.email, at=timezone.now() - datetime.timedelta(days=1))
    link = link_in(mail.outbox[0])
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        running = Together(
            partial(set_by, link, "one good password"),
            partial(set_by, link, "two good passwords"),
        )
        wait_until_waiting(2)
    outcomes = running.wait()
    assert sorted(type(each).__name__ for each in outcomes) == ["ResetLinkUsed", "User"]
