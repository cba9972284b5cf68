"""Every page of the admin, in both languages: no axe finding, nothing sideways."""

from __future__ import annotations

import pytest

from tests.browser.test_admin_axe import findings, sideways
from tests.browser.test_hostile import address_of, hostile, pages_of_the_admin, told

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["hostile"]

# Parts of pages, which are looked at where they are shown.
PARTS = {"cards_card_panel", "cards_card_choices"}


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [
        ("en", 1280, "light"),
        ("en", 360, "dark"),
        ("ru", 1280, "dark"),
        ("ru", 360, "light"),
    ],
)
def test_every_page_is_accessible_and_fits_in_both_languages(
    live_server, page, sign_in, admin, hostile, language, width, scheme, guard
):
    sign_in(admin)
    page.set_extra_http_headers({"Accept-Language": language})
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    faults = {}
    for name, pattern in pages_of_the_admin():
        if name in PARTS:
            continue
        page.goto(live_server.url + address_of(name, pattern, hostile), wait_until="load")
        found = findings(page) + guard.unforgiven()
        guard.complaints.clear()
        if page.get_attribute("html", "lang") != language:
            found.append("not in the language asked for")
        if sideways(page) > 0:
            found.append(f"{sideways(page)} px too wide")
        if found:
            faults[name] = found

    assert not faults, told(faults)
