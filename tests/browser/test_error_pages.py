"""The pages of errors in a real browser: accessible, narrow and wide, light and dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Route

from tests.browser.test_admin_axe import findings, sideways, watched

pytestmark = pytest.mark.django_db(transaction=True)

POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'"


def answering(text: str) -> Callable[[Route], None]:
    """What answers a request of the browser with this page, as the server would."""

    def answer(route: Route) -> None:
        headers = {"Content-Security-Policy": POLICY}
        route.fulfill(body=text, content_type="text/html; charset=utf-8", headers=headers)

    return answer


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
)
def test_the_pages_are_accessible_and_fit(live_server, page, width, scheme):
    complaints = watched(page)
    page.set_viewport_size({"width": width, "height": 700})
    page.emulate_media(color_scheme=scheme)
    for name in ("400", "403", "403_csrf", "404", "500", "503"):
        text = render_to_string(f"{name}.html", {"request_id": "01a20182c43977f3bdc3c12cc002e8ae"})
        page.route(f"**/shown/{name}/", answering(text))
        page.goto(f"{live_server.url}/shown/{name}/")
        assert findings(page) == [], name
        assert sideways(page) <= 0
    assert complaints == []


def test_from_nowhere_one_comes_home(live_server, page, sign_in, member, workspace):
    sign_in(member)
    answer = page.goto(f"{live_server.url}/nowhere/")
    assert answer.status == 404
    page.get_by_role("link", name="Go to Taskly’s home").click()
    page.wait_for_url(f"{live_server.url}/admin/")
