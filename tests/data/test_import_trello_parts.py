"""`manage.py import_trello`: checklists, comments, attachments and what leads to other cards."""

import copy
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError

from boards.models import Board
from cards.models import Card, CardLink, ChecklistItem, Comment
from cards.services import (
    card_link_delete,
    card_move,
    checklist_item_create,
    checklist_item_delete,
    comment_delete,
)
from core.models import EventLog
from projects.services import project_archive
from tests.data.trello import a_board, a_card, trello_id
from tests.factories import BoardFactory, CardLinkFactory
from tests.watching import all_tables

pytestmark = pytest.mark.django_db

MADE = datetime(2022, 11, 19, 19, 21, 54, tzinfo=UTC)
MAX = {"id": trello_id(31), "username": "mm", "fullName": "Max Member"}
GONE = {"id": trello_id(32), "username": "gone", "fullName": "Gone *Away*"}


def an_item(number, name="Step", state="incomplete", **more):
    return {"id": trello_id(number), "name": name, "state": state, "pos": number, **more}


def a_checklist(number, card, *items, name="Steps", pos=None):
    return {
        "id": trello_id(number),
        "idCard": trello_id(card),
        "name": name,
        "pos": number if pos is None else pos,
        "checkItems": list(items),
    }


def a_comment(number, card, text, by=MAX, date="2022-12-01T10:00:00.000Z", **more):
    return {
        "id": trello_id(number),
        "type": "commentCard",
        "date": date,
        "idMemberCreator": by["id"],
        "memberCreator": by,
        "data": {"text": text, "card": {"id": trello_id(card)}, **more},
    }


def a_tick(number, item, state="complete", by=MAX, date="2022-12-02T11:00:00.000Z"):
    return {
        "id": trello_id(number),
        "type": "updateCheckItemStateOnCard",
        "date": date,
        "idMemberCreator": by["id"],
        "data": {"checkItem": {"id": trello_id(item), "state": state}},
    }


def an_attachment(number, url, name="A file", **more):
    return {"id": trello_id(number), "name": name, "url": url, "pos": number, **more}


def items_of(title):
    items = ChecklistItem.objects.filter(card__title=title).order_by("position")
    return list(items.values_list("checklist", "text"))


def test_checklists_come_in_their_order_with_who_did_what_when(bring_in, member):
    done = "complete"
    lines = bring_in(
        a_board(
            members=[MAX],
            cards=[a_card(21, "Card")],
            checklists=[
                a_checklist(62, 21, an_item(74, "Last"), name="Second", pos=9),
                a_checklist(
                    61,
                    21,
                    an_item(73, "Told", done, pos=30),
                    an_item(71, "Open\n step", pos=10),
                    an_item(72, "Not told", done, pos=20),
                    name=" First ",
                    pos=5,
                ),
            ],
            actions=[
                a_tick(83, 73, "incomplete", date="2022-12-05T11:00:00.000Z"),
                a_tick(82, 73),
                a_tick(81, 73, date="2022-11-25T11:00:00.000Z"),
                a_tick(84, 71),
            ],
        )
    )

    assert list(
        ChecklistItem.objects.order_by("position").values_list(
            "checklist", "text", "position", "created_at", "done_at", "done_by__username"
        )
    ) == [
        ("First", "Open step", 65_536, MADE, None, None),
        ("First", "Not told", 131_072, MADE,
         datetime(2022, 12, 10, 19, 9, 16, 967_000, tzinfo=UTC), None),
        ("First", "Told", 196_608, MADE, datetime(2022, 12, 2, 11, tzinfo=UTC), "member"),
        ("Second", "Last", 262_144, MADE, None, None),
    ]  # fmt: skip
    assert lines[-1] == (
        "4 checklist items, 0 comments, 0 links between cards, "
        "0 attachments as addresses in descriptions."
    )


def test_checklists_of_one_name_stay_apart_and_too_much_is_cut_and_told(bring_in):
    many = [an_item(1000 + number, f"Step {number}") for number in range(502)]
    lines = bring_in(
        a_board(
            cards=[a_card(21, "Card"), a_card(22, "Many")],
            checklists=[
                a_checklist(61, 21, an_item(71, "One"), name=""),
                a_checklist(62, 21, an_item(72, "x" * 600), an_item(73, " "), name="Checklist"),
                a_checklist(63, 22, *many, name="n" * 120),
                a_checklist(64, 29, an_item(74, due="2022-12-01T10:00:00Z", idMember=MAX["id"])),
            ],
        )
    )

    assert items_of("Card") == [("Checklist", "One"), ("Checklist (2)", "x" * 499 + "…")]
    assert len(items_of("Many")) == 500
    assert items_of("Many")[0][0] == "n" * 99 + "…"
    assert lines[-4:] == [
        "Checklist items beyond 500 of a card, left out: 2.",
        "Checklist items cut to 500 characters: 1.",
        "Checklist items without a text, left out: 1.",
        "Left out, since Taskly has no place for it yet: 1 checklists of cards that are gone, "
        "1 due dates of checklist items, 1 people of checklist items.",
    ]


