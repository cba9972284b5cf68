"""What the page of a board is given, and who gets which page."""

import json
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from boards.services import board_archive, board_update
from cards.admin.board_page import MODULES
from tests.web import page, plain_board, queries_of, web

pytestmark = pytest.mark.django_db

SCRIPTED, PLAIN = "admin/boards/board/board.html", "admin/boards/board/board_plain.html"


def data_of(person, board):
    return web(person).get(page("boards_board_board", board.pk)).context["data"]


@pytest.mark.parametrize(
    ("who", "write", "administer"),
    [
        ("admin", True, True),
        ("member", True, False),
        ("contributor", True, False),
        ("observer", False, False),
    ],
)
def test_the_page_knows_what_the_person_may_do(request, board, project, who, write, administer):
    board_update(board=board, actor=None, changes={"project": project})
    person = request.getfixturevalue(who)

    data = data_of(person, board)

    assert data["may"] == {"write": write, "administer": administer}
    assert (data["me"], data["workspace_key"]) == (str(person.pk), "ACME")


def test_an_archived_board_is_only_read(admin, board):
    board_archive(board=board, actor=admin)

    assert data_of(admin, board)["may"] == {"write": False, "administer": True}
    assert "Add card" not in web(admin).get(plain_board(board.pk)).content.decode()


def test_the_page_names_the_addresses_that_it_leads_to(member, board):
    urls = data_of(member, board)["urls"]

    assert urls["snapshot"] == f"/api/v1/boards/{board.pk}/snapshot/"
    assert urls["card"] == "/admin/cards/card/{id}/change/"
    assert urls["panel"] == "/admin/cards/card/{id}/panel/"
    assert web(member).get(urls["planning"]).status_code == 200


@pytest.mark.parametrize(
    ("who", "query", "template"),
    [
        ("member", "", SCRIPTED),
        ("member", "?plain=1", PLAIN),
        # The API shows operators only what they are members of.
        ("operator", "", PLAIN),
    ],
)
def test_the_plain_page_is_for_those_whom_the_scripts_would_not_serve(
    request, board, who, query, template
):
    browser = web(request.getfixturevalue(who))

    answer = browser.get(page("boards_board_board", board.pk) + query)

    assert template in [each.name for each in answer.templates]


def test_a_foreign_board_has_no_page(outsider, board):
    for address in (page("boards_board_board", board.pk), plain_board(board.pk)):
        assert web(outsider).get(address).status_code == 302


def test_the_page_takes_as_many_queries_with_data_as_without(member, board):
    browser = web(member)
    address = page("boards_board_board", board.pk)
    browser.get(address)

    assert queries_of(browser, address) <= queries_of(browser, plain_board(board.pk))


def test_the_modules_that_the_page_imports_are_all_fetched_ahead_and_no_others():
    reached, waiting = set(), ["taskly/board/main.js", "taskly/board/tools.js"]
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        folder = Path(name).parent
        for line in Path(finders.find(name)).read_text("utf-8").splitlines():
            if " from " in line and line.rstrip().endswith('.js";'):
                target = json.loads(line.rsplit(" from ", 1)[1].rstrip().rstrip(";"))
                parts = (folder / target).parts
                waiting.append("/".join(_resolved(parts)))

    assert {*MODULES, "taskly/board/main.js", "taskly/board/tools.js"} == reached


def _resolved(parts):
    path = []
    for part in parts:
        if part == "..":
            path.pop()
        else:
            path.append(part)
    return path
