"""Cards in the web pages: who sees them, and that every write goes through its service."""

import pytest

from boards.services import column_update
from cards.models import Card
from cards.services import card_archive, card_update
from core.models import EventLog
from tests.factories import CardAssigneeFactory, CardFactory
from tests.web import errors, filled, newest, page, plain_board, queries_of, said, web

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("admin", {"Write the log"}),
        ("member", {"Write the log"}),
        ("member_of_both", {"Write the log", "Foreign card"}),
        ("outsider", {"Foreign card"}),
        ("operator", {"Write the log", "Foreign card"}),
    ],
)
def test_the_list_shows_the_cards_of_ones_workspaces(request, card, other_card, who, sees):
    response = web(request.getfixturevalue(who)).get(page("cards_card_changelist"))

    assert {each.title for each in response.context["cl"].result_list} == sees


@pytest.mark.parametrize("who", ["admin", "member", "member_of_both", "operator"])
def test_whoever_is_in_the_workspace_opens_the_card(request, card, who):
    response = web(request.getfixturevalue(who)).get(page("cards_card_edit", card.pk))

    assert response.status_code == 200
    assert response.context["adminform"].form["title"].value() == "Write the log"


@pytest.mark.parametrize("name", ["change", "delete", "history"])
def test_a_foreign_card_is_answered_like_one_that_never_was(outsider, other_workspace, card, name):
    browser = web(outsider)
    unknown = "0195b5f2-0000-7000-8000-000000000000"

    foreign = browser.get(page(f"cards_card_{name}", card.pk), follow=False)
    missing = browser.get(page(f"cards_card_{name}", unknown), follow=False)

    assert (
        (foreign.status_code, foreign.url)
        == (missing.status_code, missing.url)
        == (
            302,
            "/admin/",
        )
    )
    assert "Write the log" not in "".join(said(foreign))


def test_a_foreign_card_cannot_be_written_deleted_or_acted_upon(
    outsider, other_board, card, other_card
):
    browser = web(outsider)
    before = EventLog.objects.count()

    browser.post(page("cards_card_change", card.pk), {"title": "Mine"})
    browser.post(page("cards_card_delete", card.pk), {"post": "yes"})
    browser.post(page("cards_card_do", card.pk, "archive"))
    browser.post(
        page("cards_card_changelist"), {"action": "archive", "_selected_action": [card.pk]}
    )

    card.refresh_from_db()
    assert (card.title, card.archived_at) == ("Write the log", None)
    assert EventLog.objects.count() == before


def test_nobody_is_sent_to_sign_in(card):
    response = web(None).get(page("cards_card_change", card.pk))

    assert response.status_code == 302
    assert response.url.startswith("/admin/login/")


def test_the_choices_are_those_of_the_cards_board(
    member_of_both, card, other_card, sprint, outsider
):
    form = web(member_of_both).get(page("cards_card_edit", card.pk)).context["adminform"].form

    assert [column.name for column in form.fields["column"].queryset] == [
        "To Do",
        "In Progress",
        "In Review",
        "Done",
    ]
    assert list(form.fields["sprint"].queryset) == [sprint]
    assert outsider not in form.fields["assignees"].queryset


def test_saving_a_form_writes_through_the_service_once(member, card):
    browser = web(member)
    data = filled(browser.get(page("cards_card_edit", card.pk)), title="Write the log well")
    before = EventLog.objects.count()

    response = browser.post(page("cards_card_edit", card.pk), data)

    assert response.status_code == 302
    card.refresh_from_db()
    assert (card.title, card.version) == ("Write the log well", 2)
    assert EventLog.objects.count() == before + 1
    entry = newest()
    assert (entry.action, entry.source, entry.actor_id) == ("card.updated", "admin", member.pk)
    assert entry.details["after"] == {"title": "Write the log well"}


def test_saving_an_unchanged_form_writes_nothing(member, card):
    browser = web(member)
    data = filled(browser.get(page("cards_card_edit", card.pk)))
    before = EventLog.objects.count()

    assert browser.post(page("cards_card_edit", card.pk), data).status_code == 302

    assert EventLog.objects.count() == before