def test_comments_keep_their_time_and_their_authors_or_say_who_that_was(bring_in, admin, member):
    lines = bring_in(
        a_board(
            members=[MAX],
            cards=[a_card(21, "Card")],
            actions=[
                a_comment(92, 21, " Later, @admin \n", date="2022-12-03T10:00:00.000Z",
                          dateLastEdited="2022-12-04T10:00:00.000Z"),
                a_comment(91, 21, "By one who left", by=GONE),
                a_comment(93, 21, "  "),
                a_comment(94, 28, "On a card that is gone"),
                {"id": trello_id(95), "type": "updateCard"},
            ],
        )
    )  # fmt: skip

    assert list(
        Comment.objects.order_by("id").values_list("author", "content", "created_at", "edited_at")
    ) == [
        (admin.pk, "**Gone \\*Away\\***, in Trello on 2022-12-01:\n\nBy one who left",
         datetime(2022, 12, 1, 10, tzinfo=UTC), None),
        (member.pk, "Later, @admin", datetime(2022, 12, 3, 10, tzinfo=UTC),
         datetime(2022, 12, 4, 10, tzinfo=UTC)),
    ]  # fmt: skip
    # What was said in another place speaks to nobody here.
    assert list(Comment.objects.values_list("mentions", flat=True)) == [[], []]
    assert lines[-3:] == [
        "Comments of cards that are gone, left out: 1.",
        "Comments without a text, left out: 1.",
        "No member is called Gone *Away*: 1 comment told under your name.",
    ]


def test_a_comment_is_cut_where_it_is_too_long(bring_in):
    lines = bring_in(
        a_board(members=[MAX], cards=[a_card(21)], actions=[a_comment(91, 21, "c" * 10_500)])
    )

    assert Comment.objects.get().content == "c" * 9_999 + "…"
    assert "Comments cut to 10,000 characters: 1." in lines


def test_attachments_become_addresses_in_the_description(bring_in):
    lines = bring_in(
        a_board(
            cards=[
                a_card(
                    21,
                    "Card",
                    desc="Text",
                    attachments=[
                        an_attachment(52, "https://example.org/a b<c>", "Second [file] `x`"),
                        an_attachment(51, "https://example.org/plan.pdf", "plan.pdf"),
                        an_attachment(53, "javascript:alert(1)", "Bad"),
                        an_attachment(54, "https://trello.com/c/Elsewhere/1-card", ""),
                    ],
                ),
                a_card(22, "Full", desc="d" * 65_500,
                       attachments=[an_attachment(55, "https://example.org/" + "p" * 100)]),
            ]
        )
    )  # fmt: skip

    assert Card.objects.get(title="Card").description == (
        "Text\n\n**Attachments in Trello**\n"
        "\n- [plan.pdf](<https://example.org/plan.pdf>)"
        "\n- [Second \\[file\\] \\`x\\`](<https://example.org/a%20b%3Cc%3E>)"
        "\n- [https://trello.com/c/Elsewhere/1-card](<https://trello.com/c/Elsewhere/1-card>)"
    )
    assert Card.objects.get(title="Full").description == "d" * 65_500
    assert lines[-3:] == [
        "0 checklist items, 0 comments, 0 links between cards, "
        "3 attachments as addresses in descriptions.",
        "Attachments without an address of the web, left out: 1.",
        "Attachments without room in the description, left out: 1.",
    ]


def test_a_card_attached_to_a_card_relates_to_it_once(bring_in):
    def to(name):
        return f"https://trello.com/c/{name}/12-a-card"

    cards = [
        a_card(21, "One", shortLink="AAAA1111",
               attachments=[an_attachment(51, to("BBBB2222")), an_attachment(52, to("AAAA1111"))]),
        a_card(22, "Two", shortLink="BBBB2222",
               attachments=[an_attachment(53, "https://trello.com/c/AAAA1111")]),
    ]  # fmt: skip
    bring_in(a_board(cards=cards))

    link = CardLink.objects.get()
    assert (link.source.title, link.target.title, link.kind) == ("One", "Two", "relates_to")
    assert {card.description for card in Card.objects.all()} == {""}


