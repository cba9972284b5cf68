"""The language of the pages and mails: chosen, remembered, and kept apart from the API's."""

import pytest
from django.core import mail
from django.utils import timezone, translation

from core.models import EventLog
from tests.web import web
from workspaces import services
from workspaces.models import User
from workspaces.services.passwords import reset_mail

pytestmark = pytest.mark.django_db

CHOOSE = "/language/"


def language_of(answer):
    return answer["Content-Language"]


def test_the_browser_says_until_somebody_chooses(member, workspace):
    browser = web(member)
    assert language_of(browser.get("/admin/", HTTP_ACCEPT_LANGUAGE="ru")) == "ru"
    assert language_of(browser.get("/admin/", HTTP_ACCEPT_LANGUAGE="en")) == "en"
    assert language_of(browser.get("/admin/", HTTP_ACCEPT_LANGUAGE="de")) == "en"


def test_a_choice_is_of_the_person_on_every_browser(member, workspace):
    web(member).post(CHOOSE, {"language": "ru", "next": "/admin/"})
    member.refresh_from_db()
    assert member.language == "ru"
    assert language_of(web(member).get("/admin/", HTTP_ACCEPT_LANGUAGE="en")) == "ru"


def test_a_choice_before_signing_in_is_of_the_browser(workspace):
    browser = web(None)
    answer = browser.post(CHOOSE, {"language": "ru", "next": "/admin/login/"})
    assert answer["Location"] == "/admin/login/"
    assert language_of(browser.get("/admin/login/", HTTP_ACCEPT_LANGUAGE="en")) == "ru"


def test_the_choice_is_taken_back(member, workspace):
    browser = web(member)
    browser.post(CHOOSE, {"language": "ru"})
    browser.post(CHOOSE, {"language": ""})
    member.refresh_from_db()
    assert member.language == ""
    assert language_of(browser.get("/admin/", HTTP_ACCEPT_LANGUAGE="en")) == "en"


@pytest.mark.parametrize("language", ["de", "xx-unknown", "../../etc", "ru\n"])
def test_a_language_that_is_not_spoken_changes_nothing(member, workspace, language):
    answer = web(member).post(CHOOSE, {"language": language})
    assert answer.status_code == 302
    assert User.objects.get(pk=member.pk).language == ""


def test_it_leads_to_no_other_site(member, workspace):
    answer = web(member).post(CHOOSE, {"language": "ru", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


def test_it_is_chosen_by_post_alone(member, workspace):
    assert web(member).get(CHOOSE, {"language": "ru"}).status_code == 405


def test_the_person_s_word_wins_over_an_older_choice_of_the_browser(member, workspace):
    browser = web(member)
    browser.post(CHOOSE, {"language": "en"})
    services.user_update(user=member, actor=member, language="ru")
    assert language_of(browser.get("/admin/", HTTP_ACCEPT_LANGUAGE="en")) == "ru"


def test_the_api_answers_as_its_headers_ask(client_of, member, workspace):
    services.user_update(user=member, actor=member, language="ru")
    answer = client_of(member).get("/api/v1/users/me/", HTTP_ACCEPT_LANGUAGE="en")
    assert language_of(answer) == "en"
    assert answer.json()["language"] == "ru"


def test_the_api_changes_it_and_refuses_others(client_of, member):
    client = client_of(member)
    assert client.patch("/api/v1/users/me/", {"language": "ru"}).json()["language"] == "ru"
    refused = client.patch("/api/v1/users/me/", {"language": "de"})
    assert refused.status_code == 400
    assert set(refused.json()["errors"]) == {"language"}


def test_the_log_tells_of_it(member, workspace):
    web(member).post(CHOOSE, {"language": "ru"})
    entry = EventLog.objects.filter(action="user.updated", entity_id=str(member.pk)).latest("pk")
    assert entry.details["after"] == {"language": "ru"}
    assert entry.private_to == member.pk


def test_choosing_the_same_again_writes_nothing(member, workspace):
    browser = web(member)
    browser.post(CHOOSE, {"language": "ru"})
    before = EventLog.objects.count()
    browser.post(CHOOSE, {"language": "ru"})
    assert EventLog.objects.count() == before


@pytest.mark.parametrize(("chosen", "asked", "spoken"), [("ru", "en", "ru"), ("", "ru", "ru")])
def test_mails_speak_the_language_of_their_reader(
    member, chosen, asked, spoken, django_capture_on_commit_callbacks
):
    if chosen:
        services.user_update(user=member, actor=member, language=chosen)
    with translation.override(asked), django_capture_on_commit_callbacks(execute=True):
        reset_mail(email=member.email, at=timezone.now())
    with translation.override(spoken):
        assert mail.outbox[0].subject == translation.gettext("A new password for Taskly")


def test_invitations_speak_the_language_of_whom_they_invite(
    admin, outsider, workspace, django_capture_on_commit_callbacks
):
    services.user_update(user=outsider, actor=outsider, language="ru")
    with django_capture_on_commit_callbacks(execute=True):
        services.invitation_create(
            workspace=workspace,
            email=outsider.email,
            role="member",
            actor=admin,
            at=timezone.now(),
        )
    assert "Taskly" in mail.outbox[0].subject
    assert "invites" not in mail.outbox[0].subject
