"""Through which door a request came, as the log tells it."""

import pytest
from django.utils import timezone

from core.models import EventLog
from tests.web import web
from workspaces.services import token_create

pytestmark = pytest.mark.django_db

PAGE = {"X-Requested-With": "XMLHttpRequest"}


@pytest.fixture
def rename(card):
    """`rename(client, headers)`: the card gets another title, and this is the door that is told."""

    def renamed(client, headers):
        answer = client.patch(
            f"/api/v1/cards/{card.pk}/",
            {"title": "Renamed"},
            content_type="application/json",
            headers=headers,
        )
        assert answer.status_code == 200, answer.content
        return EventLog.objects.latest("id").source

    return renamed


def test_what_a_page_does_for_its_person_came_from_the_web(rename, member):
    assert rename(web(member), PAGE) == "admin"


def test_what_a_client_of_the_api_does_came_from_the_api(rename, member):
    assert rename(web(member), {}) == "api"


def test_a_token_is_a_client_of_the_api_whatever_else_it_says(rename, member):
    _token, secret = token_create(
        user=member, actor=member, name="Script", scope="write", at=timezone.now()
    )
    assert rename(web(member), {**PAGE, "Authorization": f"Bearer {secret}"}) == "api"
