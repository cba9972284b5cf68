"""Pages in the time zone of the browser that they are read in; the API in UTC."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cards.models import Comment
from core.zones import COOKIE
from tests.factories import CommentFactory
from tests.web import page, web

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment(card):
    """Said late in the evening by UTC, when it is the next day in Tokyo already."""
    made = CommentFactory(card=card, content="Late")
    Comment.objects.filter(pk=made.pk).update(edited_at=datetime(2026, 3, 5, 22, 30, tzinfo=UTC))
    return made


def edited(browser, comment):
    response = browser.get(page("cards_card_change", comment.card_id))
    assert response.status_code == 200
    [line] = [line for line in response.content.decode().splitlines() if "comment-edited" in line]
    return line


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("Asia/Tokyo", "March 6, 2026, 7:30 a.m."),
        ("Asia/Kathmandu", "March 6, 2026, 4:15 a.m."),
        ("America/New_York", "March 5, 2026, 5:30 p.m."),
        ("UTC", "March 5, 2026, 10:30 p.m."),
        ("", "March 5, 2026, 10:30 p.m."),
        ("Mars/Olympus", "March 5, 2026, 10:30 p.m."),
        ("../../../etc/passwd", "March 5, 2026, 10:30 p.m."),
        ("Asia/Tokyo\x00", "March 5, 2026, 10:30 p.m."),
    ],
)  # fmt: skip
def test_pages_tell_times_in_the_zone_of_the_browser(member, comment, zone, told):
    browser = web(member)
    browser.cookies[COOKIE] = zone

    assert told in edited(browser, comment)


@pytest.mark.parametrize(
    ("zone", "is_late"), [("Pacific/Kiritimati", True), ("Pacific/Pago_Pago", False)]
)
def test_a_card_is_late_once_the_day_is_over_where_the_browser_is(member, card, zone, is_late):
    """25 hours lie between these two, so that they are never within the same day."""
    card.due_date = datetime.now(ZoneInfo("Pacific/Kiritimati")).date() - timedelta(days=1)
    card.save()
    browser = web(member)
    browser.cookies[COOKIE] = zone

    shown = browser.get(page("cards_card_change", card.pk)).content.decode()

    assert ("Overdue" in shown) is is_late


def test_a_zone_lasts_no_longer_than_its_request(member, comment):
    there, here = web(member), web(member)
    there.cookies[COOKIE] = "Asia/Tokyo"

    assert "March 6" in edited(there, comment)
    assert "March 5" in edited(here, comment)


def test_the_api_does_not_follow_the_cookie(client_of, member, comment):
    api = client_of(member)
    api.cookies[COOKIE] = "Asia/Tokyo"

    answer = api.get(f"/api/v1/comments/{comment.pk}/")

    assert answer.json()["edited_at"] == "2026-03-05T22:30:00Z"


def test_zones_are_known_on_a_machine_that_brings_none():
    code = "from core.zones import zone_of; print(zone_of('Asia/Tokyo'))"
    without = {**os.environ, "PYTHONTZPATH": ""}

    run = subprocess.run(
        [sys.executable, "-c", code], env=without, capture_output=True, text=True, check=False
    )

    assert run.stdout.strip() == "Asia/Tokyo", run.stderr