def test_another_column_is_a_move_with_the_rest_in_one_action(member, card, board):
    browser = web(member)
    data = filled(
        browser.get(page("cards_card_edit", card.pk)),
        column=board.columns[1]["id"],
        title="On its way",
        assignees=[str(member.pk)],
        new_labels="backend, Urgent ",
    )

    browser.post(page("cards_card_edit", card.pk), data)

    card.refresh_from_db()
    assert str(card.column_id) == board.columns[1]["id"]
    assert [label["name"] for label in card.metadata["labels"]] == ["backend", "Urgent"]
    assert [each.user for each in card.card_assignees.all()] == [member]
    actions = EventLog.objects.filter(actor_id=member.pk).values_list("action", "action_id")
    assert {action for action, _id in actions} == {"card.updated"}
    assert len({action_id for _action, action_id in actions}) == 1


def test_a_full_column_is_refused_beside_the_field_and_nothing_is_kept(member, admin, card, board):
    target = board.columns[1]["id"]
    column_update(board=board, actor=admin, column_id=target, wip_limit=1)
    CardFactory(board=board, column_id=target)
    browser = web(member)
    data = filled(browser.get(page("cards_card_edit", card.pk)), column=target, title="Half")
    before = EventLog.objects.count()

    response = browser.post(page("cards_card_edit", card.pk), data)

    assert list(errors(response)) == ["column"]
    card.refresh_from_db()
    assert card.title == "Write the log"
    assert EventLog.objects.count() == before


def test_an_admin_may_override_the_limit_and_the_log_says_so(admin, card, board):
    target = board.columns[1]["id"]
    column_update(board=board, actor=admin, column_id=target, wip_limit=1)
    CardFactory(board=board, column_id=target)
    browser = web(admin)
    data = filled(
        browser.get(page("cards_card_edit", card.pk)), column=target, override_wip_limit="on"
    )

    assert browser.post(page("cards_card_edit", card.pk), data).status_code == 302

    assert newest().details["context"] == {"override_wip_limit": True}


def test_a_member_is_not_offered_the_override(member, card):
    form = web(member).get(page("cards_card_edit", card.pk)).context["adminform"].form

    assert "override_wip_limit" not in form.fields


def test_a_stale_form_says_what_changed_and_overwrites_nothing(member, admin, card):
    browser = web(member)
    data = filled(browser.get(page("cards_card_edit", card.pk)), priority="low")
    card_update(card=card, actor=admin, changes={"title": "Changed meanwhile"})

    response = browser.post(page("cards_card_edit", card.pk), data)

    shown = " ".join(errors(response)["__all__"])
    assert "Title: “Write the log” became “Changed meanwhile” (Ada Admin)" in shown
    card.refresh_from_db()
    assert (card.title, card.priority) == ("Changed meanwhile", "none")


def test_saving_once_more_after_that_is_an_informed_choice(member, admin, card):
    browser = web(member)
    data = filled(browser.get(page("cards_card_edit", card.pk)), priority="low")
    card_update(card=card, actor=admin, changes={"title": "Changed meanwhile"})
    again = filled(browser.post(page("cards_card_edit", card.pk), data))

    assert browser.post(page("cards_card_edit", card.pk), again).status_code == 302

    card.refresh_from_db()
    assert card.priority == "low"


def test_a_title_of_spaces_is_a_form_error(member, card):
    browser = web(member)
    data = filled(browser.get(page("cards_card_edit", card.pk)), title="   ")

    assert list(errors(browser.post(page("cards_card_edit", card.pk), data))) == ["title"]


def test_adding_asks_for_the_board_and_goes_on_with_the_only_one(member, board):
    response = web(member).get(page("cards_card_add"))

    assert response.status_code == 302
    assert response.url == f"/admin/cards/card/add/?board={board.pk}"


def test_adding_offers_the_boards_that_one_sees(member_of_both, board, other_board):
    response = web(member_of_both).get(page("cards_card_add"))

    assert set(response.context["boards"]) == {board, other_board}


