"""An open card shows what others do with it, by itself and without taking what one is typing."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from cards.services import card_delete, card_update
from tests.browser.cards import PATIENCE, opened_card, sign_in_to

pytestmark = pytest.mark.django_db(transaction=True)

EVERY = 4_000


@pytest.fixture
def shown(live_server, page, sign_in, member, card):
    sign_in(member)
    with opened_card(page, live_server.url, card) as card_page:
        yield card_page


@pytest.fixture
def timed(live_server, page, sign_in, member, card):
    """The card in a browser whose time can be hurried."""
    sign_in(member)
    page.clock.install()
    with opened_card(page, live_server.url, card) as card_page:
        yield card_page


def looks(card_page, status):
    """Let the page ask again, until this is the answer."""
    page = card_page.page
    with page.expect_response(lambda got: "/panel/" in got.url and got.status == status):
        page.clock.fast_forward(EVERY)


def test_what_one_does_in_a_browser_is_seen_in_another(shown, browser, live_server, admin, card):
    composer = shown.page.get_by_role("textbox", name="New comment")
    composer.fill("Half a sentence")
    shown.page.click(".detail-title")
    title = shown.page.get_by_label("Title", exact=True)
    title.fill("Half a title")
    with browser.new_context() as context:
        sign_in_to(context, live_server.url, admin)
        with opened_card(context.new_page(), live_server.url, card) as theirs:
            theirs.page.get_by_role("textbox", name="New comment").fill("Said **meanwhile**")
            theirs.page.get_by_role("button", name="Comment", exact=True).click()
            theirs.value("priority").click()
            theirs.page.get_by_role("option", name="Urgent").click()
            expect(theirs.value("priority")).to_contain_text("Urgent", timeout=PATIENCE)

    expect(shown.page.locator(".comment strong").last).to_have_text("meanwhile", timeout=PATIENCE)
    expect(shown.value("priority")).to_contain_text("Urgent", timeout=PATIENCE)
    expect(composer).to_have_value("Half a sentence")
    expect(title).to_have_value("Half a title")
    expect(title).to_be_focused()
    title.press("Escape")


def test_an_unchanged_card_is_not_sent_again(timed):
    answers = []
    timed.page.on("response", lambda got: "/panel/" in got.url and answers.append(got.status))
    for _turn in range(3):
        looks(timed, 304)

    assert set(answers) == {304}


def test_a_hidden_page_rests_and_one_that_is_looked_at_again_asks_at_once(timed, admin):
    looks(timed, 304)
    timed.hide()
    asked = []
    timed.page.on("request", lambda sent: "/panel/" in sent.url and asked.append(sent.url))
    timed.page.clock.fast_forward(20 * EVERY)
    assert asked == []

    card_update(card=timed.card, actor=admin, changes={"title": "Meanwhile"})
    timed.hide(False)

    timed.title_is("Meanwhile")


def test_what_changed_below_an_open_list_is_drawn_once_it_is_closed(timed, admin):
    timed.value("priority").click()
    card_update(card=timed.card, actor=admin, changes={"priority": "urgent"})
    looks(timed, 200)
    expect(timed.page.get_by_role("option", name="Urgent")).to_be_visible()
    timed.page.keyboard.press("Escape")
    timed.page.clock.fast_forward(EVERY)

    expect(timed.value("priority")).to_contain_text("Urgent", timeout=PATIENCE)
    looks(timed, 304)


def test_a_card_that_somebody_deletes_says_so_by_itself(timed, admin):
    timed.page.get_by_role("textbox", name="New comment").fill("Still here")
    card_delete(card=timed.card, actor=admin)
    looks(timed, 404)

    gone = timed.page.locator(".detail-gone")
    expect(gone).to_contain_text("not here any more", timeout=PATIENCE)
    expect(timed.page.get_by_role("textbox", name="New comment")).to_have_value("Still here")


@pytest.mark.parametrize("what", ["comment", "description"])
def test_who_is_signed_out_while_writing_signs_in_elsewhere_and_saves(
    timed, context, live_server, member, what
):
    page = timed.page
    if what == "description":
        page.get_by_role("button", name="Edit description").click()
    name = {"comment": "New comment", "description": "Description"}[what]
    button = {"comment": "Comment", "description": "Save"}[what]
    field = page.get_by_role("textbox", name=name)
    field.fill("Written with care")
    Session.objects.all().delete()
    page.get_by_role("button", name=button, exact=True).click()

    part = {"comment": "composer", "description": "description"}[what]
    timed.says(part, "You are signed out")
    timed.says(part, "is kept")
    expect(field).to_have_value("Written with care")
    page.clock.fast_forward(EVERY)
    expect(page.locator(".toast")).to_contain_text("signed out", timeout=PATIENCE)
    # Signing in gives the browser another session, and another secret against forged requests.
    other = context.new_page()
    other.goto(f"{live_server.url}/admin/login/")
    other.fill("[name=username]", member.username)
    other.fill("[name=password]", "correct horse battery staple")
    other.click("[type=submit]")
    other.wait_for_url("**/admin/")
    other.close()
    timed.told()
    expect(page.locator(".toast")).to_have_count(0, timeout=PATIENCE)
    page.get_by_role("button", name=button, exact=True).click()

    expect(page.locator(".detail .markdown").filter(has_text="Written with care")).to_be_visible(
        timeout=PATIENCE
    )
    expect(page.locator(".detail-refusal")).to_have_count(0)


@pytest.mark.parametrize("body", ["<h1>503</h1>", '{"title": "The database cannot be reached"}'])
def test_a_server_that_is_away_for_a_moment_loses_nothing(timed, body):
    page = timed.page
    page.route("**/api/v1/comments/", lambda route: route.fulfill(status=503, body=body))
    field = page.get_by_role("textbox", name="New comment")
    field.fill("Written with care")
    page.get_by_role("button", name="Comment", exact=True).click()

    timed.says("composer", "be reached")
    expect(field).to_have_value("Written with care")
    page.unroute("**/api/v1/comments/")
    timed.complaints.clear()
    page.get_by_role("button", name="Comment", exact=True).click()

    expect(page.locator(".comment .markdown")).to_have_text("Written with care", timeout=PATIENCE)