FULL = a_board(
    members=[MAX],
    cards=[
        a_card(21, "One", shortLink="AAAA1111",
               attachments=[an_attachment(51, "https://trello.com/c/BBBB2222")]),
        a_card(22, "Two", shortLink="BBBB2222"),
        a_card(23, "Three", shortLink="CCCC3333"),
    ],
    checklists=[a_checklist(61, 21, an_item(71, "First"), an_item(72, "Second"))],
    actions=[a_comment(91, 21, "Said"), a_comment(92, 22, "Said too")],
)  # fmt: skip


def test_a_second_import_of_all_that_adds_nothing(bring_in):
    bring_in(FULL)
    before = all_tables()

    lines = bring_in(FULL)

    assert all_tables() == before
    assert lines == [
        "Imported into ACME as admin:",
        'Board "Launch", which an earlier import made.',
        "0 cards (0 archived), 0 labels, 0 assignments.",
        "3 cards there already: left as found.",
    ]


def test_what_people_deleted_or_moved_stays_so(bring_in, admin, workspace):
    bring_in(FULL)
    checklist_item_delete(item=ChecklistItem.objects.get(text="First"), actor=admin)
    comment_delete(comment=Comment.objects.get(content="Said"), actor=admin)
    card_link_delete(link=CardLink.objects.get(), actor=admin)
    elsewhere = BoardFactory(workspace=workspace)
    card_move(
        card=Card.objects.get(title="Three"),
        actor=admin,
        board=elsewhere,
        column_id=elsewhere.columns[0]["id"],
    )
    before = all_tables()
    later = copy.deepcopy(FULL)
    # A card on another board takes nothing in: who imports may only look on there.
    later["actions"].append(a_comment(93, 23, "For the one that went away"))

    bring_in(later)

    assert all_tables() == before


def test_a_later_export_adds_what_was_said_and_planned_since(bring_in, admin):
    bring_in(FULL)
    checklist_item_create(card=Card.objects.get(title="One"), actor=admin, text="Ours")
    later = copy.deepcopy(FULL)
    later["checklists"][0]["checkItems"].append(an_item(73, "Third"))
    later["actions"].append(a_comment(93, 21, "Said since"))
    later["cards"][2]["attachments"] = [an_attachment(54, "https://trello.com/c/AAAA1111")]

    lines = bring_in(later)

    assert items_of("One") == [
        ("Steps", "First"), ("Steps", "Second"), ("Checklist", "Ours"), ("Steps", "Third"),
    ]  # fmt: skip
    assert Comment.objects.get(content="Said since").card.title == "One"
    assert CardLink.objects.filter(source__title="Three", target__title="One").exists()
    assert lines[3] == (
        "1 checklist item, 1 comment, 1 link between cards, "
        "0 attachments as addresses in descriptions."
    )


def test_cards_that_somebody_related_already_are_not_related_again(bring_in):
    document = copy.deepcopy(FULL)
    document["cards"][0]["attachments"] = []
    bring_in(document)
    CardLinkFactory(
        source=Card.objects.get(title="Two"),
        target=Card.objects.get(title="One"),
        kind="relates_to",
    )

    bring_in(FULL)

    assert CardLink.objects.count() == 1


def test_everything_is_one_action_with_an_entry_a_row(bring_in, admin):
    before = EventLog.objects.count()

    bring_in(FULL)

    entries = EventLog.objects.order_by("id")[before:]
    amounts = {}
    for entry in entries:
        amounts[entry.entity_type] = amounts.get(entry.entity_type, 0) + 1
    assert amounts == {"board": 1, "card": 3, "checklist_item": 2, "comment": 2, "card_link": 1}
    assert {(e.action, e.source, e.actor_id) for e in entries} == {
        ("board.imported", "import", admin.pk)
    }
    assert len({entry.action_id for entry in entries}) == 1


def test_a_preview_tells_the_same_and_writes_nothing(bring_in):
    before = all_tables()

    previewed = bring_in(FULL, "--preview")

    assert all_tables() == before
    assert bring_in(FULL)[1:] == previewed[:-1]


def test_parts_of_another_tenants_import_are_its_own(bring_in, other_workspace):
    """The same file in two workspaces makes two of everything, with other ids."""
    bring_in(FULL)
    bring_in(FULL, workspace="OTHER")

    for kind, number in ((ChecklistItem, 4), (Comment, 4), (CardLink, 2)):
        assert kind.objects.count() == number
        assert set(kind.objects.values_list("workspace__key", flat=True)) == {"ACME", "OTHER"}


def test_a_board_of_an_archived_project_takes_nothing_in(bring_in, project, admin):
    bring_in(FULL)
    Board.objects.update(project=project)
    project_archive(project=project, actor=admin)
    later = copy.deepcopy(FULL)
    later["cards"].append(a_card(24, "New"))
    before = all_tables()

    with pytest.raises(CommandError, match="The project is archived"):
        bring_in(later)

    assert all_tables() == before
