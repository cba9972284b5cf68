"""The inbox in a real browser: opened, marked, gone through by keyboard, counted in the frame."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from activity.models import InboxItem
from cards.services import card_update, comment_create
from discussions.services import channel_create, channel_member_add, message_post
from tests.browser.test_admin_axe import findings, sideways, watched
from tests.factories import CardFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def concerned(admin, member, project, board):
    """Three things that concern `admin`, with long and strange texts among them; the card is
    the newest."""
    channel = channel_create(actor=member, project=project, name="Очень длинное " * 5 + "🎉")
    channel_member_add(channel=channel, user=admin, actor=member)
    message_post(actor=member, channel=channel, content="@admin " + "W" * 400)
    other = CardFactory(board=board, title="W" * 300, created_by=member)
    comment_create(actor=member, card=other, content="Смотри, @admin\n\nвторая строка")
    card = CardFactory(board=board, title="Write the log", created_by=member)
    card_update(card=card, actor=member, changes={"assignees": [admin]})
    return card


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
)
def test_the_inbox_is_accessible_and_fits(
    live_server, page, sign_in, admin, member, concerned, width, scheme
):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    faults = {}
    for person, addresses in (
        (admin, ("/admin/inbox/", "/admin/inbox/?show=all", "/admin/")),
        (member, ("/admin/inbox/", "/admin/inbox/?show=all")),
    ):
        sign_in(person)
        for address in addresses:
            complaints = watched(page)
            page.goto(live_server.url + address, wait_until="load")
            fault = [*complaints, *findings(page)]
            if sideways(page) > 0:
                fault.append(f"{sideways(page)} px too wide")
            if fault:
                faults[person.username, address] = fault
    assert faults == {}


def test_one_click_opens_the_thing_and_reads_it(live_server, page, sign_in, admin, concerned):
    sign_in(admin)
    page.goto(f"{live_server.url}/admin/inbox/")
    expect(page.locator(".sidebar-count")).to_contain_text("3")
    # Anywhere on the item, not only on its title.
    page.locator(".inbox-item").first.locator(".inbox-line").click(force=True)
    expect(page).to_have_url(f"{live_server.url}/admin/cards/card/{concerned.pk}/change/")
    expect(page.locator(".sidebar-count")).to_contain_text("2")
    page.goto(f"{live_server.url}/admin/inbox/")
    expect(page.locator(".inbox-item")).to_have_count(2)


def test_items_are_marked_without_leaving_the_page(live_server, page, sign_in, admin, concerned):
    sign_in(admin)
    page.goto(f"{live_server.url}/admin/inbox/")
    first = page.locator(".inbox-item").first
    first.get_by_role("button", name="Mark as read").click()
    expect(page.locator(".sidebar-count")).to_contain_text("2")
    expect(page.locator("[data-inbox-count]")).to_have_text("2")
    assert InboxItem.objects.get(card_id=concerned.pk).read_at is not None
    # The focus stays where it was, on what takes the mark back.
    again = first.get_by_role("button", name="Mark as unread")
    expect(again).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".sidebar-count")).to_contain_text("3")
    assert InboxItem.objects.get(card_id=concerned.pk).read_at is None


def test_all_is_done_by_keyboard_alone(live_server, page, sign_in, admin, concerned):
    sign_in(admin)
    page.goto(f"{live_server.url}/admin/inbox/")
    links = page.locator("a.inbox-open")
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(links.nth(2)).to_be_focused()
    page.keyboard.press("e")
    expect(page.locator(".inbox-item").nth(2)).not_to_have_class("inbox-item is-unread")
    expect(page.locator(".sidebar-count")).to_contain_text("2")
    page.keyboard.press("k")
    page.keyboard.press("k")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/admin/cards/card/{concerned.pk}/change/")


def test_all_is_read_at_once(live_server, page, sign_in, admin, concerned):
    sign_in(admin)
    page.goto(f"{live_server.url}/admin/inbox/")
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_role("heading", name="You have read everything")).to_be_visible()
    expect(page.locator(".sidebar-count")).to_have_count(0)
    page.get_by_role("link", name="Show all").click()
    expect(page.locator(".inbox-item")).to_have_count(3)


def test_a_refused_mark_is_put_back_and_told(live_server, page, sign_in, admin, member, concerned):
    sign_in(admin)
    page.goto(f"{live_server.url}/admin/inbox/")
    concerned.delete()
    first = page.locator(".inbox-item").first
    first.get_by_role("button", name="Mark as read").click()
    expect(page.locator(".toast-refused")).to_be_visible()
    expect(first).to_have_class("inbox-item is-unread")


def test_a_page_that_stays_open_hears_of_what_is_new(
    live_server, page, sign_in, admin, member, concerned
):
    sign_in(admin)
    page.clock.install()
    page.goto(f"{live_server.url}/admin/")
    expect(page.locator(".sidebar-count")).to_contain_text("3")
    comment_create(actor=member, card=concerned, content="And now?")
    page.clock.fast_forward(61_000)
    expect(page.locator(".sidebar-count")).to_contain_text("4")
