"""What a person chooses in the frame: workspace, language and theme, kept from page to page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cards.models import Comment
from tests.browser.test_admin_axe import findings, sideways, watched
from tests.factories import (
    CardAssigneeFactory,
    CardFactory,
    CommentFactory,
    MemberFactory,
    SprintFactory,
    UserFactory,
    WorkspaceFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browsing(live_server, page, sign_in):
    """`browsing(person, address)`: the page there, whose complaints fail the test."""
    complaints = watched(page)

    def opened(person, address="/admin/"):
        if person is not None:
            sign_in(person)
        page.goto(live_server.url + address)
        return page

    yield opened
    assert complaints == []


def choose(page, name):
    page.click(".switch summary")
    page.click(f".switch button:has-text('{name}')")


def test_the_switch_cuts_every_page_down_and_is_remembered(
    browsing, live_server, member_of_both, card, other_card
):
    page = browsing(member_of_both, "/admin/cards/card/")
    expect(page.locator("#result_list tbody tr")).to_have_count(2)
    choose(page, "Acme")
    expect(page.locator(".switch summary")).to_contain_text("Acme")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)

    page.goto(live_server.url + "/admin/")
    expect(page.locator("#home-boards")).to_be_visible()
    expect(page.locator("#content")).not_to_contain_text("Foreign")
    expect(page.locator("#sidebar")).not_to_contain_text("Foreign")

    page.goto(f"{live_server.url}/admin/cards/card/{other_card.pk}/change/")
    expect(page.locator("h1").first).to_be_visible()
    expect(page.locator(".switch summary")).to_contain_text("Acme")
    choose(page, "All workspaces")
    expect(page).to_have_url(live_server.url + "/admin/")
    expect(page.locator("#sidebar")).to_contain_text("Foreign")


def test_the_switch_is_used_by_keyboard(browsing, member_of_both, card, other_card):
    page = browsing(member_of_both)
    page.locator(".switch summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".switch summary")).to_contain_text("Acme")


def test_escape_and_a_click_beside_it_close_the_switch(browsing, member, card):
    page = browsing(member)
    items = page.locator(".switch .menu-items")
    page.click(".switch summary")
    expect(items).to_be_visible()
    page.keyboard.press("Escape")
    expect(items).not_to_be_visible()
    page.click(".switch summary")
    page.click("h1")
    expect(items).not_to_be_visible()


def test_escape_and_a_click_beside_it_close_the_menu_of_the_name(browsing, member, card):
    page = browsing(member)
    name = page.locator(".sidebar-user summary")
    account = page.get_by_role("link", name="Account")
    name.click()
    account.focus()
    page.keyboard.press("Escape")
    expect(account).to_be_hidden()
    expect(name).to_be_focused()

    name.click()
    expect(account).to_be_visible()
    page.get_by_role("heading", level=1).click()

    expect(account).to_be_hidden()


def test_russian_is_chosen_in_the_menu_and_kept(browsing, live_server, member, card):
    page = browsing(member)
    page.click(".sidebar-user summary")
    page.click(".language-choice button[lang=ru]")
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    page.context.clear_cookies(name="django_language")
    page.goto(live_server.url + "/admin/cards/card/")
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    assert findings(page) == []


def test_the_language_is_chosen_before_signing_in(browsing, workspace):
    page = browsing(None, "/admin/login/")
    page.click(".language-choice button[lang=ru]")
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    expect(page.locator("#login-form")).to_be_visible()
    assert findings(page) == []


@pytest.mark.parametrize(("theme", "scheme"), [("light", "light"), ("dark", "dark")])
def test_a_theme_is_chosen_and_kept(browsing, member, card, theme, scheme):
    page = browsing(member)
    page.emulate_media(color_scheme="light" if theme == "dark" else "dark")
    page.click(".sidebar-user summary")
    page.locator(f"[data-theme-choice] input[value={theme}]").check(force=True)
    for _time in range(2):
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        expect(page.locator("meta[name=color-scheme]")).to_have_attribute("content", scheme)
        drawn = page.evaluate("getComputedStyle(document.body).backgroundColor")
        expect(page.locator("meta[name=theme-color]")).to_have_attribute("content", drawn)
        page.reload()
    page.click(".sidebar-user summary")
    expect(page.locator(f"[data-theme-choice] input[value={theme}]")).to_be_checked()


def test_no_page_is_drawn_in_the_wrong_theme_first(browsing, live_server, member, card):
    page = browsing(member)
    page.evaluate("localStorage.setItem('theme', 'dark')")
    page.add_init_script(
        "new MutationObserver((_, seen) => { if (document.body) { window.firstTheme ="
        " document.documentElement.dataset.theme; seen.disconnect(); } })"
        ".observe(document, {childList: true, subtree: true});"
    )
    page.goto(live_server.url + "/admin/cards/card/")
    assert page.evaluate("window.firstTheme") == "dark"


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
)
def test_the_start_page_is_accessible_and_fits(
    browsing, member, board, card, workspace, width, scheme, language
):
    member.language = language
    member.save(update_fields=["language"])
    for title in ("W" * 400, "Очень длинное название " * 15 + "🎉"):
        CardAssigneeFactory(
            card=CardFactory(board=board, title=title, priority="urgent"), user=member
        )
    SprintFactory(board=board, name="S" * 90, goal="Goal " * 60, status="active")
    page = browsing(member)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    expect(page.locator("#home-my-work")).to_be_visible()
    assert findings(page) == []
    assert sideways(page) <= 0


@pytest.mark.browser_context_args(timezone_id="Asia/Tokyo")
def test_times_are_told_where_the_browser_is(browsing, member, card):
    CommentFactory(card=card, content="Late")
    Comment.objects.update(edited_at=datetime(2026, 3, 5, 22, 30, tzinfo=UTC))
    browsing(None)

    page = browsing(member, reverse("admin:cards_card_change", args=[card.pk]))

    told = page.locator(".comment-edited")
    expect(told).to_have_attribute("title", "March 6, 2026, 7:30 a.m.")


@pytest.mark.parametrize("width", [1280, 360])
def test_a_new_person_sees_the_first_steps(browsing, width):
    person = UserFactory()
    MemberFactory(workspace=WorkspaceFactory(), user=person)
    page = browsing(person)
    page.set_viewport_size({"width": width, "height": 800})
    expect(page.locator(".first-steps li")).to_have_count(3)
    assert findings(page) == []
    assert sideways(page) <= 0
    page.click(".first-steps a.button.default")
    expect(page.locator("#board_form")).to_be_visible()
