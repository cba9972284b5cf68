"""The start page's panel of what others did since one was last here."""

import pytest
from django.utils import timezone

from activity.services import visit_mark
from boards.services import board_create
from tests.web import web
from workspaces.admin.switch import COOKIE

pytestmark = pytest.mark.django_db(transaction=True)


def told(person, workspace=None):
    browser = web(person)
    if workspace is not None:
        browser.cookies[COOKIE] = str(workspace.pk)
    panels = browser.get("/admin/").context["panels_aside"]
    (panel,) = [each for each in panels if each.template.endswith("since_last_here.html")]
    return panel.context


def sentences(context):
    return " ".join(line.sentence for line in context["told"])


def test_what_others_did_since_is_told_and_ones_own_is_not(member, admin, workspace):
    visit_mark(user=member, at=timezone.now())
    board_create(workspace=workspace, name="By Ada", actor=admin)
    board_create(workspace=workspace, name="By Max", actor=member)
    context = told(member)
    assert context["is_new"]
    assert "By Ada" in sentences(context)
    assert "By Max" not in sentences(context)


def test_opening_the_start_page_does_not_count_as_reading(member, admin, workspace):
    visit_mark(user=member, at=timezone.now())
    board_create(workspace=workspace, name="By Ada", actor=admin)
    assert told(member)["is_new"]
    assert told(member)["is_new"]
    web(member).get("/admin/core/eventlog/")
    assert not told(member)["is_new"]


def test_where_nothing_is_new_the_last_lines_remind(member, admin, workspace):
    board_create(workspace=workspace, name="By Ada", actor=admin)
    visit_mark(user=member, at=timezone.now())
    context = told(member)
    assert not context["is_new"]
    assert "By Ada" in sentences(context)


def test_another_tenants_doings_are_not_told(member, workspace, other_workspace, outsider):
    board_create(workspace=other_workspace, name="Foreign board", actor=outsider)
    assert "Foreign board" not in sentences(told(member))


def test_the_switch_cuts_it_down(member_of_both, admin, outsider, workspace, other_workspace):
    board_create(workspace=workspace, name="Here", actor=admin)
    board_create(workspace=other_workspace, name="There", actor=outsider)
    assert "There" in sentences(told(member_of_both))
    assert "There" not in sentences(told(member_of_both, workspace))


def test_of_many_the_newest_are_told(member, admin, workspace):
    visit_mark(user=member, at=timezone.now())
    for number in range(12):
        board_create(workspace=workspace, name=f"Board {number:02}", actor=admin)
    context = told(member)
    assert len(context["told"]) == 10
    assert context["has_more"]
    assert "Board 11" in sentences(context)
    assert "Board 01" not in sentences(context)
