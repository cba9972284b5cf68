"""The switch between workspaces: what it cuts down, what it leaves, and who may choose what."""

import pytest
from django.test import RequestFactory
from django.urls import reverse

from boards.services import board_create
from core.admin.scope import current_workspace_id
from core.models import EventLog
from tests.factories import (
    BoardFactory,
    CardFactory,
    ChannelFactory,
    FeatureFactory,
    MemberFactory,
    ProjectFactory,
    UserFactory,
    WorkspaceFactory,
)
from tests.web import page, web
from workspaces.admin.switch import COOKIE, OFFERED_TO_OPERATORS
from workspaces.models import WorkspaceMember

pytestmark = pytest.mark.django_db

SWITCH = "/admin/switch/"


@pytest.fixture
def browser(member_of_both, workspace, other_workspace):
    return web(member_of_both)


def look_at(browser, workspace, **more):
    chosen = "" if workspace is None else str(workspace.pk)
    return browser.post(SWITCH, {"workspace": chosen, **more})


def listed(browser, name):
    return {str(row) for row in browser.get(page(name)).context["cl"].result_list}


@pytest.mark.parametrize(
    ("name", "here", "there"),
    [
        ("cards_card_changelist", "Write the log", "Foreign card"),
        ("boards_board_changelist", "Product", "Foreign"),
        ("projects_project_changelist", "Apollo", "Foreign project"),
    ],
)
def test_lists_show_one_workspace_or_all(
    browser, workspace, card, other_card, project, other_project, name, here, there
):
    def titles():
        rows = browser.get(page(name)).context["cl"].result_list
        return {getattr(row, "title", "") or row.name for row in rows}

    assert {here, there} <= titles()
    look_at(browser, workspace)
    assert here in titles()
    assert there not in titles()
    look_at(browser, None)
    assert {here, there} <= titles()


def test_people_are_those_of_the_workspace(browser, workspace, member, outsider):
    look_at(browser, workspace)
    people = listed(browser, "workspaces_user_changelist")
    assert str(member) in people
    assert str(outsider) not in people


def test_workspaces_themselves_are_all_listed(browser, workspace, other_workspace):
    look_at(browser, workspace)
    assert {"Acme", "Other"} <= listed(browser, "workspaces_workspace_changelist")


def test_filters_offer_what_is_in_the_workspace(browser, workspace, card, other_card):
    look_at(browser, workspace)
    text = browser.get(page("cards_card_changelist")).content.decode()
    assert "Product" in text
    assert "Foreign" not in text


@pytest.fixture
def told_of_both(workspace, other_workspace, admin, outsider):
    """An action in each workspace."""
    board_create(workspace=workspace, name="In Acme", actor=admin)
    board_create(workspace=other_workspace, name="In Other", actor=outsider)


def feed(browser):
    lines = browser.get(page("core_eventlog_changelist")).context["cl"].lines
    return " ".join(line.sentence for line in lines)


@pytest.mark.usefixtures("told_of_both")
def test_the_feed_tells_of_the_workspace(browser, workspace):
    assert "In Other" in feed(browser)
    look_at(browser, workspace)
    assert "In Acme" in feed(browser)
    assert "In Other" not in feed(browser)


@pytest.mark.usefixtures("told_of_both", "card", "other_card")
def test_an_operator_looks_at_one_workspace_too(operator, workspace):
    browser = web(operator)
    look_at(browser, workspace)
    rows = browser.get(page("cards_card_changelist")).context["cl"].result_list
    assert [row.title for row in rows] == ["Write the log"]
    assert "In Acme" in feed(browser)
    assert "In Other" not in feed(browser)


def test_an_operator_is_not_offered_every_workspace_there_is(operator):
    for number in range(OFFERED_TO_OPERATORS + 3):
        WorkspaceFactory(key=f"W{number}")
    offered = web(operator).get("/admin/").context["workspace_places"]
    assert len(offered) <= OFFERED_TO_OPERATORS + 1
    assert not any(place.is_private for place in offered)


def test_search_looks_in_the_workspace(browser, workspace, card, other_card):
    look_at(browser, workspace)
    found = browser.get("/admin/search/", {"q": "card or log"}).context["results"]
    assert [row["title"] for row in found] == ["Write the log"]


def test_a_page_of_another_workspace_still_opens(browser, workspace, other_card):
    look_at(browser, workspace)
    answer = browser.get(page("cards_card_change", other_card.pk))
    assert answer.status_code == 200
    assert answer.context["current_workspace"].name == "Acme"


def test_new_things_are_for_the_workspace_looked_at(browser, workspace, project, other_project):
    look_at(browser, workspace)
    form = browser.get(page("boards_board_add")).context["adminform"].form
    assert form.initial["workspace"] == workspace.pk
    offered = browser.get(page("projects_feature_add")).context["adminform"].form
    assert [str(row) for row in offered.fields["project"].queryset] == ["Apollo"]