def test_a_card_is_made_by_its_service(member, board, sprint):
    browser = web(member)
    address = f"{page('cards_card_add')}?board={board.pk}"
    data = filled(
        browser.get(address),
        title="New",
        column=board.columns[2]["id"],
        priority="high",
        sprint=str(sprint.pk),
        assignees=[str(member.pk)],
        new_labels="backend",
        acceptance_criteria="It works.",
    )

    response = browser.post(address, data)

    assert response.status_code == 302, response.context["adminform"].form.errors
    assert response.url == page("boards_board_board", board.pk)
    made = Card.objects.get(title="New")
    assert (made.created_by, made.sprint, made.priority) == (member, sprint, "high")
    assert made.metadata["acceptance_criteria"] == "It works."
    entry = EventLog.objects.get(entity_type="card", entity_id=made.pk)
    assert (entry.action, entry.source) == ("card.created", "admin")


def test_a_card_cannot_be_made_on_a_foreign_board(outsider, board, other_board):
    browser = web(outsider)
    address = f"{page('cards_card_add')}?board={board.pk}"

    assert browser.get(address).url == f"/admin/cards/card/add/?board={other_board.pk}"
    assert browser.post(address, {"title": "Mine"}).status_code == 302
    assert not Card.objects.exists()


@pytest.mark.parametrize("who", ["admin", "member", "operator"])
def test_cards_are_archived_in_one_action(request, board, who):
    person = request.getfixturevalue(who)
    cards = [CardFactory(board=board) for _ in range(3)]

    web(person).post(
        page("cards_card_changelist"),
        {"action": "archive", "_selected_action": [card.pk for card in cards]},
    )

    assert Card.objects.filter(archived_at__isnull=False).count() == 3
    entries = EventLog.objects.filter(action="card.archived")
    assert (entries.count(), entries.values("action_id").distinct().count()) == (3, 1)
    assert {entry.source for entry in entries} == {"admin"}


def test_archived_cards_come_back_from_the_page(member, card):
    card_archive(card=card, actor=member)

    response = web(member).post(page("cards_card_do", card.pk, "unarchive"))

    assert response.url == page("cards_card_change", card.pk)
    card.refresh_from_db()
    assert card.archived_at is None


def test_many_cards_move_in_the_order_they_had(member, board):
    cards = [CardFactory(board=board, title=f"{place}") for place in range(3)]
    data = {
        "action": "move",
        "_selected_action": [card.pk for card in cards],
        "apply": "1",
        "column": board.columns[3]["id"],
        "place": "top",
    }

    web(member).post(f"{page('cards_card_changelist')}?state=all", data)

    moved = Card.objects.filter(column_id=board.columns[3]["id"]).order_by("position")
    assert [card.title for card in moved] == ["0", "1", "2"]


def test_a_move_asks_where_to_first(member, board, other_board, card):
    response = web(member).post(
        page("cards_card_changelist"), {"action": "move", "_selected_action": [card.pk]}
    )

    assert response.status_code == 200
    assert [name for name, _columns in response.context["form"].fields["column"].choices] == [
        "ACME · Product"
    ]


def test_a_move_that_is_refused_moves_none(member, admin, board):
    target = board.columns[1]["id"]
    column_update(board=board, actor=admin, column_id=target, wip_limit=1)
    cards = [CardFactory(board=board) for _ in range(2)]

    response = web(member).post(
        f"{page('cards_card_changelist')}?state=all",
        {
            "action": "move",
            "_selected_action": [card.pk for card in cards],
            "apply": "1",
            "column": target,
            "place": "bottom",
        },
    )

    assert response.status_code == 302
    assert said(response)
    assert not Card.objects.filter(column_id=target).exists()


def test_too_many_at_once_are_refused_and_none_is_changed(member, board, monkeypatch):
    monkeypatch.setattr("cards.admin.actions.AT_MOST", 2)
    cards = [CardFactory(board=board) for _ in range(3)]

    response = web(member).post(
        page("cards_card_changelist"),
        {"action": "archive", "_selected_action": [card.pk for card in cards]},
    )

    assert said(response) == ["At most 2 cards at once."]
    assert not Card.objects.filter(archived_at__isnull=False).exists()


@pytest.mark.parametrize(("how", "expected"), [("add", {"Ada", "Max"}), ("replace", {"Max"})])
def test_people_are_assigned_to_many(admin, member, board, how, expected):
    card = CardFactory(board=board)
    CardAssigneeFactory(card=card, user=admin)

    web(member).post(
        page("cards_card_changelist"),
        {
            "action": "assign",
            "_selected_action": [card.pk],
            "apply": "1",
            "people": [str(member.pk)],
            "how": how,
        },
    )

    names = {each.user.full_name.split()[0] for each in card.card_assignees.all()}
    assert names == expected


