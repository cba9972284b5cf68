"""The frame in a real browser: the palette, the shortcuts and their help."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_admin_axe import findings, sideways, watched
from tests.factories import BoardFactory, CardFactory, MemberFactory, WorkspaceFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def complaints(page):
    """What the page complains of: nothing, when the test is over."""
    complaints = watched(page)
    yield complaints
    assert complaints == []


@pytest.fixture
def home(live_server, page, sign_in, complaints, member, board, card):
    """The start page of a member, ready to be used."""
    sign_in(member)
    page.goto(live_server.url + "/admin/")
    expect(page.locator("dialog.palette")).to_be_attached()
    return page


def opened(page, text=""):
    page.keyboard.press("Control+k")
    expect(page.locator("dialog.palette")).to_be_visible()
    if text:
        page.keyboard.type(text)
    return page.locator("dialog.palette [role=option]")


def test_a_card_is_opened_by_its_key_and_keyboard_alone(home, card):
    options = opened(home, f"acme {card.number}")
    expect(options.first).to_contain_text("Write the log")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(home.locator("#palette-field")).to_have_attribute(
        "aria-activedescendant", "palette-option-0"
    )
    home.keyboard.press("Enter")
    expect(home).to_have_url(re.compile(f"/admin/cards/card/{card.pk}/change/"))


def test_who_types_faster_than_the_answer_still_gets_there(home, card):
    home.keyboard.press("Control+k")
    home.locator("#palette-field").fill(f"ACME-{card.number}")
    home.keyboard.press("Enter")
    expect(home).to_have_url(re.compile(f"/admin/cards/card/{card.pk}/change/"))


def test_arrows_choose_and_go_round(home, workspace):
    for name in ("Needle one", "Needle two"):
        BoardFactory(workspace=workspace, name=name)
    options = opened(home, "needle")
    # One's boards, which are shown until then, are as many.
    expect(options.last).to_contain_text("All that has “needle”")
    expect(options).to_have_count(3)
    chosen = home.locator("dialog.palette [aria-selected=true]")
    home.keyboard.press("ArrowDown")
    expect(chosen).to_contain_text("Needle two")
    home.keyboard.press("ArrowDown")
    expect(chosen).to_contain_text("All that has “needle”")
    home.keyboard.press("ArrowDown")
    expect(chosen).to_contain_text("Needle one")
    home.keyboard.press("ArrowUp")
    home.keyboard.press("Enter")
    expect(home).to_have_url(re.compile(r"/admin/search/\?q=needle"))


def test_a_slash_opens_it_and_escape_gives_the_place_back(home):
    link = home.locator("#sidebar a.sidebar-link").first
    link.focus()
    home.keyboard.press("/")
    expect(home.locator("#palette-field")).to_be_focused()
    home.keyboard.press("Escape")
    expect(home.locator("dialog.palette")).not_to_be_visible()
    expect(link).to_be_focused()


def test_pages_and_actions_are_offered(home):
    options = opened(home, "theme: d")
    expect(options.first).to_contain_text("Theme: dark")
    home.keyboard.press("Enter")
    expect(home.locator("html")).to_have_attribute("data-theme", "dark")
    options = opened(home, "new card")
    expect(options.first).to_contain_text("New card")
    home.keyboard.press("Enter")
    expect(home).to_have_url(re.compile("/admin/cards/card/add/"))


def test_hostile_titles_are_shown_as_text(home, board):
    title = '<img src=x onerror="alert(1)"> needle'
    CardFactory(board=board, title=title, description="<script>alert(2)</script> needle")
    options = opened(home, "needle")
    expect(options.first).to_contain_text(title)
    expect(options.first.locator("mark").first).to_have_text("needle")
    expect(home.locator("dialog.palette img")).to_have_count(0)


def test_nothing_found_says_so_and_leads_to_the_whole_search(home):
    options = opened(home, "zzzzzz")
    expect(options).to_have_count(1)
    expect(options.first).to_contain_text("All that has “zzzzzz”")
    assert findings(home) == []


def test_a_search_that_is_not_reached_says_so(home, complaints):
    opened(home)
    expect(home.locator("dialog.palette [role=option]").first).to_be_visible()
    home.context.set_offline(True)
    home.keyboard.type("needle")
    expect(home.locator(".palette-said")).to_contain_text("can't be reached")
    home.context.set_offline(False)
    # The browser itself tells of a request that failed.
    assert all("ERR_INTERNET_DISCONNECTED" in each for each in complaints)
    complaints.clear()


def test_typing_in_a_field_opens_nothing(home, live_server):
    home.goto(live_server.url + "/admin/cards/card/")
    home.locator("#searchbar").focus()
    home.keyboard.type("c/?gh")
    expect(home.locator("#searchbar")).to_have_value("c/?gh")
    expect(home.locator("dialog[open]")).to_have_count(0)


@pytest.mark.parametrize(
    ("keys", "address"),
    [
        ("gb", "/admin/boards/board/"),
        ("gm", "/admin/cards/card/?assignee=me&state=open"),
        ("gi", "/admin/inbox/"),
        ("c", "/admin/cards/card/add/"),
    ],
)
def test_letters_go_to_places(home, live_server, keys, address):
    for key in keys:
        home.keyboard.press(key)
    expect(home).to_have_url(re.compile(re.escape(live_server.url + address)))


def test_the_help_lists_them_and_turns_them_off(home, live_server):
    home.keyboard.press("?")
    sheet = home.locator("dialog.shortcuts")
    expect(sheet).to_contain_text("Go to the boards")
    assert findings(home) == []
    sheet.locator("input[type=checkbox]").uncheck()
    home.keyboard.press("Escape")
    expect(sheet).to_have_count(0)

    home.reload()
    expect(home.locator("dialog.palette")).to_be_attached()
    home.keyboard.press("?")
    home.keyboard.press("/")
    expect(home.locator("dialog[open]")).to_have_count(0)
    home.keyboard.press("Control+k")
    expect(home.locator("dialog.palette")).to_be_visible()
    home.keyboard.press("Escape")
    home.click(".sidebar-user summary")
    home.click("[data-shortcut-help]")
    sheet.locator("input[type=checkbox]").check()
    home.keyboard.press("Escape")
    home.keyboard.press("?")
    expect(sheet).to_be_visible()


def test_the_field_of_the_top_bar_opens_the_palette_when_it_is_clicked(home):
    home.click("#site-search")
    expect(home.locator("#palette-field")).to_be_focused()


def test_without_script_search_and_switch_work(browser, live_server, member, workspace, card):
    other = WorkspaceFactory(name="Elsewhere", key="ELSE")
    MemberFactory(workspace=other, user=member)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + "/admin/login/")
    member.set_password("taskly-demo")
    member.save(update_fields=["password"])
    page.fill("#id_username", member.username)
    page.fill("#id_password", "taskly-demo")
    page.click("#login-form button")

    page.fill("#site-search", "log")
    page.press("#site-search", "Enter")
    expect(page.locator(".search-results")).to_contain_text("Write the log")

    page.click(".switch summary")
    page.click(".switch button:has-text('Elsewhere')")
    expect(page.locator(".switch summary")).to_contain_text("Elsewhere")
    expect(page.locator(".search-results")).to_have_count(0)
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_palette_and_menus_are_accessible_and_fit(home, board, width, scheme):
    home.set_viewport_size({"width": width, "height": 800})
    home.emulate_media(color_scheme=scheme)
    CardFactory(board=board, title="Needle " + "Ж" * 200, description="needle " * 80)
    if width < 1024:
        home.click("[data-palette-link]")
        home.keyboard.type("needle")
    else:
        opened(home, "needle")
    expect(home.locator("dialog.palette mark").first).to_be_visible()
    assert findings(home) == []
    assert sideways(home) <= 0
    home.keyboard.press("Escape")
    if width < 1024:
        home.click("header button[popovertarget=sidebar]")
    home.click(".switch summary")
    assert findings(home) == []
    home.keyboard.press("Escape")
    if width < 1024 and not home.locator("#sidebar").is_visible():
        home.click("header button[popovertarget=sidebar]")
    home.click(".sidebar-user summary")
    assert findings(home) == []