def test_a_link_into_a_form_may_name_another_workspace(browser, workspace, project, other_project):
    look_at(browser, workspace)
    address = f"{page('projects_feature_add')}?project={other_project.pk}"
    form = browser.get(address).context["adminform"].form
    assert other_project in form.fields["project"].queryset


def test_what_is_sent_is_taken_though_one_switched_meanwhile(browser, workspace, other_project):
    look_at(browser, workspace)
    data = {"project": other_project.pk, "name": "Elsewhere", "status": "backlog"}
    browser.post(page("projects_feature_add"), data)
    assert other_project.features.get().name == "Elsewhere"


def test_boards_for_a_new_card_are_those_of_the_workspace(browser, workspace, board, other_board):
    BoardFactory(workspace=workspace, name="Second")
    look_at(browser, workspace)
    boards = browser.get(page("cards_card_add")).context["boards"]
    assert {each.name for each in boards} == {"Product", "Second"}


def test_a_workspace_that_one_lost_is_dropped_silently(
    browser, member_of_both, workspace, card, other_card
):
    look_at(browser, workspace)
    WorkspaceMember.objects.filter(workspace=workspace, user=member_of_both).delete()
    answer = browser.get(page("cards_card_changelist"))
    assert answer.context["current_workspace"] is None
    assert [row.title for row in answer.context["cl"].result_list] == ["Foreign card"]


@pytest.mark.parametrize("chosen", ["nonsense", "01999999-0000-7000-8000-000000000000", "x" * 3000])
def test_a_made_up_cookie_is_nothing(browser, card, other_card, chosen):
    browser.cookies[COOKIE] = chosen
    answer = browser.get(page("cards_card_changelist"))
    assert answer.status_code == 200
    assert answer.context["current_workspace"] is None


def test_another_tenants_workspace_is_not_there_to_choose(member, workspace, other_workspace):
    answer = look_at(web(member), other_workspace)
    assert answer.status_code == 404
    assert COOKIE not in answer.cookies


def test_another_tenants_workspace_in_the_cookie_opens_nothing(member, workspace, other_card):
    browser = web(member)
    browser.cookies[COOKIE] = str(other_card.workspace_id)
    answer = browser.get(page("cards_card_changelist"))
    assert answer.context["current_workspace"] is None
    assert "Foreign card" not in answer.content.decode()


def test_the_switch_is_asked_for_by_post_alone_and_by_who_is_signed_in(browser, workspace):
    assert browser.get(SWITCH).status_code == 405
    assert "/admin/login/" in look_at(web(None), workspace)["Location"]


def test_it_is_remembered_after_signing_out(browser, member_of_both, workspace):
    look_at(browser, workspace)
    browser.post("/admin/logout/")
    browser.force_login(member_of_both)
    assert browser.get("/admin/").context["current_workspace"].name == "Acme"


@pytest.mark.parametrize(
    ("from_page", "to"),
    [
        ("/admin/cards/card/?board__id__exact=1&q=x", "/admin/cards/card/"),
        ("/admin/search/?q=log", "/admin/search/?q=log"),
        ("/admin/", "/admin/"),
        ("/admin/inbox/", "/admin/inbox/"),
        ("/admin/projects/project/0/change/", "/admin/"),
        ("https://elsewhere.example/admin/", "/admin/"),
        ("//elsewhere.example/", "/admin/"),
        ("/nowhere/", "/admin/"),
        ("", "/admin/"),
    ],
)
def test_it_leads_back_to_lists_and_home_from_single_things(browser, workspace, from_page, to):
    assert look_at(browser, workspace, next=from_page)["Location"] == to


def test_the_private_workspace_stands_last_and_is_called_so(browser, member_of_both):
    mine = WorkspaceFactory(created_by=member_of_both, personal_for=member_of_both, key="MINE")
    offered = browser.get("/admin/").context["workspace_places"]
    assert [place.name for place in offered] == ["Acme", "Other", mine.name]
    assert [place.is_private for place in offered] == [False, False, True]


def test_the_switch_makes_no_entry_in_the_log(browser, workspace):
    before = EventLog.objects.count()
    look_at(browser, workspace)
    assert EventLog.objects.count() == before


def test_names_of_workspaces_are_shown_as_text(browser, workspace, member_of_both):
    MemberFactory(
        workspace=WorkspaceFactory(name="<script>alert(1)</script>", key="EVIL"),
        user=member_of_both,
    )
    text = browser.get("/admin/").content.decode()
    assert "<script>alert(1)</script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_requests_of_nobody_look_nowhere(db):
    request = RequestFactory().get("/")
    request.user = UserFactory.build()
    assert current_workspace_id(request) is None


def test_rows_without_a_workspace_stay(browser, workspace, other_project):
    ChannelFactory(project=other_project, name="elsewhere")
    FeatureFactory(project=ProjectFactory(workspace=workspace))
    CardFactory(board=BoardFactory(workspace=workspace))
    look_at(browser, workspace)
    assert browser.get(reverse("admin:workspaces_accesstoken_changelist")).status_code == 200