def test_only_people_of_the_workspace_are_offered_for_cards(member, outsider, card):
    response = web(member).post(
        page("cards_card_changelist"), {"action": "assign", "_selected_action": [card.pk]}
    )

    assert outsider not in response.context["form"].fields["people"].queryset


def test_a_card_is_deleted_by_its_service(member, card):
    browser = web(member)
    assert b"Cards: 1" in browser.get(page("cards_card_delete", card.pk)).content

    browser.post(page("cards_card_delete", card.pk), {"post": "yes"})

    assert not Card.objects.exists()
    entry = EventLog.objects.get(action="card.deleted", entity_type="card")
    assert (entry.source, entry.actor_id) == ("admin", member.pk)


def test_several_cards_are_deleted_from_the_list(member, board):
    cards = [CardFactory(board=board) for _ in range(2)]
    data = {"action": "delete_selected", "_selected_action": [card.pk for card in cards]}
    browser = web(member)

    assert browser.post(page("cards_card_changelist"), data).status_code == 200
    browser.post(page("cards_card_changelist"), {**data, "post": "yes"})

    assert not Card.objects.exists()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("log", {"Write the log"}),
        ("ACME-1", {"Write the log"}),
        ("acme-1", {"Write the log"}),
        ("OTHER-1", set()),
        ("nothing", set()),
        ("%", set()),
    ],
)
def test_the_search_finds_words_and_keys_within_the_scope(member, card, other_card, query, found):
    response = web(member).get(page("cards_card_changelist"), {"q": query})

    assert {each.title for each in response.context["cl"].result_list} == found


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, {"open", "done"}),
        ({"state": "open"}, {"open"}),
        ({"state": "done"}, {"done"}),
        ({"state": "archived"}, {"archived"}),
        ({"state": "all"}, {"open", "done", "archived"}),
        ({"category": "done"}, {"done"}),
        ({"assignee": "me"}, {"open"}),
        ({"assignee": "none"}, {"done"}),
        ({"priority__exact": "high"}, {"done"}),
    ],
)
def test_the_filters(member, board, filters, expected):
    CardAssigneeFactory(card=CardFactory(board=board, title="open"), user=member)
    CardFactory(board=board, title="done", column_id=board.columns[3]["id"], priority="high")
    card_archive(card=CardFactory(board=board, title="archived"), actor=member)

    response = web(member).get(page("cards_card_changelist"), filters)

    assert {each.title for each in response.context["cl"].result_list} == expected


def test_no_filter_feels_its_way_to_what_is_hidden(member, card):
    response = web(member).get(
        page("cards_card_changelist"), {"created_by__password__startswith": "m"}
    )

    assert response.status_code == 400


def test_filters_offer_only_what_is_in_scope(member, card, other_card):
    content = web(member).get(page("cards_card_changelist")).content.decode()

    assert "Foreign" not in content
    assert "Otto" not in content


@pytest.mark.parametrize(
    "address", ["/admin/cards/card/", "/admin/boards/board/", "/admin/core/eventlog/?kind=card"]
)
def test_a_list_takes_as_many_queries_with_40_rows_as_with_4(member, board, address):
    def fill(number):
        for _ in range(number):
            CardAssigneeFactory(card=CardFactory(board=board), user=member)

    browser = web(member)
    fill(4)
    browser.get(address)
    few = queries_of(browser, address)
    fill(36)

    assert queries_of(browser, address) == few


def test_the_board_takes_as_many_queries_with_40_cards_as_with_4(member, board):
    browser = web(member)
    for _ in range(4):
        CardAssigneeFactory(card=CardFactory(board=board), user=member)
    addresses = [page("boards_board_board", board.pk), plain_board(board.pk)]
    few = [(browser.get(each), queries_of(browser, each))[1] for each in addresses]
    for _ in range(36):
        CardAssigneeFactory(card=CardFactory(board=board), user=member)

    assert [queries_of(browser, each) for each in addresses] == few
