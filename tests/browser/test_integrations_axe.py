"""The pages of repositories, pull requests and secrets in a real browser, full and empty."""

from __future__ import annotations

import pytest

from tests.browser.test_admin_axe import findings, sideways, watched
from tests.factories import CardPullRequestFactory, PullRequestFactory, RepositoryFactory

pytestmark = pytest.mark.django_db(transaction=True)

STATES = {"open": "success", "draft": "pending", "merged": "failure", "closed": "error"}
REVIEWS = ("approved", "changes_requested", "review_required", "none")


def found_on(page):
    """What is wrong with the page that is open now."""
    page.wait_for_timeout(100)
    wide = sideways(page)
    return [*findings(page), *([f"{wide} px too wide"] if wide > 0 else [])]


@pytest.fixture
def furnished(workspace, card):
    """Pull requests in each state, with names and titles as long and strange as they may be."""
    repository = RepositoryFactory(workspace=workspace, full_name=f"{'w' * 99}/{'x' * 100}",
                                   private=True)  # fmt: skip
    for place, (state, checks) in enumerate(STATES.items()):
        pull_request = PullRequestFactory(
            repository=repository,
            title="Очень длинное название 🎉 " * 15 if place % 2 else "W" * 400,
            head="h" * 255,
            author="a" * 100,
            state=state,
            check_status=checks,
            review_status=REVIEWS[place],
        )
        CardPullRequestFactory(card=card, pull_request=pull_request)
    return pull_request


SIZES = [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_every_page_is_accessible_and_fits(
    live_server, page, sign_in, admin, card, project, furnished, width, scheme
):
    sign_in(admin)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    repository = f"/admin/integrations/gitrepository/{furnished.repository_id}"
    faults = {}
    for name, address in {
        "repositories": "/admin/integrations/gitrepository/",
        "repository": f"{repository}/change/",
        "repository history": f"{repository}/history/",
        "repository deletion": f"{repository}/delete/",
        "repository add": "/admin/integrations/gitrepository/add/",
        "pull requests": "/admin/integrations/pullrequest/",
        "pull requests filtered": "/admin/integrations/pullrequest/?state__exact=open",
        "pull request": f"/admin/integrations/pullrequest/{furnished.pk}/change/",
        "pull request history": f"/admin/integrations/pullrequest/{furnished.pk}/history/",
        "card": f"/admin/cards/card/{card.pk}/change/",
        "board": f"/admin/boards/board/{card.board_id}/board/",
        "project": f"/admin/projects/project/{project.pk}/change/",
    }.items():
        complaints = watched(page)
        response = page.goto(live_server.url + address, wait_until="load")
        if fault := [*complaints, *found_on(page)] or response.status != 200:
            faults[name] = fault
    for name, address in {
        "secret of a project": f"/admin/projects/project/{project.pk}/change/",
        "secret of a repository": f"{repository}/change/",
    }.items():
        page.goto(live_server.url + address)
        page.get_by_role("button", name="New webhook secret").click()
        page.get_by_label("Webhook secret of").wait_for()
        if fault := found_on(page):
            faults[name] = fault
    assert faults == {}


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_pages_with_nothing_on_them_are_accessible_and_fit(
    live_server, page, sign_in, admin, card, repository_without, width, scheme
):
    sign_in(admin)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    faults = {}
    for address in (
        "/admin/integrations/pullrequest/",
        f"/admin/integrations/gitrepository/{repository_without.pk}/change/",
        f"/admin/cards/card/{card.pk}/change/",
    ):
        page.goto(live_server.url + address, wait_until="load")
        if fault := found_on(page):
            faults[address] = fault
    assert faults == {}


@pytest.fixture
def repository_without(workspace):
    """A repository that nothing is known of yet."""
    return RepositoryFactory(workspace=workspace)
