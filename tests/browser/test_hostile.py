"""Hostile texts in every field, shown on every page: nothing runs, and words stay apart."""

from __future__ import annotations

import pytest
from django.contrib import admin as django_admin
from django.urls import URLPattern, get_resolver, reverse
from playwright.sync_api import Error, expect

from activity.models import InboxItem
from core.models import EventLog
from tests.api.operations import NAMES, path_of
from tests.browser.hostile import FAULTS, OF_A_FORM, furnish

pytestmark = pytest.mark.django_db(transaction=True)

# Whose row stands on the pages of each model's admin.
ROWS = {
    "accesstoken": "token",
    "eventlog": "event",
    "gitrepository": "repository",
    "pullrequest": "pull_request",
    "workspaceinvitation": "invitation",
}
# What an address asks for beside the row, and rows that some pages need to be of another state.
FURTHER = {
    "cards_card_comment": {"comment_id": "comment"},
    "inbox_open": {"item_id": "inbox_item"},
    "boards_sprint_complete": {"object_id": "active_sprint"},
    "boards_sprint_start": {"object_id": "planned_sprint"},
}
QUERIES = {"search-page": "?q=hostile", "cards_card_add": "?board={board}", "inbox": "?show=all"}
# No pages: they only carry something out, or answer with data or with a file.
NOT_PAGES = {
    "autocomplete",
    "boards_board_move",
    "inbox_item",
    "inbox_read_all",
    "inbox_unread",
    "jsi18n",
    "logout",
    "palette",
    "view_on_site",
    "workspace-switch",
}
NOT_PAGES_OF_A_MODEL = ("_do", "_export")


@pytest.fixture
def hostile(admin, member, workspace, settings, tmp_path):
    """The ids of a workspace with one of everything, full of hostile texts."""
    settings.TASKLY_RATE_USER = 0
    settings.TASKLY_RATE_ANONYMOUS = 0
    settings.TASKLY_RATE_FILE = str(tmp_path / "requests")
    ids, refused = furnish(workspace, member)
    assert refused == OF_A_FORM
    ids["event"] = str(EventLog.objects.filter(entity_id=ids["card"]).latest("pk").pk)
    ids["inbox_item"] = str(InboxItem.objects.latest("pk").pk)
    return ids


def patterns(listed, prefix=""):
    for each in listed:
        route = prefix + str(each.pattern)
        if isinstance(each, URLPattern):
            yield route, each
        else:
            yield from patterns(each.url_patterns, route)


def pages_of_the_admin():
    """The name of every address below /admin/ that is a page."""
    found = []
    for route, pattern in patterns(get_resolver().url_patterns):
        name = pattern.name
        if not route.startswith("admin/") or name is None or name in (*NOT_PAGES, "app_list"):
            continue
        if not name.endswith(NOT_PAGES_OF_A_MODEL):
            found.append((name, pattern))
    return found


def model_in(name):
    return next(
        (
            model._meta.model_name
            for model in django_admin.site._registry
            if name.startswith(f"{model._meta.app_label}_{model._meta.model_name}_")
        ),
        None,
    )


def address_of(name, pattern, ids):
    """The address of a page, with the ids that it asks for; KeyError for what nobody names."""
    named = FURTHER.get(name, {})
    kinds = {}
    for parameter in pattern.pattern.converters:
        model = model_in(name)
        default = ROWS.get(model, model) if parameter == "object_id" else parameter
        kinds[parameter] = ids[named.get(parameter, default)]
    space = "" if name in ("search-page", "workspace-switch", "palette") else "admin:"
    return reverse(space + name, kwargs=kinds) + QUERIES.get(name, "").format(**ids)


def shown(page, address, statuses=(200, 403)):
    """What is wrong with a page."""
    try:
        response = page.goto(address, wait_until="load")
    except Error as error:
        return [f"no page: {error.message[:200]}"]
    faults = page.evaluate(FAULTS)
    if response.status not in statuses:
        faults.append(f"status {response.status}")
    return faults


def told(faults):
    """Every fault on a line: pytest cuts a long dict short."""
    return "\n".join(f"{page}: {fault}" for page, found in faults.items() for fault in found)


def test_nothing_hostile_runs_on_any_page(live_server, page, sign_in, admin, hostile, guard):
    sign_in(admin)
    faults = {}
    for name, pattern in pages_of_the_admin():
        address = address_of(name, pattern, hostile)
        found = shown(page, live_server.url + address)
        found += guard.unforgiven()
        guard.complaints.clear()
        if found:
            faults[name] = found
    assert not faults, told(faults)


def test_nothing_hostile_runs_on_the_pages_of_the_api(
    live_server, page, sign_in, admin, hostile, guard
):
    sign_in(admin)
    faults = {}
    addresses = [
        path_of(name, hostile)
        for name in NAMES
        if name.startswith("GET ") and "webhook" not in name
    ]
    for address in [*addresses, "/api/docs/", "/api/v1/"]:
        found = shown(page, live_server.url + address, statuses=(200, 400))
        found += guard.unforgiven()
        guard.complaints.clear()
        if found:
            faults[address] = found
    assert not faults, told(faults)


def test_nothing_hostile_runs_where_scripts_draw(live_server, page, sign_in, admin, hostile, guard):
    sign_in(admin)
    faults = {}

    seen = page.locator("main :text('hostile') >> visible=true")

    def look(name):
        page.wait_for_load_state("networkidle")
        if found := [*page.evaluate(FAULTS), *guard.unforgiven()]:
            faults[name] = found
        guard.complaints.clear()

    page.goto(f"{live_server.url}/admin/boards/board/{hostile['board']}/board/")
    expect(seen.first).to_be_visible()
    look("board")
    page.keyboard.press("Control+k")
    page.keyboard.type("hostile")
    expect(page.locator("dialog.palette [role=option]").first).to_be_visible()
    look("palette")
    page.goto(f"{live_server.url}/admin/boards/board/{hostile['board']}/planning/")
    expect(seen.first).to_be_visible()
    look("planning")
    page.goto(f"{live_server.url}/admin/cards/card/{hostile['card']}/change/")
    look("card")
    assert not faults, told(faults)
